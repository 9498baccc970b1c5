//! From what is asked to what changes: edits told against a base text, and changes told against the working text.

use std::sync::Arc;

use super::{at_most, wording};
use crate::compact::credit::Credits;
use crate::compact::edit::{Change, Edit, Inserted, Moved, NewProvision, Piece, Splice, Struck, TabledEdit};
use crate::compact::ids::{EditId, ProvisionId, Seq};
use crate::compact::label::expressible;
use crate::compact::limits;
use crate::compact::refusal::Refusal;
use crate::compact::state::{Compact, Face, Life};
use crate::text::difference::{Hunk, difference};
use crate::text::{Difference, View, chars, words};

impl Compact {
    /// Edits as they are asked for, checked, cleaned and told against the text at `base`.
    pub(super) fn told(&self, edits: Vec<Edit>, base: Seq) -> Result<Vec<TabledEdit>, Refusal> {
        if edits.is_empty() {
            return Err(Refusal::BadCommand("there are no edits; send at least one".into()));
        }
        at_most(limits::EDITS_MAX, edits.len(), "edits in one proposal")?;
        let bytes: usize = edits.iter().map(text_bytes).sum();
        at_most(limits::PROPOSAL_BYTES_MAX, bytes, "bytes of wording in one proposal")?;
        let mut seen: Vec<ProvisionId> = Vec::new();
        let mut introduced = 0;
        let mut told = Vec::with_capacity(edits.len());
        for edit in edits {
            if let Some(provision) = edit.provision() {
                if seen.contains(&provision) {
                    return Err(Refusal::BadCommand(format!(
                        "two edits are about provision {provision}; send one that says all"
                    )));
                }
                seen.push(provision);
            }
            told.push(self.tell(edit, base, &mut introduced)?);
        }
        Ok(told)
    }

