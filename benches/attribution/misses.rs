//! Every wrongly credited word with its context, to be read by eye.

use std::fmt::Write as _;

use travaux::compact::{Change, ProposalId};

use crate::score::is_right;
use crate::trial::{Added, Credited, Named, Pair, Trial, Truth};

/// The wrongly credited added words of a trial; neighbours with one fault together.
pub fn told(pair: &Pair, seed: u64, trial: &Trial, credited: &Credited) -> String {
    let mut out = String::new();
    for run in &credited.runs {
        let mut rest = run.as_slice();
        while let Some((at, _)) = rest.first() {
            let key = |at: &Added| (trial.added.get(at).copied(), credited.added.get(at).cloned());
            let (truth, named) = key(at);
            let many = rest.iter().take_while(|(at, _)| key(at) == (truth, named.clone())).count();
            let (these, left) = rest.split_at(many);
            rest = left;
            let (Some(truth), Some(named)) = (truth, named) else { continue };
            let fine = match truth {
                Truth::Nobody | Truth::Gone(_) if named.proposals.is_empty() => true,
                _ => is_right(truth, &named),
            };
            if !fine {
                tell(&mut out, pair, seed, trial, these, truth, &named);
            }
        }
    }
    out
}

fn tell(
    out: &mut String,
    pair: &Pair,
    seed: u64,
    trial: &Trial,
    these: &[(Added, String)],
    truth: Truth,
    named: &Named,
) {
    let (place, begins) = these[0].0;
    let (last, word) = &these[these.len() - 1];
    let text = &pair.new[place].text;
    let ends = last.1 + word.len();
    let before: String = text[..begins].chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
    let after: String = text[ends..].chars().take(60).collect();
    writeln!(out, "{} seed {seed}, provision {place}: {truth:?}, {} words", pair.name, these.len()).unwrap();
    writeln!(out, "    …{before}«{}»{after}…", &text[begins..ends]).unwrap();
    if let Truth::Unchanged(by) | Truth::Changed(by) | Truth::Gone(by) = truth {
        writeln!(out, "  true {by}: {}", asks(trial, by, text)).unwrap();
    }
    for by in &named.proposals {
        let evidence = named.evidence.map_or(String::new(), |e| format!(" ({e:.2})"));
        writeln!(out, "  said {by}{evidence}: {}", asks(trial, *by, text)).unwrap();
    }
    if named.proposals.is_empty() {
        writeln!(out, "  said own").unwrap();
    }
    writeln!(out).unwrap();
}

/// What a proposal asks for, its edits nearest to the text first, in short.
fn asks(trial: &Trial, by: ProposalId, text: &str) -> String {
    let proposal = trial.room.compact().proposal(by).unwrap();
    let mut told: Vec<(bool, String)> = Vec::new();
    for edit in proposal.form.edits.iter() {
        let id = edit.change.provision();
        let far = trial.room.compact().provisions.get(&id).and_then(|life| life.faces.last());
        let far = far.is_none_or(|face| &*face.text != text);
        let asked = match &edit.change {
            Change::Splices { splices, .. } => {
                let each = splices.iter().map(|s| format!("[-{}-]{{+{}+}}", s.struck, s.added));
                each.collect::<Vec<_>>().join(" … ")
            }
            Change::Insert { insert } => format!("insert {{+{}+}}", insert.text),
            Change::Strike { .. } => "strike".to_owned(),
            _ => "move".to_owned(),
        };
        told.push((far, format!("{id}: {}", asked.chars().take(600).collect::<String>())));
    }
    told.sort();
    told.into_iter().map(|(_, told)| told).collect::<Vec<_>>().join(" | ")
}
