//! Wording in HTML: escaped, to the letter, with the emphasis that drafters write as `*Being*` shown.

use maud::{Markup, html};

/// Wording. Asterisks that emphasise words stay in the text and are only hidden by the style, so nothing is lost.
pub(crate) fn wording(text: &str) -> Markup {
    html! {
        @for piece in pieces(text) {
            @match piece {
                Piece::Plain(text) => (text),
                Piece::Emphasis { mark: mark @ "**", text } =>
                    strong { span.mark { (mark) } (text) span.mark { (mark) } },
                Piece::Emphasis { mark, text } => em { span.mark { (mark) } (text) span.mark { (mark) } },
            }
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Plain(&'a str),
    Emphasis { mark: &'static str, text: &'a str },
}

/// Splits wording at emphasis that opens and closes in it; any other asterisk is an asterisk.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut from = 0;
    while let Some(found) = rest.get(from..).and_then(|tail| tail.find('*')).map(|at| at + from) {
        let (before, tail) = rest.split_at(found);
        match emphasis(before.chars().next_back(), tail) {
            Some((mark, inside, behind)) => {
                if !before.is_empty() {
                    pieces.push(Piece::Plain(before));
                }
                pieces.push(Piece::Emphasis { mark, text: inside });
                (rest, from) = (behind, 0);
            }
            None => from = found + tail.len() - tail.trim_start_matches('*').len(),
        }
    }
    if !rest.is_empty() {
        pieces.push(Piece::Plain(rest));
    }
    pieces
}

/// The emphasis that a wording opens with: its mark, what it emphasises, what follows.
fn emphasis(before: Option<char>, tail: &str) -> Option<(&'static str, &str, &str)> {
    let mark = if tail.starts_with("**") { "**" } else { "*" };
    let inner = tail.strip_prefix(mark)?;
    let end = inner.find('*')?;
    let (inside, closing) = inner.split_at(end);
    let behind = closing.strip_prefix(mark)?;
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let is_tight = !inside.is_empty() && inside.trim() == inside;
    let stands_alone = !is_word(before) && !is_word(behind.chars().next()) && !behind.starts_with('*');
    (is_tight && stands_alone).then_some((mark, inside, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emphasis_is_shown_where_it_opens_and_closes() {
        assert_eq!(
            pieces("*Being* Parties, **all** of them"),
            [
                Piece::Emphasis { mark: "*", text: "Being" },
                Piece::Plain(" Parties, "),
                Piece::Emphasis { mark: "**", text: "all" },
                Piece::Plain(" of them"),
            ]
        );
        for plain in ["2 * 3 * 4", "*Being", "a*b*c", "**x*", "***x***", "* *", "**", "", "*x **y*"] {
            assert!(pieces(plain).iter().all(|p| matches!(p, Piece::Plain(_))), "{plain}");
        }
    }

    #[test]
    fn wording_is_never_markup_and_never_loses_a_letter() {
        let shown = wording("<script>alert(\"*x*\")</script> & *b*").into_string();
        assert!(!shown.contains("<script"), "{shown}");
        assert!(shown.contains("&lt;script&gt;") && shown.contains("&amp; <em>"), "{shown}");
        assert!(shown.contains("<span class=\"mark\">*</span>b<span class=\"mark\">*</span>"), "{shown}");
    }
}
