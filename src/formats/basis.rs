//! On what basis words are credited, in words.

use crate::compact::{Basis, Credit};

/// Said of words whose proposals were off the table when they were taken.
pub const OFF_THE_TABLE: &str = "words of a proposal that was declined or withdrawn";

/// How it is known whose words these are.
pub fn known(credit: &Credit) -> String {
    let known = match (credit.basis, credit.evidence) {
        (Basis::Exact, _) => "taken up from the proposal".to_owned(),
        (Basis::Declared, _) => "declared by the co-facilitators".to_owned(),
        (Basis::Inferred, Some(evidence)) => format!("inferred, evidence {evidence:.2}"),
        (Basis::Inferred, None) => "inferred".to_owned(),
        (Basis::Own, _) => "no proposal asked for it".to_owned(),
        (Basis::Withheld, _) => "withheld".to_owned(),
    };
    if credit.off_the_table.is_empty() { known } else { format!("{known}; {OFF_THE_TABLE}") }
}
