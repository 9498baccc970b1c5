//! Lines of styled words, broken at spaces, hanging from a margin.

use anstyle::Style;
use unicode_segmentation::UnicodeSegmentation as _;

/// Words of one style.
#[derive(Clone, Debug)]
pub(super) struct Span {
    style: Style,
    text: String,
}

impl Span {
    pub(super) fn new(style: Style, text: impl Into<String>) -> Self {
        Self { style, text: text.into() }
    }

    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self::new(Style::new(), text)
    }
}

/// Lines as they are to be printed.
#[derive(Debug)]
pub(super) struct Lines {
    printed: String,
    columns: usize,
    is_coloured: bool,
}

/// The fewest columns of words that a line is broken to, however narrow the terminal is.
const WORDS_COLUMNS_MIN: usize = 24;

impl Lines {
    pub(super) fn new(columns: usize, is_coloured: bool) -> Self {
        Self { printed: String::new(), columns, is_coloured }
    }

    /// Words on as many lines as they need, a blank line before. The first stands after `margin`; the first span of that, the bar
    /// which marks a change, runs along all lines.
    pub(super) fn paragraph(&mut self, margin: &[Span], spans: &[Span]) {
        if !self.printed.is_empty() {
            self.printed.push('\n');
        }
        let hanging = margin.iter().map(|span| width(&span.text)).sum();
        let most = self.columns.saturating_sub(hanging).max(WORDS_COLUMNS_MIN);
        let bar: Vec<Span> = margin.first().into_iter().cloned().collect();
        let rest = hanging.saturating_sub(bar.iter().map(|span| width(&span.text)).sum());
        let below = [bar, vec![Span::plain(" ".repeat(rest))]].concat();
        for (n, line) in broken(spans, most).into_iter().enumerate() {
            let margin = if n == 0 { margin } else { &below };
            self.line(&[margin, &line].concat());
        }
    }

    /// One line, unbroken.
    pub(super) fn line(&mut self, spans: &[Span]) {
        let mut line = String::new();
        for run in spans.chunk_by(|a, b| a.style == b.style) {
            let text: String = run.iter().map(|span| span.text.as_str()).collect();
            let style = run.first().map(|span| span.style).filter(|style| self.is_coloured && !style.is_plain());
            match style {
                Some(style) => line.extend([&*style.to_string(), &text, &*style.render_reset().to_string()]),
                None => line.push_str(&text),
            }
        }
        self.printed.push_str(line.trim_end());
        self.printed.push('\n');
    }

    pub(super) fn finish(self) -> String {
        self.printed
    }
}

/// Breaks words into lines of at most so many columns; a word that is longer stands on a line of its own.
fn broken(spans: &[Span], most: usize) -> Vec<Vec<Span>> {
    let mut lines = vec![Vec::new()];
    let mut used = 0;
    // What must stand together: a word may be made of several spans, as in `~~on~~in`.
    let mut word: Vec<Span> = Vec::new();
    for span in spans {
        for part in span.text.split_inclusive(' ') {
            word.push(Span::new(span.style, part));
            if part.ends_with(' ') {
                place(&mut lines, &mut used, &mut word, most);
            }
        }
    }
    place(&mut lines, &mut used, &mut word, most);
    lines
}

fn place(lines: &mut Vec<Vec<Span>>, used: &mut usize, word: &mut Vec<Span>, most: usize) {
    let text: String = word.iter().map(|span| span.text.as_str()).collect();
    if *used > 0 && *used + width(text.trim_end()) > most {
        if let Some(last) = lines.last_mut().and_then(|line| line.last_mut()) {
            last.text.truncate(last.text.trim_end().len());
        }
        lines.push(Vec::new());
        *used = 0;
    }
    *used += width(&text);
    if let Some(line) = lines.last_mut() {
        line.append(word);
    }
}

/// How many columns a text takes: one for each letter, two for those of East Asia.
fn width(text: &str) -> usize {
    let wide = |letter: &str| {
        letter.chars().next().is_some_and(|c| matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}'))
    };
    text.graphemes(true).map(|letter| if wide(letter) { 2 } else { 1 }).sum()
}
