//! Holes: what was blanked, and why.

use maud::{Markup, html};

use super::time;
use crate::compact::{Compact, Seq};

/// Everything that was blanked in a compact; nothing where nothing was.
pub(super) fn redactions(compact: &Compact) -> Markup {
    html! {
        @if !compact.redactions.is_empty() {
            section aria-labelledby="redactions" {
                h2 id="redactions" { "Blanked" }
                p { "What the secretariat blanked reads " b { "####" } ". That it was there, and when, can still be proved." }
                div.wide { table {
                    thead { tr {
                        th scope="col" { "Entry" } th scope="col" { "What" } th scope="col" { "Why" } th scope="col" { "Said" }
                    } }
                    tbody { @for redaction in compact.redactions.values() {
                        tr id={ "redaction-" (redaction.seq) } {
                            th scope="row" { (redaction.entry) }
                            td { (redaction.what.join(", ")) }
                            td dir="auto" { (redaction.reason) }
                            td { "at entry " (redaction.seq) ", " (time(redaction.redacted_at)) }
                        }
                    } }
                } }
            }
        }
    }
}

/// That something of this entry was blanked, and why.
pub(super) fn hole(compact: &Compact, entry: Seq) -> Markup {
    html! {
        @if let Some(redaction) = compact.redaction_of(entry) {
            p.faint dir="auto" { "blanked at entry " (redaction.seq) ": “" (redaction.reason) "”" }
        }
    }
}
