//! Random texts and sources, on which the laws of reading and writing are tried.

use proptest::prelude::*;

use crate::compact::label::{expressible, is_space};
use crate::compact::{Block, Kind, Provision, ProvisionId, Seq};

/// Wordings that look like something else, in several scripts, no two spaces together.
pub(super) fn wording() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        prop::sample::select(vec![
            "#",
            "##",
            "#a",
            "-",
            "–",
            "•",
            "*",
            "+",
            "*Being*",
            "1.",
            "2015.",
            "1\\.",
            "a\\\\)",
            "(a)",
            "\\(a)",
            "\\",
            "\\\\",
            "\\#",
            "\\-",
            "(iv)",
            "IV.",
            "3.3bis.",
            "16",
            "bis.",
            "alt.",
            "[shall]",
            "**Option",
            "1:**",
            "[^2]",
            "يجب",
            "على",
            "应当",
            "1.应当",
            "(أ)",
            "б)",
            "\u{a0}",
            "x\u{a0}y",
            "1.\u{a0}z",
            "\u{feff}",
            "\u{feff}1.",
            "---",
            "12345678901234567890123456789012.",
            "1234567890123456789012345678901)",
            "|",
            "```",
            ">",
            "e\u{301}",
            "é",
        ])
        .prop_map(str::to_owned),
        "[a-z0-9.()#\\\\*-]{1,4}",
        "\\PC{1,3}",
    ];
    prop::collection::vec(word, 1..5)
        .prop_map(|words| words.join(" ").split(is_space).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" "))
        .prop_filter("a wording says something", |wording| !wording.trim().is_empty())
}

fn any_label() -> impl Strategy<Value = Option<String>> {
    let known = prop::sample::select(vec![
        "1",
        "5",
        "2015",
        "3.3",
        "16 bis",
        "3.3bis",
        "3.3bis Alt",
        "1)",
        "(1)",
        "a",
        "a)",
        "(a)",
        "(b ter)",
        "iv",
        "(IV)",
        "б",
        "(5bis)",
    ]);
    prop::option::weighted(0.6, prop_oneof![known.prop_map(str::to_owned), "[a-z0-9.() ]{1,6}"])
}

fn kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(vec![Kind::Title, Kind::Heading, Kind::Paragraph, Kind::Item])
}

/// Texts that can be written, of up to eight provisions.
pub(super) fn text() -> impl Strategy<Value = Vec<Provision>> {
    let provision = (kind(), 1..=8_u8, any_label(), wording()).prop_map(|(kind, level, label, wording)| {
        let fits = |level| expressible(kind, level, label.as_deref()).is_ok();
        let level = if fits(level) { level } else { u8::from(kind == Kind::Heading) + 1 };
        let label = label.clone().filter(|_| fits(level));
        Provision {
            id: ProvisionId { seq: Seq(1), ordinal: 1 },
            kind,
            level,
            label: label.map(Into::into),
            text: wording.into(),
        }
    });
    prop::collection::vec(provision, 0..8)
}

/// Sources as people type them: marks, words, spaces and line endings in any order.
pub(super) fn source() -> impl Strategy<Value = String> {
    let line = ("[ \t\u{b}\u{c}]{0,6}", prop_oneof![Just(String::new()), wording()], "[ \t]{0,2}", "\n|\r\n|\r|\n\n")
        .prop_map(|(indentation, wording, trailing, ending)| indentation + &wording + &trailing + &ending);
    prop_oneof![prop::collection::vec(line, 0..10).prop_map(|lines| lines.concat()), any::<String>()]
}

/// The words of a page: without bullets, and without the backslashes that may escape.
pub(super) fn words(page: &str, escapes: bool) -> Vec<String> {
    page.strip_prefix('\u{feff}')
        .unwrap_or(page)
        .split_whitespace()
        .map(|word| if escapes { word.replace('\\', "") } else { word.to_owned() })
        .filter(|word| !word.is_empty() && !matches!(word.as_str(), "-" | "*" | "+" | "•" | "–"))
        .collect()
}

/// Blocks as the provisions that they become.
pub(super) fn recorded(blocks: Vec<Block>) -> Vec<Provision> {
    blocks
        .into_iter()
        .map(|block| Provision {
            id: ProvisionId { seq: Seq(1), ordinal: 1 },
            kind: block.kind,
            level: block.level,
            label: block.label,
            text: block.text.into(),
        })
        .collect()
}
