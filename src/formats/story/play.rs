//! Playing a story: what an act means to a compact as it stands.
//!
//! References are a reader's: a label, a whole wording or heading, opening words before `…`, or `X / Y` for the first Y
//! after X. They are looked up in the text that the wording was written against.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Mistake;
use super::act::{Act, Edit, Told};
use super::passage::reword;
use crate::compact::{
    self, Command, Compact, GroupId, NewAttachment, NewProvision, NewStatement, PackageId, ProposalId, Provision,
    ProvisionId, Seq, Slug, StatementId,
};
use crate::formats::markdown;

/// Plays the acts of one story, in order.
#[derive(Debug, Default)]
pub struct Player {
    named: HashMap<Slug, ProposalId>,
    packages: HashMap<Slug, PackageId>,
    statements: HashMap<Slug, StatementId>,
}

impl Player {
    /// The command that an act stands for; `None` for an expectation, which asks for nothing.
    pub fn command(&self, told: &Told, compact: Option<&Compact>) -> Result<Option<Command>, Mistake> {
        let scene = Scene { player: self, compact, line: told.line };
        scene.command(&told.act)
    }

    /// Remembers what an act brought about: the proposal, the package or the statement that it named.
    pub fn heard(&mut self, told: &Told, seq: Seq) {
        if let Act::TableProposal { name, .. } = &told.act {
            self.named.insert(name.clone(), ProposalId(seq));
        } else if let Act::LinkPackage { name, .. } = &told.act {
            self.packages.insert(name.clone(), PackageId(seq));
        } else if let Act::FileStatement { name, .. } = &told.act {
            self.statements.insert(name.clone(), StatementId(seq));
        }
    }

    /// The proposal of that name.
    pub fn proposal(&self, name: &Slug) -> Option<ProposalId> {
        self.named.get(name).copied()
    }
}

struct Scene<'a> {
    player: &'a Player,
    compact: Option<&'a Compact>,
    line: usize,
}

