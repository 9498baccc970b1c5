//! Webhooks.

use super::operation::{Operation, delete, get, post};
use crate::web::webhooks::{ReplayBody, WebhookBody, WebhookList, WebhookShown};

pub(super) fn operations() -> Vec<Operation> {
    let all = "/api/v1/compacts/{c}/webhooks";
    let one = format!("{all}/{{w}}");
    let operations = vec![
        get(all, "listWebhooks", "The webhooks of a compact").shows::<WebhookList>().may(&[403]),
        post(all, "subscribe", "Have entries posted to an address (Standard Webhooks)")
            .takes::<WebhookBody>()
            .creates::<WebhookShown>(),
        get(&one, "showWebhook", "A webhook, and how its deliveries go").shows::<WebhookShown>().may(&[403]),
        delete(&one, "unsubscribe", "Have no more entries posted").ends(),
        post(format!("{one}/replay"), "replay", "Begin anew after an entry")
            .takes::<ReplayBody>()
            .shows::<WebhookShown>(),
        post(format!("{one}/enable"), "enable", "Try a webhook again that was given up").shows::<WebhookShown>(),
        post(format!("{one}/rotate-secret"), "rotateSecret", "Sign with a new secret").shows::<WebhookShown>(),
    ];
    // They change by themselves.
    operations.into_iter().map(Operation::untagged).collect()
}
