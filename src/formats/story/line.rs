//! One line of a story, read from left to right.

use std::str::FromStr;

use super::Mistake;
use crate::compact::NotAnId;

/// What is left to read of a line.
pub(super) struct Line<'a> {
    number: usize,
    rest: &'a str,
}

impl<'a> Line<'a> {
    pub(super) fn new(number: usize, line: &'a str) -> Self {
        Self { number, rest: line.trim() }
    }

    pub(super) fn number(&self) -> usize {
        self.number
    }

    pub(super) fn mistake(&self, what: impl Into<String>) -> Mistake {
        Mistake { line: self.number, what: what.into() }
    }

    /// Says what should have stood here, and what does.
    pub(super) fn expected<T>(&self, what: &str) -> Result<T, Mistake> {
        let found: String = self.rest.chars().take(40).collect();
        let found = if found.is_empty() { "the line ends".into() } else { format!("found `{found}`") };
        Err(self.mistake(format!("expected {what}, but {found}")))
    }

    /// The next word without reading it: all up to a space, a quote, a comma or a colon. Empty where there is none.
    fn next(&self) -> &'a str {
        let end = |c: char| c.is_whitespace() || matches!(c, '"' | ',' | ':');
        self.rest.split(end).next().unwrap_or_default()
    }

    fn skip(&mut self, read: &str) {
        self.rest = self.rest.strip_prefix(read).unwrap_or(self.rest).trim_start();
    }

    /// Reads this word if it is the next one.
    pub(super) fn reads(&mut self, word: &str) -> bool {
        let is_next = self.next() == word;
        if is_next {
            self.skip(word);
        }
        is_next
    }

    /// Reads this mark if it comes next.
    pub(super) fn reads_mark(&mut self, mark: &str) -> bool {
        let is_next = self.rest.starts_with(mark);
        if is_next {
            self.skip(mark);
        }
        is_next
    }

    /// Reads a word that must stand here.
    pub(super) fn needs(&mut self, word: &str) -> Result<(), Mistake> {
        if self.reads(word) { Ok(()) } else { self.expected(&format!("`{word}`")) }
    }

    pub(super) fn word(&mut self, what: &str) -> Result<&'a str, Mistake> {
        let word = self.next();
        if word.is_empty() {
            return self.expected(what);
        }
        self.skip(word);
        Ok(word)
    }

    pub(super) fn id<T: FromStr<Err = NotAnId>>(&mut self, what: &str) -> Result<T, Mistake> {
        let word = self.word(what)?;
        word.parse().map_err(|not: NotAnId| self.mistake(format!("expected {what}, but {not}")))
    }

    /// Ids with commas between them, one at least.
    pub(super) fn ids<T: FromStr<Err = NotAnId>>(&mut self, what: &str) -> Result<Vec<T>, Mistake> {
        let mut ids = vec![self.id(what)?];
        while self.reads_mark(",") {
            ids.push(self.id(what)?);
        }
        Ok(ids)
    }

    /// Whether words in double quotes come next.
    pub(super) fn is_quoted(&self) -> bool {
        self.rest.starts_with('"')
    }

    /// Words in double quotes, with `\"` and `\\` for a quote and a backslash within.
    pub(super) fn quoted(&mut self, what: &str) -> Result<String, Mistake> {
        let Some(inside) = self.rest.strip_prefix('"') else {
            return self.expected(&format!("{what} in double quotes"));
        };
        let mut words = String::new();
        let mut chars = inside.chars();
        loop {
            match chars.next() {
                Some('"') => break,
                Some('\\') => match chars.next() {
                    Some(c @ ('"' | '\\')) => words.push(c),
                    _ => return Err(self.mistake("after a backslash, expected `\"` or `\\`")),
                },
                Some(c) => words.push(c),
                None => {
                    return Err(self.mistake(format!("the double quote before {what} is not closed")));
                }
            }
        }
        self.rest = chars.as_str().trim_start();
        Ok(words)
    }

    pub(super) fn end(&self) -> Result<(), Mistake> {
        if self.rest.is_empty() { Ok(()) } else { self.expected("the line to end") }
    }
}
