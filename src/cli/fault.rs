//! Why a command ends before its work is done; the kind decides the exit code.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

use crate::compact::Refusal;
use crate::log::LogError;
use crate::secretariat::Unopened;

/// What most of a command line comes to.
pub(super) type Done = Result<(), Fault>;

/// Why a command ends early.
#[derive(Debug)]
pub(super) enum Fault {
    /// The chair says no, or what was looked at is not as it should be.
    Wanting(anyhow::Error),
    /// What was asked for cannot be asked for.
    Usage(anyhow::Error),
    /// The store or the network does not do its part.
    Storage(anyhow::Error),
    /// Nobody reads the output any more, as with `| head`: nothing is wrong.
    Unread,
}

impl Fault {
    /// Something is refused or found wanting.
    pub(super) fn wanting(why: impl Into<String>) -> Self {
        Self::Wanting(anyhow::Error::msg(why.into()))
    }

    /// The command line cannot be obeyed.
    pub(super) fn usage(why: impl Into<String>) -> Self {
        Self::Usage(anyhow::Error::msg(why.into()))
    }

    /// The store or the network fails.
    pub(super) fn storage(why: impl Into<String>) -> Self {
        Self::Storage(anyhow::Error::msg(why.into()))
    }

    /// With what came of it said behind.
    pub(super) fn with(self, outcome: &str) -> Self {
        let with = |why: anyhow::Error| anyhow::anyhow!("{why:#}; {outcome}");
        match self {
            Self::Wanting(why) => Self::Wanting(with(why)),
            Self::Usage(why) => Self::Usage(with(why)),
            Self::Storage(why) => Self::Storage(with(why)),
            Self::Unread => Self::Unread,
        }
    }

    /// As that of one record among several, which it names.
    pub(super) fn of(self, dir: &Path) -> Self {
        let of = |why: anyhow::Error| why.context(dir.display().to_string());
        match self {
            Self::Wanting(why) => Self::Wanting(of(why)),
            Self::Usage(why) => Self::Usage(of(why)),
            Self::Storage(why) => Self::Storage(of(why)),
            Self::Unread => Self::Unread,
        }
    }

    /// As a finding, where it is what was looked for: damage.
    pub(super) fn found(self) -> Self {
        match self {
            Self::Storage(why) if matches!(why.downcast_ref(), Some(LogError::Corrupt { .. })) => Self::Wanting(why),
            other @ (Self::Wanting(_) | Self::Usage(_) | Self::Storage(_) | Self::Unread) => other,
        }
    }

    /// Tells the operator, and what the program is to exit with.
    pub(super) fn told(self) -> ExitCode {
        let (why, code) = match self {
            Self::Wanting(why) => (why, 1),
            Self::Usage(why) => (why, 2),
            Self::Storage(why) => (why, 3),
            Self::Unread => return ExitCode::SUCCESS,
        };
        let loud = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
        super::output::tell(&format!("{loud}error:{loud:#} {why:#}"));
        ExitCode::from(code)
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Wanting(refusal.into())
    }
}

impl From<LogError> for Fault {
    fn from(error: LogError) -> Self {
        Self::Storage(error.into())
    }
}

impl From<Unopened> for Fault {
    fn from(unopened: Unopened) -> Self {
        match unopened {
            Unopened::Log(error) => error.into(),
            Unopened::NoKey(why) => Self::storage(why.to_string()),
            damaged @ (Unopened::Unreadable { .. } | Unopened::Broken { .. }) => Self::storage(format!(
                "the record does not hold: {damaged}. Nothing is served from it: keep its directory as it is, see what \
                 `travaux verify` says, and restore a backup, or save what is left with `travaux salvage`"
            )),
        }
    }
}

/// What writing the output came to.
pub(super) fn written(done: io::Result<()>) -> Done {
    done.map_err(|why| {
        if why.kind() == io::ErrorKind::BrokenPipe {
            return Fault::Unread;
        }
        Fault::storage(format!("the output cannot be written: {why}"))
    })
}
