//! A disk as a trace leaves it: what is on the medium for certain, and what may or may not have come there.
//!
//! Assumed of the disk and of what lies between: a sector of 512 bytes is written whole or not at all, and holds what the
//! file held there at some moment since its last sync, each sector by itself; a sync that ended well makes the data and
//! the length of its file durable as they were when it began; a name is durable with a sync of its directory, and that of
//! a new or renamed file also with a sync of the file, as on ext4. Whatever else was done may be lost in any combination.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;

use super::trace::{Act, Record, Synced};
use crate::tried::Draw;

const SECTOR: usize = 512;

/// The files of a directory by their names, with their bytes.
pub type Image = BTreeMap<String, Vec<u8>>;

/// What becomes of the acts that no sync covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// None is on the medium.
    Lost,
    /// Each is or is not, by even chances.
    Half,
    /// Nine of ten are.
    Most,
    /// Half are whole, and of the others some sectors.
    Torn,
    /// All are.
    Kept,
}

impl Rest {
    pub const ALL: [Self; 5] = [Self::Lost, Self::Half, Self::Most, Self::Torn, Self::Kept];
}

/// Which syncs count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syncs {
    All,
    /// `fdatasync` is taken for a lie, as that of a disk that only says so.
    NotOfData,
}

/// A disk after some of the acts of a trace.
#[derive(Clone, Default)]
pub struct Disk<'t> {
    files: Vec<Held<'t>>,
    /// Which file an inode stands for. It is used again once its file is gone.
    inodes: HashMap<u64, usize>,
    /// The names as the server sees them, and as they are on the medium.
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
    /// What was done to names and is not on the medium for certain, oldest first, with its place in the trace.
    naming: Vec<(usize, Naming)>,
    /// Where in the trace the running sync of a file or directory began.
    begun: HashMap<u64, Vec<usize>>,
}

/// A file: what is on the medium, and what was done to it since.
#[derive(Clone, Default)]
struct Held<'t> {
    durable: Vec<u8>,
    since: Vec<(usize, Change<'t>)>,
}

#[derive(Clone, Copy)]
enum Change<'t> {
    Written(usize, &'t [u8]),
    LengthSet(usize),
}

#[derive(Clone)]
enum Naming {
    Linked(String, usize),
    Renamed(String, String, usize),
    Removed(String, usize),
}

impl<'t> Disk<'t> {
    /// A disk on which a directory lies as it is, all of it durable.
    pub fn holding(dir: &Path) -> Self {
        let mut disk = Self::default();
        for (name, path) in files_below(dir) {
            disk.inodes.insert(fs::metadata(&path).unwrap().ino(), disk.files.len());
            disk.names.insert(name, disk.files.len());
            disk.files.push(Held { durable: fs::read(path).unwrap(), since: Vec::new() });
        }
        disk.durable_names = disk.names.clone();
        disk
    }

    /// The disk after these acts, which follow one another from the beginning of a trace.
    pub fn after(mut self, records: &[Record<'t>], syncs: Syncs) -> Self {
        for (place, record) in records.iter().enumerate() {
            self.follow(place, record.act, syncs);
        }
        self
    }

    fn follow(&mut self, place: usize, act: Act<'t>, syncs: Syncs) {
        match act {
            Act::Opened { file, name } => self.opened(place, file, name),
            Act::Written { file, at, bytes } => self.changed(place, file, Change::Written(at, bytes)),
            Act::LengthSet { file, length } => self.changed(place, file, Change::LengthSet(length)),
            Act::Renamed { from, to } => self.renamed(place, from, to),
            Act::Removed { name } => self.removed(place, name),
            Act::Listed { lines } => self.listed(place, lines),
            Act::SyncBegun(synced) => self.begun.entry(synced.file).or_default().push(place),
            Act::SyncEnded(synced) => self.synced(synced, syncs),
        }
    }

    fn opened(&mut self, place: usize, inode: u64, name: &str) {
        let known = self.names.get(name).copied();
        if known.is_some() && known == self.inodes.get(&inode).copied() {
            return;
        }
        let file = self.files.len();
        self.files.push(Held::default());
        self.inodes.insert(inode, file);
        self.names.insert(name.to_owned(), file);
        self.naming.push((place, Naming::Linked(name.to_owned(), file)));
    }

    fn renamed(&mut self, place: usize, from: &str, to: &str) {
        let Some(file) = self.names.remove(from) else { return };
        self.names.insert(to.to_owned(), file);
        self.naming.push((place, Naming::Renamed(from.to_owned(), to.to_owned(), file)));
    }

    fn removed(&mut self, place: usize, name: &str) {
        // A directory has no name here: it is there with its files.
        let Some(file) = self.names.remove(name) else { return };
        self.naming.push((place, Naming::Removed(name.to_owned(), file)));
    }

    /// Finds out what was renamed by calls that the trace does not see: told as if it were done now.
    fn listed(&mut self, place: usize, lines: &str) {
        let mut lines = lines.lines();
        let dir = lines.next().expect("the directory").to_owned();
        for (inode, name) in lines.filter_map(|line| line.split_once(' ')) {
            let name = if dir.is_empty() { name.to_owned() } else { format!("{dir}/{name}") };
            let file = inode.parse().ok().and_then(|inode: u64| self.inodes.get(&inode).copied());
            let known = self.names.iter().find(|(_, known)| Some(**known) == file);
            let from = known.map(|(from, _)| from.clone()).filter(|from| *from != name);
            if let Some(from) = from {
                self.renamed(place, &from, &name);
            }
        }
    }

    fn changed(&mut self, place: usize, inode: u64, change: Change<'t>) {
        let file = self.inodes.get(&inode).expect("a file is opened before it is changed");
        self.files[*file].since.push((place, change));
    }

    /// Two syncs of one file at a time: the one that began first is taken to end first, which covers less.
    fn synced(&mut self, synced: Synced<'t>, syncs: Syncs) {
        let begun = self.begun.get_mut(&synced.file).filter(|begun| !begun.is_empty());
        let begun = begun.expect("a sync begins before it ends").remove(0);
        if synced.is_data && syncs == Syncs::NotOfData {
            return;
        }
        let file = self.inodes.get(&synced.file).copied().filter(|_| !synced.is_dir);
        if let Some(file) = file {
            let held = &mut self.files[file];
            let covered = held.since.partition_point(|(place, _)| *place < begun);
            for (_, change) in held.since.drain(..covered) {
                change.apply(&mut held.durable);
            }
        }
        for (place, naming) in std::mem::take(&mut self.naming) {
            let covers = if synced.is_dir { naming.is_in(synced.name) } else { naming.tells_of(file) };
            if place < begun && covers {
                naming.apply(&mut self.durable_names);
            } else {
                self.naming.push((place, naming));
            }
        }
    }

    /// What may be found when the power is back.
    pub fn image(&self, rest: Rest, draw: &mut Draw) -> Image {
        let mut names = self.durable_names.clone();
        for (_, naming) in &self.naming {
            if survives(rest, draw) {
                naming.apply(&mut names);
            }
        }
        names.into_iter().map(|(name, file)| (name, self.files[file].image(rest, draw))).collect()
    }
}

impl Held<'_> {
    fn image(&self, rest: Rest, draw: &mut Draw) -> Vec<u8> {
        let (mut seen, mut image) = (self.durable.clone(), self.durable.clone());
        for (_, change) in &self.since {
            change.apply(&mut seen);
            let whole = survives(rest, draw);
            match *change {
                Change::LengthSet(length) if whole => image.resize(length, 0),
                Change::LengthSet(_) => {}
                Change::Written(at, bytes) => {
                    let end = at + bytes.len();
                    // The length may have come to the medium without the data: then there are zeros.
                    let longer = whole || (rest != Rest::Lost && draw.in_hundred(50));
                    for from in (at - at % SECTOR..end).step_by(SECTOR) {
                        if whole || (rest == Rest::Torn && draw.in_hundred(50)) {
                            copy(&seen, &mut image, from, end);
                        }
                    }
                    if longer && image.len() < end {
                        image.resize(end, 0);
                    }
                }
            }
        }
        image
    }
}

