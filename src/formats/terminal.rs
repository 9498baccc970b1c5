//! Redlines for a terminal: struck words in red and struck through, added words in green and underlined, after each change
//! the initials of those who asked for it, in their colour.
//!
//! Without colour the same is told by marks: `[-will-]{+shall+} [AfS]`.

mod lines;

use anstyle::{Ansi256Color, AnsiColor, Style};

use self::lines::{Lines, Span};
use super::Unchanged;
use super::changes::{Part, Run, credit, folded_told, folds, is_moved, is_restored, is_unchanged, renumbered, runs};
use super::legend::legend;
use super::nameplates::{CO_FACILITATORS, CO_FACILITATORS_INITIALS, Nameplates};
use crate::compact::{Basis, Credit, Kind, label};
use crate::history::{ChangeKind, Op, Redline, RedlinedProvision, Summary};

/// How a redline is to look.
#[derive(Clone, Copy, Debug)]
pub struct Looks {
    /// Whether the terminal shows colours; if not, marks stand around the words.
    pub colour: bool,
    /// What becomes of provisions without changes.
    pub unchanged: Unchanged,
    /// How wide the terminal is.
    pub columns: usize,
}

const STRUCK: Style = AnsiColor::Red.on_default().strikethrough();
const ADDED: Style = AnsiColor::Green.on_default().underline();
const FAINT: Style = Style::new().dimmed();
const STRONG: Style = Style::new().bold();

/// Columns before the words: the bar that marks a change, and the number.
const MARGIN_COLUMNS: usize = 9;
const LEVEL_COLUMNS: usize = 4;

/// The redline as lines, those of the counts last.
pub fn redline(redline: &Redline, plates: &Nameplates, looks: Looks) -> String {
    let page = Page { redline, plates, looks };
    let mut lines = Lines::new(looks.columns, looks.colour);
    let together = |a: &RedlinedProvision, b: &RedlinedProvision| folds(a) && folds(b);
    for run in redline.provisions.chunk_by(together) {
        if looks.unchanged == Unchanged::Folded && run.iter().all(folds) {
            let told = Span::new(FAINT, format!("… {} …", folded_told(run)));
            lines.paragraph(&[Span::plain(" ".repeat(MARGIN_COLUMNS))], &[told]);
        } else {
            for provision in run {
                page.provision(&mut lines, provision);
            }
        }
    }
    page.counts(&mut lines, &redline.summary);
    lines.finish()
}

struct Page<'a> {
    redline: &'a Redline,
    plates: &'a Nameplates,
    looks: Looks,
}

