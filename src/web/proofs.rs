//! What makes the record evidence: signed checkpoints, and proofs that an entry is in it and that it goes on where it was.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use schemars::JsonSchema;
use serde::Serialize;

use super::admitted::Admitted;
use super::answer::{Form, Tag, json, ok};
use super::problem::Problem;
use super::query::{bad, parameter, query};
use super::room::Room;
use crate::compact::Compact;
use crate::proof::{Hash, Tree};

/// That an entry is in the record. Hashes are SHA-256 in base64.
#[derive(Serialize, JsonSchema)]
pub(super) struct InclusionShown {
    /// The entry.
    seq: u64,
    /// Its leaf, counted from 0.
    leaf_index: u64,
    /// Among how many entries.
    size: u64,
    /// SHA-256(0x00 ‖ its stored bytes).
    leaf_hash: String,
    /// What these entries come to.
    root: String,
    /// What stands beside the way from the leaf to the root, from the leaf up.
    path: Vec<String>,
    /// The root, signed.
    checkpoint: String,
}

/// That the record goes on where it was. Hashes are SHA-256 in base64.
#[derive(Serialize, JsonSchema)]
pub(super) struct ConsistencyShown {
    /// How many entries there were.
    from: u64,
    /// How many there were later.
    to: u64,
    /// What the record came to.
    from_root: String,
    /// What it came to later.
    to_root: String,
    /// What leads from the one to the other.
    path: Vec<String>,
}

/// `GET /log/key`: of the records of all audiences, as anybody may come to hold a checkpoint of each.
pub(super) async fn key(room: Admitted, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let form = Form::wanted(&request, &[Form::Plain])?;
    let audiences = &room.rooms().audiences;
    let records = [audiences.ours(), audiences.public(), audiences.private()];
    let keys = records.map(|record| record.keys().public()).concat();
    let tag = Tag::corrigible(&["key", &keys]);
    Ok(tag.not_modified(&request).unwrap_or_else(|| ok(&tag, form, keys)))
}

/// `GET /compacts/{c}/log/checkpoint`
pub(super) async fn checkpoint(
    room: Admitted,
    request: HttpRequest,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (compact, tree) = room.tree(&path)?;
    let form = Form::wanted(&request, &[Form::Plain])?;
    let tag = Tag::Seq(tree.size());
    if let Some(unchanged) = tag.not_modified(&request) {
        return Ok(unchanged);
    }
    Ok(ok(&tag, form, signed(&room, &compact, &tree, tree.size())?))
}

/// `GET /compacts/{c}/log/proof/inclusion`
pub(super) async fn inclusion(
    room: Admitted,
    request: HttpRequest,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (compact, tree) = room.tree(&path)?;
    Form::wanted(&request, &[Form::Json])?;
    let asked = query(&request)?;
    let size = number(&asked, "size", &tree)?.unwrap_or(tree.size());
    let seq = needed(&asked, "seq", &tree)?;
    let index = seq - 1;
    let (Some(path), Some(leaf)) = (tree.inclusion(index, size), tree.leaf(index)) else {
        let detail = format!("entry {seq} is not among the first {size}; ask with a size of {seq} or more");
        return Err(bad(detail));
    };
    let checkpoint = signed(&room, &compact, &tree, size)?;
    let shown = InclusionShown {
        seq,
        leaf_index: index,
        size,
        leaf_hash: leaf.to_base64(),
        root: root(&tree, size)?.to_base64(),
        path: told(&path),
        checkpoint: String::from_utf8_lossy(&checkpoint).into_owned(),
    };
    answered(&request, size, &shown)
}

/// `GET /compacts/{c}/log/proof/consistency`
pub(super) async fn consistency(
    room: Admitted,
    request: HttpRequest,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (_, tree) = room.tree(&path)?;
    Form::wanted(&request, &[Form::Json])?;
    let asked = query(&request)?;
    let to = number(&asked, "to", &tree)?.unwrap_or(tree.size());
    let from = needed(&asked, "from", &tree)?;
    let Some(path) = tree.consistency(from, to) else {
        let detail =
            format!("a record of {from} entries does not go on to one of {to}; ask with the smaller size first");
        return Err(bad(detail));
    };
    let (from_root, to_root) = (root(&tree, from)?.to_base64(), root(&tree, to)?.to_base64());
    answered(&request, to, &ConsistencyShown { from, to, from_root, to_root, path: told(&path) })
}

fn answered<T: Serialize>(request: &HttpRequest, size: u64, shown: &T) -> Result<HttpResponse, Problem> {
    let tag = Tag::Seq(size);
    tag.not_modified(request).map_or_else(|| json(&tag, shown), Ok)
}

fn told(path: &[Hash]) -> Vec<String> {
    path.iter().map(|hash| hash.to_base64()).collect()
}

/// A number that must be told.
fn needed(asked: &HashMap<String, String>, name: &str, tree: &Tree) -> Result<u64, Problem> {
    let missing = || {
        let detail = format!("say {name}=, a number from 1 to {}", tree.size());
        bad(detail)
    };
    number(asked, name, tree)?.ok_or_else(missing)
}

/// A number of entries, at least one and no more than there are.
fn number(asked: &HashMap<String, String>, name: &str, tree: &Tree) -> Result<Option<u64>, Problem> {
    let most = tree.size();
    match parameter::<u64>(asked, name)? {
        Some(0) => {
            let detail = format!("{name} is a number from 1 to {most}: of no entries there is nothing to show");
            Err(bad(detail))
        }
        Some(number) if number > most => {
            let detail = format!("{name} is {number}, and the record has {most} entries; ask again when it has more");
            Err(Problem::not_found(detail).with("size", most.into()))
        }
        number => Ok(number),
    }
}

/// The signed checkpoint of the first entries; signed once.
fn signed(room: &Room, compact: &Compact, tree: &Tree, size: u64) -> Result<Bytes, Problem> {
    let key = format!("checkpoint {} {size}", compact.id);
    if let Some(note) = room.settled.get(&key) {
        return Ok(note);
    }
    let note = room.secretariat.keys().checkpoint(compact.id.as_str(), size, root(tree, size)?);
    let note = Bytes::from(note.map_err(unprovable)?);
    room.settled.insert(key, note.clone());
    Ok(note)
}

fn root(tree: &Tree, size: u64) -> Result<Hash, Problem> {
    tree.root_at(size).ok_or_else(|| unprovable("the tree has a gap"))
}

/// What cannot be while the tree is whole.
fn unprovable(why: impl std::fmt::Display) -> Problem {
    tracing::error!(%why, "a checkpoint cannot be told");
    let detail = "the checkpoint cannot be told; tell the operator";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail)
}
