//! The colours by which groups are told apart. Colour is never the only mark: initials stand beside every change.

use std::fmt::Write as _;

/// One colour in its shades: on light and on dark paper, as text and as the ground behind text; and in a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    /// Text on white paper or on `tint`.
    pub ink: u32,
    /// The ground behind text on white paper.
    pub tint: u32,
    /// Text on dark paper or on `dark_tint`.
    pub dark_ink: u32,
    /// The ground behind text on dark paper.
    pub dark_tint: u32,
    /// The number among the 256 of a terminal that is readable on black and on white.
    pub ansi: u8,
}

const fn colour(ink: u32, tint: u32, dark_ink: u32, dark_tint: u32, ansi: u8) -> Colour {
    Colour { ink, tint, dark_ink, dark_tint, ansi }
}

/// The colours in the order in which they are given out. Those next to each other are far apart, for most talks need few.
///
/// Chosen in `OKLCH`, so that none shouts: a State's words are not more important for being red.
pub const COLOURS: [Colour; 16] = [
    colour(0x16_59b5, 0xe9_f1fd, 0x96_c0fd, 0x1b_2c44, 33),  // blue
    colour(0xa7_4a04, 0xfd_ece4, 0xfe_a577, 0x3f_2314, 166), // orange
    colour(0x0e_6d2c, 0xe3_f6e5, 0x80_d58d, 0x19_321d, 34),  // green
    colour(0x72_2daa, 0xf4_ecff, 0xd1_a9ff, 0x31_253f, 135), // purple
    colour(0xac_1635, 0xff_ebea, 0xff_9fa2, 0x41_2022, 161), // crimson
    colour(0x06_6e73, 0xda_f7f8, 0x71_d0d5, 0x05_3234, 37),  // teal
    colour(0x78_5c00, 0xf9_f0da, 0xd9_ba70, 0x36_2a09, 136), // ochre
    colour(0xba_027a, 0xff_e9f3, 0xfc_9ac9, 0x3e_202f, 199), // magenta
    colour(0x2d_337b, 0xec_effd, 0xc0_cbfe, 0x24_2944, 63),  // navy
    colour(0x49_530e, 0xee_f3dd, 0xc8_d693, 0x29_2f10, 100), // olive
    colour(0x65_331b, 0xfe_ece4, 0xfb_bea3, 0x40_2315, 130), // brown
    colour(0x67_235b, 0xfe_e9f8, 0xff_b0ed, 0x3b_2135, 133), // plum
    colour(0x07_4b3a, 0xdd_f7ed, 0xa0_ddc7, 0x0a_3327, 30),  // pine
    colour(0x69_64ac, 0xee_effe, 0xb7_b5fd, 0x29_2743, 104), // lilac
    colour(0x88_4654, 0xfd_edef, 0xf8_acb9, 0x40_2027, 132), // rosewood
    colour(0x52_721a, 0xed_f5e4, 0xaf_d284, 0x24_3014, 70),  // moss
];

/// The colour of what nobody asked for, the co-facilitators' own: grey.
pub const OWN: Colour = colour(0x53_5860, 0xf0_f1f3, 0xb6_bcc5, 0x2a_2e34, 244);

/// The colour of that number; numbers beyond the last begin again.
pub fn colour_of(number: usize) -> Colour {
    COLOURS.get(number % COLOURS.len()).copied().unwrap_or(OWN)
}

/// The class of a colour in a page: `c0`, `c1`, …; `own` for what nobody asked for.
pub fn class_of(number: Option<usize>) -> String {
    number.map_or_else(|| "own".to_owned(), |number| format!("c{}", number % COLOURS.len()))
}

/// The classes as CSS: each gives `--ink` and `--tint` to what it marks, on light and on dark paper.
pub fn css() -> String {
    let numbered = || COLOURS.iter().enumerate().map(|(n, c)| (class_of(Some(n)), c)).chain([(class_of(None), &OWN)]);
    let mut css = String::new();
    for (class, c) in numbered() {
        // Writing to a string cannot fail.
        let _ = writeln!(css, ".{class}{{--ink:#{:06x};--tint:#{:06x}}}", c.ink, c.tint);
    }
    // Paper is white, whatever the screen was.
    css.push_str("@media screen and (prefers-color-scheme:dark){\n");
    for (class, c) in numbered() {
        let _ = writeln!(css, ".{class}{{--ink:#{:06x};--tint:#{:06x}}}", c.dark_ink, c.dark_tint);
    }
    css.push_str("}\n");
    css
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The dark paper of the style sheet, and white.
    const DARK: u32 = 0x15_181c;
    const WHITE: u32 = 0xff_ffff;

    /// Relative luminance as WCAG 2.2 defines it.
    fn luminance(rgb: u32) -> f64 {
        let part = |shift: u32| {
            let c = f64::from((rgb >> shift) & 0xff) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
    }

    fn contrast(a: u32, b: u32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_colour_can_be_read_on_its_paper_and_on_its_tint() {
        for c in COLOURS.iter().chain([&OWN]) {
            for (text, ground) in [(c.ink, WHITE), (c.ink, c.tint), (c.dark_ink, DARK), (c.dark_ink, c.dark_tint)] {
                let found = contrast(text, ground);
                assert!(found >= 4.5, "#{text:06x} on #{ground:06x} has {found:.2}");
            }
        }
    }

    #[test]
    fn no_two_colours_are_alike() {
        for (n, a) in COLOURS.iter().enumerate() {
            for b in COLOURS.iter().skip(n + 1).chain([&OWN]) {
                let apart = |shift: u32| ((a.ink >> shift) & 0xff).abs_diff((b.ink >> shift) & 0xff);
                let far = apart(16) + apart(8) + apart(0);
                assert!(far >= 50, "#{:06x} and #{:06x}", a.ink, b.ink);
                assert_ne!(a.ansi, b.ansi, "#{:06x} and #{:06x} in a terminal", a.ink, b.ink);
            }
        }
    }

    #[test]
    fn the_measure_of_contrast_is_the_published_one() {
        assert!((contrast(0, WHITE) - 21.0).abs() < 1e-9);
        assert!((contrast(0x76_7676, WHITE) - 4.54).abs() < 0.01);
    }
}
