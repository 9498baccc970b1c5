//! Travaux keeps the record of a negotiation and shows whose words are in the text.
//!
//! A draft compact is negotiated in rounds: groups of States table proposals, co-facilitators take them up or hand in a
//! re-draft, and issue the next draft. Here every such act is an event in a record, and everything else is read off it.
//!
//! # The whole story
//!
//! A speaker asks for something: a [`Command`](compact::Command). [`decide`](compact::decide()) judges it on the compact as
//! it stands and grants one [`Event`](compact::Event), or says why not: a [`Refusal`](compact::Refusal).
//! [`Compact::evolve`](compact::Compact::evolve) remembers what happened. Questions ([`history`]) are answered from the
//! state that comes of it, and told in some [format](formats).
//!
//! ```
//! use travaux::compact::{Command, Compact, Edit, Entry, Moment, Seq, decide, speaker_of};
//! use travaux::formats::{critic, markdown, nameplates::Nameplates};
//! use travaux::history::{At, redline};
//!
//! let mut compact: Option<Compact> = None;
//! let mut say = |command: Command| {
//!     let speaker = speaker_of(&command, compact.as_ref());
//!     let event = decide(compact.as_ref(), command).expect("granted").expect("something to record");
//!     let seq = compact.as_ref().map_or(Seq(1), |c| c.seq.next());
//!     let entry = Entry { seq, time: Moment::from_millis(0).unwrap(), speaker, spoken_by: None, event };
//!     Compact::follow(&mut compact, &entry).unwrap();
//!     compact.clone().expect("it is open")
//! };
//!
//! say(Command::OpenCompact { compact: "harbours".parse()?, title: "Harbours (fiction)".into() });
//! say(Command::RegisterGroup { group: "african-states".parse()?, name: "African States".into() });
//! let text = markdown::read("1. States will keep harbours open.");
//! say(Command::Revise { text, base: None, reflects: vec![], reason: None });
//! say(Command::IssueDraft { label: "Zero Draft".into(), id: None, sign_off: false });
//!
//! // Words come in once, are compared once, and wait in the weave until they are taken up.
//! let edit = Edit::Reword { reword: "3.1".parse()?, text: "States shall keep harbours open.".into() };
//! let sponsors = vec!["african-states".parse()?];
//! say(Command::TableProposal { sponsors, base: None, edits: vec![edit], rationale: None });
//! let compact = say(Command::TakeUp { proposal: "p5".parse()?, edits: None, note: None });
//!
//! // A redline is a filter of the weave: nothing is searched for, least of all whose words they are.
//! let at = |at: &str| At { at: at.into(), seq: compact.seq_of(at).unwrap() };
//! let marked = redline(&compact, at("zero-draft"), at("working"), None);
//! assert_eq!(
//!     critic::redline(&marked, &Nameplates::of(&compact)).trim(),
//!     "1. States {--will--}{++shall++}{>>African States, p5<<} keep harbours open.",
//! );
//! # Ok::<(), travaux::compact::NotAnId>(())
//! ```
//!
//! # In reading order
//!
//! - [`text`]: words and the weave, the data structure that makes the question trivial;
//! - [`compact`]: the negotiation as a pure state machine;
//! - [`history`]: questions asked of the record;
//! - [`formats`]: texts and redlines as people and programs read them;
//! - [`proof`]: what makes the record evidence, hashes and trees over entries;
//! - [`access`]: who may say what, and who may see what;
//! - [`log`]: where the record is kept, durably, in one order;
//! - [`credentials`]: tokens, and who their bearers are;
//! - [`secretariat`]: the one place where a decision meets the log;
//! - [`feed`]: the record as it goes out to others, through filters and by webhooks;
//! - [`web`] and [`cli`]: the two ways in.

pub mod access;
pub mod cli;
pub mod compact;
pub mod credentials;
pub mod feed;
pub mod formats;
pub mod history;
pub mod log;
pub mod proof;
pub mod secretariat;
pub mod text;
pub mod web;
