//! What comes from outside with no good in mind: too much, too often, too slow, not what it says it is.

mod crowds;
mod headers;
mod kept;
mod markup;
mod readers;
mod slow;
mod speakers;
mod told;

use std::sync::Arc;

use travaux::log::MemoryLog;
use travaux::web::Settings;

use crate::server::Server;

/// A server on an empty record, with limits of its own that hold on loopback, too.
fn strict(settings: Settings) -> Server {
    Server::strict(Arc::new(MemoryLog::new()), Settings { counts_loopback: true, ..settings })
}
