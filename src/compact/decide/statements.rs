//! Statements: filing, and saying that a proposal takes one up.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::{Decision, at_most, wording};
use crate::compact::event::{Attachment, Event, StatementFiled, UptakeLinked, UptakeUnlinked};
use crate::compact::ids::{GroupId, ProposalId, StatementId};
use crate::compact::limits;
use crate::compact::refusal::Refusal;
use crate::compact::state::Compact;
use crate::compact::statement::{NewAttachment, NewStatement, Statement, Voice};

impl Compact {
    pub(super) fn file(&self, new: NewStatement) -> Decision {
        let NewStatement { by: Voice { name, kind, id }, made_on, title, mut provisions, link, attachment } = new;
        if let Some(id) = &id {
            self.has_the_floor(id)?;
        }
        let by = Voice { name: wording::name("name", &name)?, kind, id };
        let title = wording::name("title", &title)?;
        at_most(limits::PROVISIONS_NAMED_MAX, provisions.len(), "provisions named")?;
        provisions.sort_unstable();
        provisions.dedup();
        for provision in &provisions {
            self.life(*provision)?;
        }
        if link.is_none() && attachment.is_none() {
            let what = "there is nothing to read; send a \"link\", an \"attachment\" or both";
            return Err(Refusal::BadCommand(what.into()));
        }
        let link = link.map(https).transpose()?;
        let attachment = attachment.map(attached).transpose()?;
        Ok(Some(Event::StatementFiled(StatementFiled { by, made_on, title, provisions, link, attachment })))
    }

    pub(super) fn link_uptake(&self, proposal: ProposalId, statement: StatementId, by: GroupId) -> Decision {
        let standing = self.proposal(proposal)?;
        let is_linked = self.statement(statement)?.uptake.iter().any(|u| u.proposal == proposal);
        if !standing.sponsors().any(|sponsor| *sponsor == by) {
            return Err(Refusal::BadCommand(format!(
                "{by} does not sponsor {proposal}; only a sponsor says what its proposal takes up"
            )));
        }
        self.has_the_floor(&by)?;
        if is_linked {
            return Ok(None);
        }
        Ok(Some(Event::UptakeLinked(UptakeLinked { proposal, statement, by })))
    }

    pub(super) fn unlink_uptake(&self, proposal: ProposalId, statement: StatementId) -> Decision {
        self.proposal(proposal)?;
        let is_linked = self.statement(statement)?.uptake.iter().any(|u| u.proposal == proposal);
        Ok(is_linked.then_some(Event::UptakeUnlinked(UptakeUnlinked { proposal, statement })))
    }

    fn statement(&self, id: StatementId) -> Result<&Statement, Refusal> {
        self.statements.get(&id).map(|statement| &**statement).ok_or(Refusal::UnknownStatement(id))
    }
}

/// An address that a page may link to.
fn https(link: String) -> Result<String, Refusal> {
    at_most(limits::LINK_CHARS_MAX, link.chars().count(), "characters in a link")?;
    let host = link.strip_prefix("https://").map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let is_plain = link.bytes().all(|b| b.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&b));
    match host {
        // What stands before an @ is no part of where a link leads, but looks like it.
        Some(host) if is_plain && !host.contains('@') && host.contains(|c: char| c.is_ascii_alphanumeric()) => Ok(link),
        _ => Err(Refusal::BadCommand(
            "a link begins with https:// and its host, and has no spaces; write others as %20".into(),
        )),
    }
}

fn attached(NewAttachment { name, media_type, base64 }: NewAttachment) -> Result<Attachment, Refusal> {
    let name = wording::name("name of the attachment", &name)?;
    if name.contains(['/', '\\']) {
        return Err(Refusal::BadCommand("the name of an attachment has no slashes; send the name of the file".into()));
    }
    let media_type = media_type.trim().to_ascii_lowercase();
    if !is_media_type(&media_type) {
        return Err(Refusal::BadCommand("media_type is a type such as \"application/pdf\", without parameters".into()));
    }
    // Three bytes are four letters: what is too long is not even read.
    at_most(limits::ATTACHMENT_BYTES_MAX, (base64.len() / 4 * 3).saturating_sub(2), "bytes in one attachment")?;
    let bytes = STANDARD.decode(&base64).map_err(|why| {
        Refusal::BadCommand(format!("the attachment is not base64 (RFC 4648, padded, on one line): {why}"))
    })?;
    at_most(limits::ATTACHMENT_BYTES_MAX, bytes.len(), "bytes in one attachment")?;
    if bytes.is_empty() {
        return Err(Refusal::BadCommand("the attachment is empty; send its bytes, or leave it out".into()));
    }
    let sha256 = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    let bytes = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    Ok(Attachment { name, media_type, bytes, sha256, base64 })
}

fn is_media_type(text: &str) -> bool {
    let is_name = |part: &str| {
        let is_letter = |b: u8| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b);
        (1..=127).contains(&part.len()) && part.bytes().all(is_letter)
    };
    text.split_once('/').is_some_and(|(kind, subtype)| is_name(kind) && is_name(subtype))
}
