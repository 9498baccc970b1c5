//! Changes to some words of a provision, told by quoting them.

/// A change to some words of a provision. What is quoted must stand there exactly once, as whole words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passage {
    /// `replace "will" with "shall"`
    Replace {
        /// The words that stand there.
        old: String,
        /// The words instead.
        new: String,
    },
    /// `strike "as appropriate, "`
    Strike {
        /// The words that stand there.
        old: String,
    },
    /// `add "fully " before "ensure"`
    Add {
        /// The words to add, with the space they need.
        new: String,
        /// Where.
        place: Place,
    },
}

/// Where words are added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Right before these words.
    Before(String),
    /// Right after these words.
    After(String),
    /// At the start of the provision.
    Start,
    /// At its end.
    End,
}

/// Words that a change quotes and that do not stand in the provision exactly once.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{quoted:?} stands {} in {wording:?}", times(*found))]
pub struct Misfit {
    /// The words quoted.
    pub quoted: String,
    /// How often they were found.
    pub found: usize,
    /// The wording searched.
    pub wording: String,
}

fn times(found: usize) -> String {
    match found {
        0 => "nowhere".into(),
        n => format!("{n} times, quote more words around it,"),
    }
}

/// The wording after all changes, each made on what the ones before it left.
pub fn reword(wording: &str, changes: &[Passage]) -> Result<String, Misfit> {
    changes.iter().try_fold(wording.to_owned(), |wording, change| change.made_in(&wording))
}

impl Passage {
    fn made_in(&self, wording: &str) -> Result<String, Misfit> {
        let (old, new) = match self {
            Self::Replace { old, new } => (old, new.clone()),
            Self::Strike { old } => (old, String::new()),
            Self::Add { new, place } => match place {
                Place::Before(words) => (words, format!("{new}{words}")),
                Place::After(words) => (words, format!("{words}{new}")),
                Place::Start => return Ok(format!("{new}{wording}")),
                Place::End => return Ok(format!("{wording}{new}")),
            },
        };
        let mut found = wording
            .match_indices(old.as_str())
            .filter(|(from, _)| cuts_no_word(wording, *from, *from + old.len()))
            .map(|(from, _)| from);
        let misfit = |found| Misfit { quoted: old.clone(), found, wording: wording.to_owned() };
        let from = found.next().ok_or_else(|| misfit(0))?;
        match found.count() {
            0 => {
                let (before, rest) = wording.split_at(from);
                let (_, behind) = rest.split_at(old.len());
                Ok(format!("{before}{new}{behind}"))
            }
            more => Err(misfit(more + 1)),
        }
    }
}

/// Whether both ends lie between words, so that `all` is not found in `shall`.
fn cuts_no_word(wording: &str, from: usize, to: usize) -> bool {
    let borders = |at: usize| {
        let (before, behind) = wording.split_at_checked(at).unwrap_or_default();
        let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        !(inside(before.chars().next_back()) && inside(behind.chars().next()))
    };
    borders(from) && borders(to)
}
