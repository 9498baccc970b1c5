//! Laws that hold for any negotiation, tried on random ones.

mod moves;
mod table;
mod texts;
mod whose;

use std::collections::BTreeMap;

use proptest::test_runner::Config;
use travaux::compact::{Compact, ProvisionId, Seq};
use travaux::history::At;

/// The entry that brought the first text.
const ZERO: Seq = Seq(4);

fn config() -> Config {
    Config { failure_persistence: None, ..Config::with_cases(256) }
}

fn at(seq: Seq) -> At {
    At { at: seq.to_string(), seq }
}

fn stands(compact: &Compact, at: Seq) -> BTreeMap<ProvisionId, String> {
    compact.text(at).into_iter().map(|p| (p.id, p.text.to_string())).collect()
}
