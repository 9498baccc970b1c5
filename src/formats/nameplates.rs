//! Nameplates: the initials and the colour by which a group or a delegation is told from the others in one compact.
//!
//! Both are given out by order of registration, so a plate once given stays as it is however the talks go on.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::palette::{self, Colour};
use crate::compact::{Basis, Compact, Credit, GroupId, Seq};

/// The name that stands for those who hold the pen.
pub const CO_FACILITATORS: &str = "co-facilitators";

/// Their initials. No group has them.
pub const CO_FACILITATORS_INITIALS: &str = "CoF";

/// What stands for those whom a reader is not told of, and the same in short.
const WITHHELD: &str = "withheld";
const WITHHELD_INITIALS: &str = "–";

/// What stands before a group or delegation on the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nameplate {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: Arc<str>,
    /// Its initials, unlike those of all others in the compact.
    pub initials: String,
    /// The number of its colour; `None` for a delegation that never sponsored a proposal.
    pub colour: Option<usize>,
}

impl Nameplate {
    /// Its colour.
    pub fn colour(&self) -> Colour {
        self.colour.map_or(palette::OWN, palette::colour_of)
    }

    /// The class of its colour in a page.
    pub fn class(&self) -> String {
        palette::class_of(self.colour)
    }
}

/// The nameplates of a compact.
#[derive(Clone, Debug)]
pub struct Nameplates {
    plates: BTreeMap<GroupId, Nameplate>,
    unknown: Nameplate,
}

impl Nameplates {
    /// The nameplates of all groups and delegations of a compact.
    pub fn of(compact: &Compact) -> Self {
        let groups = compact.groups.values().map(|g| (g.since, &g.id, &g.name));
        let delegations = compact.delegations.values().map(|d| (d.since, &d.id, &d.name));
        let mut speakers: Vec<(Seq, &GroupId, &Arc<str>)> = groups.chain(delegations).collect();
        speakers.sort_unstable();
        let colours = colours(compact, &speakers);
        let mut taken = HashSet::from([CO_FACILITATORS_INITIALS.to_lowercase()]);
        let plate = |(_, id, name): &(Seq, &GroupId, &Arc<str>)| {
            let initials = initials(name, id, &mut taken);
            let colour = colours.get(*id).copied();
            ((*id).clone(), Nameplate { id: (*id).clone(), name: (*name).clone(), initials, colour })
        };
        let plates = speakers.iter().map(plate).collect();
        Self { plates, ..Self::none(compact) }
    }

    fn none(compact: &Compact) -> Self {
        let (id, name) = (GroupId(compact.id.0.clone()), "unknown".into());
        Self { plates: BTreeMap::new(), unknown: Nameplate { id, name, initials: "?".into(), colour: None } }
    }

    /// Whether nobody is registered: then all words are those of whoever wrote the text, and need no mark.
    pub fn is_empty(&self) -> bool {
        self.plates.is_empty()
    }

    /// The nameplate of a group or delegation. Every sponsor is registered, so there is always one.
    pub fn plate(&self, id: &GroupId) -> &Nameplate {
        self.plates.get(id).unwrap_or(&self.unknown)
    }

    /// The nameplates of those whom a credit names.
    pub fn credited<'a>(&'a self, credit: &'a Credit) -> impl Iterator<Item = &'a Nameplate> {
        credit.groups.iter().map(|id| self.plate(id))
    }

    /// The names of those whose words these are: `African States / EU-27`.
    pub fn names(&self, credit: &Credit) -> String {
        if credit.basis == Basis::Withheld {
            return WITHHELD.to_owned();
        }
        if credit.basis == Basis::Own || credit.groups.is_empty() {
            return CO_FACILITATORS.to_owned();
        }
        self.credited(credit).map(|plate| &*plate.name).collect::<Vec<_>>().join(" / ")
    }

    /// The same in initials: `AfS/EU27`.
    pub fn initials(&self, credit: &Credit) -> String {
        if credit.basis == Basis::Withheld {
            return WITHHELD_INITIALS.to_owned();
        }
        if credit.basis == Basis::Own || credit.groups.is_empty() {
            return CO_FACILITATORS_INITIALS.to_owned();
        }
        self.credited(credit).map(|plate| plate.initials.as_str()).collect::<Vec<_>>().join("/")
    }
}

