//! A text handed in whole: which provision is which, what changes, and whether it fits a text that has moved on.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::changes::{splices, splices_between};
use super::{Decision, at_most, wording};
use crate::compact::carry::Bearing;
use crate::compact::credit::{Credit, Credits};
use crate::compact::edit::{Change, Inserted, Moved, Relabelled, Struck};
use crate::compact::event::{Event, TextRevised};
use crate::compact::ids::{EditId, ProposalId, ProvisionId, Seq};
use crate::compact::label::expressible;
use crate::compact::limits;
use crate::compact::provision::{Block, Kind, Provision};
use crate::compact::refusal::{Collision, Refusal};
use crate::compact::state::{Compact, Face, Life, Source};
use crate::text::align::{Paragraph, align, recognised};
use crate::text::difference::{Hunk, difference, difference_of_words};
use crate::text::words::Lexicon;
use crate::text::{Difference, Mark, View, words};

/// A struck provision is only recognised when it is put back if it says at least this many words.
const PUT_BACK_WORDS_MIN: u32 = 3;

impl Compact {
    pub(super) fn revise(
        &self,
        text: Vec<Block>,
        base: Option<Seq>,
        reflects: Vec<ProposalId>,
        reason: Option<&str>,
    ) -> Decision {
        at_most(limits::PROVISIONS_MAX, text.len(), "provisions in one text")?;
        at_most(limits::PROPOSALS_NAMED_MAX, reflects.len(), "proposals named")?;
        for proposal in &reflects {
            self.proposal(*proposal)?;
        }
        let base = self.base(base, self.seq)?;
        let text = text.into_iter().map(cleaned).collect::<Result<Vec<Block>, Refusal>>()?;
        if text.is_empty() {
            return Err(Refusal::BadWording("the text is blank; hand in at least one provision".into()));
        }
        let mut credits = Credits::default();
        let is_current = self.text_changed.is_none_or(|changed| changed <= base);
        let asked = self.revision(&text, base, &mut credits);
        let changes = if is_current { asked } else { self.carried(&asked, base, &mut credits)? };
        if changes.is_empty() {
            return Ok(None);
        }
        let changes = self.attribute(&changes, &reflects, &mut credits);
        let reason = wording::note(reason)?;
        Ok(Some(Event::TextRevised(TextRevised { base, changes, credits: credits.0, reflects, reason })))
    }

    /// The revision that leads from the working text to a text that stands elsewhere, to the letter; `None` where it is the
    /// same. Nobody might hand it in so: what proposals come to together may have two spaces in a row.
    pub(crate) fn come_to(&self, text: &[Block]) -> Option<TextRevised> {
        let mut credits = Credits::default();
        let asked = self.revision(text, self.seq, &mut credits);
        if asked.is_empty() {
            return None;
        }
        let changes = self.attribute(&asked, &[], &mut credits);
        let (base, credits) = (self.seq, credits.0);
        Some(TextRevised { base, changes, credits, reflects: Vec::new(), reason: None })
    }

