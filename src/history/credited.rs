//! A text with the origin of every word: since which draft it stands there, through which proposal, at whose request.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::credits::Credits;
use super::text::At;
use crate::compact::{Compact, CompactId, Credit, DraftId, EditId, Kind, Life, ProvisionId, Seq};
use crate::text::{Act, View};

/// A text with the origin of every word.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CreditedText {
    /// The compact.
    pub compact: CompactId,
    /// Which text: a draft id, a seq, or "working".
    pub at: String,
    /// The last entry that the answer knows.
    pub seq: Seq,
    /// Whose the words are; segments point into this list.
    pub credits: Vec<Arc<Credit>>,
    /// The provisions in order.
    pub provisions: Vec<CreditedProvision>,
}

/// A provision with the origin of every word.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CreditedProvision {
    /// Its id.
    pub id: ProvisionId,
    /// Its kind.
    pub kind: Kind,
    /// Its depth.
    pub level: u8,
    /// Its number as printed.
    pub label: Option<Arc<str>>,
    /// Its wording.
    pub text: Arc<str>,
    /// Its wording in pieces of one origin; joined they are the text to the letter.
    pub segments: Vec<CreditedSegment>,
}

/// Words of one origin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CreditedSegment {
    /// The words.
    pub text: String,
    /// The first draft that has them here without a break, if one was issued up to the text asked for.
    pub since: Option<DraftId>,
    /// The entry that brought them, or put them back.
    pub seq: Seq,
    /// Whose they are: an index into `credits`; of words put back, whose they were first.
    pub credit: u32,
    /// Whether they stood here before, were struck, and were put back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restored: bool,
}

/// The text at a seq with the origin of every word.
pub fn credited(compact: &Compact, at: &At) -> CreditedText {
    let mut origins = Origins { compact, at: View::at(at.seq), credits: Credits::default() };
    let view = View::at(at.seq);
    let lives = compact.outline.visible(&view).filter_map(|id| compact.provisions.get(&id));
    let provision = |life: &Arc<Life>| {
        let face = life.face(at.seq)?;
        let (kind, level, label, text) = (face.kind, face.level, face.label.clone(), face.text.clone());
        Some(CreditedProvision { id: life.id, kind, level, label, text, segments: origins.segments(life) })
    };
    let provisions = lives.filter_map(provision).collect();
    CreditedText {
        compact: compact.id.clone(),
        at: at.at.clone(),
        seq: compact.seq,
        credits: origins.credits.list,
        provisions,
    }
}

struct Origins<'a> {
    compact: &'a Compact,
    at: View<'a>,
    credits: Credits,
}

impl Origins<'_> {
    fn segments(&mut self, life: &Life) -> Vec<CreditedSegment> {
        let mut segments: Vec<CreditedSegment> = Vec::new();
        let back_since = self.back_since(life);
        for (strand, text) in life.wording.strands() {
            if !strand.is_visible(&self.at) {
                continue;
            }
            let put_back = strand.acts.iter().filter(|(act, mark)| *act == Act::Restore && self.at.holds(*mark));
            let put_back = put_back.map(|(_, mark)| mark.since).max();
            let put_back = put_back.max(back_since.filter(|back| strand.added.since < *back));
            let seq = put_back.unwrap_or(strand.added.since);
            let (credit, restored) = (self.credit(strand.added.edit, life.id), put_back.is_some());
            match segments.last_mut() {
                Some(last) if (last.seq, last.credit, last.restored) == (seq, credit, restored) => {
                    last.text.push_str(text);
                }
                _ => {
                    let (text, since) = (text.to_owned(), self.draft_since(seq));
                    segments.push(CreditedSegment { text, since, seq, credit, restored });
                }
            }
        }
        segments
    }

    /// The entry that put the provision back, if it had been struck.
    fn back_since(&self, life: &Life) -> Option<Seq> {
        let outline = &self.compact.outline;
        let mut places = outline.places(life.id);
        let came = places.find(|place| place.is_visible(&self.at))?.added.since;
        let before = Seq(came.0.saturating_sub(1));
        let stood_once = life.face(before).is_some();
        (stood_once && !outline.stands(life.id, &View::at(before))).then_some(came)
    }

    /// The first draft issued since an entry, up to the text asked for.
    fn draft_since(&self, seq: Seq) -> Option<DraftId> {
        let mut drafts = self.compact.drafts.iter().skip_while(|draft| draft.seq < seq);
        drafts.next().filter(|draft| draft.seq <= self.at.at).map(|draft| draft.id.clone())
    }

    fn credit(&mut self, edit: EditId, provision: ProvisionId) -> u32 {
        self.credits.of(self.compact, edit, provision)
    }
}