/// Takes over a sector as the file has it, up to the end of the write that brought it or of what is there already.
fn copy(seen: &[u8], image: &mut Vec<u8>, from: usize, end: usize) {
    let next = from + SECTOR;
    if image.len() < end.min(next) {
        image.resize(end.min(next), 0);
    }
    let end = next.min(image.len()).min(seen.len());
    image[from..end].copy_from_slice(&seen[from..end]);
}

fn survives(rest: Rest, draw: &mut Draw) -> bool {
    match rest {
        Rest::Lost => false,
        Rest::Half | Rest::Torn => draw.in_hundred(50),
        Rest::Most => draw.in_hundred(90),
        Rest::Kept => true,
    }
}

impl Change<'_> {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match *self {
            Self::LengthSet(length) => bytes.resize(length, 0),
            Self::Written(at, written) => {
                let end = at + written.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[at..end].copy_from_slice(written);
            }
        }
    }
}

impl Naming {
    fn apply(&self, names: &mut BTreeMap<String, usize>) {
        let gone = |names: &mut BTreeMap<String, usize>, name: &String, file: usize| {
            if names.get(name) == Some(&file) {
                names.remove(name);
            }
        };
        match self {
            Self::Linked(name, file) => drop(names.insert(name.clone(), *file)),
            Self::Renamed(from, to, file) => {
                gone(names, from, *file);
                names.insert(to.clone(), *file);
            }
            Self::Removed(name, file) => gone(names, name, *file),
        }
    }

    fn tells_of(&self, file: Option<usize>) -> bool {
        match self {
            Self::Linked(_, of) | Self::Renamed(_, _, of) => Some(*of) == file,
            Self::Removed(..) => false,
        }
    }

    fn is_in(&self, dir: &str) -> bool {
        let within = |name: &String| name.rsplit_once('/').map_or("", |(dir, _)| dir) == dir;
        match self {
            Self::Linked(name, _) | Self::Removed(name, _) => within(name),
            Self::Renamed(from, to, _) => within(from) || within(to),
        }
    }
}

/// The files below a directory, with their names as seen from it.
pub fn files_below(dir: &Path) -> Vec<(String, std::path::PathBuf)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            found.extend(files_below(&path).into_iter().map(|(below, path)| (format!("{name}/{below}"), path)));
        } else {
            found.push((name, path));
        }
    }
    found
}

/// The files below a directory, read.
pub fn read(dir: &Path) -> Image {
    files_below(dir).into_iter().map(|(name, path)| (name, fs::read(path).unwrap())).collect()
}

/// Lays an image into a directory. Pages of zeros are left out, so that room preallocated costs nothing.
pub fn lay(image: &Image, dir: &Path) {
    for (name, bytes) in image {
        let path = dir.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let file = File::create(path).unwrap();
        file.set_len(bytes.len() as u64).unwrap();
        for (page, at) in bytes.chunks(4096).zip((0..).step_by(4096)) {
            if page != &[0; 4096][..page.len()] {
                file.write_all_at(page, at).unwrap();
            }
        }
    }
}