    fn tell(&self, edit: Edit, base: Seq, introduced: &mut u32) -> Result<TabledEdit, Refusal> {
        match edit {
            Edit::Reword { reword, text } => {
                let text = wording::wording(&text)?;
                let splices = self.reworded(reword, &text, base)?;
                if splices.is_empty() {
                    return Err(Refusal::NothingChanges(format!(
                        "{reword} reads so already; send wording that differs"
                    )));
                }
                let change = Change::Splices { provision: reword, splices };
                Ok(TabledEdit { edit: Edit::Reword { reword, text }, change })
            }
            Edit::Insert { insert } => {
                *introduced += 1;
                let provision = ProvisionId { seq: self.seq.next(), ordinal: *introduced };
                let insert = self.new_provision(insert, base)?;
                let change = Change::Insert { insert: inserted(provision, insert.clone()) };
                Ok(TabledEdit { edit: Edit::Insert { insert }, change })
            }
            Edit::Strike { strike } => {
                self.stands(strike, base)?;
                let change = Change::Strike { strike: Struck { provision: strike, credit: None } };
                Ok(TabledEdit { edit: Edit::Strike { strike }, change })
            }
            Edit::Move { r#move, after } => {
                self.stands(r#move, base)?;
                if let Some(after) = after {
                    self.stands(after, base)?;
                }
                if after == Some(r#move) {
                    return Err(Refusal::BadCommand(format!("{move} cannot follow {move}; name another provision")));
                }
                let before = self.outline.predecessor(r#move, &View::at(base)).unwrap_or_default();
                if before == after {
                    return Err(Refusal::NothingChanges(format!("{move} stands there already")));
                }
                let change = Change::Move { r#move: Moved { provision: r#move, after, credit: None } };
                Ok(TabledEdit { edit: Edit::Move { r#move, after }, change })
            }
        }
    }

    fn new_provision(&self, mut insert: NewProvision, base: Seq) -> Result<NewProvision, Refusal> {
        if let Some(after) = insert.after {
            self.stands(after, base)?;
        }
        insert.text = wording::wording(&insert.text)?;
        insert.label = wording::label(insert.label.as_deref())?;
        expressible(insert.kind, insert.level, insert.label.as_deref())
            .map_err(|why| Refusal::BadCommand(why.into()))?;
        Ok(insert)
    }

    /// The provision as it stands in the text at `base`.
    pub(super) fn stands(&self, provision: ProvisionId, base: Seq) -> Result<&Face, Refusal> {
        self.standing_provision(provision, base).ok_or(Refusal::UnknownProvision { provision, base })
    }

    /// The splices that give a provision new wording, told against the text at `base`; without credits.
    pub(super) fn reworded(&self, provision: ProvisionId, text: &str, base: Seq) -> Result<Vec<Splice>, Refusal> {
        let old = Arc::clone(&self.stands(provision, base)?.text);
        let life = self.provisions.get(&provision).ok_or(Refusal::UnknownProvision { provision, base })?;
        Ok(splices(life, (&old, text), difference(&old, text), base, |_| None))
    }

    /// What changed in the text between the working text and this state, whose seq is `seq`, as changes in order.
    pub(super) fn changes_since(&self, before: Seq, seq: Seq, credits: &mut Credits) -> Vec<Change> {
        let (from, to) = (View::at(before), View::at(seq));
        let mut credit = |edit: EditId| Some(credits.index(&self.credit_of(edit)));
        let mut changes = Vec::new();
        let mut previous = None;
        let mut arriving = Vec::new();
        for (difference, id) in self.outline.differences(&from, &to) {
            match difference {
                Difference::Struck(edit) if !self.outline.stands(id, &to) => {
                    changes.push(Change::Strike { strike: Struck { provision: id, credit: credit(edit) } });
                }
                Difference::Struck(_) => {}
                Difference::Kept => previous = Some(id),
                Difference::Added(edit) | Difference::Restored(edit) => {
                    let after = previous.replace(id);
                    arriving.push(if self.outline.stands(id, &from) {
                        Change::Move { r#move: Moved { provision: id, after, credit: credit(edit) } }
                    } else {
                        let Some(life) = self.provisions.get(&id) else { continue };
                        let Some(face) = life.face(seq) else { continue };
                        // What stood once comes back as it was; how it is reworded is told beside it.
                        let text = life.face(before).unwrap_or(face).text.to_string();
                        let (kind, level, label) = (face.kind, face.level, face.label.clone());
                        let new = NewProvision { after, kind, level, label, text };
                        let mut insert = inserted(id, new);
                        insert.credit = credit(edit);
                        insert.pieces = sources(life, &mut credit);
                        Change::Insert { insert }
                    });
                }
            }
        }
        changes.append(&mut arriving);
        changes
    }
}

/// The splices that lead from one wording of a provision to another, with struck words that come back told as restored.
pub(super) fn splices(
    life: &Life,
    (old, new): (&str, &str),
    difference: Vec<Hunk>,
    base: Seq,
    mut credit: impl FnMut(Option<EditId>) -> Option<u32>,
) -> Vec<Splice> {
    if let Some(then) = life.faces.iter().rfind(|face| face.since <= base && *face.text == *new) {
        return put_back(life, base, then.since, credit);
    }
    let view = View::at(base);
    let mut at = 0;
    let mut bytes = 0;
    let mut splices = Vec::with_capacity(difference.len());
    for hunk in difference {
        at += chars(old.get(bytes..hunk.old.start).unwrap_or_default());
        bytes = hunk.old.start;
        let struck = old.get(hunk.old).unwrap_or_default().to_owned();
        let added = new.get(hunk.new).unwrap_or_default().to_owned();
        let parts = life.wording.restorable(&view, at, chars(&struck), &added);
        let pieces = if parts.iter().any(|(_, origin)| origin.is_some()) {
            let mut pieces = Vec::with_capacity(parts.len());
            for (text, origin) in parts {
                add_piece(&mut pieces, text, credit(origin), origin.is_some());
            }
            pieces
        } else {
            Vec::new()
        };
        let own = credit(None);
        splices.push(Splice { at, struck, added, credit: own, pieces });
    }
    splices
}

/// The splices that make a provision read as it once did: each word goes back to whoever had it in then.
fn put_back(life: &Life, base: Seq, then: Seq, mut credit: impl FnMut(Option<EditId>) -> Option<u32>) -> Vec<Splice> {
    let own = credit(None);
    let mut splices = splices_between(life, base, then, |edit| credit(Some(edit)));
    for splice in &mut splices {
        splice.credit = own;
    }
    splices
}

/// Splices as they show between two views of a provision.
pub(super) fn splices_between(
    life: &Life,
    from: Seq,
    to: Seq,
    mut credit: impl FnMut(EditId) -> Option<u32>,
) -> Vec<Splice> {
    let mut at = 0;
    let mut open = false;
    let mut splices: Vec<Splice> = Vec::new();
    for (difference, text) in life.wording.differences(&View::at(from), &View::at(to)) {
        if difference == Difference::Kept {
            at += chars(text);
            open = false;
            continue;
        }
        if !open {
            splices.push(Splice { at, struck: String::new(), added: String::new(), credit: None, pieces: Vec::new() });
            open = true;
        }
        let Some(splice) = splices.last_mut() else { continue };
        match difference {
            Difference::Kept => {}
            Difference::Struck(edit) if !splice.struck.is_empty() && splice.credit != credit(edit) => {
                // Words struck at the request of others are told apart.
                let (struck, credit) = (text.to_owned(), credit(edit));
                splices.push(Splice { at, struck, added: String::new(), credit, pieces: Vec::new() });
                at += chars(text);
            }
            Difference::Struck(edit) => {
                splice.struck.push_str(text);
                splice.credit = splice.credit.or_else(|| credit(edit));
                at += chars(text);
            }
            Difference::Added(edit) | Difference::Restored(edit) => {
                splice.added.push_str(text);
                let restored = matches!(difference, Difference::Restored(_));
                add_piece(&mut splice.pieces, text, credit(edit), restored);
            }
        }
    }
    for splice in &mut splices {
        let credit = splice.credit.or_else(|| splice.pieces.first().and_then(|p| p.credit));
        if splice.pieces.iter().all(|p| !p.restored && p.credit == credit) {
            splice.credit = credit;
            splice.pieces.clear();
        }
    }
    splices
}

/// The words of a provision that comes in, in pieces, where they have several sources; none where they have one.
fn sources(life: &Life, mut credit: impl FnMut(EditId) -> Option<u32>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (nothing, all) = (View::at(Seq(0)), View::at(life.faces.last().map_or(Seq(0), |face| face.since)));
    for (difference, text) in life.wording.differences(&nothing, &all) {
        if let Difference::Added(edit) = difference {
            add_piece(&mut pieces, text, credit(edit), false);
        }
    }
    if life.faces.len() == 1 && pieces.len() > 1 { pieces } else { Vec::new() }
}

/// Adds words to pieces of one source each. Restored space or punctuation goes with the restored words next to it.
fn add_piece(pieces: &mut Vec<Piece>, text: &str, credit: Option<u32>, restored: bool) {
    if let Some(last) = pieces.last_mut().filter(|last| last.restored == restored) {
        let is_wordless = restored && words::count(&last.text) == 0;
        if last.credit == credit || is_wordless || (restored && words::count(text) == 0) {
            last.text.push_str(text);
            last.credit = if is_wordless { credit } else { last.credit };
            return;
        }
    }
    pieces.push(Piece { text: text.to_owned(), credit, restored });
}

fn inserted(provision: ProvisionId, new: NewProvision) -> Inserted {
    let NewProvision { after, kind, level, label, text } = new;
    Inserted { provision, after, kind, level, label, text, credit: None, pieces: Vec::new() }
}

fn text_bytes(edit: &Edit) -> usize {
    match edit {
        Edit::Reword { text, .. } => text.len(),
        Edit::Insert { insert } => insert.text.len(),
        Edit::Strike { .. } | Edit::Move { .. } => 0,
    }
}