impl Page<'_> {
    fn provision(&self, lines: &mut Lines, provision: &RedlinedProvision) {
        let is_heading = matches!(provision.kind, Kind::Title | Kind::Heading);
        let kept = if is_heading { STRONG } else { Style::new() };
        let mut spans = Vec::new();
        for run in runs(provision) {
            match run {
                Run::Kept(text) => spans.push(Span::new(kept, text)),
                Run::Changed { credit, parts } => self.change(&mut spans, credit, &parts),
            }
        }
        if is_moved(provision) {
            spans.push(Span::new(FAINT, " (moved)"));
            self.whose(&mut spans, credit(self.redline, provision.move_credit).map(|c| &**c), false);
        }
        if let Some(numbers) = renumbered(provision) {
            spans.push(Span::new(FAINT, format!(" ({numbers})")));
        }
        let bar = if is_unchanged(provision) { " " } else { "┃" };
        lines.paragraph(&self.margin(bar, provision), &spans);
    }

    /// The bar and the number, which the lines of the provision hang from.
    fn margin(&self, bar: &str, provision: &RedlinedProvision) -> [Span; 4] {
        let label = match (&provision.label, provision.kind) {
            (Some(label), _) => label::printed(label),
            (None, Kind::Item) => "–".to_owned(),
            (None, Kind::Title | Kind::Heading | Kind::Paragraph) => String::new(),
        };
        let (style, label) = match provision.change {
            _ if label.is_empty() => (FAINT, label),
            ChangeKind::Struck if self.looks.colour => (STRUCK, label),
            ChangeKind::Inserted if self.looks.colour => (ADDED, label),
            ChangeKind::Struck => (FAINT, format!("[-{label}-]")),
            ChangeKind::Inserted => (FAINT, format!("{{+{label}+}}")),
            ChangeKind::None | ChangeKind::Reworded | ChangeKind::Moved | ChangeKind::MovedAndReworded => {
                (FAINT, label)
            }
        };
        let deeper = match provision.kind {
            Kind::Item => usize::from(provision.level) * LEVEL_COLUMNS,
            Kind::Paragraph => usize::from(provision.level.saturating_sub(1)) * LEVEL_COLUMNS,
            Kind::Title | Kind::Heading => 0,
        };
        let space = (MARGIN_COLUMNS + deeper).saturating_sub(3 + label.chars().count());
        // The bar comes first and by itself: it is repeated along the lines.
        [Span::new(FAINT, bar), Span::plain(" ".repeat(1 + space)), Span::new(style, label), Span::plain(" ")]
    }

    fn change(&self, spans: &mut Vec<Span>, whose: Option<u32>, parts: &[Part]) {
        let credit = credit(self.redline, whose).map(|c| &**c);
        for (n, part) in parts.iter().enumerate() {
            let (before, words, behind) = part.trimmed();
            let (style, open, close) = match part.op {
                Op::Kept => (Style::new(), "", ""),
                Op::Struck => (STRUCK, "[-", "-]"),
                Op::Added => (ADDED, "{+", "+}"),
            };
            let text = if self.looks.colour { words.to_owned() } else { format!("{open}{words}{close}") };
            // What takes the place of struck words stands a space apart from them.
            let apart = if self.looks.colour && n > 0 && before.is_empty() { " " } else { before };
            spans.extend([Span::plain(apart), Span::new(style, text)]);
            if n + 1 == parts.len() {
                self.whose(spans, credit, is_restored(parts));
            }
            let is_shown = part.op == Op::Added || n + 1 == parts.len();
            spans.push(Span::plain(if is_shown { behind } else { "" }));
        }
    }

    fn whose(&self, spans: &mut Vec<Span>, credit: Option<&Credit>, restored: bool) {
        let restored = if restored { "restored" } else { "" };
        let (style, initials) = match credit.filter(|_| !self.plates.is_empty()) {
            Some(credit) => {
                let corrected = if credit.corrected.is_some() { ", corrected" } else { "" };
                let off = if credit.off_the_table.is_empty() { "" } else { ", off the table" };
                (self.style(credit), self.plates.initials(credit) + corrected + off)
            }
            None => (FAINT, String::new()),
        };
        let said =
            if initials.is_empty() || restored.is_empty() { initials + restored } else { initials + ", " + restored };
        if !said.is_empty() {
            let unsure = if credit.is_some_and(|c| c.basis == Basis::Inferred) { "?" } else { "" };
            spans.push(Span::new(style, format!("[{said}{unsure}]")));
        }
    }

    fn style(&self, credit: &Credit) -> Style {
        match self.plates.credited(credit).next() {
            Some(plate) => Ansi256Color(plate.colour().ansi).on_default().bold(),
            None => FAINT,
        }
    }

    /// How many words, in all and by group; with the initials this is the legend.
    fn counts(&self, lines: &mut Lines, summary: &Summary) {
        let Summary { words_added, words_struck, provisions_changed, .. } = summary;
        let words = |count: &u32| if *count == 1 { "word" } else { "words" };
        let provisions = if *provisions_changed == 1 { "provision" } else { "provisions" };
        let told = format!(
            "{words_added} {} added, {words_struck} struck; {provisions_changed} {provisions} changed",
            words(words_added)
        );
        lines.paragraph(&[Span::plain("  ")], &[Span::new(STRONG, told)]);
        let legend = legend(self.redline, self.plates);
        let groups = legend.rows.iter().map(|(plate, counted)| {
            let style = Ansi256Color(plate.colour().ansi).on_default().bold();
            (style, plate.initials.as_str(), &*plate.name, counted)
        });
        let own = legend.own.iter().map(|counted| (FAINT, CO_FACILITATORS_INITIALS, CO_FACILITATORS, counted));
        let rows: Vec<_> = groups.chain(own).collect();
        let initials_most = rows.iter().map(|(_, initials, ..)| initials.chars().count()).max().unwrap_or(0);
        let name_most = rows.iter().map(|(_, _, name, _)| name.chars().count()).max().unwrap_or(0);
        for (style, initials, name, counted) in rows {
            lines.line(&[
                Span::plain("  "),
                Span::new(style, format!("{initials:<initials_most$}")),
                Span::plain(format!("  {name:<name_most$}  +{} −{}", counted.words_added, counted.words_struck)),
            ]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::rehearsal::Rehearsal;

    fn printed(colour: bool, unchanged: Unchanged) -> String {
        let room = Rehearsal::to_the_end();
        let looks = Looks { colour, unchanged, columns: 72 };
        redline(&room.redline("zero-draft", "rev-1"), &Nameplates::of(&room.compact), looks)
    }

    #[test]
    fn without_colour_marks_tell_the_same() {
        let expected = "         … 1 provision unchanged …

┃     1. We [-will-]{+shall+}[AfS/EU27] act, *promptly*[-, as
┃        appropriate-][AfS/EU27].

┃    [-(a)-] [-on time;-][Nor]

         … 1 provision unchanged …

┃ {+2 bis.+} {+Ports are <open> to --} all ~~ships~~.+}[Nor]

         … 2 provisions unchanged …

┃     1. Scope & aims (moved)[ArS]

  7 words added, 5 struck; 4 provisions changed
  AfS   African States  +1 −3
  ArS   Arab States     +0 −0
  EU27  EU-27           +1 −3
  Nor   Norland         +6 −2
";
        let found = printed(false, Unchanged::Folded);
        assert_eq!(found, expected, "\n{found}");
    }

    #[test]
    fn lines_fit_the_terminal_and_escapes_are_closed() {
        let found = printed(true, Unchanged::Shown);
        assert!(found.contains("\u{1b}[9m") && found.contains("\u{1b}[4m"), "{found:?}");
        for line in found.lines() {
            assert!(!line.contains('\u{1b}') || line.contains("\u{1b}[0m"), "{line:?}");
        }
        assert!(printed(false, Unchanged::Shown).lines().all(|line| line.chars().count() <= 72));
    }
}
