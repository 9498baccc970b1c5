//! A server whose disk fails when it is told to.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;

use super::trace::library;
use crate::served::Served;
use crate::server::Answer;
use crate::tried::ends;
use crate::writers::{COMPACTS, Kept, WRITERS, Writers, open_compacts, positions, says, until_refused};

/// A server under way, with what it acknowledged and what it refused.
pub struct Frail {
    home: TempDir,
    pub dir: PathBuf,
    pub served: Served,
    pub kept: Vec<Kept>,
    pub refused: Vec<(Value, Answer)>,
}

impl Frail {
    /// With some entries recorded, and nothing wrong yet.
    pub fn start() -> Self {
        let home = tempfile::tempdir().unwrap();
        let dir = fs::canonicalize(home.path()).unwrap().join("record");
        let fault = home.path().join("fault");
        let environment =
            [("LD_PRELOAD", library().into()), ("TRAVAUX_TRACE_DIR", dir.clone()), ("TRAVAUX_TRACE_FAULT", fault)];
        let served = Served::start_with(&dir, &environment);
        open_compacts(&served);
        let kept = Writers::start(&served.address, [0, WRITERS, 3], || 0).join();
        Self { home, dir, served, kept, refused: Vec::new() }
    }

    /// From now on calls fail as `trace.c` reads it; at once, as the file appears whole.
    pub fn fail(&self, how: &str) {
        let draft = self.home.path().join("draft");
        fs::write(&draft, how).unwrap();
        fs::rename(draft, self.home.path().join("fault")).unwrap();
    }

    /// Whether calls are still to fail.
    pub fn is_failing(&self) -> bool {
        self.home.path().join("fault").exists()
    }

    /// From now on all goes well.
    pub fn mend(&self) {
        fs::remove_file(self.home.path().join("fault")).unwrap();
    }

    /// Has many write until each is refused.
    pub fn write_until_refused(&mut self, life: usize) {
        let address = self.served.address.clone();
        let (kept, refused) = ends("writing until refused", move || until_refused(&address, life));
        self.kept.extend(kept);
        self.refused.extend(refused);
    }

    /// Whoever was refused was told why, and when to come again; readers have what was acknowledged and nothing else.
    pub fn holds(&self, problem: &str) {
        for (_, answer) in &self.refused {
            answer.problem(503, problem);
            assert!(answer.header("retry-after").parse::<u32>().is_ok(), "Retry-After is told");
        }
        self.has_all();
        assert_eq!(self.served.events().len(), self.kept.len() + COMPACTS.len(), "nothing is shown that was refused");
        self.served.send("GET", "/api/v1/compacts/harbours/statements", "").expect(200);
    }

    /// All that was acknowledged is in the record.
    pub fn has_all(&self) {
        positions(&self.kept, &self.served.events());
    }

    /// Nothing that was refused is in the record.
    pub fn has_nothing_refused(&self) {
        let events = self.served.events();
        for (sent, _) in &self.refused {
            assert!(!events.iter().any(|event| says(event, sent)), "refused, and recorded: {}", sent["title"]);
        }
    }

    /// The same record under a server whose disk is sound.
    pub fn start_again(&mut self) {
        self.served.kill();
        let dir = self.dir.clone();
        self.served = ends("starting again", move || Served::start(&dir));
    }
}
