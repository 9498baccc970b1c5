//! `travaux demo`: a sample negotiation, played and served; nothing is left behind.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anstyle::Style;
use anyhow::Context;
use clap::Args;
use tempfile::TempDir;
use tokio::signal::unix::SignalKind;

use super::fault::{Done, Fault};
use super::hooks::Hooks;
use super::keyfile::Key;
use super::output::{announce, count};
use super::records::Record;
use super::serve::{LISTEN, Signals, address, bind, listening, open, runtime, until_stopped};
use super::store;
use crate::access::Speaking;
use crate::compact::{Command, Compact, CompactId, Seq};
use crate::credentials::Credentials;
use crate::feed::Webhooks;
use crate::formats::dispositions::said;
use crate::formats::story::{Player, Story, Told};
use crate::history::{At, dispositions};
use crate::secretariat::{Audiences, Failure, Secretariat};
use crate::web::Settings;

const STORY: &str = include_str!("demo.story");

/// Play a sample negotiation (fiction) on a fresh store and serve it; prints where to look
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Where to keep the record: an empty directory, or one to be made [default: nowhere, all is deleted at the end]
    #[arg(long, env = "TRAVAUX_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// The loopback address to listen on [default: 127.0.0.1:8018, or a free port where that is taken]
    #[arg(long, env = "TRAVAUX_LISTEN", value_name = "ADDR", value_parser = address)]
    listen: Option<SocketAddr>,
    #[command(flatten)]
    key: Key,
    #[command(flatten)]
    hooks: Hooks,
}

/// What was played.
struct Played {
    compact: Arc<Compact>,
    /// The entry at which most proposals waited, and how many.
    fullest: (Seq, usize),
}

impl Demo {
    /// Plays and serves until told to stop.
    pub(super) fn run(self) -> Done {
        self.refuse_what_is_not_fresh()?;
        let listener = self.bind()?;
        let runtime = runtime()?;
        // Heard from now on, so that a store made for this one run never stays.
        let mut signals = runtime.block_on(async { Signals::new(&[SignalKind::hangup()]) })?;
        let (dir, temporary) = self.stage()?;
        let beside = temporary.is_none().then_some(dir.as_path());
        let done = open(&dir, &self.key, beside).and_then(|secretariat| {
            let secretariat = Arc::new(secretariat);
            let webhooks = self.hooks.open(&secretariat, beside)?;
            runtime.block_on(show(secretariat, webhooks, &dir, temporary.is_some(), listener, &mut signals))
        });
        // Whatever still holds the store lets go of it before its directory goes.
        runtime.shutdown_timeout(Duration::from_secs(2));
        let cleared = temporary.map_or(Ok(()), TempDir::close);
        let cleared = cleared.map_err(|why| Fault::storage(format!("{} is left behind: {why}", dir.display())));
        done.and(cleared)
    }

    fn bind(&self) -> Result<TcpListener, Fault> {
        let open = Credentials::none();
        let bound = bind(self.listen.unwrap_or(LISTEN), &open);
        if bound.is_err() && self.listen.is_none() {
            announce(&format!("{LISTEN} is in use, so a free port is taken"));
            return bind(SocketAddr::new(LISTEN.ip(), 0), &open);
        }
        bound
    }

    fn refuse_what_is_not_fresh(&self) -> Done {
        let Some(dir) = &self.data else { return Ok(()) };
        if !store::is_vacant(dir)? {
            let dir = dir.display();
            return Err(Fault::usage(format!(
                "{dir} is not empty, and the demo begins with a fresh record: name another directory with --data, or \
                 serve what is there with `travaux serve --data {dir}`"
            )));
        }
        for other in Record::others(dir, &self.key)? {
            if other.is_meant()? {
                let (dir, other) = (dir.display(), other.dir.display());
                return Err(Fault::usage(format!(
                    "{other} is not empty, and would be taken for a record of what is kept in {dir}: name another \
                     directory with --data"
                )));
            }
        }
        Ok(())
    }

    /// Where the record is kept, and whether that goes at the end.
    fn stage(&self) -> Result<(PathBuf, Option<TempDir>), Fault> {
        if let Some(dir) = &self.data {
            return Ok((dir.clone(), None));
        }
        let made = tempfile::Builder::new().prefix("travaux-demo-").tempdir();
        let made = made.map_err(|why| Fault::storage(format!("no temporary directory can be made: {why}")))?;
        Ok((made.path().to_owned(), Some(made)))
    }
}

