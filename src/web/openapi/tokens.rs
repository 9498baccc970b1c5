//! Who is let in.

use super::operation::{Operation, delete, get, post};
use crate::web::tokens::{TokenBody, TokenList, TokenShown};

pub(super) fn operations() -> Vec<Operation> {
    let all = "/api/v1/tokens";
    vec![
        get(all, "listTokens", "All tokens ever issued, for the secretariat")
            .shows::<TokenList>()
            .untagged()
            .may(&[403]),
        post(all, "issueToken", "Issue a token, which is shown this once")
            .takes::<TokenBody>()
            .creates::<TokenShown>()
            .untagged(),
        delete(format!("{all}/{{t}}"), "revokeToken", "Revoke a token").shows::<TokenShown>().untagged(),
    ]
}
