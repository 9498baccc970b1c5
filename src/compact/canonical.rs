//! The canonical text: the bytes of a text that its SHA-256 is taken of. They depend on no writer of any format, so that
//! they are the same for ever: of each provision in order its kind, level, number and wording, with U+001F (unit
//! separator) between them and U+001E (record separator) behind, in UTF-8.

use sha2::{Digest, Sha256};

use super::provision::{Kind, Provision};

/// The canonical text. Neither numbers nor wordings hold a control character, so there is one way to read it.
pub fn canonical_text(text: &[Provision]) -> String {
    let line = |provision: &Provision| {
        let Provision { kind, level, label, text, .. } = provision;
        let (kind, label) = (name(*kind), label.as_deref().unwrap_or_default());
        format!("{kind}\u{1f}{level}\u{1f}{label}\u{1f}{text}\u{1e}")
    };
    text.iter().map(line).collect::<Vec<_>>().concat()
}

/// The SHA-256 of the canonical text, in lower-case hex.
pub fn sha256_of_text(text: &[Provision]) -> String {
    let digest = Sha256::digest(canonical_text(text));
    digest.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

/// A kind as it is written in the record.
fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Title => "title",
        Kind::Heading => "heading",
        Kind::Paragraph => "paragraph",
        Kind::Item => "item",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_canonical_form() {
        let provision = |kind, level, label: Option<&str>, text: &str| Provision {
            id: "3.1".parse().unwrap(),
            kind,
            level,
            label: label.map(Into::into),
            text: text.into(),
        };
        let text = [
            provision(Kind::Title, 1, None, "Harbours"),
            provision(Kind::Heading, 2, None, "Préambule"),
            provision(Kind::Paragraph, 1, Some("16 bis"), "港口 stay open:"),
            provision(Kind::Item, 2, Some("(a)"), "by day."),
        ];
        let canonical = "title\u{1f}1\u{1f}\u{1f}Harbours\u{1e}heading\u{1f}2\u{1f}\u{1f}Préambule\u{1e}\
                         paragraph\u{1f}1\u{1f}16 bis\u{1f}港口 stay open:\u{1e}item\u{1f}2\u{1f}(a)\u{1f}by day.\u{1e}";
        assert_eq!(canonical_text(&text), canonical);
        assert_eq!(sha256_of_text(&text), "12f8d717594a60b748e270b8222cf684399acf4efbd3a5d05f37532581a9111b");
        assert_eq!(sha256_of_text(&[]), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        for kind in [Kind::Title, Kind::Heading, Kind::Paragraph, Kind::Item] {
            assert_eq!(serde_json::json!(kind), name(kind), "as the record writes it");
        }
    }
}