async fn show(
    secretariat: Arc<Secretariat>,
    webhooks: Webhooks,
    dir: &Path,
    is_temporary: bool,
    listener: TcpListener,
    signals: &mut Signals,
) -> Done {
    let played = tokio::select! {
        played = play(&secretariat) => played.map_err(Fault::Wanting)?,
        () = signals.next() => return Ok(()),
    };
    let address = listener.local_addr().map_err(|why| Fault::storage(format!("cannot listen: {why}")))?;
    announce(&told(&played));
    announce(&where_to_look(&played, &format!("http://{address}")));
    let dir = dir.display();
    announce(&if is_temporary {
        format!("The record is in {dir} and is deleted when this ends. Ctrl-C ends it.\n")
    } else {
        format!("The record is kept: `travaux serve --data {dir}` shows it again. Ctrl-C ends this.\n")
    });
    let credentials = Arc::new(Credentials::none());
    announce(&listening(&listener, &credentials)?);
    let audiences = Arc::new(Audiences::forgetful(secretariat)?);
    until_stopped(audiences, credentials, webhooks, listener, Settings::default(), signals).await
}

/// Plays the story, each act once the one before is durable.
async fn play(secretariat: &Secretariat) -> anyhow::Result<Played> {
    let story = Story::read(STORY)?;
    let mut player = Player::default();
    let mut id: Option<CompactId> = None;
    let mut fullest = (Seq(0), 0);
    for told in &story.acts {
        let compact = id.as_ref().and_then(|id| secretariat.compact(id));
        let Some(command) = player.command(told, compact.as_deref())? else { continue };
        if let Command::OpenCompact { compact, .. } = &command {
            id = Some(compact.clone());
        }
        let room = id.as_ref().context("the story does not begin with a compact")?;
        let Some(seq) = heard(secretariat.record(room, Speaking::Anyone.says(command), None).await, told)? else {
            continue;
        };
        player.heard(told, seq);
        let waiting = secretariat.compact(room).map_or(0, |compact| compact.waiting().count());
        if waiting > fullest.1 {
            fullest = (seq, waiting);
        }
    }
    let compact = id.and_then(|id| secretariat.compact(&id)).context("the story opens no compact")?;
    Ok(Played { compact, fullest })
}

/// The entry that an act brought about; `None` where it was refused, as the story tells.
fn heard(recorded: Result<crate::secretariat::Recorded, Failure>, told: &Told) -> anyhow::Result<Option<Seq>> {
    let line = told.line;
    match (recorded, &told.refused) {
        (Ok(recorded), None) => Ok(Some(recorded.seq)),
        (Err(Failure::Refused(refusal)), Some(slug)) if refusal.slug() == slug => Ok(None),
        (Ok(_), Some(slug)) => anyhow::bail!("line {line} of the story should have been refused: {slug}"),
        (Err(failure), _) => Err(failure).with_context(|| format!("line {line} of the story")),
    }
}

fn told(played: &Played) -> String {
    let compact = &played.compact;
    let at = At { at: "working".into(), seq: compact.seq };
    let outcomes = dispositions(compact, &at, None).totals;
    let outcomes: Vec<String> = outcomes.iter().map(|(outcome, n)| format!("{n} {}", said(*outcome))).collect();
    let drafts: Vec<&str> = compact.drafts.iter().map(|draft| &*draft.label).collect();
    let bold = Style::new().bold();
    format!(
        "{bold}{}{bold:#}\n  {} entries: {}, {}, {}\n  {}: {}\n  {}: {}\n",
        compact.title,
        compact.seq,
        count(compact.text(compact.seq).len(), "provision"),
        count(compact.groups.len(), "group"),
        count(compact.delegations.len(), "delegation"),
        count(compact.proposals.len(), "proposal"),
        outcomes.join(", "),
        count(compact.drafts.len(), "draft"),
        drafts.join(", "),
    )
}

fn where_to_look(played: &Played, root: &str) -> String {
    let compact = &played.compact;
    let id = &compact.id;
    let draft = |draft: Option<&Arc<crate::compact::Draft>>| draft.map_or("working", |d| d.id.as_str()).to_owned();
    let (first, last) = (draft(compact.drafts.front()), draft(compact.drafts.back()));
    let (seq, waiting) = played.fullest;
    let bold = Style::new().bold();
    format!(
        "{bold}Open{bold:#}\n\
         \x20 {root}/\n\
         \x20 {root}/compacts/{id}\n\
         \x20 {root}/compacts/{id}/redlines/{first}..{last}\n\n\
         {bold}Try{bold:#}\n\
         \x20 # what changed between {first} and {last}, with the marks of one group\n\
         \x20 curl -s -H 'Accept: application/json' '{root}/api/v1/compacts/{id}/redlines/{first}..{last}?group=african-states'\n\
         \x20 # the text with the {waiting} proposals that were on the table at entry {seq}\n\
         \x20 curl -s -H 'Accept: text/markdown' '{root}/api/v1/compacts/{id}/compilations/{seq}'\n\
         \x20 # every entry of the record as an event, and then whatever comes\n\
         \x20 curl -sN -H 'Accept: text/event-stream' '{root}/api/v1/compacts/{id}/events'\n"
    )
}
