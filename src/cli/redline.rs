//! `travaux redline`: what changed between two local texts.

use std::io;
use std::path::{Path, PathBuf};

use anstream::{AutoStream, ColorChoice};
use anyhow::Context as _;
use clap::{Args, ValueEnum};

use super::fault::{Done, Fault};
use super::input;
use super::output::{count, print, tell};
use crate::compact::{Block, Command, Compact, CompactId, DraftId, Entry, Moment, Seq, Slug, decide, speaker_of};
use crate::formats::nameplates::Nameplates;
use crate::formats::{Unchanged, critic, html, markdown, plain, terminal};
use crate::history::{self, At};

/// Show what changed between two local texts
#[derive(Debug, Args)]
pub(super) struct Redline {
    /// The text before; "-" is standard input
    old: PathBuf,
    /// The text after; "-" is standard input
    new: PathBuf,
    /// What to print
    #[arg(long, env = "TRAVAUX_FORMAT", value_enum, default_value_t = Format::Terminal)]
    format: Format,
    /// How to read the texts
    #[arg(long, env = "TRAVAUX_INPUT", value_enum, default_value_t = Input::Auto)]
    input: Input,
    /// Show unchanged provisions too, on a terminal and in HTML; Markdown and JSON always do
    #[arg(long, env = "TRAVAUX_ALL")]
    all: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Coloured where the terminal has colours, marked [-struck-]{+added+} elsewhere
    Terminal,
    /// Markdown with {--struck--} and {++added++} words
    Markdown,
    /// A page of its own
    Html,
    /// As the API answers
    Json,
    /// A Word file with tracked changes: not there yet
    Docx,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Input {
    /// Markdown, which takes plain text as well
    Auto,
    /// Markdown
    Markdown,
    /// Plain text, in which # and * are only characters
    Plain,
}

/// Two texts of one compact that nobody else sees.
struct Comparison {
    compact: Compact,
    from: At,
    to: At,
}

impl Redline {
    /// Prints the redline.
    pub(super) fn run(&self) -> Done {
        self.refuse_what_is_not_there()?;
        let (old, new) = (input::text(&self.old)?, input::text(&self.new)?);
        let compared = self.compare(&old, &new)?;
        let redline = history::redline(&compared.compact, compared.from.clone(), compared.to.clone(), None);
        let is_same = compared.from.seq == compared.to.seq;
        if is_same {
            tell(&format!("{} and {} are the same text", input::name(&self.old), input::name(&self.new)));
        }
        let printed = self.printed(&compared.compact, &redline)?;
        // On a terminal there is nothing to see where nothing changed, and the counts stand below the text.
        if self.format != Format::Terminal {
            print(&printed)?;
            let history::Summary { words_added, words_struck, provisions_changed, .. } = &redline.summary;
            let (added, provisions) = (count(*words_added, "word"), count(*provisions_changed, "provision"));
            tell(&format!("{added} added, {words_struck} struck; {provisions} changed"));
        } else if !is_same || self.all {
            print(&printed)?;
        }
        Ok(())
    }

    fn refuse_what_is_not_there(&self) -> Done {
        if self.format == Format::Docx {
            return Err(Fault::usage("redlines as Word files are not there yet; take --format html or markdown"));
        }
        if input::is_stdin(&self.old) && input::is_stdin(&self.new) {
            return Err(Fault::usage("only one of the two texts can come from standard input"));
        }
        let is_word = |path: &&PathBuf| path.extension().is_some_and(|e| e.eq_ignore_ascii_case("docx"));
        if let Some(word) = [&self.old, &self.new].into_iter().find(is_word) {
            let word = word.display();
            return Err(Fault::usage(format!("{word}: Word files are not read yet; save it as text or Markdown")));
        }
        Ok(())
    }