/// The number of each sponsor's colour. Groups take them from the first on, delegations from the last back in the order
/// in which they first sponsored something: so neither changes the colours of the other.
fn colours<'a>(compact: &'a Compact, speakers: &[(Seq, &'a GroupId, &Arc<str>)]) -> BTreeMap<&'a GroupId, usize> {
    let groups = speakers.iter().map(|(_, id, _)| *id).filter(|id| compact.groups.contains_key(*id));
    let mut colours: BTreeMap<&GroupId, usize> = groups.zip(0..).collect();
    let mut next = palette::COLOURS.len();
    for sponsorship in compact.proposals.values().flat_map(|p| &p.sponsorships) {
        if !colours.contains_key(&sponsorship.sponsor) {
            next = next.checked_sub(1).unwrap_or(palette::COLOURS.len() - 1);
            colours.insert(&sponsorship.sponsor, next);
        }
    }
    colours
}

/// Words that a name can be known without.
const SMALL_WORDS: [&str; 20] = [
    "a", "and", "at", "da", "de", "del", "der", "des", "die", "du", "et", "for", "in", "la", "le", "of", "on", "the",
    "to", "with",
];

/// The initials of a name that nobody has yet: `LMS` of Like-Minded States, `AfS` of African States, `FoC` of Friends of
/// children, `EU27` of EU-27, `Nor` of Norland; longer, and at last numbered, where those are taken.
fn initials(name: &str, id: &GroupId, taken: &mut HashSet<String>) -> String {
    let mut words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    if words.is_empty() {
        words = id.as_str().split('-').collect();
    }
    let is_free = |candidate: &String| !taken.contains(&candidate.to_lowercase());
    let longest = words.iter().map(|w| w.chars().count()).max().unwrap_or(1).max(words.len());
    let lettered = (0..=longest).map(|extra| candidate(&words, extra));
    let plain = candidate(&words, 0);
    let numbered = (2..).map(|n: u32| format!("{plain}{n}"));
    let found = lettered.chain(numbered).find(is_free).unwrap_or(plain);
    taken.insert(found.to_lowercase());
    found
}

/// The initials of a name, with more letters of it the more `extra` is wanted.
fn candidate(words: &[&str], extra: usize) -> String {
    let is_small = |word: &&&str| SMALL_WORDS.contains(&word.to_lowercase().as_str());
    let main: Vec<&&str> = words.iter().filter(|w| !is_small(w)).collect();
    match main.as_slice() {
        [] | [_] => words.iter().map(|w| letters(w, if words.len() > 1 { 1 + extra } else { 3 + extra })).collect(),
        [first, second] => {
            let behind = words.iter().skip_while(|w| w != first).skip(1);
            let small = behind.take_while(|w| w != second).next().and_then(|w| w.chars().next());
            let small: String = small.into_iter().flat_map(char::to_lowercase).collect();
            let most = if small.is_empty() { 2 } else { 1 };
            letters(first, most + extra) + &small + &letters(second, 1 + extra / 2)
        }
        // Three tell most names apart; more words first, then more letters.
        more => {
            let long = (3 + extra).saturating_sub(more.len());
            more.iter()
                .take(3 + extra)
                .enumerate()
                .map(|(n, w)| letters(w, if n == 0 { 1 + long } else { 1 }))
                .collect()
        }
    }
}

/// The first letters of a word, in upper case the first; the whole of an acronym or a number.
fn letters(word: &str, most: usize) -> String {
    let is_acronym = word.chars().count() <= 4 && !word.chars().any(char::is_lowercase) && word.is_ascii();
    if is_acronym {
        return word.to_owned();
    }
    let mut chars = word.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    first + &chars.take(most.saturating_sub(1)).collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(names: &[&str]) -> Vec<String> {
        let mut taken = HashSet::from(["cof".to_owned()]);
        let id: GroupId = "x-ray".parse().unwrap();
        names.iter().map(|name| initials(name, &id, &mut taken)).collect()
    }

    #[test]
    fn initials_are_those_one_would_write() {
        let names = [
            "Friends of decent work and sustainable development",
            "Friends of children",
            "Friends of gender",
            "Like-Minded States",
            "African States",
            "Arab States",
            "EU-27",
            "Norland",
            "Kestrel Islands",
            "G77 and China",
            "United States of America",
            "The Holy See",
            "مجموعة الدول العربية",
            "中国",
        ];
        let expected =
            ["FDW", "FoC", "FoG", "LMS", "AfS", "ArS", "EU27", "Nor", "KeI", "G77aC", "USA", "HoS", "ماا", "中国"];
        assert_eq!(given(&names), expected);
    }

    #[test]
    fn no_two_have_the_same() {
        let names = ["Norland", "Norway", "Norland", "Friends of children", "Friends of climate", "…", "…", "Cofa"];
        let found = given(&names);
        assert_eq!(found, ["Nor", "Norw", "Norl", "FoC", "FroC", "XR", "XRa", "Cofa"]);
        let many = vec!["States"; 40];
        let all: HashSet<String> = given(&many).into_iter().collect();
        assert_eq!(all.len(), many.len());
    }
}
