//! Provisions, statements and rounds.

use serde_json::json;

use super::components::provision;
use super::operation::{Operation, get, post, put};
use crate::compact::NewStatement;
use crate::history::Provenance;
use crate::web::proposals::PositionBody;
use crate::web::provisions::{ProvisionShown, ReopenBody};
use crate::web::register::NoteBody;
use crate::web::rounds::{RoundBody, RoundList, RoundShown};
use crate::web::statements::{SERVED_AS_TOLD, StatementList, StatementShown};

pub(super) fn operations() -> Vec<Operation> {
    provisions().into_iter().chain(statements()).chain(rounds()).collect()
}

fn provisions() -> Vec<Operation> {
    let one = "/api/v1/compacts/{c}/provisions/{id}";
    vec![
        get(one, "showProvision", "A provision as it stands").shows::<ProvisionShown>(),
        get(format!("{one}/provenance"), "showProvenance", "How a provision came to be so").shows::<Provenance>(),
        post(format!("{one}/close"), "closeProvision", "Close a provision ad ref")
            .takes::<NoteBody>()
            .or_nothing()
            .shows::<ProvisionShown>(),
        post(format!("{one}/reopen"), "reopenProvision", "Reopen a closed provision")
            .takes::<ReopenBody>()
            .shows::<ProvisionShown>(),
        put(format!("{one}/positions/{{g}}"), "takePositionOn", "Take a position on a provision")
            .takes::<PositionBody>()
            .shows::<ProvisionShown>(),
    ]
}

fn statements() -> Vec<Operation> {
    let all = "/api/v1/compacts/{c}/statements";
    let one = format!("{all}/{{s}}");
    let served: Vec<&str> = ["application/octet-stream"].into_iter().chain(SERVED_AS_TOLD).collect();
    vec![
        get(all, "listStatements", "Statements")
            .in_pages()
            .asks("provision", "Only those about this provision.", provision())
            .asks("by", "Only those by this id or name.", json!({"type": "string"}))
            .shows::<StatementList>(),
        post(all, "fileStatement", "File a statement").takes::<NewStatement>().creates::<StatementShown>(),
        get(&one, "showStatement", "A statement").shows::<StatementShown>(),
        get(format!("{one}/attachment"), "readAttachment", "The file attached to it").only_as(&served).may(&[410]),
    ]
}

fn rounds() -> Vec<Operation> {
    let all = "/api/v1/compacts/{c}/rounds";
    let one = format!("{all}/{{r}}");
    vec![
        get(all, "listRounds", "The rounds, in the order in which they begin").in_pages().shows::<RoundList>(),
        get(&one, "showRound", "A round").shows::<RoundShown>(),
        put(one, "scheduleRound", "Schedule a round, or schedule it anew")
            .takes::<RoundBody>()
            .creates_or_changes::<RoundShown>(),
    ]
}