    /// The changes that lead from the text at `base` to the text handed in, told against the former.
    fn revision(&self, text: &[Block], base: Seq, credits: &mut Credits) -> Vec<Change> {
        let old = self.text(base);
        let bytes: usize = text.iter().map(|block| block.text.len()).sum();
        // About one word in ten is another one, and a word has some six letters.
        let mut lexicon = Lexicon::with_room(bytes / 60);
        let before: Vec<Paragraph<'_>> = old.iter().map(|p| paragraph(&p.text, p.kind, &mut lexicon)).collect();
        let after: Vec<Paragraph<'_>> = text.iter().map(|b| paragraph(&b.text, b.kind, &mut lexicon)).collect();
        let found = align(&before, &after, &lexicon);
        let own = credits.index(&Credit::own());
        let kept: HashSet<usize> = found.old_of.iter().copied().flatten().collect();
        let gone = old.iter().enumerate().filter(|(index, _)| !kept.contains(index));
        let struck =
            |(_, p): (usize, &Provision)| Change::Strike { strike: Struck { provision: p.id, credit: Some(own) } };
        let mut changes: Vec<Change> = gone.map(struck).collect();
        let arriving = text.iter().enumerate().zip(&found.old_of).filter(|(_, old)| old.is_none());
        let back = self.put_back_by(arriving.map(|(block, _)| block), base);
        let stood = found.old_of.iter().map(|index| index.and_then(|index| old.get(index)).map(|standing| standing.id));
        let order: Vec<Option<ProvisionId>> =
            stood.enumerate().map(|(at, id)| id.or_else(|| back.get(&at).map(|life| life.id))).collect();
        let moved = self.moved_as_asked(&found, &order, base);
        let mut place = Placing { compact: self, base, previous: None, introduced: 0, own };
        let placed = text.iter().zip(&after).zip(&found.old_of).zip(&moved);
        for (at, (((block, words), old_index), moved)) in placed.enumerate() {
            match old_index.and_then(|index| old.get(index).zip(before.get(index))) {
                Some((standing, stood)) => {
                    let difference = || difference_of_words(stood, words, &lexicon);
                    place.keep(standing, block, *moved, difference, &mut changes, credits);
                    place.previous = Some(standing.id);
                }
                None => match back.get(&at) {
                    Some(life) => place.put_back(life, block, &mut changes, credits),
                    None => place.bring_in(block, &mut changes),
                },
            }
        }
        changes
    }

