//! How far a long command is, on a terminal alone.

use std::io::{IsTerminal as _, Write as _, stderr};

/// How many steps are not worth telling.
const STEP: u64 = 1_024;

/// A line that says how far it is and goes when it is done. Nothing where nobody looks.
pub(super) struct Progress {
    what: &'static str,
    total: Option<u64>,
    told: u64,
    is_shown: bool,
}

impl Progress {
    /// Of so many things, if that is known.
    pub(super) fn of(what: &'static str, total: Option<u64>) -> Self {
        Self { what, total, told: 0, is_shown: stderr().is_terminal() }
    }

    /// So many are done.
    pub(super) fn reach(&mut self, done: u64) {
        if !self.is_shown || done < self.told + STEP {
            return;
        }
        self.told = done;
        let share = self.total.filter(|total| *total > 0).map(|total| done.saturating_mul(100) / total);
        let share = share.map(|share| format!("{share:3} %  ")).unwrap_or_default();
        // If it cannot be told, the work goes on all the same.
        drop(write!(stderr(), "\r{share}{done} {}", self.what));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.told > 0 {
            // To the beginning of the line, and nothing behind it.
            drop(write!(stderr(), "\r\u{1b}[K"));
        }
    }
}