impl Scene<'_> {
    #[allow(clippy::too_many_lines, reason = "one arm an act, in the order of a negotiation")]
    fn command(&self, act: &Act) -> Result<Option<Command>, Mistake> {
        Ok(Some(match act {
            Act::OpenCompact { id, title } => Command::OpenCompact { compact: id.clone(), title: title.clone() },
            Act::RegisterGroup { id, name } => Command::RegisterGroup { group: id.clone(), name: name.clone() },
            Act::RegisterDelegation { id, name, groups } => {
                Command::RegisterDelegation { delegation: id.clone(), name: name.clone(), groups: groups.clone() }
            }
            Act::DelegationLeaves { id } => Command::LeaveProcess { delegation: id.clone() },
            Act::GiveMandate { group, delegation } => {
                Command::GiveMandate { group: group.clone(), delegation: delegation.clone() }
            }
            Act::EndMandate { group, delegation } => {
                Command::EndMandate { group: group.clone(), delegation: delegation.clone() }
            }
            Act::ReviseText { base, reflects, reason, text } => {
                let reflects = reflects.iter().map(|name| self.proposal(name)).collect::<Result<_, _>>()?;
                let base = base.as_deref().map(|at| self.seq(at)).transpose()?;
                Command::Revise { text: markdown::read(text), base, reflects, reason: reason.clone() }
            }
            Act::IssueDraft { label, id, sign_off } => {
                Command::IssueDraft { label: label.clone(), id: id.clone(), sign_off: *sign_off }
            }
            Act::GiveReason { entry, at, reason } => {
                let provision = at.as_deref().map(|at| self.changed(at, *entry)).transpose()?;
                Command::GiveReason { entry: *entry, provision, reason: reason.clone() }
            }
            Act::CorrectCredit { entry, credit, at, proposals, reason } => Command::CorrectCredit {
                entry: *entry,
                credit: *credit,
                provision: at.as_deref().map(|at| self.changed(at, *entry)).transpose()?,
                proposals: proposals.iter().map(|name| self.proposal(name)).collect::<Result<_, _>>()?,
                reason: reason.clone(),
            },
            Act::TableProposal { sponsors, base, on, rationale, edits, .. } => {
                let (sponsors, rationale) = (sponsors.clone(), rationale.clone());
                self.table(sponsors, base.as_deref(), on.as_ref(), rationale, edits)?
            }
            Act::ReviseProposal { name, base, rationale, edits } => {
                let proposal = self.proposal(name)?;
                let (base, edits) = self.edits(base.as_deref(), edits)?;
                Command::ReviseProposal { proposal, base: Some(base), edits, rationale: rationale.clone() }
            }
            Act::Withdraw { name, note } => {
                Command::WithdrawProposal { proposal: self.proposal(name)?, note: note.clone() }
            }
            Act::JoinSponsors { name, sponsor } => {
                Command::JoinSponsors { proposal: self.proposal(name)?, sponsor: sponsor.clone() }
            }
            Act::LeaveSponsors { name, sponsor } => {
                Command::LeaveSponsors { proposal: self.proposal(name)?, sponsor: sponsor.clone() }
            }
            Act::TakePosition { name, group, position } => {
                let proposal = self.proposal(name)?;
                Command::TakePosition { proposal, group: group.clone(), position: *position }
            }
            Act::TakeUp { name, edits, note } => {
                let proposal = self.proposal(name)?;
                let edits = edits.as_ref().map(|edits| self.modified(proposal, edits)).transpose()?;
                Command::TakeUp { proposal, edits, note: note.clone() }
            }
            Act::Decline { name, note } => Command::Decline { proposal: self.proposal(name)?, note: note.clone() },
            Act::Confirm { name } => Command::ConfirmCarryOver { proposal: self.proposal(name)? },
            Act::Accept { name, note } => Command::Accept { proposal: self.proposal(name)?, note: note.clone() },
            Act::LinkPackage { proposals, title, .. } => {
                let proposals = proposals.iter().map(|name| self.proposal(name)).collect::<Result<_, _>>()?;
                Command::LinkPackage { proposals, title: title.clone() }
            }
            Act::DissolvePackage { name } => Command::UnlinkPackage { package: self.package(name)? },
            Act::TakeUpPackage { name, note } => {
                Command::TakeUpPackage { package: self.package(name)?, note: note.clone() }
            }
            Act::DeclinePackage { name, note } => {
                Command::DeclinePackage { package: self.package(name)?, note: note.clone() }
            }
            Act::CloseProvision { at, note } => {
                Command::CloseProvision { provision: self.working(at)?, note: note.clone() }
            }
            Act::ReopenProvision { at, reason } => {
                Command::ReopenProvision { provision: self.working(at)?, reason: reason.clone() }
            }
            Act::TakePositionOn { at, group, position } => {
                Command::TakePositionOn { provision: self.working(at)?, group: group.clone(), position: *position }
            }
            Act::ScheduleRound { id, name, starts, ends } => {
                Command::ScheduleRound { round: id.clone(), name: name.clone(), starts: *starts, ends: *ends }
            }
            Act::FileStatement { name, by, made_on, title, about, link, text } => {
                let provisions = about.iter().map(|at| self.working(at)).collect::<Result<_, _>>()?;
                let (by, title, link) = (by.clone(), title.clone(), link.clone());
                let attachment = attached(name, text);
                let statement = NewStatement { by, made_on: *made_on, title, provisions, link, attachment };
                Command::FileStatement { statement: Box::new(statement) }
            }
            Act::LinkUptake { statement, proposal, by } => Command::LinkUptake {
                proposal: self.proposal(proposal)?,
                statement: self.statement(statement)?,
                by: by.clone(),
            },
            Act::UnlinkUptake { statement, proposal } => {
                Command::UnlinkUptake { proposal: self.proposal(proposal)?, statement: self.statement(statement)? }
            }
            Act::Redact { entry, what, reason } => {
                Command::Redact { entry: *entry, found: None, what: what.clone(), reason: reason.clone() }
            }
            Act::Adopt => Command::Adopt { note: None },
            Act::Expect { .. } => return Ok(None),
        }))
    }

    fn mistake(&self, what: impl Into<String>) -> Mistake {
        Mistake { line: self.line, what: what.into() }
    }

    fn open(&self) -> Result<&Compact, Mistake> {
        self.compact.ok_or_else(|| self.mistake("no compact is open; begin with `compact`"))
    }

    fn proposal(&self, name: &Slug) -> Result<ProposalId, Mistake> {
        self.player.proposal(name).ok_or_else(|| self.mistake(format!("no proposal is called {name}")))
    }

    fn package(&self, name: &Slug) -> Result<PackageId, Mistake> {
        let package = self.player.packages.get(name).copied();
        package.ok_or_else(|| self.mistake(format!("no package is called {name}")))
    }

    fn statement(&self, name: &Slug) -> Result<StatementId, Mistake> {
        let statement = self.player.statements.get(name).copied();
        statement.ok_or_else(|| self.mistake(format!("no statement is called {name}")))
    }

    fn seq(&self, at: &str) -> Result<Seq, Mistake> {
        self.open()?.seq_of(at).map_err(|refusal| self.mistake(refusal.to_string()))
    }

    /// The provision of the working text that is meant.
    fn working(&self, at: &str) -> Result<ProvisionId, Mistake> {
        let compact = self.open()?;
        self.find(at, &compact.text(compact.seq)).map(|provision| provision.id)
    }

    /// A provision that an entry changed: as it stood after it or, where it was struck, before.
    fn changed(&self, at: &str, entry: Seq) -> Result<ProvisionId, Mistake> {
        let compact = self.open()?;
        let (after, before) = (compact.text(entry), compact.text(Seq(entry.0.saturating_sub(1))));
        self.find(at, &after).or_else(|_| self.find(at, &before)).map(|p| p.id)
    }

    /// Edits as tabled: told against the base, the last issued draft unless told.
    fn edits(&self, base: Option<&str>, edits: &[Edit]) -> Result<(Seq, Vec<compact::Edit>), Mistake> {
        let compact = self.open()?;
        let base = match base {
            Some(at) => self.seq(at)?,
            None => compact.drafts.last().map_or(compact.seq, |draft| draft.seq),
        };
        let text = compact.text(base);
        let edits = edits.iter().map(|edit| self.edit(edit, &text)).collect::<Result<_, _>>()?;
        Ok((base, edits))
    }

    /// A proposal; in place of another, its edits are told against the base of that one.
    fn table(
        &self,
        sponsors: Vec<GroupId>,
        base: Option<&str>,
        on: Option<&Slug>,
        rationale: Option<String>,
        edits: &[Edit],
    ) -> Result<Command, Mistake> {
        let Some(on) = on else {
            let (base, edits) = self.edits(base, edits)?;
            return Ok(Command::TableProposal { sponsors, base: Some(base), edits, rationale });
        };
        let on = self.proposal(on)?;
        let proposal = self.open()?.proposal(on).map_err(|refusal| self.mistake(refusal.to_string()))?;
        let (_, edits) = self.edits(Some(&proposal.form.base.to_string()), edits)?;
        Ok(Command::ProposeInPlace { on, sponsors, edits, rationale })
    }

    /// Edits as taken up: the proposal's own where they are among them, else other wording for the working text.
    fn modified(&self, proposal: ProposalId, edits: &[Edit]) -> Result<Vec<compact::Edit>, Mistake> {
        let compact = self.open()?;
        let form = &compact.proposal(proposal).map_err(|refusal| self.mistake(refusal.to_string()))?.form;
        let (base, working) = (compact.text(form.base), compact.text(compact.seq));
        let one = |edit: &Edit| {
            let tabled = self.edit(edit, &base).ok().filter(|e| form.edits.iter().any(|t| t.edit == *e));
            tabled.map_or_else(|| self.edit(edit, &working), Ok)
        };
        edits.iter().map(one).collect()
    }

    fn edit(&self, edit: &Edit, text: &[Provision]) -> Result<compact::Edit, Mistake> {
        let after = |at: &Option<String>| at.as_deref().map(|at| self.find(at, text).map(|p| p.id)).transpose();
        Ok(match edit {
            Edit::Reword { at, changes } => {
                let provision = self.find(at, text)?;
                let text = reword(&provision.text, changes).map_err(|misfit| self.mistake(misfit.to_string()))?;
                compact::Edit::Reword { reword: provision.id, text }
            }
            Edit::RewordTo { at, text: wording } => {
                compact::Edit::Reword { reword: self.find(at, text)?.id, text: wording.clone() }
            }
            Edit::Insert { after: at, kind, level, label, text } => {
                let label = label.as_deref().map(Into::into);
                let insert = NewProvision { after: after(at)?, kind: *kind, level: *level, label, text: text.clone() };
                compact::Edit::Insert { insert }
            }
            Edit::Strike { at } => compact::Edit::Strike { strike: self.find(at, text)?.id },
            Edit::Move { at, after: to } => compact::Edit::Move { r#move: self.find(at, text)?.id, after: after(to)? },
        })
    }

    fn find<'t>(&self, reference: &str, text: &'t [Provision]) -> Result<&'t Provision, Mistake> {
        let mut rest = text;
        let mut found = None;
        for part in reference.split(" / ") {
            let place = rest.iter().position(|p| is_meant(p, part));
            let place = place.ok_or_else(|| self.mistake(format!("no provision {reference:?} in that text")))?;
            found = rest.get(place);
            rest = rest.get(place + 1..).unwrap_or_default();
        }
        found.ok_or_else(|| self.mistake("a provision is referred to by its label or its words"))
    }
}

fn is_meant(provision: &Provision, reference: &str) -> bool {
    let opening = reference.strip_suffix('…').or_else(|| reference.strip_suffix("..."));
    provision.label.as_deref() == Some(reference)
        || *provision.text == *reference
        || opening.is_some_and(|words| provision.text.starts_with(words))
}

/// The words of a statement as the file that is attached to it.
fn attached(name: &Slug, text: &str) -> Option<NewAttachment> {
    let (base64, media_type) = (STANDARD.encode(text), "text/plain".to_owned());
    (!text.is_empty()).then(|| NewAttachment { name: format!("{name}.txt"), media_type, base64 })
}
