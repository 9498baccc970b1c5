//! `travaux salvage`: what is left of a damaged record, in a new store.

mod saving;

use std::path::{self, Path, PathBuf};

use clap::Args;

use self::saving::{Saved, Saving};
use super::fault::{Done, Fault};
use super::keyfile::Key;
use super::output::{count, print};
use super::ranges::Ranges;
use super::site::Site;
use super::store;
use crate::log::{is_in_use, promised};

/// Save what is left of a damaged record into a new store, and list what is not
///
/// Of each compact, the entries from 1 on without a gap that still prove themselves and replay are saved; what stands
/// behind a gap is written to a file beside the new store. The damaged directory is read and never changed. Where there is
/// a backup, restore that first, and see what this has more. Exit code 1 where anything is missing.
#[derive(Debug, Args)]
pub(super) struct Salvage {
    /// Where the damaged record is kept
    #[arg(long, env = "TRAVAUX_DATA", value_name = "DIR")]
    data: PathBuf,
    /// Where to keep what is saved: an empty directory, or one to be made
    #[arg(long, env = "TRAVAUX_TO", value_name = "NEWDIR")]
    to: PathBuf,
    #[command(flatten)]
    key: Key,
}

impl Salvage {
    /// Saves and lists.
    pub(super) fn run(&self) -> Done {
        self.is_elsewhere()?;
        if is_in_use(&self.data)? {
            let dir = self.data.display();
            return Err(Fault::storage(format!("another travaux has the store in {dir} open: stop it first")));
        }
        let site = Site::beside(&self.to)?;
        let aside = self.aside()?;
        let mut saving = Saving::new(site.filling(store::sealing(&self.key, &self.data)?)?);
        saving.save(&self.data)?;
        if saving.has_more(&self.data)? {
            saving.put_aside(&self.data, &aside)?;
        }
        let recorded = promised(&self.data);
        let lost = saving.positions.lacking(recorded.unwrap_or(0).max(saving.positions.last()));
        let saved = saving.saved();
        let listed = self.listed(&saving, &lost, recorded.is_some(), &aside);
        let compacts = saving.close()?;
        if saved > 0 {
            site.put()?;
        }
        print(&listed)?;
        let aside: u64 = compacts.values().map(|saved| saved.aside.count()).sum();
        self.verdict(saved, lost.count(), aside)
    }

    /// What is saved, lost and put aside, and why.
    fn listed(&self, saving: &Saving, lost: &Ranges, is_promised: bool, aside: &Path) -> String {
        let (entries, compacts) = (count(saving.saved(), "entry"), count(saving.compacts.len(), "compact"));
        let mut lines = vec![format!("{entries} of {compacts} saved into {}", self.to.display())];
        if !is_promised {
            let end = saving.positions.last();
            lines.push(format!("the head file does not say how far the record went: position {end} is the last found"));
        }
        if lost.count() > 0 {
            lines.push(format!("lost: {}, at {lost}", count(lost.count(), "position")));
        }
        lines.extend(saving.compacts.iter().map(|(name, saved)| of_compact(name, saved)));
        lines.extend(saving.unsaid());
        if saving.compacts.values().any(|saved| saved.aside.count() > 0) {
            lines.push(format!("put aside, as `export` writes them: {}", aside.display()));
        }
        lines.join("\n") + "\n"
    }

    fn verdict(&self, saved: u64, lost: u64, aside: u64) -> Done {
        let (old, new) = (self.data.display(), self.to.display());
        let next = format!(
            "run `travaux verify --data {new}`, then move {old} away and keep it, move {new} in its place, and serve it"
        );
        if saved == 0 {
            return Err(Fault::wanting(format!(
                "nothing in {old} could be saved: restore a backup; {new} was not made"
            )));
        }
        if lost == 0 && aside == 0 {
            return print(&format!("nothing that was recorded is missing: {next}\n"));
        }
        let (lost, aside) = (count(lost, "entry"), count(aside, "entry"));
        Err(Fault::wanting(format!(
            "{lost} lost, {aside} put aside: look for them in a backup or an export, and in what those who follow the \
             events have; a later checkpoint will not hold for what is saved. To go on with it, {next}"
        )))
    }

    /// Where goes what proves itself and does not follow what is saved.
    fn aside(&self) -> Result<PathBuf, Fault> {
        let whole = absolute(&self.to)?;
        let mut name = whole.file_name().unwrap_or_default().to_owned();
        name.push(".left-over.ndjson");
        let aside = whole.with_file_name(name);
        if aside.exists() {
            return Err(Fault::wanting(format!("{} is there already: move it away", aside.display())));
        }
        Ok(aside)
    }

    fn is_elsewhere(&self) -> Done {
        if absolute(&self.to)?.starts_with(absolute(&self.data)?) {
            let (to, data) = (self.to.display(), self.data.display());
            return Err(Fault::usage(format!("{to} is in {data}, which stays as it is: name a directory elsewhere")));
        }
        Ok(())
    }
}

fn of_compact(name: &str, saved: &Saved) -> String {
    let mut told = vec![match saved.saved() {
        0 => "nothing saved".to_owned(),
        1 => "entry 1 saved".to_owned(),
        last => format!("entries 1–{last} saved"),
    }];
    let lost = saved.seen.lacking(saved.seen.last());
    if lost.count() > 0 {
        told.push(format!("{lost} lost"));
    }
    if saved.aside.count() > 0 {
        let why = saved.stopped.as_ref().map(|why| format!("entry {} does not hold: {why}", saved.saved() + 1));
        let why = why.unwrap_or_else(|| "what stands before is not there".to_owned());
        told.push(format!("{} put aside, as {why}", saved.aside));
    }
    format!("{name}: {}", told.join("; "))
}

fn absolute(path: &Path) -> Result<PathBuf, Fault> {
    path::absolute(path).map_err(|why| Fault::storage(format!("{}: {why}", path.display())))
}
