//! What became of the proposals as a table for spreadsheets: CSV (RFC 4180), each proposal one row.
//!
//! A cell that a spreadsheet would run as a formula is prefixed with an apostrophe.

use super::nameplates::Nameplates;
use crate::history::{Concerned, DispositionRow, Dispositions, Outcome, Said};

/// The columns.
pub const COLUMNS: [&str; 9] =
    ["proposal", "sponsors", "disposition", "share", "settled", "provisions", "words", "gone", "note"];

/// The table as CSV.
pub fn csv(dispositions: &Dispositions, plates: &Nameplates) -> Vec<u8> {
    let mut rows = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let cells = dispositions.dispositions.iter().map(|row| row_of(row, plates).map(|cell| harmless(&cell)));
    for row in std::iter::once(COLUMNS.map(str::to_owned)).chain(cells) {
        // Rows of one length written to memory do not fail.
        rows.write_record(&row).unwrap_or_default();
    }
    rows.into_inner().unwrap_or_default()
}

fn row_of(row: &DispositionRow, plates: &Nameplates) -> [String; 9] {
    let sponsors: Vec<&str> = row.sponsors.iter().map(|sponsor| &*plates.plate(sponsor).name).collect();
    [
        row.proposal.to_string(),
        sponsors.join("; "),
        said(row.disposition).to_owned(),
        row.share.map(|share| share.to_string()).unwrap_or_default(),
        row.settled.map(|seq| seq.to_string()).unwrap_or_default(),
        row.provisions.iter().map(place).collect::<Vec<_>>().join("; "),
        quoted(&row.words),
        quoted(&row.gone),
        row.note.as_deref().unwrap_or_default().to_owned(),
    ]
}

/// Where a provision was and is: its numbers as printed, or its id where it has none.
pub(super) fn place(concerned: &Concerned) -> String {
    let name = |label: &Option<std::sync::Arc<str>>| {
        label.as_ref().map_or_else(|| concerned.provision.to_string(), ToString::to_string)
    };
    let before = name(&concerned.label_from);
    match (concerned.stands, name(&concerned.label)) {
        (false, _) => format!("{before} (not in the text)"),
        (true, now) if now == before => now,
        (true, now) => format!("{before} → {now}"),
    }
}

fn quoted(words: &[Said]) -> String {
    words.iter().map(|said| format!("“{}”", said.text.trim())).collect::<Vec<_>>().join(" … ")
}

/// An outcome as it is told.
pub fn said(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::TakenUp => "taken up",
        Outcome::TakenUpInModifiedForm => "taken up in modified form",
        Outcome::Merged => "merged",
        Outcome::Overtaken => "overtaken",
        Outcome::NotTakenUp => "not taken up",
        Outcome::Withdrawn => "withdrawn",
        Outcome::Waiting => "waiting",
    }
}

fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::rehearsal::Rehearsal;
    use crate::history::dispositions;

    #[test]
    fn each_proposal_is_a_row_and_no_cell_a_formula() {
        let mut room = Rehearsal::to_the_end();
        let (group, name) = ("eu-27".parse().unwrap(), "=HYPERLINK(\"x\")".into());
        room.says(crate::compact::Command::RegisterGroup { group, name });
        let told = dispositions(&room.compact, &room.at("final"), None);
        let csv = String::from_utf8(csv(&told, &Nameplates::of(&room.compact))).unwrap();
        let lines: Vec<&str> = csv.split("\r\n").collect();
        assert_eq!(lines[0], COLUMNS.join(","));
        assert_eq!(lines.len(), room.compact.proposals.len() + 2, "a line each, the head, and the end: {csv}");
        assert!(
            lines[1].starts_with("p8,\"African States; =HYPERLINK(\"\"x\"\")\",taken up,,11,1,“shall”,“will"),
            "{csv}"
        );
        assert!(csv.contains(",\"'=HYPERLINK(\"\"x\"\")\","), "{csv}");
        assert_eq!(harmless("@x"), "'@x");
        assert_eq!(harmless("x=1"), "x=1");
    }
}
