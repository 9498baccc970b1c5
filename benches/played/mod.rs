//! A long negotiation on a real text, made up by a fixed rule, so that every run is over the same record.

use travaux::compact::{self, Block, Command, Compact, Edit, Entry, Event, Kind, Moment, ProvisionId, Seq, speaker_of};
use travaux::formats::markdown;

/// How many provisions the text has, and how many words all in all.
pub const PROVISIONS: usize = 250;
/// How many words a provision has at first.
pub const PROVISION_WORDS: usize = 56;
/// So many proposals to each revision handed in whole.
const REVISION_EVERY: usize = 100;

/// A compact and, if they are kept, the bytes of its record.
pub struct Played {
    pub compact: Compact,
    pub stored: Option<Vec<Vec<u8>>>,
    /// The provisions in order: no edit made here changes it.
    order: Vec<ProvisionId>,
    numbers: u64,
}

/// The words of a real text in 250 provisions of 56 words.
pub fn text(source: &str) -> Vec<Block> {
    let wordings: Vec<String> = markdown::read(source).into_iter().map(|block| block.text).collect();
    let wordings = wordings.join(" ");
    let words: Vec<&str> = wordings.split_ascii_whitespace().collect();
    let block = |words: &[&str]| Block { kind: Kind::Paragraph, level: 1, label: None, text: words.join(" ") };
    words.chunks(PROVISION_WORDS).take(PROVISIONS).map(block).collect()
}

impl Played {
    /// A compact with a text and three groups.
    pub fn new(text: Vec<Block>, keeps: bool) -> Self {
        let open = Command::OpenCompact { compact: "long".parse().unwrap(), title: "A long compact (fiction)".into() };
        let event = compact::decide(None, open.clone()).unwrap().unwrap();
        let entry = Entry { seq: Seq(1), time: moment(1), speaker: speaker_of(&open, None), spoken_by: None, event };
        let stored = keeps.then(|| vec![entry.encode(&"long".parse().unwrap()).unwrap()]);
        let mut played = Self { compact: Compact::open(&entry).unwrap(), stored, order: vec![], numbers: 1 };
        for group in ["friends", "islands", "union"] {
            played.say(Command::RegisterGroup { group: group.parse().unwrap(), name: group.into() });
        }
        played.say(Command::Revise { text, base: None, reflects: vec![], reason: None });
        played.say(Command::IssueDraft { label: "Zero Draft".into(), id: None, sign_off: false });
        played.order = played.compact.text(played.compact.seq).iter().map(|p| p.id).collect();
        played
    }

    pub fn say(&mut self, command: Command) -> Seq {
        let speaker = speaker_of(&command, Some(&self.compact));
        let event: Event = compact::decide(Some(&self.compact), command).unwrap().expect("it changes something");
        let seq = self.compact.seq.next();
        let entry = Entry { seq, time: moment(seq.0), speaker, spoken_by: None, event };
        if let Some(stored) = &mut self.stored {
            stored.push(entry.encode(&self.compact.id).unwrap());
        }
        self.compact.evolve(&entry).unwrap();
        seq
    }

    /// Plays this many edits: proposals on one provision tabled and taken up, and now and then a whole revision.
    pub fn play(&mut self, edits: usize) {
        for edit in 0..edits {
            if edit % REVISION_EVERY == REVISION_EVERY - 1 {
                let mut text = self.blocks();
                for _ in 0..10 {
                    let at = self.number(text.len());
                    text[at].text = self.reworded(&text[at].text.clone());
                }
                self.say(Command::Revise { text, base: None, reflects: vec![], reason: None });
            } else {
                let proposal = self.table();
                self.say(Command::TakeUp { proposal: travaux::compact::ProposalId(proposal), edits: None, note: None });
            }
        }
    }

    /// Tables a proposal on one provision.
    pub fn table(&mut self) -> Seq {
        let place = self.number(self.order.len());
        let reword = self.order[place];
        let text = self.compact.standing_provision(reword, self.compact.seq).unwrap().text.clone();
        let text = self.reworded(&text);
        let sponsor = ["friends", "islands", "union"][self.number(3)].parse().unwrap();
        let edits = vec![Edit::Reword { reword, text }];
        self.say(Command::TableProposal {
            sponsors: vec![sponsor],
            base: Some(self.compact.seq),
            edits,
            rationale: None,
        })
    }

    /// One to three words struck at a place, as many others added.
    fn reworded(&mut self, text: &str) -> String {
        let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        let at = self.number(words.len() - 3);
        for word in 0..=self.number(3) {
            words[at + word] = format!("word{}", self.number(100_000));
        }
        words.join(" ")
    }

    fn blocks(&self) -> Vec<Block> {
        let provisions = self.compact.text(self.compact.seq).into_iter();
        provisions.map(|p| Block { kind: p.kind, level: p.level, label: p.label, text: p.text.to_string() }).collect()
    }

    /// The next number below a limit (`SplitMix64`).
    pub fn number(&mut self, below: usize) -> usize {
        self.numbers = self.numbers.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.numbers;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % below as u64).unwrap()
    }
}

fn moment(seq: u32) -> Moment {
    Moment::from_millis(1_531_000_000_000 + i64::from(seq) * 60_000).unwrap()
}
