//! Waiting for sled to let go of its file.

use std::fs::File;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long closing waits for sled's own threads. They take microseconds; only a process that opened the index in this
/// very moment could take longer, and need not be waited for.
const CLOSING: Duration = Duration::from_secs(2);

/// When dropped, after the store was, waits until it is let go of and may be opened again.
pub(super) struct Closing(pub(super) PathBuf);

impl Drop for Closing {
    fn drop(&mut self) {
        let (told, closed) = mpsc::channel();
        let path = std::mem::take(&mut self.0);
        let waiting = thread::Builder::new().name("closing".into());
        let waiting = waiting.spawn(move || {
            let locked = File::open(path).and_then(|file| file.lock());
            // Nobody waits for this any more once the time is over.
            drop(told.send(locked));
        });
        if waiting.is_ok() {
            // Whatever is told: there is nothing more to be done about it here.
            drop(closed.recv_timeout(CLOSING));
        }
    }
}
