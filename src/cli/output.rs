//! Printing that survives a reader who has gone.

use std::io::Write;

use super::fault::{Done, written};

/// Says something to the operator, on standard error.
pub(super) fn tell(said: &str) {
    // If even that cannot be written there is nobody left to tell.
    drop(writeln!(anstream::stderr().lock(), "{said}"));
}

/// Says something on standard output where the work goes on whether it is read or not.
pub(super) fn announce(said: &str) {
    let mut out = anstream::stdout().lock();
    drop(writeln!(out, "{said}").and_then(|()| out.flush()));
}

/// Prints what was asked for.
pub(super) fn print(asked: &str) -> Done {
    let mut out = std::io::stdout().lock();
    written(out.write_all(asked.as_bytes()).and_then(|()| out.flush()))
}

/// A number of things: `1 draft`, `2 entries`.
pub(super) fn count(number: impl TryInto<u64>, thing: &str) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    match (number, thing.strip_suffix('y')) {
        (1, _) => format!("1 {thing}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        (_, None) => format!("{number} {thing}s"),
    }
}
