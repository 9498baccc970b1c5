//! Whole texts handed in.

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::admitted::Admitted;
use super::answer::{body, content_type, read_json, unsupported, utf8};
use super::problem::Problem;
use super::query::query;
use super::room::{Base, written};
use crate::compact::{Block, Command, Compact, ProposalId, Seq, limits};
use crate::formats::{markdown, plain};
use crate::history::{At, ChangeKind, SilentChanges, redline, silent_changes};
use crate::secretariat::Recorded;

/// `{text, format?, base?, reflects?, reason?}`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RevisionBody {
    text: String,
    #[serde(default)]
    format: TextFormat,
    base: Option<Base>,
    #[serde(default)]
    reflects: Vec<ProposalId>,
    reason: Option<String>,
}

/// What a text handed in is written in.
#[derive(Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum TextFormat {
    /// Markdown.
    #[default]
    Markdown,
    /// Plain text.
    Plain,
}

/// What a revision changed.
#[derive(Serialize, JsonSchema)]
pub(super) struct RevisionShown {
    seq: Seq,
    words_added: u32,
    words_struck: u32,
    provisions: Provisions,
    /// What no proposal asked for since the last draft.
    silent_changes: SilentChanges,
}

/// What a revision did to provisions, each counted once for each thing done to it.
#[derive(Serialize, JsonSchema, Default)]
pub(super) struct Provisions {
    inserted: usize,
    struck: usize,
    moved: usize,
    reworded: usize,
}

/// `POST /compacts/{c}/revisions`
pub(super) async fn revise(
    room: Admitted,
    request: HttpRequest,
    path: Path<String>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let compact = room.compact(&path)?;
    let body = body(read)?;
    let given = match content_type(&request).as_str() {
        "text/markdown" => raw(&request, &body, TextFormat::Markdown)?,
        "text/plain" => raw(&request, &body, TextFormat::Plain)?,
        kind if kind == "application/json" || kind.ends_with("+json") => read_json(&request, &body)?,
        _ => return Err(unsupported("application/json, text/markdown or text/plain")),
    };
    let base = given.base.as_ref().map(|base| base.seq(&compact)).transpose()?;
    let text = blocks(&given.text, given.format, &compact, base.unwrap_or(compact.seq))?;
    let command = Command::Revise { text, base, reflects: given.reflects, reason: given.reason };
    let recorded = room.record(&request, &path, command).await?;
    let location = recorded.is_new.then(|| format!("/api/v1/compacts/{path}/texts/{}", recorded.seq));
    written(&recorded, location, &shown(&recorded))
}

/// A body that is the text itself; the rest comes as a query.
fn raw(request: &HttpRequest, body: &[u8], format: TextFormat) -> Result<RevisionBody, Problem> {
    let mut query = query(request)?;
    let reflects = query.remove("reflects").unwrap_or_default();
    let reflects = reflects.split(',').filter(|id| !id.is_empty()).map(str::parse);
    Ok(RevisionBody {
        text: utf8(body)?.to_owned(),
        format,
        base: query.remove("base").map(Base::Named),
        reflects: reflects.collect::<Result<_, _>>()?,
        reason: query.remove("reason"),
    })
}

fn blocks(text: &str, format: TextFormat, compact: &Compact, base: Seq) -> Result<Vec<Block>, Problem> {
    if text.len() > limits::TEXT_BYTES_MAX {
        let (given, most) = (text.len(), limits::TEXT_BYTES_MAX);
        return Err(crate::compact::Refusal::TooMuch { what: "bytes in one text", given, most }.into());
    }
    Ok(match format {
        TextFormat::Markdown => markdown::read(text),
        TextFormat::Plain => plain::read(text, &compact.text(base)),
    })
}

/// What a revision changed, as told.
pub(super) fn shown(recorded: &Recorded) -> RevisionShown {
    let (seq, mut provisions) = (recorded.seq, Provisions::default());
    let silent_changes = silent_changes(&recorded.compact);
    if !recorded.is_new {
        return RevisionShown { seq, words_added: 0, words_struck: 0, provisions, silent_changes };
    }
    let at = |seq: Seq| At { at: seq.to_string(), seq };
    let changes = redline(&recorded.compact, at(Seq(seq.0.saturating_sub(1))), at(seq), None);
    for provision in &changes.provisions {
        let (came, went, elsewhere, otherwise) = match provision.change {
            ChangeKind::None => (0, 0, 0, 0),
            ChangeKind::Inserted => (1, 0, 0, 0),
            ChangeKind::Struck => (0, 1, 0, 0),
            ChangeKind::Moved => (0, 0, 1, 0),
            ChangeKind::Reworded => (0, 0, 0, 1),
            ChangeKind::MovedAndReworded => (0, 0, 1, 1),
        };
        provisions.inserted += came;
        provisions.struck += went;
        provisions.moved += elsewhere;
        provisions.reworded += otherwise;
    }
    let (words_added, words_struck) = (changes.summary.words_added, changes.summary.words_struck);
    RevisionShown { seq, words_added, words_struck, provisions, silent_changes }
}
