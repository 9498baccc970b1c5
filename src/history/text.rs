//! The text at a seq, and as it would be if proposals were taken up.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compact::{
    Change, Compact, CompactId, EditId, Face, Life, ProposalId, Provision, ProvisionId, Refusal, Seq, Standing,
};
use crate::text::{Mark, View, words};

/// Which text is meant: as it was asked for, and the seq that this names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct At {
    /// A draft id, a seq, or "working".
    pub at: String,
    /// The seq.
    pub seq: Seq,
}

/// A text.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Text {
    /// The compact.
    pub compact: CompactId,
    /// Which text: a draft id, a seq, or "working".
    pub at: String,
    /// The last entry that the answer knows.
    pub seq: Seq,
    /// The proposals that the text assumes to be taken up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assumed: Vec<ProposalId>,
    /// The provisions in order.
    pub provisions: Vec<Provision>,
    /// Those of them that were closed ad ref at that seq.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed: Vec<ClosedProvision>,
}

/// A provision closed ad ref.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClosedProvision {
    /// The provision.
    pub provision: ProvisionId,
    /// The entry that closed it.
    pub seq: Seq,
}

/// Which of these provisions were closed ad ref at a seq.
pub(super) fn closed(
    compact: &Compact,
    provisions: impl IntoIterator<Item = ProvisionId>,
    at: Seq,
) -> Vec<ClosedProvision> {
    let closed = |provision| {
        let seq = compact.provisions.get(&provision)?.closed_at(at)?;
        Some(ClosedProvision { provision, seq })
    };
    provisions.into_iter().filter_map(closed).collect()
}

/// The text at a seq.
pub fn text(compact: &Compact, at: &At) -> Text {
    let provisions = compact.text(at.seq);
    Text {
        compact: compact.id.clone(),
        at: at.at.clone(),
        seq: compact.seq,
        assumed: Vec::new(),
        closed: closed(compact, provisions.iter().map(|p| p.id), at.seq),
        provisions,
    }
}

/// The text at a seq, as it would read if these waiting proposals were taken up as they stand.
///
/// Where two of them are in conflict the text shows the words of both, as the compilation does.
pub fn what_if(compact: &Compact, at: &At, assumed: &[ProposalId]) -> Result<Text, Refusal> {
    let mut edits: Vec<EditId> = Vec::new();
    for id in assumed {
        let proposal = compact.proposal(*id)?;
        // What was taken up is in the text, or will be at a later seq: assuming it is no mistake.
        let standing = proposal.standing;
        if let Some(settled) = proposal.settled.as_ref().filter(|_| standing != Standing::TakenUp) {
            return Err(Refusal::NotWaiting { proposal: *id, standing, seq: settled.seq });
        }
        edits.extend(proposal.edit_ids());
    }
    edits.sort_unstable();
    edits.dedup();
    let view = View { at: at.seq, assumed: &edits };
    let mut seen = std::collections::HashSet::new();
    let mut provisions = Vec::new();
    for id in compact.outline.visible(&view).filter(|id| seen.insert(*id)) {
        let Some(life) = compact.provisions.get(&id) else { continue };
        let shape: &Face = life.face(at.seq).unwrap_or(&life.proposed);
        let mut provision = shape.provision(id);
        provision.text = assumed_text(life, &view).into();
        // A provision whose whole wording is assumed to be gone leaves no empty line.
        if !provision.text.is_empty() {
            provisions.push(provision);
        }
    }
    let closed = closed(compact, provisions.iter().map(|p| p.id), at.seq);
    let (compact, at, seq) = (compact.id.clone(), at.at.clone(), compact.seq);
    Ok(Text { compact, at, seq, assumed: assumed.to_vec(), provisions, closed })
}

/// A wording with waiting edits assumed: words that two of them would put in one place stay two words.
fn assumed_text(life: &Life, view: &View<'_>) -> String {
    let mut text = String::new();
    let mut previous: Option<Mark> = None;
    for (strand, words) in life.wording.strands().filter(|(strand, _)| strand.is_visible(view)) {
        let is_of_two = previous.is_some_and(|p| !p.is_enacted() && p.edit != strand.added.edit);
        if is_of_two && !strand.added.is_enacted() && runs_on(&text, words) {
            text.push(' ');
        }
        text.push_str(words);
        previous = Some(strand.added);
    }
    text
}

/// Whether a text and the next one would make one word where they meet.
fn runs_on(text: &str, next: &str) -> bool {
    let meeting: String = text.chars().next_back().into_iter().chain(next.chars().next()).collect();
    meeting.chars().all(char::is_alphanumeric) && words::count(&meeting) == 1
}

/// The provision that a change is about, as it is shown at a seq, if it ever stood.
pub(super) fn label_of(compact: &Compact, change: &Change, at: Seq) -> Option<std::sync::Arc<str>> {
    let life = compact.provisions.get(&change.provision())?;
    life.face(at).unwrap_or(&life.proposed).label.clone()
}
