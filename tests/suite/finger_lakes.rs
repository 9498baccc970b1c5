//! A small article of 28 revisions by 12 editors, of which it is known whose each word is: deletions, restorations and
//! reverts included. Each revision is tabled as a proposal and taken up; the weave must tell what is known.

use std::collections::HashMap;

use serde::Deserialize;
use travaux::compact::{Command, Edit, Kind, NewProvision, ProposalId, Seq};
use travaux::text::{Difference, View};

use crate::data;
use crate::room::{Room, opened};

/// A revision, and what is known of it.
#[derive(Deserialize)]
struct Revision {
    rev: usize,
    editor: String,
    text: String,
    tokens: Vec<String>,
    authors: Vec<String>,
    origin_rev: Vec<usize>,
    tokens_match_text: bool,
}

/// How many tokens all revisions have, and of how many the weave tells what is known.
#[derive(Debug, Default)]
pub struct Told {
    pub tokens: usize,
    /// By the right editor.
    pub authors: usize,
    /// From the right revision.
    pub origins: usize,
    /// Where it tells otherwise.
    pub differences: Vec<String>,
}

/// Plays the article; `None`, said aloud, where it is not there.
pub fn told() -> Option<Told> {
    let known: Vec<Revision> = serde_json::from_str(&data::read("finger-lakes/finger_lakes3_oracle.json")?).unwrap();
    let mut room = opened("finger-lakes");
    for editor in known.iter().map(|revision| &revision.editor) {
        room.say(Command::RegisterGroup { group: group(editor), name: editor.clone() }).unwrap();
    }
    let mut told = Told::default();
    let mut proposals = HashMap::new();
    for revision in &known {
        let proposal = tabled(&mut room, revision);
        proposals.insert(proposal, revision.rev);
        room.say(Command::TakeUp { proposal, edits: None, note: None }).unwrap().expect("it changes something");
        told.compare(revision, &origins(&room, &proposals));
    }
    Some(told)
}

fn group<T: std::str::FromStr<Err: std::fmt::Debug>>(editor: &str) -> T {
    editor.to_lowercase().parse().unwrap()
}

/// The article as its editor would have it, tabled.
fn tabled(room: &mut Room, revision: &Revision) -> ProposalId {
    let at = room.compact().seq;
    let text = revision.text.clone();
    let edit = match room.compact().text(at).first() {
        Some(article) => Edit::Reword { reword: article.id, text },
        None => {
            Edit::Insert { insert: NewProvision { after: None, kind: Kind::Paragraph, level: 1, label: None, text } }
        }
    };
    let sponsors = vec![group(&revision.editor)];
    let table = Command::TableProposal { sponsors, base: Some(at), edits: vec![edit], rationale: None };
    ProposalId(room.say(table).unwrap().expect("each revision differs from the one before"))
}

/// The words of the working text, and for each the editor and the revision that first had it in.
fn origins(room: &Room, proposals: &HashMap<ProposalId, usize>) -> Vec<(String, String, usize)> {
    let compact = room.compact();
    let mut text = String::new();
    let mut sources = Vec::new();
    for provision in compact.text(compact.seq) {
        let life = &compact.provisions[&provision.id];
        for (difference, words) in life.wording.differences(&View::at(Seq(0)), &View::at(compact.seq)) {
            let Difference::Added(edit) = difference else { panic!("{difference:?} since before the beginning") };
            text.push_str(words);
            sources.push((text.len(), compact.proposal_of(edit).expect("all came in by proposals")));
        }
    }
    let tokens = text.split_ascii_whitespace().map(|token| {
        let start = token.as_ptr() as usize - text.as_ptr() as usize;
        let (_, proposal) = sources.iter().find(|(end, _)| start < *end).expect("it stands somewhere");
        let editor = proposal.sponsors().next().expect("it has a sponsor").as_str().to_uppercase();
        (token.to_owned(), editor, proposals[&proposal.id])
    });
    tokens.collect()
}

impl Told {
    fn compare(&mut self, revision: &Revision, origins: &[(String, String, usize)]) {
        let words = |tokens: &[String]| tokens.join(" ");
        let stands: Vec<String> = origins.iter().map(|(token, ..)| token.clone()).collect();
        let known = revision.tokens.len();
        // Where one is missing in what is known, it is the last.
        assert!(revision.tokens_match_text || stands.len() == known + 1, "revision {}", revision.rev);
        assert_eq!(words(&stands[..known]), words(&revision.tokens), "revision {}", revision.rev);
        for (((token, editor, from), author), origin) in origins.iter().zip(&revision.authors).zip(&revision.origin_rev)
        {
            self.tokens += 1;
            self.authors += usize::from(editor == author);
            self.origins += usize::from(from == origin);
            if editor != author || from != origin {
                let told = format!("{token:?} is from {from} by {editor}, known to be from {origin} by {author}");
                self.differences.push(format!("revision {}: {told}", revision.rev));
            }
        }
    }
}

#[test]
fn every_word_is_its_first_authors() {
    let Some(told) = told() else { return };
    let all = format!("{} tokens: {} authors, {} origins right", told.tokens, told.authors, told.origins);
    let all = format!("{all}\n{}", told.differences.join("\n"));
    assert!(told.authors * 100 >= told.tokens * 99 && told.origins * 100 >= told.tokens * 99, "{all}");
    println!("{all}");
}
