//! Texts: handed in, issued, read in every form, and what became of what was asked for.

use schemars::JsonSchema;
use serde_json::{Value, json};

use super::components::slug;
use super::operation::{Operation, get, post};
use crate::history::{Brackets, Compilation, CreditedText, Dispositions, Redline, SilentChanges, Text};
use crate::web::drafts::{DraftBody, DraftList, DraftShown};
use crate::web::revisions::{RevisionBody, RevisionShown};
use crate::web::silent::{CorrectionBody, CorrectionShown, ReasonBody};

/// A text, with or without whose its words are.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "only described; each is told where it is made")]
enum TextShown {
    Credited(CreditedText),
    Plain(Text),
}

fn words() -> Value {
    json!({"type": "string"})
}

/// A group whose marks alone are shown.
pub(super) fn of_group(operation: Operation) -> Operation {
    operation.asks("group", "Only this group's marks or proposals.", slug())
}

pub(super) fn operations() -> Vec<Operation> {
    let c = "/api/v1/compacts/{c}";
    let drafts = format!("{c}/drafts");
    let [html, markdown, plain] = ["text/html", "text/markdown", "text/plain"];
    let truth = json!({"type": "boolean", "default": false});
    vec![
        post(format!("{c}/revisions"), "revise", "Hand in a whole text")
            .takes::<RevisionBody>()
            .or_raw(&["text/markdown", "text/plain"])
            .asks("base", "With a raw text: the text it was written against.", words())
            .asks("reflects", "With a raw text: the proposals it reflects, separated by commas.", words())
            .asks("reason", "With a raw text: why.", words())
            .creates_or_changes::<RevisionShown>(),
        get(&drafts, "listDrafts", "The drafts issued").in_pages().shows::<DraftList>(),
        post(&drafts, "issueDraft", "Issue the working text").takes::<DraftBody>().creates::<DraftShown>(),
        get(format!("{drafts}/{{d}}"), "showDraft", "A draft").shows::<DraftShown>(),
        get(format!("{c}/texts/{{at}}"), "showText", "A text")
            .asks("assume", "Proposals to be shown as taken up, separated by commas.", words())
            .asks("credits", "As JSON: of every word since which draft it stands, and whose it is.", truth)
            .shows::<TextShown>()
            .or_as(&[markdown, plain, html])
            .may(&[409, 422]),
        of_group(get(format!("{c}/redlines/{{from}}..{{to}}"), "showRedline", "What changed, and at whose request"))
            .shows::<Redline>()
            .or_as(&[html, markdown]),
        of_group(get(format!("{c}/compilations/{{at}}"), "showCompilation", "A text with what is proposed"))
            .shows::<Compilation>()
            .or_as(&[html, markdown]),
        get(format!("{c}/silent-changes"), "showSilentChanges", "What changed since the last draft unasked for")
            .shows::<SilentChanges>(),
        post(format!("{c}/reasons"), "giveReason", "Say why the text was changed")
            .takes::<ReasonBody>()
            .shows::<SilentChanges>(),
        post(format!("{c}/credit-corrections"), "correctCredit", "Correct whom words are credited to")
            .takes::<CorrectionBody>()
            .shows::<CorrectionShown>(),
        get(format!("{c}/brackets"), "showBrackets", "Square brackets, draft by draft").shows::<Brackets>(),
        of_group(get(format!("{c}/dispositions"), "showDispositions", "What became of proposals"))
            .asks("draft", "As at this draft or seq.", json!({"type": "string"}))
            .shows::<Dispositions>()
            .or_as(&["text/csv", html]),
    ]
}
