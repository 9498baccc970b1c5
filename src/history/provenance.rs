//! How a provision came to be so: each wording it had, since when and at whose request.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::redline::Label;
use crate::compact::{Compact, CompactId, Credit, DraftId, Life, ProvisionId, Seq};
use crate::text::{Difference, View};

/// The whole life of a provision.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Provenance {
    /// The compact.
    pub compact: CompactId,
    /// The provision.
    pub provision: ProvisionId,
    /// The last entry that the answer knows.
    pub seq: Seq,
    /// Whether it is part of the working text.
    pub stands: bool,
    /// What it was like, oldest first.
    pub wordings: Vec<Wording>,
}

/// What a provision was like from one entry on.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Wording {
    /// From this entry on.
    pub since: Seq,
    /// The first draft that shows it so.
    pub draft: Option<DraftId>,
    /// Its number as printed.
    pub label: Label,
    /// Its wording.
    pub text: Arc<str>,
    /// At whose request it became so: the credits of what was added and struck then.
    pub credits: Vec<Arc<Credit>>,
}

/// The whole life of a provision; `None` where there never was one of that id in the text.
pub fn trace(compact: &Compact, id: ProvisionId) -> Option<Provenance> {
    let life = compact.provisions.get(&id).filter(|life| !life.faces.is_empty())?;
    let mut wordings = Vec::with_capacity(life.faces.len());
    let mut previous = Seq(0);
    for face in life.faces.iter() {
        let next = life.faces.iter().find(|f| f.since > face.since).map(|f| f.since);
        let draft = compact.drafts.iter().find(|d| d.seq >= face.since && next.is_none_or(|next| d.seq < next));
        wordings.push(Wording {
            since: face.since,
            draft: draft.map(|d| d.id.clone()),
            label: face.label.clone(),
            text: face.text.clone(),
            credits: credits_between(compact, life, previous, face.since),
        });
        previous = face.since;
    }
    let stands = compact.outline.stands(id, &View::at(compact.seq));
    Some(Provenance { compact: compact.id.clone(), provision: id, seq: compact.seq, stands, wordings })
}

fn credits_between(compact: &Compact, life: &Life, from: Seq, to: Seq) -> Vec<Arc<Credit>> {
    let mut credits: Vec<Arc<Credit>> = Vec::new();
    let (from, to) = (View::at(from), View::at(to));
    for (difference, _) in life.wording.differences(&from, &to) {
        let edit = match difference {
            Difference::Kept => continue,
            Difference::Added(edit) | Difference::Restored(edit) | Difference::Struck(edit) => edit,
        };
        let credit = compact.credit_in(edit, life.id);
        if !credits.iter().any(|c| **c == *credit) {
            credits.push(credit);
        }
    }
    credits
}
