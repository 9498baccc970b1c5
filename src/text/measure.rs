//! Lengths of texts, and counts as numbers to reckon with.

/// How many Unicode scalar values a text has: the unit in which places in a wording are told. Wordings are limited far
/// below 4 GiB at the edge, so it always fits.
pub fn chars(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// A count of words or bytes, of which an `f32` tells 16 million apart.
#[allow(clippy::cast_precision_loss, reason = "texts are limited to far less")]
pub(crate) fn precise(count: usize) -> f32 {
    count as f32
}
