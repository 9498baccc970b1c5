//! Compacts and who takes part in them.

use super::components::slug;
use super::operation::{Operation, delete, get, post, put};
use crate::web::members::{DelegationList, GroupList};
use crate::web::publicity::{PublicityBody, PublicityShown};
use crate::web::register::{
    CompactList, CompactShown, DelegationBody, DelegationShown, GroupBody, GroupShown, NoteBody, OpenBody,
};

pub(super) fn operations() -> Vec<Operation> {
    let all = "/api/v1/compacts";
    let groups = "/api/v1/compacts/{c}/groups";
    let delegations = "/api/v1/compacts/{c}/delegations";
    let (group, delegation) = (format!("{groups}/{{g}}"), format!("{delegations}/{{d}}"));
    let mandate = format!("{group}/mandates/{{d}}");
    vec![
        get(all, "listCompacts", "All compacts").in_pages().shows::<CompactList>(),
        post(all, "openCompact", "Open a compact").takes::<OpenBody>().creates::<CompactShown>(),
        get("/api/v1/compacts/{c}", "showCompact", "A compact").shows::<CompactShown>(),
        get(groups, "listGroups", "The groups of a compact").in_pages().shows::<GroupList>(),
        get(&group, "showGroup", "A state group").shows::<GroupShown>(),
        put(&group, "putGroup", "Register a state group, or change its name")
            .takes::<GroupBody>()
            .creates_or_changes::<GroupShown>(),
        put(&mandate, "giveMandate", "Record that a delegation speaks for a group").shows::<GroupShown>(),
        delete(mandate, "endMandate", "Record that it does so no longer").shows::<GroupShown>(),
        get(delegations, "listDelegations", "The delegations of a compact")
            .in_pages()
            .asks("group", "Only members of this group.", slug())
            .shows::<DelegationList>(),
        get(&delegation, "showDelegation", "A delegation").shows::<DelegationShown>(),
        put(&delegation, "putDelegation", "Register a delegation, or change it")
            .takes::<DelegationBody>()
            .creates_or_changes::<DelegationShown>(),
        delete(delegation, "leaveProcess", "Record that a delegation leaves the process").shows::<DelegationShown>(),
        get("/api/v1/compacts/{c}/public", "showPublicity", "What the public is shown").shows::<PublicityShown>(),
        put("/api/v1/compacts/{c}/public", "setPublicity", "Say what the public is shown from the first draft on")
            .takes::<PublicityBody>()
            .shows::<PublicityShown>(),
        post("/api/v1/compacts/{c}/adopt", "adopt", "Adopt the compact: the last draft stands, the record is closed")
            .takes::<NoteBody>()
            .or_nothing()
            .shows::<CompactShown>(),
    ]
}
