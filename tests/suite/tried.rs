//! What the tests with arbitrary parts tried: how large they are, what they drew, and where they say so.

use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::Write as _;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How long one attempt may take before it counts as hanging. Far more than any takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// How much is tried: the second number with `TRAVAUX_LONG` set, as `tests/run --long` has it, else the first.
pub fn short_or_long(short: usize, long: usize) -> usize {
    if std::env::var_os("TRAVAUX_LONG").is_some() { long } else { short }
}

/// Says what was tried, for the summary of `tests/run` too.
pub fn tried(what: &str) {
    println!("{what}");
    let Some(path) = std::env::var_os("TRAVAUX_TRIED") else { return };
    let file = File::options().create(true).append(true).open(path);
    file.unwrap().write_all(format!("tried: {what}\n").as_bytes()).unwrap();
}

/// Says why something was not tried, past the capture of the test runner, so that it is seen and counted.
pub fn not_run(why: &str) {
    std::io::stderr().write_all(format!("not run: {why}\n").as_bytes()).expect("standard error is open");
}

/// Runs what must come to an end, and fails where it does not.
pub fn ends<T: Send + 'static>(what: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (told, result) = mpsc::channel();
    let worker = thread::spawn(move || drop(told.send(work())));
    match result.recv_timeout(PATIENCE) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout) => panic!("{what}: no end after {PATIENCE:?}"),
        Err(RecvTimeoutError::Disconnected) => panic!("{what}: {:?}", worker.join().expect_err("it told nothing")),
    }
}

/// Numbers that are the same for the same seed, for what has to be arbitrary.
pub struct Draw(u64);

impl Draw {
    /// Another seed in every run, unless `TRAVAUX_SEED` names one; what was tried tells it.
    pub fn new(what: &str) -> (Self, u64) {
        let named = std::env::var("TRAVAUX_SEED").ok();
        let seed = named.map_or_else(|| RandomState::new().hash_one(what), |seed| seed.parse().unwrap());
        (Self(seed), seed)
    }

    /// Numbers that follow from this one.
    pub fn from(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One of so many, from 0.
    pub fn below(&mut self, many: usize) -> usize {
        usize::try_from(self.number() % many as u64).unwrap()
    }

    /// Yes in so many of a hundred cases.
    pub fn in_hundred(&mut self, cases: usize) -> bool {
        self.below(100) < cases
    }

    /// So many bytes that nothing compresses.
    pub fn bytes(&mut self, many: usize) -> Vec<u8> {
        std::iter::repeat_with(|| self.number().to_le_bytes()).flatten().take(many).collect()
    }
}
