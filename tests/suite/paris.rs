//! Five real drafts of a real treaty, handed in as revisions.

use travaux::compact::{Command, Provision};
use travaux::formats::{markdown, plain};
use travaux::history::{ChangeKind, Op, Redline};
use travaux::text::words;

use crate::data;
use crate::room::{Room, opened};

fn negotiated() -> Option<(Room, Vec<String>)> {
    let drafts = data::paris()?;
    let mut room = opened("paris");
    let mut ids = Vec::new();
    for (id, text) in drafts {
        let revise = Command::Revise { text: markdown::read(&text), base: None, reflects: vec![], reason: None };
        room.say(revise).unwrap().expect("each draft differs from the one before");
        let id = format!("draft-{id}");
        room.say(Command::IssueDraft { label: id.clone(), id: Some(id.parse().unwrap()), sign_off: true }).unwrap();
        ids.push(id);
    }
    Some((room, ids))
}

/// Both texts of a redline, as its segments tell them.
fn told(redline: &Redline, other: Op) -> Vec<String> {
    let of = |p: &travaux::history::RedlinedProvision| {
        let words: String = p.segments.iter().filter(|s| s.op != other).map(|s| &*s.text).collect();
        (!words.is_empty()).then_some(words)
    };
    redline.provisions.iter().filter_map(of).collect()
}

fn sorted(texts: &[Provision]) -> Vec<String> {
    let mut texts: Vec<String> = texts.iter().map(|p| p.text.to_string()).collect();
    texts.sort();
    texts
}

#[test]
fn every_draft_reads_back_as_it_was_handed_in() {
    let (Some((room, ids)), Some(drafts)) = (negotiated(), data::paris()) else { return };
    for (id, (_, text)) in ids.iter().zip(drafts) {
        let handed_in: Vec<String> = markdown::read(&text).into_iter().map(|b| b.text).collect();
        let stands: Vec<String> = room.compact().text(room.at(id).seq).iter().map(|p| p.text.to_string()).collect();
        assert_eq!(stands, handed_in, "{id}");
    }
}

#[test]
fn every_pair_gives_a_redline_that_tells_both_texts_to_the_letter() {
    let Some((room, ids)) = negotiated() else { return };
    for from in &ids {
        for to in &ids {
            let redline = room.redline(from, to);
            for (at, other) in [(from, Op::Added), (to, Op::Struck)] {
                let mut words = told(&redline, other);
                words.sort();
                assert_eq!(words, sorted(&room.compact().text(room.at(at).seq)), "{from}..{to} at {at}");
            }
            for provision in &redline.provisions {
                for segment in &provision.segments {
                    assert_eq!(segment.op == Op::Kept, segment.credit.is_none(), "{from}..{to} {}", provision.id);
                }
            }
            let count = |op| {
                let segments = redline.provisions.iter().flat_map(|p| &p.segments).filter(|s| s.op == op);
                segments.map(|s| words::count(&s.text)).sum::<u32>()
            };
            let summary = (redline.summary.words_added, redline.summary.words_struck);
            assert_eq!(summary, (count(Op::Added), count(Op::Struck)), "{from}..{to}");
            let order: Vec<_> =
                redline.provisions.iter().filter(|p| p.change != ChangeKind::Struck).map(|p| p.id).collect();
            let stands: Vec<_> = room.compact().text(room.at(to).seq).iter().map(|p| p.id).collect();
            assert_eq!(order, stands, "{from}..{to}");
        }
    }
}

#[test]
fn an_exported_draft_comes_back_without_a_change() {
    let Some((mut room, ids)) = negotiated() else { return };
    let last = ids.last().expect("five drafts").clone();
    let text = room.compact().text(room.at(&last).seq);
    for blocks in [markdown::read(&markdown::write(&text)), plain::read(&plain::write(&text), &text)] {
        let again = Command::Revise { text: blocks, base: None, reflects: vec![], reason: None };
        assert_eq!(room.say(again), Ok(None));
    }
}

/// What is moved says enough to be recognised, and what is reworded has kept some of its words.
#[test]
fn nothing_is_taken_for_what_it_is_not() {
    let Some((room, ids)) = negotiated() else { return };
    for pair in ids.windows(2) {
        for provision in room.redline(&pair[0], &pair[1]).provisions {
            let of = |op| provision.segments.iter().filter(|s| s.op == op).map(|s| words::count(&s.text)).sum::<u32>();
            let (kept, added, struck) = (of(Op::Kept), of(Op::Added), of(Op::Struck));
            if matches!(provision.change, ChangeKind::Moved | ChangeKind::MovedAndReworded) {
                let longer = kept + added.max(struck);
                assert!(kept >= 4 && kept * 3 >= longer, "{pair:?} {}: {kept} of {longer} kept", provision.id);
            }
        }
    }
}