    /// The provisions that stood once, stand no more, and are put back by the provisions that arrive, by the place of
    /// the latter: those of the same wording, and those that are recognised by it. Each is put back once.
    fn put_back_by<'a>(
        &'a self,
        arriving: impl Iterator<Item = (usize, &'a Block)>,
        base: Seq,
    ) -> HashMap<usize, &'a Life> {
        let arriving: Vec<(usize, &Block)> =
            arriving.filter(|(_, block)| words::count(&block.text) >= PUT_BACK_WORDS_MIN).collect();
        if arriving.is_empty() {
            return HashMap::new();
        }
        let [then, now]: [HashSet<ProvisionId>; 2] =
            [base, self.seq].map(|at| self.outline.visible(&View::at(at)).collect());
        let gone = self.provisions.values().filter(|life| !then.contains(&life.id) && !now.contains(&life.id));
        // What has come and gone since the base has no wording there that could be told to change.
        let gone = gone.filter_map(|life| Some((life.face(base)?, life)));
        let (faces, mut lives): (Vec<&Face>, Vec<Option<&Life>>) =
            gone.map(|(face, life)| (face, Some(&**life))).unzip();
        let mut of_text: HashMap<&str, usize> = HashMap::new();
        of_text.extend(faces.iter().enumerate().map(|(index, face)| (&*face.text, index)));
        let same = |(at, block): &(usize, &Block)| Some((*at, of_text.remove(block.text.as_str())?));
        let mut pairs: HashMap<usize, usize> = arriving.iter().filter_map(same).collect();
        let mut lexicon = Lexicon::new();
        let before: Vec<Paragraph<'_>> =
            faces.iter().map(|face| paragraph(&face.text, face.kind, &mut lexicon)).collect();
        let after: Vec<Paragraph<'_>> =
            arriving.iter().map(|(_, block)| paragraph(&block.text, block.kind, &mut lexicon)).collect();
        for (old, new) in recognised(&before, &after, &lexicon) {
            if let Some((at, _)) = arriving.get(new)
                && !pairs.contains_key(at)
                && !pairs.values().any(|taken| *taken == old)
            {
                pairs.insert(*at, old);
            }
        }
        pairs.into_iter().filter_map(|(at, old)| Some((at, lives.get_mut(old)?.take()?))).collect()
    }

    /// Changes told against an earlier text, carried to the working text: only what truly collides is refused.
    fn carried(&self, asked: &[Change], base: Seq, credits: &mut Credits) -> Result<Vec<Change>, Refusal> {
        let unseen: Vec<Collision> = asked.iter().filter_map(|change| self.unseen(change, base)).collect();
        if !unseen.is_empty() {
            return Err(Refusal::Collides(unseen));
        }
        let seq = self.seq.next();
        let edit = EditId { seq, ordinal: 0 };
        let mut trial = self.clone();
        trial.sources.insert(seq, Source::Told(credits.0.iter().cloned().map(Arc::new).collect()));
        let view = View { at: base, assumed: &[edit] };
        for change in asked {
            let laid = trial.lay(change, Mark::waiting(edit), &view);
            laid.map_err(|why| Refusal::BadCommand(format!("the revision does not fit its base: {why}")))?;
        }
        trial.take(asked.iter().map(|change| (edit, change)), base, seq)?;
        for change in asked {
            if let Change::Relabel { relabel } = change {
                trial.apply(seq, &[Change::Relabel { relabel: relabel.clone() }]).map_err(Refusal::BadCommand)?;
            }
        }
        let mut carried = trial.changes_since(self.seq, seq, credits);
        carried.extend(asked.iter().filter_map(|change| match change {
            Change::Splices { provision, .. } => {
                let life = trial.provisions.get(provision)?;
                let splices = splices_between(life, self.seq, seq, |e| Some(credits.index(&trial.credit_of(e))));
                (!splices.is_empty()).then_some(Change::Splices { provision: *provision, splices })
            }
            Change::Relabel { relabel } => {
                let now = self.provisions.get(&relabel.provision)?.face(self.seq)?;
                (now.label != relabel.label || relabel.kind.is_some() || relabel.level.is_some())
                    .then(|| change.clone())
            }
            Change::Insert { .. } | Change::Strike { .. } | Change::Move { .. } => None,
        }));
        Ok(carried)
    }

    /// What was reworded since the text at `base` in a provision that a change strikes: whoever strikes it has not
    /// seen that.
    fn unseen(&self, change: &Change, base: Seq) -> Option<Collision> {
        let Change::Strike { strike } = change else { return None };
        let (base, now) = (View::at(base), View::at(self.seq));
        let life = self.provisions.get(&strike.provision)?;
        let with = life.wording.differences(&base, &now).find_map(|(difference, _)| match difference {
            Difference::Kept => None,
            Difference::Added(edit) | Difference::Restored(edit) | Difference::Struck(edit) => Some(edit),
        })?;
        self.outline.stands(strike.provision, &now).then(|| self.collision(strike.provision, 0, with))
    }

    /// Enacts edits that are laid into the weave already, in this trial state, unless one of them collides.
    pub(super) fn take<'a>(
        &mut self,
        edits: impl IntoIterator<Item = (EditId, &'a Change)>,
        base: Seq,
        seq: Seq,
    ) -> Result<(), Refusal> {
        let mut collisions = Vec::new();
        let mut taken = Vec::new();
        let mut back = Vec::new();
        for (edit, change) in edits {
            let provision = change.provision();
            if matches!(change, Change::Insert { .. }) {
                back.push(provision);
            }
            // What is put back by this very entry does not stand in the text yet; nobody can have reworded it.
            let is_back = matches!(change, Change::Splices { .. }) && back.contains(&provision);
            let bearing = if is_back { Bearing::default() } else { self.bearing(edit, change, base, self.seq) };
            collisions.extend(bearing.collisions.iter().map(|with| self.collision(provision, edit.ordinal, *with)));
            if bearing.is_moot() && !matches!(change, Change::Splices { .. }) {
                continue;
            }
            self.take_one(edit, change, seq, &bearing.said_already).map_err(Refusal::BadCommand)?;
            taken.push((edit, change));
        }
        collisions.dedup();
        if !collisions.is_empty() {
            return Err(Refusal::Collides(collisions));
        }
        taken.into_iter().try_for_each(|(edit, change)| self.leaves_words(edit, change, base, seq))
    }

    pub(super) fn take_one(&mut self, edit: EditId, change: &Change, seq: Seq, said: &[usize]) -> Result<(), String> {
        match change {
            Change::Splices { provision, .. } => {
                self.life_mut(*provision)?.wording.enact(edit, seq, |index| !said.contains(&index));
            }
            Change::Insert { insert } => {
                let life = self.life_mut(insert.provision)?;
                if life.faces.is_empty() {
                    life.wording.enact(edit, seq, |_| true);
                    life.show(seq);
                } else {
                    self.put_back(seq, insert)?;
                }
                Arc::make_mut(&mut self.outline).enact(edit, seq);
            }
            Change::Strike { .. } | Change::Move { .. } => Arc::make_mut(&mut self.outline).enact(edit, seq),
            Change::Relabel { .. } => {}
        }
        Ok(())
    }
}

