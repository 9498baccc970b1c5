//! `decide` judges: what a command makes of a compact as it stands: one event, nothing, or a refusal. Pure.

mod carrying;
mod changes;
mod closing;
mod corrections;
mod mandates;
mod moves;
mod nothing_left;
mod on_proposals;
mod packages;
mod proposals;
mod publicity;
mod reasons;
mod redactions;
mod register;
mod revision;
mod rounds;
mod statements;
mod wording;

use super::canonical::sha256_of_text;
use super::command::Command;
use super::entry::Speaker;
use super::event::{CompactAdopted, CompactOpened, DraftIssued, Event};
use super::ids::{DraftId, EditId, GroupId, ProposalId, Seq, Slug};
use super::limits;
use super::proposal::{Proposal, Standing};
use super::refusal::Refusal;
use super::state::Compact;

/// What the chair makes of a command.
pub type Decision = Result<Option<Event>, Refusal>;

/// Judges a command on a compact as it stands; `None` where no compact of that id is open.
///
/// `Ok(None)` means that everything is as the command wants it already: nothing is to be recorded.
pub fn decide(compact: Option<&Compact>, command: Command) -> Decision {
    if let Command::OpenCompact { compact: id, title } = command {
        return match compact {
            Some(_) => Err(Refusal::CompactExists(id.to_string())),
            None => {
                Ok(Some(Event::CompactOpened(CompactOpened { compact: id, title: wording::name("title", &title)? })))
            }
        };
    }
    let compact = compact.ok_or_else(|| Refusal::UnknownCompact(String::new()))?;
    // What should not have been said is blanked even when everything is said.
    if let Some(seq) = compact.adopted.filter(|_| !matches!(command, Command::Redact { .. })) {
        return Err(Refusal::Adopted(seq));
    }
    compact.decide(command)
}

impl Compact {
    fn decide(&self, command: Command) -> Decision {
        match command {
            Command::OpenCompact { compact, .. } => Err(Refusal::CompactExists(compact.to_string())),
            Command::RegisterGroup { group, name } => self.register_group(group, &name),
            Command::RegisterDelegation { delegation, name, groups } => {
                self.register_delegation(delegation, &name, groups)
            }
            Command::LeaveProcess { delegation } => self.leave_process(delegation),
            Command::GiveMandate { group, delegation } => self.give_mandate(group, delegation),
            Command::EndMandate { group, delegation } => self.end_mandate(group, delegation),
            Command::Revise { text, base, reflects, reason } => self.revise(text, base, reflects, reason.as_deref()),
            Command::IssueDraft { label, id, sign_off } => self.issue_draft(&label, id, sign_off),
            Command::GiveReason { entry, provision, reason } => self.give_reason(entry, provision, &reason),
            Command::TableProposal { sponsors, base, edits, rationale } => {
                self.table(sponsors, base, edits, rationale.as_deref(), None)
            }
            Command::ReviseProposal { proposal, base, edits, rationale } => {
                self.revise_proposal(proposal, base, edits, rationale.as_deref())
            }
            Command::WithdrawProposal { proposal, note } => self.withdraw(proposal, note.as_deref()),
            Command::JoinSponsors { proposal, sponsor } => self.join_sponsors(proposal, sponsor),
            Command::LeaveSponsors { proposal, sponsor } => self.leave_sponsors(proposal, sponsor),
            Command::TakePosition { proposal, group, position } => self.take_position(proposal, group, position),
            Command::TakeUp { proposal, edits, note } => self.take_up(proposal, edits, note.as_deref()),
            Command::Decline { proposal, note } => self.decline(proposal, note.as_deref()),
            Command::CorrectCredit { entry, credit, provision, proposals, reason } => {
                self.correct_credit(EditId { seq: entry, ordinal: credit }, provision, &proposals, &reason)
            }
            Command::ConfirmCarryOver { proposal } => self.confirm(proposal),
            Command::ProposeInPlace { on, sponsors, edits, rationale } => {
                self.propose_in_place(on, sponsors, edits, rationale.as_deref())
            }
            Command::Accept { proposal, note } => self.accept(proposal, note.as_deref()),
            Command::LinkPackage { proposals, title } => self.link(proposals, title.as_deref()),
            Command::UnlinkPackage { package } => self.unlink(package),
            Command::TakeUpPackage { package, note } => self.take_up_package(package, note.as_deref()),
            Command::DeclinePackage { package, note } => self.decline_package(package, note.as_deref()),
            Command::FileStatement { statement } => self.file(*statement),
            Command::LinkUptake { proposal, statement, by } => self.link_uptake(proposal, statement, by),
            Command::UnlinkUptake { proposal, statement } => self.unlink_uptake(proposal, statement),
            Command::ShowThePublic { shown } => self.show_the_public(shown),
            Command::ScheduleRound { round, name, starts, ends } => self.schedule(round, &name, starts, ends),
            Command::CloseProvision { provision, note } => self.close(provision, note.as_deref()),
            Command::ReopenProvision { provision, reason } => self.reopen(provision, &reason),
            Command::TakePositionOn { provision, group, position } => self.take_position_on(provision, group, position),
            Command::Redact { entry, found, what, reason } => {
                self.redact(entry, found.as_deref(), what.as_deref(), &reason)
            }
            Command::Adopt { note } => self.adopt(note.as_deref()),
        }
    }

