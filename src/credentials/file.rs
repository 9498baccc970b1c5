//! The file that keeps tokens: beside the record, not in it. It only grows, a line at a time, under a lock, so that the
//! command line issues and revokes while a server runs.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::{Unkept, owned};
use crate::access::{Secret, Speaking, TokenId, Tokens, expiry};
use crate::compact::Moment;

/// Where tokens are kept.
#[derive(Debug)]
pub struct TokenFile {
    path: PathBuf,
    /// What it was when it was last read: which file, and how long.
    seen: Mutex<Option<(u64, u64)>>,
}

impl TokenFile {
    /// Of that name; made with the first token.
    pub fn new(path: PathBuf) -> Self {
        Self { path, seen: Mutex::new(None) }
    }

    /// The tokens in it; none where it is not there.
    pub fn read(&self) -> Result<Tokens, Unkept> {
        match File::open(&self.path) {
            Ok(file) => Ok(self.read_from(file)?.1),
            Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(Tokens::default()),
            Err(why) => Err(self.unread(&why)),
        }
    }

    /// The tokens in it, if it is another or longer than when it was last read so.
    pub(super) fn read_if_changed(&self) -> Result<Option<Tokens>, Unkept> {
        let is = match fs::metadata(&self.path) {
            Ok(is) => Some((is.ino(), is.len())),
            Err(why) if why.kind() == io::ErrorKind::NotFound => None,
            Err(why) => return Err(self.unread(&why)),
        };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if is == *seen {
            return Ok(None);
        }
        let tokens = self.read()?;
        *seen = is;
        Ok(Some(tokens))
    }

    pub(super) fn issue(
        &self,
        speaking: &Speaking,
        label: &str,
        expires: Option<&str>,
        now: Moment,
    ) -> Result<(Secret, TokenId), Unkept> {
        let expires = expiry(expires, now)?;
        let mut bytes = [0; 32];
        let random = getrandom::fill(&mut bytes);
        random.map_err(|why| Unkept::Storage(format!("the system gives no random numbers: {why}")))?;
        let secret = Secret::from_bytes(bytes);
        self.add(|tokens| Ok(Some(tokens.issue(&secret, speaking, label, (now, expires))?)))?;
        let id = TokenId::of(secret.sha256());
        Ok((secret, id))
    }

    pub(super) fn revoke(&self, id: TokenId, now: Moment) -> Result<(), Unkept> {
        self.add(|tokens| Ok(tokens.revoke(id, now)?))
    }

    /// Adds a line, if one is to be added to what is there. Nobody else adds one meanwhile.
    fn add(&self, line: impl FnOnce(&Tokens) -> Result<Option<String>, Unkept>) -> Result<(), Unkept> {
        let unkept = |why: io::Error| Unkept::Storage(format!("{} cannot be written: {why}", self.path.display()));
        let file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(&self.path);
        let file = file.map_err(unkept)?;
        file.lock().map_err(unkept)?;
        let (whole, tokens) = self.read_from(file.try_clone().map_err(unkept)?)?;
        let Some(line) = line(&tokens)? else { return Ok(()) };
        // What was begun and not finished was never acknowledged.
        let added = file.set_len(whole).and_then(|()| (&file).write_all(format!("{line}\n").as_bytes()));
        added.and_then(|()| file.sync_all()).and_then(|()| owned::sync_folder(&self.path)).map_err(unkept)
    }

    /// The tokens, and how long the whole lines are that tell them.
    fn read_from(&self, mut file: File) -> Result<(u64, Tokens), Unkept> {
        let path = self.path.display();
        let there = file.metadata().map_err(|why| self.unread(&why))?;
        if let Some(mode) = owned::open_to_others(&there) {
            return Err(Unkept::Storage(format!(
                "{path} is open to others (mode {mode:03o}), and whoever writes it can speak as anybody: `chmod 600 {path}`"
            )));
        }
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(|why| self.unread(&why))?;
        let tokens = Tokens::read(&text).map_err(|why| {
            Unkept::Storage(format!("{path} does not hold tokens: {why}; put a copy of it back, or take that line out"))
        })?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        Ok((whole as u64, tokens))
    }

    fn unread(&self, why: &io::Error) -> Unkept {
        Unkept::Storage(format!("{} cannot be read: {why}", self.path.display()))
    }
}
