//! Caucuses and working drafts: there for those whose they are.

use super::operation::{Operation, delete, get, post, put};
use crate::web::bureau::{SubmitBody, WorkingDraftList};
use crate::web::caucuses::CaucusList;
use crate::web::proposals::{ProposalBody, ProposalList, ProposalShown};
use crate::web::register::CompactShown;
use crate::web::revisions::{RevisionBody, RevisionShown};

pub(super) fn operations() -> Vec<Operation> {
    let caucuses = "/api/v1/compacts/{c}/caucuses";
    let caucus = format!("{caucuses}/{{g}}");
    let proposals = format!("{caucus}/proposals");
    let bureau = "/api/v1/compacts/{c}/bureau";
    let draft = format!("{bureau}/{{d}}");
    vec![
        get(caucuses, "listCaucuses", "The caucuses of your groups").shows::<CaucusList>(),
        put(&caucus, "enterCaucus", "Enter the caucus of your group; it is begun where there is none")
            .creates_or_changes::<CompactShown>(),
        get(&caucus, "showCaucus", "The caucus of your group, a compact by itself").shows::<CompactShown>(),
        get(&proposals, "listPrepared", "What your group prepares").in_pages().shows::<ProposalList>(),
        post(&proposals, "prepareProposal", "Prepare a proposal among the members of your group")
            .takes::<ProposalBody>()
            .creates::<ProposalShown>(),
        post(format!("{proposals}/{{p}}/table"), "tablePrepared", "Table what your group prepared, in its name")
            .creates_or_changes::<ProposalShown>(),
        get(bureau, "listWorkingDrafts", "The working drafts of the co-facilitators").shows::<WorkingDraftList>(),
        put(&draft, "beginWorkingDraft", "Begin a working draft: the compact as it stands, to be worked on in private")
            .creates_or_changes::<CompactShown>(),
        get(&draft, "showWorkingDraft", "A working draft, a compact by itself").shows::<CompactShown>(),
        post(format!("{draft}/revisions"), "prepareRevision", "Hand a whole text in to a working draft")
            .takes::<RevisionBody>()
            .or_raw(&["text/markdown", "text/plain"])
            .creates_or_changes::<RevisionShown>(),
        post(format!("{draft}/submit"), "submitWorkingDraft", "Hand a working draft in, as a revision of the text")
            .takes::<SubmitBody>()
            .or_nothing()
            .creates_or_changes::<RevisionShown>(),
        delete(draft, "throwAwayWorkingDraft", "Throw a working draft away").ends().untagged(),
    ]
}
