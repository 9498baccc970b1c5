//! The file that keeps the keys of a server: beside its record, not in it, so that a copy of the record cannot sign.

use std::fs;
use std::io::{self, Write as _};
use std::path::{self, Path, PathBuf};

use clap::Args;
use tempfile::NamedTempFile;

use super::fault::{Done, Fault};
use super::output::tell;
use crate::credentials::owned;
use crate::proof::Keyring;
use crate::secretariat::{NoKey, new_keys, rotated_keys};

/// Which key signs checkpoints.
#[derive(Clone, Debug, Args)]
pub(super) struct Key {
    /// The file that keeps the keys checkpoints are signed with [default: that of --data with ".key" at its end]
    #[arg(long, env = "TRAVAUX_KEY", value_name = "FILE")]
    key: Option<PathBuf>,
    /// The name that a new key signs in, such as "example.org" [default: that of the key before it, else one of its own]
    #[arg(long, env = "TRAVAUX_ORIGIN", value_name = "NAME")]
    origin: Option<String>,
}

impl Key {
    /// The file of that name, else the one beside a record.
    pub(super) fn file(&self, data: Option<&Path>) -> Result<Option<KeyFile>, Fault> {
        match (&self.key, data) {
            (_, Some(data)) => self.file_for(data).map(Some),
            (Some(key), None) => {
                Ok(Some(KeyFile { path: key.clone(), origin: self.origin.clone(), named: naming(None, Some(key)) }))
            }
            (None, None) => Ok(None),
        }
    }

    /// The same for a record that is kept.
    pub(super) fn file_for(&self, data: &Path) -> Result<KeyFile, Fault> {
        let path = match &self.key {
            Some(key) if whole(key)?.starts_with(whole(data)?) => return Err(inside(key, data)),
            Some(key) => key.clone(),
            None => beside(data, ".key", "--key")?,
        };
        Ok(KeyFile { path, origin: self.origin.clone(), named: naming(Some(data), self.key.as_deref()) })
    }

    /// The same for the record of another audience, in a directory beside: where a file was named, one of that name with
    /// the audience at its end, unless there is one beside that record already.
    pub(super) fn of_audience(&self, name: &str, data: &Path) -> Result<Self, Fault> {
        let origin = self.origin.as_ref().map(|origin| format!("{origin}/{name}"));
        let Some(key) = &self.key else { return Ok(Self { key: None, origin }) };
        let mut named = key.clone().into_os_string();
        named.push(format!(".{name}"));
        let (named, there) = (PathBuf::from(named), beside(data, ".key", "--key")?);
        let key = if !named.exists() && there.exists() { there } else { named };
        Ok(Self { key: Some(key), origin })
    }

    /// What was named.
    pub(super) fn given(&self) -> Option<&Path> {
        self.key.as_deref()
    }

    /// Keys that are kept nowhere.
    pub(super) fn passing(&self) -> Result<Keyring, Fault> {
        Ok(new_keys(self.origin.as_deref())?)
    }
}

/// A file with keys, a line each, the one that signs first; only its owner may read it.
#[derive(Debug)]
pub(super) struct KeyFile {
    path: PathBuf,
    origin: Option<String>,
    /// How it is named on a command line.
    named: String,
}

/// Keys with a new one in front, on the disk beside those that they are to replace.
pub(super) struct Renewed<'f> {
    /// The keys.
    pub(super) keys: Keyring,
    file: &'f KeyFile,
    beside: NamedTempFile,
}

impl Renewed<'_> {
    /// Puts them in their place, all or nothing.
    pub(super) fn put(self) -> Done {
        self.beside.persist(&self.file.path).map_err(|why| self.file.unkept(&why.error))?;
        self.file.sync_folder()
    }
}

