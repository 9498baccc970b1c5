//! A bundle as a file: one zstd frame (RFC 8878) with a checksum, and behind it a skippable frame that holds the SHA-256
//! of all bytes before the hash. So a changed bit of the file is found even where it changes nothing of what is read, and
//! any program that reads zstd reads the lines.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Take, Write};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use zstd::stream::{read, write};

use super::line::LINE_BYTES_MAX;
use crate::cli::fault::{Done, Fault};
use crate::cli::input;
use crate::proof::Hash;

/// A skippable frame of 32 bytes (RFC 8878, section 3.1.2).
const SEAL: [u8; 8] = [0x50, 0x2a, 0x4d, 0x18, 32, 0, 0, 0];

/// How many bytes a hash has.
const HASH_BYTES: u64 = 32;

/// How hard zstd tries. More costs much time and saves little.
const LEVEL: i32 = 3;

/// How far back a frame may refer to, as a power of two: the 8 MiB that every reader is to have room for (RFC 8878,
/// section 3.1.1.1.2). Ours needs less; one that asks for more could fill the memory of whoever checks it.
const WINDOW_LOG_MAX: u32 = 23;

/// Passes bytes on and hashes them.
struct Hashed<I> {
    inner: I,
    hash: Sha256,
}

impl<I> Hashed<I> {
    fn new(inner: I) -> Self {
        Self { inner, hash: Sha256::new() }
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.hash.update(into.get(..read).unwrap_or_default());
        Ok(read)
    }
}

/// The writing side.
pub(super) struct Packing<W: Write> {
    to: write::Encoder<'static, Hashed<W>>,
    said: Sha256,
}

impl<W: Write> Packing<W> {
    /// Begins the file.
    pub(super) fn new(to: W) -> io::Result<Self> {
        let mut to = write::Encoder::new(Hashed::new(to), LEVEL)?;
        to.include_checksum(true)?;
        Ok(Self { to, said: Sha256::new() })
    }

    /// Writes a line, and its end.
    pub(super) fn line(&mut self, line: &str) -> io::Result<()> {
        self.ended(line.as_bytes()).and_then(|()| self.ended(b"\n"))
    }

    /// Writes bytes that have the end of their line.
    pub(super) fn ended(&mut self, line: &[u8]) -> io::Result<()> {
        self.said.update(line);
        self.to.write_all(line)
    }

    /// The SHA-256 of all lines so far.
    pub(super) fn said(&self) -> Hash {
        Hash(self.said.clone().finalize().into())
    }

    /// Ends the file.
    pub(super) fn finish(self) -> io::Result<()> {
        let mut to = self.to.finish()?;
        to.write_all(&SEAL)?;
        let hash = to.hash.finalize();
        to.inner.write_all(&hash)?;
        to.inner.flush()
    }
}

/// The reading side.
pub(super) struct Unpacking {
    path: PathBuf,
    lines: BufReader<read::Decoder<'static, BufReader<Hashed<Take<File>>>>>,
    /// How many lines were read.
    pub(super) number: u64,
    /// Of all lines so far, and of those before the last.
    said: Sha256,
    before: Sha256,
    sealed: [u8; 32],
}

impl Unpacking {
    /// Opens a file.
    pub(super) fn open(path: &Path) -> Result<Self, Fault> {
        let unreadable = |why: &io::Error| input::unreadable(path, why);
        let file = File::open(path).map_err(|why| unreadable(&why))?;
        let there = file.metadata().map_err(|why| unreadable(&why))?;
        if !there.is_file() {
            return Err(Fault::usage(format!(
                "{} is not a file; name one that `travaux backup` wrote",
                path.display()
            )));
        }
        let hashed = there.len().saturating_sub(HASH_BYTES);
        let mut sealed = [0; 32];
        if hashed > 0 {
            file.read_exact_at(&mut sealed, hashed).map_err(|why| unreadable(&why))?;
        }
        let file = BufReader::new(Hashed::new(file.take(hashed)));
        let mut lines = read::Decoder::with_buffer(file).map_err(|why| unreadable(&why))?.single_frame();
        lines.window_log_max(WINDOW_LOG_MAX).map_err(|why| unreadable(&why))?;
        Ok(Self {
            path: path.to_owned(),
            lines: BufReader::new(lines),
            number: 0,
            said: Sha256::new(),
            before: Sha256::new(),
            sealed,
        })
    }

    /// The next line without its end, which must be there.
    pub(super) fn line(&mut self) -> Result<Vec<u8>, Fault> {
        let mut line = Vec::new();
        self.number += 1;
        let most = u64::try_from(LINE_BYTES_MAX + 1).unwrap_or(u64::MAX);
        let read = (&mut self.lines).take(most).read_until(b'\n', &mut line);
        read.map_err(|why| self.unread(&why))?;
        self.before = self.said.clone();
        self.said.update(&line);
        match line.pop() {
            Some(b'\n') => Ok(line),
            Some(_) if line.len() >= LINE_BYTES_MAX => Err(self.wrong("it is too long")),
            Some(_) => Err(self.wrong("it is cut short")),
            None => Err(self.wrong("it is not there: the file ends before it should")),
        }
    }

    /// The next line, as text.
    pub(super) fn text(&mut self) -> Result<String, Fault> {
        let line = self.line()?;
        String::from_utf8(line).map_err(|_| self.wrong("it is not UTF-8"))
    }

    /// The SHA-256 of all lines before the one that was read last.
    pub(super) fn before(&self) -> Hash {
        Hash(self.before.clone().finalize().into())
    }

    /// Checks that nothing follows, and that every byte of the file is the one that was written.
    pub(super) fn finish(mut self) -> Done {
        let more = self.lines.fill_buf().map(|rest| !rest.is_empty());
        if more.map_err(|why| self.unread(&why))? {
            self.number += 1;
            return Err(self.wrong("it stands behind the last line that there should be"));
        }
        let path = self.path.display();
        let unreadable = |why: &io::Error| input::unreadable(&self.path, why);
        let mut lines = self.lines.into_inner();
        lines.finish_frame().map_err(|why| unreadable(&why))?;
        let mut file = lines.into_inner();
        let mut rest = Vec::new();
        let most = u64::try_from(SEAL.len() + 1).unwrap_or(u64::MAX);
        (&mut file).take(most).read_to_end(&mut rest).map_err(|why| unreadable(&why))?;
        if rest != SEAL {
            return Err(Fault::wanting(format!(
                "{path} does not end as it was written: all its lines hold, and something is missing or added behind them"
            )));
        }
        if <[u8; 32]>::from(file.into_inner().hash.finalize()) != self.sealed {
            return Err(Fault::wanting(format!(
                "{path} is not the file that was written: all its lines hold, and a byte of how they are packed, or of \
                 the SHA-256 at the end, was changed"
            )));
        }
        Ok(())
    }

    /// What is wrong with the line that was read last.
    pub(super) fn wrong(&self, why: &str) -> Fault {
        Fault::wanting(format!("line {} of {} does not hold: {why}", self.number, self.path.display()))
    }

    /// Whether it is the file or the disk that is at fault.
    fn unread(&self, why: &io::Error) -> Fault {
        if why.raw_os_error().is_some() {
            return input::unreadable(&self.path, why);
        }
        self.wrong(&format!("it cannot be unpacked ({why}): the file is damaged here, or a little before"))
    }
}
