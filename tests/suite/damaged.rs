//! A store with a bit flipped or cut short, anywhere in any of its files: it opens with every entry as it was recorded, or it
//! is refused with where the damage is and what to do. It never serves fewer or other entries, panics or hangs.

use std::sync::mpsc;
use std::thread;

use travaux::log::Stored;

use crate::power::disk::{Image, read};
use crate::power::{contents, copied, laid};
use crate::served::Served;
use crate::tried::{Draw, short_or_long, tried};
use crate::writers::{WRITERS, Writers, open_compacts};

/// What is done to one file.
#[derive(Clone, Copy, Debug)]
enum Damage {
    Flip { at: usize, bit: usize },
    Cut { to: usize },
    Gone,
}

/// What came of it.
enum Outcome {
    /// It does not open or read to its end, and this is said.
    Refused(String),
    /// Every entry is there as it was recorded.
    Harmless,
    /// So many entries are there, and they are not those recorded.
    Served(usize),
}

impl Damage {
    fn done_to(self, image: &Image, name: &str) -> Image {
        let mut image = image.clone();
        let bytes = image.get_mut(name).expect("the file is there");
        match self {
            Self::Flip { at, bit } => bytes[at] ^= 1 << bit,
            Self::Cut { to } => bytes.truncate(to),
            Self::Gone => drop(image.remove(name)),
        }
        image
    }
}

/// So many flips at most, and a third as many cuts, all over a file; half of them where it is not zeros: room may be set aside for what is still to come.
fn damages(bytes: &[u8], flips: usize, draw: &mut Draw) -> Vec<Damage> {
    let written: Vec<usize> = (0..bytes.len()).step_by(512).filter(|at| !is_zero(&bytes[*at..], 512)).collect();
    let mut place = |number: usize, of: usize| {
        if written.is_empty() || number.is_multiple_of(2) {
            return bytes.len() * number / of;
        }
        (written[written.len() * number / of] + draw.below(512)).min(bytes.len() - 1)
    };
    let (flips, cuts) = (flips.min(2 * bytes.len()), (flips / 3).min(bytes.len()));
    let flipped = (0..flips).map(|number| Damage::Flip { at: place(number, flips), bit: number % 8 });
    let flipped: Vec<Damage> = flipped.collect();
    let cut = (0..cuts).map(|number| Damage::Cut { to: place(number, cuts) });
    flipped.into_iter().chain(cut.collect::<Vec<_>>()).chain([Damage::Gone]).collect()
}

fn is_zero(bytes: &[u8], most: usize) -> bool {
    bytes.iter().take(most).all(|byte| *byte == 0)
}

/// A store that was stopped as it should be, and what it holds.
fn stopped() -> (Image, Vec<Stored>) {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("record");
    let served = Served::start(&dir);
    open_compacts(&served);
    let kept = Writers::start(&served.address, [0, WRITERS, 12], || 0).join();
    assert_eq!(kept.len(), WRITERS * 12);
    served.stop();
    let whole = contents(copied(&dir).path()).unwrap();
    (read(&dir), whole)
}

#[test]
fn no_damage_is_served_as_the_record() {
    let (mut draw, seed) = Draw::new("where it is damaged");
    let (image, whole) = stopped();
    let (mut said, mut wrong, mut vague) = (Vec::new(), Vec::new(), Vec::new());
    for (name, bytes) in &image {
        let damages = damages(bytes, short_or_long(300, 1_500), &mut draw);
        let (mut refused, mut harmless) = (0, 0);
        for (damage, outcome) in suffer_all(&image, name, &damages, &whole) {
            match outcome {
                Outcome::Refused(why) => {
                    refused += 1;
                    vague.extend((!tells(&why, name)).then(|| format!("{name}, {damage:?}: {why}")));
                }
                Outcome::Harmless => harmless += 1,
                Outcome::Served(entries) => wrong.push(format!("{name}, {damage:?}: {entries} entries, or others")),
            }
        }
        said.push(format!("{name} {refused} refused, {harmless} harmless"));
    }
    let entries = whole.len();
    assert!(wrong.is_empty(), "seed {seed}: of {entries} entries; {}\n{}", said.join("; "), wrong.join("\n"));
    assert!(vague.is_empty(), "seed {seed}: refused without saying where or what to do:\n{}", vague.join("\n"));
    tried(&format!(
        "damage: a bit flipped, cut short, or gone (seed {seed}): {}; served as the record: 0",
        said.join("; ")
    ));
}

/// Whether a refusal names an entry, a compact, the file or its directory, and says what to do.
fn tells(why: &str, name: &str) -> bool {
    let dir = std::env::temp_dir().display().to_string();
    let places = ["position ", "compact ", name, &dir];
    let advice = ["restore a backup", "remove this file", "take a newer travaux", "name an empty directory"];
    places.iter().any(|place| why.contains(place)) && advice.iter().any(|what| why.contains(what))
}

/// Each damage done to a copy of its own; two at a time.
fn suffer_all(image: &Image, name: &str, damages: &[Damage], whole: &[Stored]) -> Vec<(Damage, Outcome)> {
    let (told, outcomes) = mpsc::channel();
    thread::scope(|scope| {
        for share in damages.chunks(damages.len().div_ceil(2)) {
            let told = told.clone();
            scope.spawn(move || {
                for damage in share {
                    let outcome = suffer(&damage.done_to(image, name), whole);
                    told.send((*damage, outcome)).expect("the test listens");
                }
            });
        }
    });
    drop(told);
    outcomes.iter().collect()
}

fn suffer(image: &Image, whole: &[Stored]) -> Outcome {
    match contents(laid(image).path()) {
        Ok(found) if found == whole => Outcome::Harmless,
        Ok(found) => Outcome::Served(found.len()),
        Err(why) => Outcome::Refused(why.to_string()),
    }
}