impl KeyFile {
    /// The keys in it, if it is there: to be looked at before anything else is begun.
    pub(super) fn look(&self) -> Result<Option<Keyring>, Fault> {
        let keys = self.read()?;
        if let (Some(keys), Some(origin)) = (&keys, self.origin.as_deref())
            && keys.origin() != origin
        {
            let (path, known, named) = (self.path.display(), keys.origin(), &self.named);
            return Err(Fault::usage(format!(
                "the key in {path} signs in the name of {known}: leave --origin out, or take a new key with `travaux key \
                 rotate {named} --origin {origin}`"
            )));
        }
        Ok(keys)
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// New keys where there are none, kept before they sign anything.
    pub(super) fn make(&self) -> Result<Keyring, Fault> {
        let keys = new_keys(self.origin.as_deref())?;
        let path = self.path.display();
        let kept = self.written(&keys)?.persist_noclobber(&self.path);
        kept.map_err(|why| self.unkept(&why.error))?;
        self.sync_folder()?;
        tell(&format!("a key to sign checkpoints with was made: keep a copy of {path}, and keep it secret"));
        Ok(keys)
    }

    /// The keys in it, which must be there.
    pub(super) fn open(&self) -> Result<Keyring, Fault> {
        let missing =
            || format!("there is no key in {}; `travaux serve` makes one when it starts", self.path.display());
        self.read()?.ok_or_else(|| Fault::storage(missing()))
    }

    /// Whether there is such a file.
    pub(super) fn is_there(&self) -> bool {
        self.path.exists()
    }

    /// A new key in front of those in it, to be put in their place.
    pub(super) fn renewed(&self) -> Result<Renewed<'_>, Fault> {
        let keys = rotated_keys(self.open()?, self.origin.as_deref())?;
        let beside = self.written(&keys)?;
        Ok(Renewed { keys, file: self, beside })
    }

    fn read(&self) -> Result<Option<Keyring>, Fault> {
        let path = self.path.display();
        let unread = |why: io::Error| Fault::storage(format!("{path} cannot be read: {why}"));
        let there = match fs::metadata(&self.path) {
            Ok(there) => there,
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(why) => return Err(unread(why)),
        };
        if there.is_dir() {
            return Err(Fault::usage(format!("{path} is a directory; name a file with --key")));
        }
        if let Some(mode) = owned::open_to_others(&there) {
            return Err(Fault::storage(format!(
                "{path} is open to others (mode {mode:03o}), and whoever reads it can sign in this server's name: `chmod \
                 600 {path}`; if somebody may have read it, `travaux key rotate {named}` as well",
                named = self.named
            )));
        }
        let text = fs::read_to_string(&self.path).map_err(unread)?;
        let keys = Keyring::read(&text);
        keys.map(Some).map_err(|why| {
            Fault::storage(format!(
                "{path} does not hold keys: {why}; put a copy of it back, or move it away to begin with a new key"
            ))
        })
    }

    /// A file beside it, for the owner alone, with these keys, on the disk.
    fn written(&self, keys: &Keyring) -> Result<NamedTempFile, Fault> {
        let beside = tempfile::Builder::new().prefix(".travaux-key-").tempfile_in(owned::folder(&self.path));
        let mut beside = beside.map_err(|why| self.unkept(&why))?;
        let done = beside.write_all(keys.secrets().as_bytes()).and_then(|()| beside.as_file().sync_all());
        done.map_err(|why| self.unkept(&why))?;
        Ok(beside)
    }

    fn sync_folder(&self) -> Done {
        owned::sync_folder(&self.path).map_err(|why| self.unkept(&why))
    }

    fn unkept(&self, why: &io::Error) -> Fault {
        Fault::storage(format!("the key cannot be kept in {}: {why}", self.path.display()))
    }
}

impl From<NoKey> for Fault {
    fn from(why: NoKey) -> Self {
        match why {
            NoKey::Random(_) => Self::storage(why.to_string()),
            NoKey::Name(_) => Self::usage(why.to_string()),
        }
    }
}

fn inside(key: &Path, data: &Path) -> Fault {
    let (key, data) = (key.display(), data.display());
    Fault::usage(format!("{key} is in {data}, and a copy of the record could sign: name a file elsewhere with --key"))
}

/// How the keys of a record, or those in a file, are named on a command line.
fn naming(data: Option<&Path>, key: Option<&Path>) -> String {
    let flag = |flag: &str, path: Option<&Path>| path.map(|path| format!("{flag} {}", path.display()));
    let flags: Vec<String> = [flag("--data", data), flag("--key", key)].into_iter().flatten().collect();
    flags.join(" ")
}

fn whole(path: &Path) -> Result<PathBuf, Fault> {
    path::absolute(path).map_err(|why| Fault::storage(format!("{}: {why}", path.display())))
}

/// What is kept beside `record` and not in it: `record.key` for the ending `.key`; `flag` is what names another place.
pub(super) fn beside(data: &Path, ending: &str, flag: &str) -> Result<PathBuf, Fault> {
    let whole = whole(data)?;
    let Some(name) = whole.file_name() else {
        return Err(Fault::usage(format!("beside {} nothing can be kept: name a file with {flag}", data.display())));
    };
    let mut name = name.to_owned();
    name.push(ending);
    Ok(whole.with_file_name(name))
}
