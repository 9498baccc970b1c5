//! What becomes of statements.

use std::sync::Arc;

use crate::compact::entry::Moment;
use crate::compact::event::{StatementFiled, UptakeLinked, UptakeUnlinked};
use crate::compact::ids::{ProposalId, Seq, StatementId};
use crate::compact::proposal::Proposal;
use crate::compact::state::Compact;
use crate::compact::statement::{Attached, Statement, Uptake};

impl Compact {
    pub(super) fn statement_filed(&mut self, seq: Seq, time: Moment, e: &StatementFiled) {
        let id = StatementId(seq);
        let attachment = e.attachment.as_ref().map(|a| Attached {
            name: a.name.clone(),
            media_type: a.media_type.clone(),
            bytes: a.bytes,
            sha256: a.sha256.clone(),
        });
        let statement = Statement {
            id,
            by: e.by.clone(),
            made_on: e.made_on,
            filed_at: time,
            title: e.title.as_str().into(),
            provisions: e.provisions.clone(),
            link: e.link.as_deref().map(Into::into),
            attachment,
            uptake: Vec::new(),
        };
        self.statements.insert(id, Arc::new(statement));
    }

    pub(super) fn uptake_linked(&mut self, seq: Seq, e: &UptakeLinked) -> Result<(), String> {
        let uptake = Uptake { proposal: e.proposal, by: e.by.clone(), seq };
        self.statement_mut(e.statement)?.uptake.push(uptake);
        self.any_proposal_mut(e.proposal)?.statements.push(e.statement);
        Ok(())
    }

    pub(super) fn uptake_unlinked(&mut self, e: &UptakeUnlinked) -> Result<(), String> {
        self.statement_mut(e.statement)?.uptake.retain(|u| u.proposal != e.proposal);
        self.any_proposal_mut(e.proposal)?.statements.retain(|s| *s != e.statement);
        Ok(())
    }

    fn statement_mut(&mut self, id: StatementId) -> Result<&mut Statement, String> {
        self.statements.get_mut(&id).map(Arc::make_mut).ok_or_else(|| format!("no statement {id}"))
    }

    fn any_proposal_mut(&mut self, id: ProposalId) -> Result<&mut Proposal, String> {
        self.proposals.get_mut(&id).map(Arc::make_mut).ok_or_else(|| format!("no proposal {id}"))
    }
}
