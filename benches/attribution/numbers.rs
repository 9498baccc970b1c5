//! Numbers made by a fixed rule from a seed: the same on every run and machine.

use travaux::text::words::Lexicon;

/// `SplitMix64`.
pub struct Numbers(u64);

impl Numbers {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0xD129_0D3B_3A2F_9C45).wrapping_add(1))
    }

    /// The next number below a limit.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % limit.max(1) as u64).unwrap()
    }

    /// Whether something happens that happens so often of so many times.
    pub fn chance(&mut self, often: usize, of: usize) -> bool {
        self.below(of) < often
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }

    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }
}

/// A word as it is counted, and where it stands in its text, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Spelt<'t> {
    pub start: usize,
    pub text: &'t str,
}

/// The words of a text, punctuation left out.
pub fn words(text: &str) -> Vec<Spelt<'_>> {
    let read = Lexicon::new().read(text).into_iter().map(travaux::text::words::Word::range);
    let spelt = read.map(|range| Spelt { start: range.start, text: &text[range] });
    spelt.filter(|word| word.text.chars().any(char::is_alphanumeric)).collect()
}

/// How many words two lists have in common, in order.
pub fn common<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    let mut row = vec![0; b.len() + 1];
    for x in a {
        let mut before = 0;
        for (at, y) in b.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if x == y { before + 1 } else { above.max(row[at]) };
            before = above;
        }
    }
    row[b.len()]
}
