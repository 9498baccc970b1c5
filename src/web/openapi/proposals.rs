//! Proposals, alone and in packages.

use serde_json::json;

use super::components::{provision, slug};
use super::operation::{Operation, delete, get, post, put};
use crate::web::carrying::NothingBody;
use crate::web::packages::{PackageBody, PackageList, PackageShown};
use crate::web::proposals::{PositionBody, ProposalBody, ProposalList, ProposalShown, RevisedBody, TakeUpBody};
use crate::web::register::NoteBody;
use crate::web::statements::UptakeBody;

pub(super) fn operations() -> Vec<Operation> {
    let all = "/api/v1/compacts/{c}/proposals";
    let one = format!("{all}/{{p}}");
    let noted = |verb: &str, id, summary| {
        post(format!("{one}/{verb}"), id, summary).takes::<NoteBody>().or_nothing().shows::<ProposalShown>()
    };
    let sponsor = format!("{one}/sponsors/{{g}}");
    let uptake = format!("{one}/statements/{{s}}");
    let standing = json!({"type": "string", "enum": ["waiting", "taken_up", "declined", "withdrawn"]});
    let mut told = vec![
        get(all, "listProposals", "Proposals")
            .in_pages()
            .asks("standing", "Only those that stand so.", standing)
            .asks("sponsor", "Only those of this group or delegation.", slug())
            .asks("provision", "Only those about this provision.", provision())
            .shows::<ProposalList>(),
        post(all, "tableProposal", "Table a proposal").takes::<ProposalBody>().creates::<ProposalShown>(),
        get(&one, "showProposal", "A proposal").shows::<ProposalShown>(),
        put(&one, "reviseProposal", "Give a waiting proposal a new form")
            .takes::<RevisedBody>()
            .shows::<ProposalShown>(),
        post(format!("{one}/take-up"), "takeUp", "Take a proposal up, as it stands, in part or in other words")
            .takes::<TakeUpBody>()
            .or_nothing()
            .shows::<ProposalShown>(),
        noted("decline", "decline", "Decline a proposal"),
        noted("withdraw", "withdraw", "Withdraw a proposal"),
        noted("accept", "accept", "Accept what it proposes in place of another's wording"),
        post(format!("{one}/confirm"), "confirm", "Confirm that its wording stands")
            .takes::<NothingBody>()
            .or_nothing()
            .shows::<ProposalShown>(),
        put(&sponsor, "joinSponsors", "Join the sponsors").shows::<ProposalShown>(),
        delete(sponsor, "leaveSponsors", "Leave the sponsors").shows::<ProposalShown>(),
        put(format!("{one}/positions/{{g}}"), "takePosition", "Take a position on a proposal")
            .takes::<PositionBody>()
            .shows::<ProposalShown>(),
        put(&uptake, "linkUptake", "Say that a proposal takes a statement up")
            .takes::<UptakeBody>()
            .shows::<ProposalShown>(),
        delete(uptake, "unlinkUptake", "Say so no longer").shows::<ProposalShown>(),
    ];
    told.extend(packages());
    told
}

fn packages() -> Vec<Operation> {
    let all = "/api/v1/compacts/{c}/packages";
    let one = format!("{all}/{{k}}");
    let noted = |verb: &str, id, summary| {
        post(format!("{one}/{verb}"), id, summary).takes::<NoteBody>().or_nothing().shows::<PackageShown>()
    };
    vec![
        get(all, "listPackages", "Packages of proposals").in_pages().shows::<PackageList>(),
        post(all, "linkPackage", "Link proposals into a package").takes::<PackageBody>().creates::<PackageShown>(),
        get(&one, "showPackage", "A package").shows::<PackageShown>(),
        delete(&one, "unlinkPackage", "Dissolve a package").shows::<PackageShown>(),
        noted("take-up", "takeUpPackage", "Take all its proposals up"),
        noted("decline", "declinePackage", "Decline all its proposals"),
    ]
}