/// Walks a text handed in and tells what each of its provisions is.
struct Placing<'a> {
    compact: &'a Compact,
    base: Seq,
    /// The provision before the one in hand.
    previous: Option<ProvisionId>,
    introduced: u32,
    own: u32,
}

impl Placing<'_> {
    fn reword(
        &self,
        standing: &Provision,
        block: &Block,
        difference: impl FnOnce() -> Vec<Hunk>,
        changes: &mut Vec<Change>,
        credits: &mut Credits,
    ) {
        if *standing.text != *block.text
            && let Some(life) = self.compact.provisions.get(&standing.id)
        {
            let credit = |origin: Option<EditId>| {
                let origin = origin.map(|edit| self.compact.credit_of(edit));
                Some(origin.map_or(self.own, |credit| credits.index(&credit)))
            };
            let splices = splices(life, (&standing.text, &block.text), difference(), self.base, credit);
            changes.push(Change::Splices { provision: standing.id, splices });
        }
    }

    fn keep(
        &self,
        standing: &Provision,
        block: &Block,
        moved: bool,
        difference: impl FnOnce() -> Vec<Hunk>,
        changes: &mut Vec<Change>,
        credits: &mut Credits,
    ) {
        let id = standing.id;
        if moved {
            changes
                .push(Change::Move { r#move: Moved { provision: id, after: self.previous, credit: Some(self.own) } });
        }
        self.reword(standing, block, difference, changes, credits);
        let (kind, level) = (block.kind, block.level);
        let reshaped = (standing.kind, standing.level) != (kind, level);
        if standing.label != block.label || reshaped {
            let relabel = Relabelled {
                provision: id,
                label: block.label.clone(),
                kind: reshaped.then_some(kind),
                level: reshaped.then_some(level),
            };
            changes.push(Change::Relabel { relabel });
        }
    }

    /// A provision that stood once comes back as it was, and is then reworded where it reads otherwise now.
    fn put_back(&mut self, life: &Life, block: &Block, changes: &mut Vec<Change>, credits: &mut Credits) {
        let Some(standing) = life.provision(self.base) else { return self.bring_in(block, changes) };
        let after = self.previous.replace(life.id);
        let (kind, level, label) = (block.kind, block.level, block.label.clone());
        let (text, credit, pieces) = (standing.text.to_string(), Some(self.own), Vec::new());
        let insert = Inserted { provision: life.id, after, kind, level, label, text, credit, pieces };
        changes.push(Change::Insert { insert });
        self.reword(&standing, block, || difference(&standing.text, &block.text), changes, credits);
    }

    fn bring_in(&mut self, block: &Block, changes: &mut Vec<Change>) {
        self.introduced += 1;
        let provision = ProvisionId { seq: self.compact.seq.next(), ordinal: self.introduced };
        let after = self.previous.replace(provision);
        let (kind, level, label) = (block.kind, block.level, block.label.clone());
        let (text, credit) = (block.text.clone(), Some(self.own));
        let insert = Inserted { provision, after, kind, level, label, text, credit, pieces: Vec::new() };
        changes.push(Change::Insert { insert });
    }
}

fn paragraph<'t>(text: &'t str, kind: Kind, lexicon: &mut Lexicon<'t>) -> Paragraph<'t> {
    Paragraph { text, words: lexicon.read(text), heading: matches!(kind, Kind::Title | Kind::Heading) }
}

fn cleaned(mut block: Block) -> Result<Block, Refusal> {
    block.text = wording::wording(&block.text)?;
    block.label = wording::label(block.label.as_deref())?;
    expressible(block.kind, block.level, block.label.as_deref()).map_err(|why| Refusal::BadCommand(why.into()))?;
    Ok(block)
}
