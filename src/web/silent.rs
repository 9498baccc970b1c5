//! What no proposal asked for, why it was done all the same, and what is corrected of whose words they are.

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::admitted::Admitted;
use super::answer::{body, of_compact, read_json};
use super::problem::Problem;
use super::room::written;
use crate::compact::{Command, Credit, EditId, ProposalId, ProvisionId, Seq};
use crate::history::silent_changes;

/// `{entry, provision?, reason}`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReasonBody {
    entry: Seq,
    provision: Option<ProvisionId>,
    reason: String,
}

/// `{entry, credit, provision?, proposals, reason}`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CorrectionBody {
    entry: Seq,
    /// Which of that entry's credits, from 0.
    credit: u32,
    /// The provision whose words are meant; all words of that credit unless told.
    provision: Option<ProvisionId>,
    /// None for the co-facilitators' own.
    proposals: Vec<ProposalId>,
    reason: String,
}

/// A credit as corrected, as told.
#[derive(Serialize, JsonSchema)]
pub(super) struct CorrectionShown {
    seq: Seq,
    entry: Seq,
    #[serde(skip_serializing_if = "Option::is_none")]
    provision: Option<ProvisionId>,
    /// As it is now, with what it was.
    credit: Credit,
}

/// `GET /compacts/{c}/silent-changes`
pub(super) async fn changes(room: Admitted, request: HttpRequest, path: Path<String>) -> Result<HttpResponse, Problem> {
    let compact = room.compact(&path)?;
    of_compact(&request, &compact, || Ok(silent_changes(&compact)))
}

/// `POST /compacts/{c}/reasons`
pub(super) async fn give_reason(
    room: Admitted,
    request: HttpRequest,
    path: Path<String>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    room.compact(&path)?;
    let ReasonBody { entry, provision, reason } = read_json(&request, &body(read)?)?;
    let recorded = room.record(&request, &path, Command::GiveReason { entry, provision, reason }).await?;
    written(&recorded, None, &silent_changes(&recorded.compact))
}

/// `POST /compacts/{c}/credit-corrections`
pub(super) async fn correct_credit(
    room: Admitted,
    request: HttpRequest,
    path: Path<String>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    room.compact(&path)?;
    let CorrectionBody { entry, credit, provision, proposals, reason } = read_json(&request, &body(read)?)?;
    let command = Command::CorrectCredit { entry, credit, provision, proposals, reason };
    let recorded = room.record(&request, &path, command).await?;
    let edit = EditId { seq: entry, ordinal: credit };
    // Asked for in no provision, a credit tells what was said of all its words.
    let somewhere = provision.unwrap_or(ProvisionId { seq: Seq(0), ordinal: 0 });
    let credit = Credit::clone(&recorded.compact.credit_in(edit, somewhere));
    written(&recorded, None, &CorrectionShown { seq: recorded.seq, entry, provision, credit })
}
