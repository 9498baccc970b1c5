//! Webhooks of a server: where they are kept, and where they may go.

use std::path::Path;
use std::sync::Arc;

use clap::Args;
use clap::builder::FalseyValueParser;

use super::fault::Fault;
use super::keyfile::beside;
use crate::feed::{Shelf, Unkept, Webhooks};
use crate::secretariat::Secretariat;

/// Where webhooks may go.
#[derive(Debug, Args)]
pub(super) struct Hooks {
    /// Let webhooks go to addresses that only this machine or its network reaches, on any port
    #[arg(long, env = "TRAVAUX_ALLOW_PRIVATE_WEBHOOKS", value_parser = FalseyValueParser::new())]
    allow_private_webhooks: bool,
}

impl Hooks {
    /// The webhooks that are kept beside a record, in the directory of its name with `.hooks` at its end; in memory alone
    /// where the record is kept nowhere.
    pub(super) fn open(&self, secretariat: &Arc<Secretariat>, data: Option<&Path>) -> Result<Webhooks, Fault> {
        let kept = match data {
            Some(data) => Shelf::open(beside(data, ".hooks", "--data")?)?,
            None => (Shelf::forgetful(), Vec::new()),
        };
        Ok(Webhooks::new(secretariat.clone(), kept, self.allow_private_webhooks))
    }
}

impl From<Unkept> for Fault {
    fn from(why: Unkept) -> Self {
        Self::storage(why.to_string())
    }
}
