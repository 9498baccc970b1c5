//! The command line. Each command has its file; what they share is how they fail, print and open a
//! store.
//!
//! Exit codes: 0 fine, 1 refused or found wanting, 2 usage, 3 storage or network.

mod allowed;
mod backup;
mod bundle;
mod check;
mod demo;
mod export;
mod fault;
mod filling;
mod holes;
mod hooks;
mod import;
mod input;
mod issuer;
mod kept;
mod key;
mod keyfile;
mod known;
mod output;
mod progress;
mod ranges;
mod records;
mod redline;
mod restore;
mod salvage;
mod serve;
mod site;
mod store;
mod token;
mod verify;
mod whole;

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use tracing_subscriber::EnvFilter;

use self::fault::{Done, Fault};

const LOG: &str =
    "What to log on standard error, such as \"info\" or \"travaux=debug\" [default: RUST_LOG, else \"warn\"]";

const LOG_FORMAT: &str = "How to log: a line of text, or a line of JSON [default: text]";

const EXIT_CODES: &str = "Exit codes: 0 fine, 1 refused or found wanting, 2 usage, 3 storage or network.\n\
                          Every flag may be given as an environment variable; colour follows NO_COLOR.";

/// Keeps the record of a negotiation and shows whose words are in the text
#[derive(Debug, Parser)]
#[command(name = "travaux", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Line {
    #[arg(long, global = true, env = "TRAVAUX_LOG", value_name = "FILTER", help = LOG, display_order = 100)]
    log: Option<String>,
    #[arg(long, global = true, env = "TRAVAUX_LOG_FORMAT", value_name = "FORMAT", help = LOG_FORMAT, display_order = 101)]
    log_format: Option<LogFormat>,
    #[command(subcommand)]
    asked: Asked,
}

/// What a line of the log looks like.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum LogFormat {
    #[default]
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
enum Asked {
    Demo(demo::Demo),
    Serve(serve::Serve),
    Redline(redline::Redline),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Verify(verify::Verify),
    Salvage(salvage::Salvage),
    Export(export::Export),
    Import(import::Import),
    Key(key::Key),
    Token(token::Token),
}

/// Does what the command line asks for.
pub fn run() -> ExitCode {
    let line = Line::parse();
    let done =
        log_to_stderr(line.log.as_deref(), line.log_format.unwrap_or_default()).and_then(|()| match line.asked {
            Asked::Demo(demo) => demo.run(),
            Asked::Serve(serve) => serve.run(),
            Asked::Redline(redline) => redline.run(),
            Asked::Export(export) => export.run(),
            Asked::Import(import) => import.run(),
            Asked::Backup(backup) => backup.run(),
            Asked::Restore(restore) => restore.run(),
            Asked::Verify(verify) => verify.run(),
            Asked::Salvage(salvage) => salvage.run(),
            Asked::Key(key) => key.run(),
            Asked::Token(token) => token.run(),
        });
    done.map_or_else(Fault::told, |()| ExitCode::SUCCESS)
}

fn log_to_stderr(filter: Option<&str>, format: LogFormat) -> Done {
    let filter = match (filter, std::env::var("RUST_LOG")) {
        (Some(filter), _) => filter.to_owned(),
        (None, Ok(filter)) if !filter.is_empty() => filter,
        _ => "warn".to_owned(),
    };
    let filter = EnvFilter::try_new(&filter).map_err(|why| Fault::usage(format!("--log {filter:?}: {why}")))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    match format {
        LogFormat::Text => log.with_ansi(io::stderr().is_terminal()).init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    Ok(())
}
