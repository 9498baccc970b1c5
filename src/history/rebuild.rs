//! What a client makes of the stream: a plain list of provisions to which the changes told are applied, one after the other.
//!
//! It knows nothing of weaves and runs no difference algorithm. That it comes to the same text as the compact is what shows
//! that the stream alone is enough.

use crate::compact::{Change, Event, Inserted, Provision, ProvisionId, Splice};

/// The text as the changes told so far make it.
#[derive(Clone, Debug, Default)]
pub struct Rebuilt {
    provisions: Vec<Provision>,
}

impl Rebuilt {
    /// The provisions in order.
    pub fn provisions(&self) -> &[Provision] {
        &self.provisions
    }

    /// Applies the changes that an event tells, if it tells any; says whether it does, or what does not fit.
    pub fn apply(&mut self, event: &Event) -> Result<bool, String> {
        let Some(changes) = Self::told(event) else { return Ok(false) };
        changes.iter().try_for_each(|change| self.change(change))?;
        Ok(true)
    }

    /// The changes of the text that an event tells.
    pub fn told(event: &Event) -> Option<&[Change]> {
        match event {
            Event::TextRevised(e) => Some(&e.changes),
            Event::ProposalTakenUp(e) => Some(&e.changes),
            Event::PackageTakenUp(e) => Some(&e.changes),
            Event::CompactOpened(_)
            | Event::GroupRegistered(_)
            | Event::DelegationRegistered(_)
            | Event::MembershipChanged(_)
            | Event::DelegationLeft(_)
            | Event::MandateGiven(_)
            | Event::MandateEnded(_)
            | Event::DraftIssued(_)
            | Event::ReasonGiven(_)
            | Event::CreditCorrected(_)
            | Event::ProposalTabled(_)
            | Event::ProposalRevised(_)
            | Event::ProposalWithdrawn(_)
            | Event::SponsorJoined(_)
            | Event::SponsorLeft(_)
            | Event::PositionTaken(_)
            | Event::ProposalDeclined(_)
            | Event::CarryOverConfirmed(_)
            | Event::ProposalAccepted(_)
            | Event::PackageLinked(_)
            | Event::PackageUnlinked(_)
            | Event::PackageDeclined(_)
            | Event::StatementFiled(_)
            | Event::UptakeLinked(_)
            | Event::UptakeUnlinked(_)
            | Event::RoundScheduled(_)
            | Event::PublicitySet(_)
            | Event::ProvisionClosed(_)
            | Event::ProvisionReopened(_)
            | Event::ProvisionPositionTaken(_)
            | Event::CompactAdopted(_)
            | Event::EntryRedacted(_) => None,
        }
    }

    fn change(&mut self, change: &Change) -> Result<(), String> {
        match change {
            Change::Splices { provision, splices } => {
                let at = self.place(*provision)?;
                let Some(spliced) = self.provisions.get_mut(at) else { return Ok(()) };
                spliced.text = splice(&spliced.text, splices).map_err(|why| format!("in {provision}, {why}"))?.into();
            }
            Change::Insert { insert } => {
                if self.place(insert.provision).is_ok() {
                    return Err(format!("{} is inserted where it stands already", insert.provision));
                }
                let at = self.place_after(insert.after)?;
                self.provisions.insert(at, arrived(insert));
            }
            Change::Strike { strike } => {
                let at = self.place(strike.provision)?;
                self.provisions.remove(at);
            }
            Change::Move { r#move } => {
                let from = self.place(r#move.provision)?;
                let moved = self.provisions.remove(from);
                let to = self.place_after(r#move.after)?;
                self.provisions.insert(to, moved);
            }
            Change::Relabel { relabel } => {
                let at = self.place(relabel.provision)?;
                let Some(relabelled) = self.provisions.get_mut(at) else { return Ok(()) };
                relabelled.label.clone_from(&relabel.label);
                relabelled.kind = relabel.kind.unwrap_or(relabelled.kind);
                relabelled.level = relabel.level.unwrap_or(relabelled.level);
            }
        }
        Ok(())
    }

    fn place(&self, id: ProvisionId) -> Result<usize, String> {
        let place = self.provisions.iter().position(|p| p.id == id);
        place.ok_or_else(|| format!("provision {id} is not in the text"))
    }

    fn place_after(&self, after: Option<ProvisionId>) -> Result<usize, String> {
        after.map_or(Ok(0), |id| self.place(id).map(|place| place + 1))
    }
}

fn arrived(insert: &Inserted) -> Provision {
    let text = insert.text.as_str().into();
    Provision { id: insert.provision, kind: insert.kind, level: insert.level, label: insert.label.clone(), text }
}

/// Cuts at the places told, from the last to the first, so that none moves another.
fn splice(text: &str, splices: &[Splice]) -> Result<String, String> {
    let mut scalars: Vec<char> = text.chars().collect();
    let mut border = scalars.len();
    for Splice { at, struck, added, .. } in splices.iter().rev() {
        let start = usize::try_from(*at).map_err(|_| "a place is out of reach")?;
        let end = start + struck.chars().count();
        let stands: Option<String> =
            scalars.get(start..end).filter(|_| end <= border).map(|words| words.iter().collect());
        if stands.as_ref() != Some(struck) {
            return Err(match stands {
                Some(stands) => format!("{struck:?} is struck at {at}, where {stands:?} stands"),
                None => format!("{struck:?} is struck at {at}, beyond the words"),
            });
        }
        scalars.splice(start..end, added.chars());
        border = start;
    }
    Ok(scalars.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(at: u32, struck: &str, added: &str) -> Splice {
        Splice { at, struck: struck.into(), added: added.into(), credit: None, pieces: Vec::new() }
    }

    #[test]
    fn places_are_those_before_the_change_and_count_scalar_values() {
        let splices = [at(0, "É", "L’é"), at(5, "will", "shall"), at(9, "", " now")];
        assert_eq!(splice("État will", &splices).unwrap(), "L’état shall now");
    }

    #[test]
    fn what_does_not_stand_there_cannot_be_struck() {
        assert_eq!(splice("we will", &[at(3, "may", "")]).unwrap_err(), "\"may\" is struck at 3, where \"wil\" stands");
        assert!(splice("we", &[at(2, "will", "")]).unwrap_err().contains("beyond"));
        assert!(splice("we will", &[at(0, "we ", ""), at(1, "e", "")]).is_err(), "splices overlap");
    }
}