    fn compare(&self, old: &str, new: &str) -> Result<Comparison, Fault> {
        let (from, to) = (draft_id(&self.old, "old")?, draft_id(&self.new, "new")?);
        let (from, to) = if from == to { (named("old")?, named("new")?) } else { (from, to) };
        let compact: CompactId = named("texts")?;
        let mut state = None;
        say(&mut state, Command::OpenCompact { compact, title: "Two texts".into() })?;
        for (path, text, id) in [(&self.old, old, &from), (&self.new, new, &to)] {
            let standing = state.as_ref().map(|s: &Compact| s.text(s.seq)).unwrap_or_default();
            let blocks: Vec<Block> = match self.input {
                Input::Auto | Input::Markdown => markdown::read(text),
                Input::Plain => plain::read(text, &standing),
            };
            let revise = Command::Revise { text: blocks, base: None, reflects: Vec::new(), reason: None };
            let is_new = say(&mut state, revise).map_err(|fault| in_file(path, fault))?;
            if is_new {
                // Two files: there is nobody to ask for a reason.
                let (label, id) = (id.to_string(), Some(id.clone()));
                say(&mut state, Command::IssueDraft { label, id, sign_off: true })?;
            }
        }
        let compact = state.context("no compact was opened").map_err(Fault::Wanting)?;
        let at = |id: &DraftId| {
            // Where the second text is the first there is one draft only.
            let draft = compact.draft(id).or_else(|| compact.drafts.last());
            At { at: id.to_string(), seq: draft.map_or(compact.seq, |draft| draft.seq) }
        };
        Ok(Comparison { from: at(&from), to: at(&to), compact })
    }

    fn printed(&self, compact: &Compact, redline: &history::Redline) -> Result<String, Fault> {
        let plates = Nameplates::of(compact);
        let unchanged = if self.all { Unchanged::Shown } else { Unchanged::Folded };
        Ok(match self.format {
            Format::Terminal => {
                let colour = AutoStream::choice(&io::stdout()) != ColorChoice::Never;
                terminal::redline(redline, &plates, terminal::Looks { colour, unchanged, columns: columns() })
            }
            Format::Markdown => critic::redline(redline, &plates),
            Format::Html => {
                let title = format!("{} → {}", input::name(&self.old), input::name(&self.new));
                html::standalone(&title, &html::redline(redline, &plates, unchanged)).into_string()
            }
            Format::Json => {
                let json = serde_json::to_string(redline).context("the redline as JSON");
                json.map_err(Fault::Wanting)? + "\n"
            }
            Format::Docx => String::new(),
        })
    }
}

/// Judges a command and remembers what comes of it; says whether anything did.
fn say(state: &mut Option<Compact>, command: Command) -> Result<bool, Fault> {
    let speaker = speaker_of(&command, state.as_ref());
    let Some(event) = decide(state.as_ref(), command)? else { return Ok(false) };
    let seq = state.as_ref().map_or(Seq(1), |state| state.seq.next());
    // Nobody sees the record of this compact, so its times are all one.
    let time = Moment::from_millis(0).context("no time").map_err(Fault::Wanting)?;
    let entry = Entry { seq, time, speaker, spoken_by: None, event };
    Compact::follow(state, &entry).map(|()| true).map_err(|broken| Fault::Wanting(broken.into()))
}

fn in_file(path: &Path, fault: Fault) -> Fault {
    match fault {
        Fault::Wanting(why) => Fault::Wanting(why.context(input::name(path))),
        fault @ (Fault::Usage(_) | Fault::Storage(_) | Fault::Unread) => fault,
    }
}

fn draft_id(path: &Path, otherwise: &str) -> Result<DraftId, Fault> {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).filter(|_| !input::is_stdin(path));
    stem.and_then(Slug::from_label).map_or_else(|| named(otherwise), |slug| Ok(DraftId(slug)))
}

fn named<T: std::str::FromStr<Err = crate::compact::NotAnId>>(id: &str) -> Result<T, Fault> {
    id.parse().map_err(|why: crate::compact::NotAnId| Fault::Usage(why.into()))
}

/// How wide the terminal is; what a page takes comfortably where there is none.
fn columns() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    told.or_else(seen).unwrap_or(100)
}
