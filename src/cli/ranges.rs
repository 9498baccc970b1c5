//! Numbers, most of them one behind the other.

use std::collections::BTreeMap;
use std::fmt;

/// A set of numbers, told as `1–41, 43`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::cli) struct Ranges(BTreeMap<u64, u64>);

impl Ranges {
    /// Takes a number in.
    pub(in crate::cli) fn add(&mut self, number: u64) {
        let before = self.0.range(..=number).next_back().map(|(first, last)| (*first, *last));
        let first = match before {
            Some((_, last)) if last >= number => return,
            Some((first, last)) if last + 1 == number => first,
            _ => number,
        };
        let last = number.checked_add(1).and_then(|next| self.0.remove(&next)).unwrap_or(number);
        self.0.insert(first, last);
    }

    /// How many there are.
    pub(in crate::cli) fn count(&self) -> u64 {
        self.0.iter().map(|(first, last)| last - first + 1).sum()
    }

    /// The largest; 0 where there is none.
    pub(in crate::cli) fn last(&self) -> u64 {
        self.0.last_key_value().map_or(0, |(_, last)| *last)
    }

    /// Those that lack from 1 to this one.
    pub(in crate::cli) fn lacking(&self, to: u64) -> Self {
        let mut lacking = BTreeMap::new();
        let mut next = 1;
        for (first, last) in &self.0 {
            if *first > next {
                lacking.insert(next, (first - 1).min(to));
            }
            next = last + 1;
            if next > to {
                break;
            }
        }
        if next <= to {
            lacking.insert(next, to);
        }
        Self(lacking)
    }
}

impl FromIterator<u64> for Ranges {
    fn from_iter<I: IntoIterator<Item = u64>>(numbers: I) -> Self {
        let mut ranges = Self::default();
        numbers.into_iter().for_each(|number| ranges.add(number));
        ranges
    }
}

impl fmt::Display for Ranges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, (first, last)) in self.0.iter().enumerate() {
            let comma = if nth == 0 { "" } else { ", " };
            match last - first {
                0 => write!(f, "{comma}{first}")?,
                _ => write!(f, "{comma}{first}–{last}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_any_order_are_told_as_ranges_with_what_lacks_between_them() {
        let ranges = Ranges::from_iter([3, 4, 9, 5, 7, 9, 8]);
        assert_eq!((ranges.to_string().as_str(), ranges.count(), ranges.last()), ("3–5, 7–9", 6, 9));
        let lacking = |to| ranges.lacking(to).to_string();
        assert_eq!((lacking(9), lacking(12), lacking(1)), ("1–2, 6".into(), "1–2, 6, 10–12".into(), "1".into()));
        assert_eq!((Ranges::default().lacking(0).count(), Ranges::default().lacking(2).to_string()), (0, "1–2".into()));
    }
}
