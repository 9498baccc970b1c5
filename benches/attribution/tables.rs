//! The tables printed.

use crate::passages::between;
use crate::score::{BINS, Score, share};
use crate::trial::{Credited, Named, Pair, Trial, Truth};

/// What was measured on one pair with one seed: Travaux and the baselines.
pub struct Row {
    pub pair: String,
    pub seed: u64,
    pub dealt: String,
    pub scores: [Score; 3],
}

const WAYS: [&str; 3] = ["travaux", "longest run", "best ratio"];

/// What was dealt, counted.
pub fn dealt(trial: &Trial) -> String {
    let units = &trial.dealt.units;
    let count = |of: &dyn Fn(&&crate::dealing::Unit) -> bool| units.iter().filter(of).count();
    let asked = count(&|unit| unit.asked.is_some());
    let changed = count(&|unit| unit.changed.is_some());
    let decoys = trial.dealt.proposals.iter().filter(|asked| asked.decoy).count();
    let real = trial.dealt.proposals.len() - decoys;
    format!("{} | {asked} | {changed} | {real} | {decoys}", units.len())
}

pub fn print(rows: &[Row]) {
    println!("\nDealt\n");
    println!("| pair | seed | units | dealt | changed | proposals | decoys |\n|---|--:|--:|--:|--:|--:|--:|");
    for row in rows {
        println!("| {} | {} | {} |", row.pair, row.seed, row.dealt);
    }
    println!("\nAdded words (goals: unchanged ≥ 0.97/0.97, changed ≥ 0.90/0.90, nobody's ≥ 0.98)\n");
    println!(
        "| pair | seed | by | unchanged: words | recall | precision | changed: words | recall | precision | gone: words | its | own | nobody's: words | own | all: precision | named | unscored |"
    );
    println!("|---|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for row in rows {
        for (way, score) in WAYS.iter().zip(&row.scores).take(1) {
            added(&row.pair, &row.seed.to_string(), way, score);
        }
    }
    let all: Vec<Score> = (0..WAYS.len()).map(|way| sum(rows, way)).collect();
    for (way, score) in WAYS.iter().zip(&all) {
        added("all", "", way, score);
    }
    println!("\nStruck words\n");
    println!("| pair | seed | asked for | recall | precision | nobody's | left own |\n|---|--:|--:|--:|--:|--:|--:|");
    for row in rows {
        struck(&row.pair, &row.seed.to_string(), &row.scores[0]);
    }
    struck("all", "", &all[0]);
    println!("\nEvidence: credited words, and the share of them that is right\n");
    println!("| evidence | words | right |\n|---|--:|--:|");
    for (bin, (words, right)) in all[0].bins.iter().enumerate().filter(|(_, (words, _))| *words > 0) {
        let to = BINS.get(bin + 1).unwrap_or(&1.0);
        println!("| {:.1}–{to:.1} | {words} | {} |", BINS[bin], share(*right, *words));
    }
}

fn added(pair: &str, seed: &str, way: &str, s: &Score) {
    let Score { unchanged, changed, gone, nobody, .. } = s;
    println!(
        "| {pair} | {seed} | {way} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
        unchanged.words,
        unchanged.recall(),
        unchanged.precision(),
        changed.words,
        changed.recall(),
        changed.precision(),
        gone.words,
        gone.recall(),
        gone.own(),
        nobody.words,
        nobody.own(),
        s.all().precision(),
        s.mean_named(),
        share(s.unscored.0, s.unscored.1)
    );
}

fn struck(pair: &str, seed: &str, s: &Score) {
    let (asked, nobody) = (s.strikes, s.nobody_strikes);
    println!(
        "| {pair} | {seed} | {} | {} | {} | {} | {} |",
        asked.words,
        asked.recall(),
        asked.precision(),
        nobody.words,
        nobody.own()
    );
}

fn sum(rows: &[Row], way: usize) -> Score {
    let mut all = Score::default();
    for row in rows {
        all += &row.scores[way];
    }
    all
}

/// What the weave tells of an article of which all is known.
pub fn lakes(told: &crate::finger_lakes::Told) {
    let share = |right: usize| right as f64 / told.tokens as f64;
    println!("\nFinger Lakes (goal ≥ 0.99)\n\n| tokens | right author | right revision |\n|--:|--:|--:|");
    println!("| {} | {:.3} | {:.3} |", told.tokens, share(told.authors), share(told.origins));
    for difference in &told.differences {
        println!("\n- {difference}");
    }
}

/// Says whether the truth holds together: on stderr, a line a pair.
pub fn check(pair: &Pair) {
    let passages = between(&pair.old, &pair.new);
    let texts = |of: &dyn Fn(&crate::passages::Passage) -> Option<String>| {
        let mut texts: Vec<String> = passages.iter().filter_map(of).collect();
        texts.sort();
        texts
    };
    let sorted = |text: &[travaux::compact::Block]| {
        let mut text: Vec<String> = text.iter().map(|block| block.text.clone()).collect();
        text.sort();
        text
    };
    let gives_old = texts(&|p| p.stood().then(|| p.earlier())) == sorted(&pair.old);
    let gives_new = texts(&|p| p.stands().then(|| p.later())) == sorted(&pair.new);
    let trial = Trial::new(pair, 1);
    let perfect = score_of(&trial, |truth| match truth {
        Truth::Nobody | Truth::Gone(_) => vec![],
        Truth::Unchanged(by) | Truth::Changed(by) => vec![by],
    });
    let silent = score_of(&trial, |_| vec![]);
    let truth = perfect.all().precision() == "1.000" && perfect.nobody.own() == "1.000";
    let nothing = silent.unchanged.recall() == "0.000" && silent.nobody.own() == "1.000";
    eprintln!(
        "{}: parts give the old text {gives_old}, the new {gives_new}; the truth scores full marks {truth}, silence none {nothing}",
        pair.name
    );
}

fn score_of(trial: &Trial, credit: impl Fn(Truth) -> Vec<travaux::compact::ProposalId>) -> Score {
    let named = |truth: &Truth| Named { proposals: credit(*truth), evidence: Some(1.0) };
    let added = trial.added.iter().map(|(at, truth)| (*at, named(truth))).collect();
    Score::of(trial, &Credited { added, ..Credited::default() })
}
