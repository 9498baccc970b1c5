//! Whose words they are, and which are nobody's.

use std::collections::BTreeMap;

use proptest::prelude::*;
use travaux::compact::{Edit, ProvisionId, Seq};
use travaux::history::{ChangeKind, Op, credited, redline, silent_changes};

use super::moves::{moves, pick, played};
use super::{ZERO, at, config, stands};

proptest! {
    #![proptest_config(config())]

    #[test]
    fn words_under_a_proposals_credit_occur_in_that_proposal(moves in moves()) {
        let room = played(&moves);
        let compact = room.compact();
        let redline = redline(compact, at(ZERO), at(compact.seq), None);
        for segment in redline.provisions.iter().flat_map(|p| &p.segments).filter(|s| s.op == Op::Added) {
            let credit = &redline.credits[segment.credit.unwrap() as usize];
            // What the co-facilitators corrected is for them to say.
            for id in credit.proposals.iter().filter(|_| credit.corrected.is_none()) {
                let proposal = &compact.proposals[id];
                let says = |e: &travaux::compact::TabledEdit| match &e.edit {
                    Edit::Reword { text, .. } => text.clone(),
                    Edit::Insert { insert } => insert.text.clone(),
                    Edit::Strike { .. } | Edit::Move { .. } => String::new(),
                };
                // What it says now or said when the words were credited.
                let forms = proposal.earlier.iter().chain([&proposal.form]);
                let said: Vec<String> = forms.flat_map(|form| form.edits.iter().map(says)).collect();
                // At the beginning of a sentence a word has a capital that it had not, or had.
                let (said, held) = (said.join("\n").to_lowercase(), segment.text.to_lowercase());
                for word in held.split_whitespace() {
                    prop_assert!(said.contains(word), "{} does not say {:?}", id, word);
                }
            }
        }
    }

    #[test]
    fn what_is_silent_is_what_the_redline_credits_to_nobody(moves in moves()) {
        let room = played(&moves);
        let compact = room.compact();
        let Some(draft) = compact.drafts.last() else { return Ok(()) };
        let redline = redline(compact, at(draft.seq), at(compact.seq), None);
        let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
        let mut credited: BTreeMap<ProvisionId, usize> = BTreeMap::new();
        let mut restored = false;
        for provision in &redline.provisions {
            // A provision put back has words of before: it is told whole if nobody asked for that, and else not at all.
            if provision.change == ChangeKind::Inserted && provision.id.seq <= draft.seq {
                restored = true;
                continue;
            }
            for segment in &provision.segments {
                restored |= segment.restored;
                let own = segment.credit.is_some_and(|c| redline.credits[c as usize].is_unasked());
                if own && !segment.restored {
                    *credited.entry(provision.id).or_default() += letters(&segment.text);
                }
            }
        }
        credited.retain(|_, count| *count > 0);
        let mut silent: BTreeMap<ProvisionId, usize> = BTreeMap::new();
        for change in silent_changes(compact).own {
            let count = change.words.iter().map(|words| letters(&words.text)).sum::<usize>();
            *silent.entry(change.provision).or_default() += count;
        }
        silent.retain(|_, count| *count > 0);
        if restored {
            prop_assert!(credited.iter().all(|(id, count)| silent.get(id) >= Some(count)), "{:?} {:?}", silent, credited);
        } else {
            prop_assert_eq!(silent, credited);
        }
    }

    #[test]
    fn the_origins_of_all_words_are_the_text_to_the_letter(moves in moves(), a: u8) {
        let room = played(&moves);
        let compact = room.compact();
        let seq = pick(&(1..=compact.seq.0).map(Seq).collect::<Vec<_>>(), a).unwrap();
        let told = credited(compact, &at(seq));
        let joined = |p: &travaux::history::CreditedProvision| p.segments.iter().map(|s| &*s.text).collect::<String>();
        let text: BTreeMap<ProvisionId, String> = told.provisions.iter().map(|p| (p.id, joined(p))).collect();
        prop_assert_eq!(text, stands(compact, seq));
        for segment in told.provisions.iter().flat_map(|p| &p.segments) {
            prop_assert!(segment.seq <= seq && (segment.credit as usize) < told.credits.len());
            let since = segment.since.as_ref().map(|id| compact.draft(id).unwrap().seq);
            prop_assert!(since.is_none_or(|draft| segment.seq <= draft && draft <= seq));
        }
    }
}
