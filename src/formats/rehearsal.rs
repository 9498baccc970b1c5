//! A small negotiation to try renderers on.

use crate::compact::{
    Command, Compact, Edit, Entry, GroupId, Kind, Moment, NewProvision, ProposalId, ProvisionId, Seq, decide,
    speaker_of,
};
use crate::formats::markdown;
use crate::history::{At, Redline, redline};

pub(crate) struct Rehearsal {
    pub(crate) compact: Compact,
}

pub(crate) const ZERO: &str = "# Compact <b>\n\n## 1. Scope & aims\n\n1. We will act, *promptly*, as appropriate.\n\n\
    (a) on time;\n\n2. States should review {++this++} progress.\n\n3. Nothing changes here.\n\n4. Nor here.\n";

impl Rehearsal {
    /// A compact with groups and its Zero Draft, entries 1 to 7: provisions 6.1 to 6.7.
    pub(crate) fn open() -> Self {
        let open = Command::OpenCompact { compact: "harbours".parse().unwrap(), title: "Harbours <script>".into() };
        let event = decide(None, open.clone()).unwrap().unwrap();
        let time = Moment::from_millis(1_530_000_000_000).unwrap();
        let entry = Entry { seq: Seq(1), time, speaker: speaker_of(&open, None), spoken_by: None, event };
        let mut room = Self { compact: Compact::open(&entry).unwrap() };
        for (group, name) in [("african-states", "African States"), ("arab-states", "Arab States"), ("eu-27", "EU-27")]
        {
            room.says(Command::RegisterGroup { group: group.parse().unwrap(), name: name.into() });
        }
        let groups = vec!["eu-27".parse().unwrap()];
        room.says(Command::RegisterDelegation {
            delegation: "norland".parse().unwrap(),
            name: "Norland".into(),
            groups,
        });
        room.revises(ZERO);
        room.issues("Zero Draft");
        room
    }

    pub(crate) fn says(&mut self, command: Command) -> Seq {
        let speaker = speaker_of(&command, Some(&self.compact));
        let event = decide(Some(&self.compact), command).unwrap().unwrap();
        let (seq, time) = (self.compact.seq.next(), Moment::from_millis(1_530_000_000_000).unwrap());
        self.compact.evolve(&Entry { seq, time, speaker, spoken_by: None, event }).unwrap();
        seq
    }

    pub(crate) fn revises(&mut self, text: &str) {
        let text = markdown::read(text);
        self.says(Command::Revise { text, base: None, reflects: Vec::new(), reason: Some("<b>tidied</b>".into()) });
    }

    pub(crate) fn issues(&mut self, label: &str) {
        self.says(Command::IssueDraft { label: label.into(), id: None, sign_off: false });
    }

    pub(crate) fn tables(&mut self, sponsors: &[&str], edits: Vec<Edit>) -> ProposalId {
        let sponsors: Vec<GroupId> = sponsors.iter().map(|s| s.parse().unwrap()).collect();
        let rationale = Some("because \"<i>\"".into());
        ProposalId(self.says(Command::TableProposal { sponsors, base: None, edits, rationale }))
    }

    pub(crate) fn takes_up(&mut self, proposal: ProposalId) {
        self.says(Command::TakeUp { proposal, edits: None, note: Some("agreed <u>".into()) });
    }

    /// Two rounds: words, a whole paragraph, a strike, a move, a co-facilitators' change and one restored.
    pub(crate) fn to_the_end() -> Self {
        let mut room = Self::open();
        let shall = room.tables(&["african-states", "eu-27"], vec![reword("6.3", "We shall act, *promptly*.")]);
        let insert = Edit::Insert {
            insert: NewProvision {
                after: Some(id("6.5")),
                kind: Kind::Paragraph,
                level: 1,
                label: Some("2 bis".into()),
                text: "Ports are <open> to --} all ~~ships~~.".into(),
            },
        };
        let bis = room.tables(&["norland"], vec![insert, Edit::Strike { strike: id("6.4") }]);
        let after = Some(id("6.7"));
        let moved = room.tables(&["arab-states"], vec![Edit::Move { r#move: id("6.2"), after }]);
        for taken in [shall, bis, moved] {
            room.takes_up(taken);
        }
        room.issues("Rev. 1");
        room.tables(&["eu-27"], vec![reword("6.5", "States shall review {++this++} progress.")]);
        room.tables(&["arab-states"], vec![reword("6.5", "States will review progress."), strike("6.7")]);
        let back = markdown::write(&room.compact.text(room.compact.seq));
        room.revises(&back.replace("*promptly*.", "*promptly*, as appropriate.").replace("4. Nor", "5. Nor"));
        room.issues("Final");
        room
    }

    pub(crate) fn at(&self, at: &str) -> At {
        At { at: at.into(), seq: self.compact.seq_of(at).unwrap() }
    }

    pub(crate) fn redline(&self, from: &str, to: &str) -> Redline {
        redline(&self.compact, self.at(from), self.at(to), None)
    }

    /// The wording of a provision in a text.
    pub(crate) fn wordings(&self, at: &str) -> Vec<String> {
        self.compact.text(self.at(at).seq).iter().map(|p| p.text.to_string()).collect()
    }
}

pub(crate) fn id(text: &str) -> ProvisionId {
    text.parse().unwrap()
}

pub(crate) fn reword(provision: &str, text: &str) -> Edit {
    Edit::Reword { reword: id(provision), text: text.into() }
}

pub(crate) fn strike(provision: &str) -> Edit {
    Edit::Strike { strike: id(provision) }
}