    fn issue_draft(&self, label: &str, id: Option<DraftId>, sign_off: bool) -> Decision {
        let label = wording::name("label", label)?;
        let id =
            id.or_else(|| Slug::from_label(&label).map(DraftId)).ok_or_else(|| Refusal::NoDraftId(label.clone()))?;
        if id.as_str() == "working" {
            return Err(Refusal::BadCommand("\"working\" names the working text; give the draft another id".into()));
        }
        if self.draft(&id).is_some() {
            return Err(Refusal::DraftExists(id));
        }
        if self.text_changed.is_none() {
            return Err(Refusal::NothingToIssue("there is no text yet; hand in a revision first".into()));
        }
        if !sign_off {
            self.all_have_reasons()?;
        }
        let sha256 = Some(sha256_of_text(&self.text(self.seq)));
        Ok(Some(Event::DraftIssued(DraftIssued { draft: id, label, sign_off, sha256 })))
    }

    fn adopt(&self, note: Option<&str>) -> Decision {
        let issued = self.drafts.last().map(|draft| draft.seq);
        let note = wording::note(note)?;
        match (self.text_changed, issued) {
            (Some(changed), Some(issued)) if issued > changed => {
                Ok(Some(Event::CompactAdopted(CompactAdopted { note })))
            }
            _ => {
                Err(Refusal::NothingToIssue("only an issued draft can be adopted; issue the working text first".into()))
            }
        }
    }

    /// A proposal that is still on the table.
    fn on_the_table(&self, id: ProposalId) -> Result<&Proposal, Refusal> {
        let proposal = self.proposal(id)?;
        match (proposal.standing, &proposal.settled) {
            (Standing::Waiting, _) => Ok(proposal),
            (standing, settled) => {
                let seq = settled.as_ref().map_or(self.seq, |s| s.seq);
                Err(Refusal::NotWaiting { proposal: id, standing, seq })
            }
        }
    }

    /// A text that wording may be written against.
    fn base(&self, base: Option<Seq>, default: Seq) -> Result<Seq, Refusal> {
        let base = base.unwrap_or(default);
        if base <= self.seq && base >= Seq(1) { Ok(base) } else { Err(Refusal::UnknownText(base.to_string())) }
    }

    fn last_issued(&self) -> Seq {
        self.drafts.last().map_or(self.seq, |draft| draft.seq)
    }
}

/// Refuses more of something than is taken.
fn at_most(most: usize, given: usize, what: &'static str) -> Result<(), Refusal> {
    if given > most { Err(Refusal::TooMuch { what, given, most }) } else { Ok(()) }
}

/// Who has the floor for a command, where no credentials tell: the room's own rules.
pub fn speaker_of(command: &Command, compact: Option<&Compact>) -> Speaker {
    let sponsor = |id: &ProposalId| {
        let proposal = compact.and_then(|c| c.proposals.get(id));
        // The first of them who has not left the process.
        let is_there = |s: &&GroupId| compact.is_some_and(|c| c.has_the_floor(s).is_ok());
        let speaks = proposal.and_then(|p| p.sponsors().find(is_there).or_else(|| p.sponsors().next()));
        speaks.cloned().map_or(Speaker::Secretariat, Speaker::Sponsor)
    };
    match command {
        Command::OpenCompact { .. }
        | Command::RegisterGroup { .. }
        | Command::RegisterDelegation { .. }
        | Command::LeaveProcess { .. }
        | Command::GiveMandate { .. }
        | Command::EndMandate { .. }
        | Command::ShowThePublic { .. }
        | Command::ScheduleRound { .. }
        | Command::Redact { .. } => Speaker::Secretariat,
        Command::Revise { .. }
        | Command::IssueDraft { .. }
        | Command::GiveReason { .. }
        | Command::CorrectCredit { .. }
        | Command::TakeUp { .. }
        | Command::Decline { .. }
        | Command::LinkPackage { .. }
        | Command::UnlinkPackage { .. }
        | Command::TakeUpPackage { .. }
        | Command::DeclinePackage { .. }
        | Command::CloseProvision { .. }
        | Command::ReopenProvision { .. }
        | Command::Adopt { .. } => Speaker::CoFacilitators,
        Command::TableProposal { sponsors, .. } | Command::ProposeInPlace { sponsors, .. } => {
            sponsors.first().cloned().map_or(Speaker::Secretariat, Speaker::Sponsor)
        }
        Command::ReviseProposal { proposal, .. }
        | Command::WithdrawProposal { proposal, .. }
        | Command::UnlinkUptake { proposal, .. }
        | Command::ConfirmCarryOver { proposal } => sponsor(proposal),
        Command::Accept { proposal, .. } => {
            let on = compact.and_then(|c| c.proposals.get(proposal)?.on);
            on.as_ref().map_or(Speaker::Secretariat, sponsor)
        }
        Command::FileStatement { statement } => statement.by.id.clone().map_or(Speaker::Secretariat, Speaker::Sponsor),
        Command::LinkUptake { by, .. } => Speaker::Sponsor(by.clone()),
        Command::JoinSponsors { sponsor, .. } | Command::LeaveSponsors { sponsor, .. } => {
            Speaker::Sponsor(sponsor.clone())
        }
        Command::TakePosition { group, .. } | Command::TakePositionOn { group, .. } => Speaker::Sponsor(group.clone()),
    }
}

/// The limits that `decide` itself keeps; those of transport are kept at the edge.
const _: () =
    assert!(limits::WORDING_BYTES_MAX <= limits::TEXT_BYTES_MAX && limits::TEXT_BYTES_MAX <= limits::BODY_BYTES_MAX);
