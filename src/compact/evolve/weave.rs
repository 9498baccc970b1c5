//! How an entry changes the weave: what it lays in, what it enacts, what it applies.

use std::sync::Arc;

use smallvec::smallvec;

use crate::compact::edit::{self, Change, Inserted, Relabelled, Splice, TabledEdit};
use crate::compact::ids::{EditId, ProvisionId, Seq};
use crate::compact::state::{Compact, Face, Faces, Life};
use crate::text::{Mark, Piece, Stitch, View, Wording, chars};

impl Compact {
    /// Lays a proposal's edits into the weave, waiting.
    pub(in crate::compact) fn weave_waiting(
        &mut self,
        seq: Seq,
        base: Seq,
        edits: &[TabledEdit],
    ) -> Result<(), String> {
        for (ordinal, tabled) in (0..).zip(edits) {
            let edit = EditId { seq, ordinal };
            self.lay(&tabled.change, Mark::waiting(edit), &View::at(base))?;
            self.life_mut(tabled.change.provision())?.waiting.push(edit);
        }
        Ok(())
    }

    /// Lays one change, told against a view, into the weave under one mark.
    pub(in crate::compact) fn lay(&mut self, change: &Change, mark: Mark, view: &View<'_>) -> Result<(), String> {
        match change {
            Change::Splices { provision, splices } => {
                let stitches: Vec<Stitch<'_>> = splices.iter().map(|s| stitch(s, |_| mark)).collect();
                let life = self.life_mut(*provision)?;
                life.wording.weave(view, &stitches).map_err(|e| e.to_string())?;
            }
            Change::Insert { insert } => {
                if !self.provisions.contains_key(&insert.provision) {
                    self.bring_in(insert, |_| mark);
                }
                let outline = Arc::make_mut(&mut self.outline);
                outline.insert(insert.provision, insert.after, view, mark).map_err(|e| e.to_string())?;
            }
            Change::Strike { strike } => {
                let outline = Arc::make_mut(&mut self.outline);
                outline.strike(strike.provision, view, mark).map_err(|e| e.to_string())?;
            }
            Change::Move { r#move } => {
                let outline = Arc::make_mut(&mut self.outline);
                outline.strike(r#move.provision, view, mark).map_err(|e| e.to_string())?;
                outline.insert(r#move.provision, r#move.after, view, mark).map_err(|e| e.to_string())?;
            }
            Change::Relabel { .. } => {}
        }
        Ok(())
    }

    /// Applies changes told against the working text, in order; their edits are this entry's.
    pub(in crate::compact) fn apply(&mut self, seq: Seq, changes: &[Change]) -> Result<(), String> {
        let mark = |credit: Option<u32>| Mark::enacted(EditId { seq, ordinal: credit.unwrap_or(0) });
        let now = View::at(seq);
        for change in changes {
            match change {
                Change::Splices { provision, splices } => {
                    let before = View::at(self.seq);
                    let stitches: Vec<Stitch<'_>> = splices.iter().map(|s| stitch(s, mark)).collect();
                    let life = self.life_mut(*provision)?;
                    life.wording.weave(&before, &stitches).map_err(|e| format!("in {provision}, {e}"))?;
                    life.reword(seq, splices)?;
                }
                Change::Insert { insert } => {
                    if self.provisions.contains_key(&insert.provision) {
                        self.put_back(seq, insert)?;
                    } else {
                        self.bring_in(insert, mark);
                        self.life_mut(insert.provision)?.show(seq);
                    }
                    let outline = Arc::make_mut(&mut self.outline);
                    let placed = outline.insert(insert.provision, insert.after, &now, mark(insert.credit));
                    placed.map_err(|e| format!("{}: {e}", insert.provision))?;
                }
                Change::Strike { strike } => {
                    let outline = Arc::make_mut(&mut self.outline);
                    let struck = outline.strike(strike.provision, &now, mark(strike.credit));
                    struck.map_err(|e| format!("{}: {e}", strike.provision))?;
                }
                Change::Move { r#move } => {
                    let outline = Arc::make_mut(&mut self.outline);
                    let place = mark(r#move.credit);
                    let moved = outline.strike(r#move.provision, &now, place);
                    let moved = moved.and_then(|()| outline.insert(r#move.provision, r#move.after, &now, place));
                    moved.map_err(|e| format!("{}: {e}", r#move.provision))?;
                }
                Change::Relabel { relabel } => self.life_mut(relabel.provision)?.relabel(seq, relabel),
            }
        }
        Ok(())
    }

    /// One waiting edit counts from this entry on, as far as the recorded changes say so. What it rewords is not shown yet.
    pub(super) fn enact(
        &mut self,
        seq: Seq,
        edit: EditId,
        tabled: &TabledEdit,
        changes: &[Change],
    ) -> Result<(), String> {
        let provision = tabled.change.provision();
        let mine = |change: &&Change| change.provision() == provision;
        let Some(change) = changes.iter().find(mine) else { return Ok(()) };
        let before = View::at(self.seq);
        match change {
            Change::Splices { splices, .. } => {
                let life = self.life_mut(provision)?;
                let places: Vec<(u32, u32, bool)> =
                    splices.iter().map(|s| (s.at, chars(&s.struck), !s.added.is_empty())).collect();
                let adds = life.wording.additions_at(edit, &before, &places);
                life.wording.enact(edit, seq, |index| adds.contains(&index));
            }
            Change::Insert { .. } => {
                let life = self.life_mut(provision)?;
                life.wording.enact(edit, seq, |_| true);
                life.show(seq);
                Arc::make_mut(&mut self.outline).enact(edit, seq);
            }
            Change::Strike { .. } | Change::Move { .. } => Arc::make_mut(&mut self.outline).enact(edit, seq),
            Change::Relabel { .. } => return Err("a proposal does not renumber".into()),
        }
        Ok(())
    }

    /// Shows the new wording of those of these provisions that are told to be reworded.
    pub(super) fn show_reworded(
        &mut self,
        seq: Seq,
        provisions: &[ProvisionId],
        changes: &[Change],
    ) -> Result<(), String> {
        for change in changes {
            if let Change::Splices { provision, splices } = change
                && provisions.contains(provision)
            {
                self.life_mut(*provision)?.reword(seq, splices)?;
            }
        }
        Ok(())
    }

    /// What clients make of the changes is what the weave shows: the order of provisions after a taking up.
    pub(super) fn check_order(&self, seq: Seq, changes: &[Change]) -> Result<(), String> {
        let of_order = |c: &Change| !matches!(c, Change::Splices { .. } | Change::Relabel { .. });
        if !changes.iter().any(of_order) {
            return Ok(());
        }
        let mut order: Vec<ProvisionId> = self.outline.visible(&View::at(self.seq)).collect();
        for change in changes {
            match change {
                Change::Insert { insert } => place(&mut order, insert.provision, insert.after),
                Change::Strike { strike } => order.retain(|p| *p != strike.provision),
                Change::Move { r#move } => {
                    order.retain(|p| *p != r#move.provision);
                    place(&mut order, r#move.provision, r#move.after);
                }
                Change::Splices { .. } | Change::Relabel { .. } => {}
            }
        }
        let now = View::at(seq);
        if self.outline.visible(&now).eq(order) { Ok(()) } else { Err("the order told is not the order woven".into()) }
    }

    /// A provision that was not there before; it is not shown until its insertion is enacted.
    pub(super) fn bring_in(&mut self, insert: &Inserted, mark: impl Fn(Option<u32>) -> Mark) {
        let pieces: Vec<Piece<'_>> = if insert.pieces.is_empty() {
            vec![Piece { text: &insert.text, mark: mark(insert.credit), restores: false }]
        } else {
            let piece = |p| woven_piece(p, &mark);
            insert.pieces.iter().map(piece).collect()
        };
        let face = Face {
            since: Mark::WAITING,
            kind: insert.kind,
            level: insert.level,
            label: insert.label.clone(),
            text: insert.text.as_str().into(),
        };
        let life = Life {
            id: insert.provision,
            wording: Wording::new(&pieces),
            faces: Faces::default(),
            proposed: face,
            waiting: Vec::new(),
            closings: Vec::new(),
            positions: Vec::new(),
        };
        self.provisions.insert(insert.provision, Arc::new(life));
    }

    /// A provision struck earlier comes back as it was.
    pub(in crate::compact) fn put_back(&mut self, seq: Seq, insert: &Inserted) -> Result<(), String> {
        let life = self.life_mut(insert.provision)?;
        let last = life.faces.last().ok_or_else(|| format!("{} never stood", insert.provision))?;
        if *last.text != *insert.text {
            return Err(format!("{} is put back with other words than it had", insert.provision));
        }
        let mut face = last.clone();
        face.since = seq;
        (face.kind, face.level) = (insert.kind, insert.level);
        face.label.clone_from(&insert.label);
        life.faces.push(face);
        Ok(())
    }
}

impl Life {
    pub(in crate::compact) fn show(&mut self, seq: Seq) {
        let mut face = self.proposed.clone();
        face.since = seq;
        self.faces.push(face);
    }

    /// Shows the wording as clients make it of the splices, once it is clear that the weave shows the same.
    fn reword(&mut self, seq: Seq, splices: &[Splice]) -> Result<(), String> {
        let mut face = self.faces.last().ok_or_else(|| format!("{} does not stand", self.id))?.clone();
        let text = spliced(&face.text, splices).ok_or_else(|| format!("the splices do not fit {}", self.id))?;
        if !self.wording.reads(&View::at(seq), &text) {
            return Err(format!("what the splices make of {} is not what is woven", self.id));
        }
        face.text = text.into();
        face.since = seq;
        self.faces.push(face);
        Ok(())
    }

    fn relabel(&mut self, seq: Seq, relabel: &Relabelled) {
        let mut face = self.faces.last().unwrap_or(&self.proposed).clone();
        face.since = seq;
        face.label.clone_from(&relabel.label);
        face.kind = relabel.kind.unwrap_or(face.kind);
        face.level = relabel.level.unwrap_or(face.level);
        self.faces.push(face);
    }
}

/// What splices make of a text; `None` where they do not fit it.
pub fn spliced(text: &str, splices: &[Splice]) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut at = 0;
    for splice in splices {
        let skip = splice.at.checked_sub(at)? as usize;
        let border = rest
            .char_indices()
            .nth(skip)
            .map_or_else(|| (rest.chars().count() == skip).then_some(rest.len()), |(border, _)| Some(border))?;
        let (kept, tail) = rest.split_at(border);
        out.push_str(kept);
        out.push_str(&splice.added);
        rest = tail.strip_prefix(splice.struck.as_str())?;
        at = splice.at + chars(&splice.struck);
    }
    out.push_str(rest);
    Some(out)
}

fn stitch(splice: &Splice, mark: impl Fn(Option<u32>) -> Mark) -> Stitch<'_> {
    let pieces = match (splice.pieces.is_empty(), splice.added.is_empty()) {
        (true, true) => smallvec![],
        (true, false) => smallvec![Piece { text: &splice.added, mark: mark(splice.credit), restores: false }],
        (false, _) => splice.pieces.iter().map(|p| woven_piece(p, &mark)).collect(),
    };
    Stitch { at: splice.at, struck: &splice.struck, strike: mark(splice.credit), pieces }
}

fn woven_piece(piece: &edit::Piece, mark: impl Fn(Option<u32>) -> Mark) -> Piece<'_> {
    Piece { text: &piece.text, mark: mark(piece.credit), restores: piece.restored }
}

fn place(order: &mut Vec<ProvisionId>, provision: ProvisionId, after: Option<ProvisionId>) {
    let index = after.map_or(0, |a| order.iter().position(|p| *p == a).map_or(order.len(), |i| i + 1));
    order.insert(index, provision);
}
