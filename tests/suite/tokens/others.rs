//! A compact of others is not there: by no address, in no form.

use serde_json::{Value, json};

use super::Guarded;
use crate::server::Answer;

/// An answer but for its date, and for the name of the compact.
fn told(answer: &Answer, id: &str) -> (u16, String, String) {
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    (answer.status, headers.join("\n"), answer.text().replace(id, "COMPACT"))
}

#[test]
#[allow(clippy::too_many_lines, reason = "every address, one a line")]
fn a_compact_of_others_is_not_there() {
    let room = Guarded::start();
    let other = room.token("delegation:harbours/kenya");
    let api = [
        ("GET", ""),
        ("GET", "/groups/eu"),
        ("GET", "/delegations/kenya"),
        ("GET", "/drafts"),
        ("GET", "/drafts/zero-draft"),
        ("GET", "/texts/zero-draft"),
        ("GET", "/texts/zero-draft?credits=true"),
        ("GET", "/redlines/zero-draft..working"),
        ("GET", "/compilations/working"),
        ("GET", "/proposals"),
        ("GET", "/proposals/p6"),
        ("GET", "/dispositions"),
        ("GET", "/provisions/4.1"),
        ("GET", "/provisions/4.1/provenance"),
        ("GET", "/silent-changes"),
        ("GET", "/brackets"),
        ("GET", "/packages"),
        ("GET", "/packages/k9"),
        ("GET", "/statements"),
        ("GET", "/statements/s9"),
        ("GET", "/statements/s9/attachment"),
        ("GET", "/rounds"),
        ("GET", "/rounds/r"),
        ("GET", "/events"),
        ("GET", "/log/checkpoint"),
        ("GET", "/redactions"),
        ("GET", "/redactions/9"),
        ("POST", "/redactions"),
        ("GET", "/public"),
        ("PUT", "/public"),
        ("GET", "/log/proof/inclusion?seq=1"),
        ("GET", "/log/proof/consistency?from=1"),
        ("HEAD", ""),
        ("PUT", "/groups/eu"),
        ("PUT", "/delegations/kenya"),
        ("DELETE", "/delegations/kenya"),
        ("PUT", "/groups/eu/mandates/kenya"),
        ("DELETE", "/groups/eu/mandates/kenya"),
        ("POST", "/revisions"),
        ("POST", "/drafts"),
        ("POST", "/proposals"),
        ("PUT", "/proposals/p6"),
        ("POST", "/proposals/p6/take-up"),
        ("POST", "/proposals/p6/decline"),
        ("POST", "/proposals/p6/withdraw"),
        ("PUT", "/proposals/p6/sponsors/eu"),
        ("DELETE", "/proposals/p6/sponsors/eu"),
        ("PUT", "/proposals/p6/positions/eu"),
        ("POST", "/proposals/p6/confirm"),
        ("POST", "/proposals/p6/accept"),
        ("POST", "/provisions/4.1/close"),
        ("POST", "/provisions/4.1/reopen"),
        ("PUT", "/provisions/4.1/positions/eu"),
        ("POST", "/packages"),
        ("DELETE", "/packages/k9"),
        ("POST", "/packages/k9/take-up"),
        ("POST", "/packages/k9/decline"),
        ("POST", "/reasons"),
        ("POST", "/credit-corrections"),
        ("POST", "/statements"),
        ("PUT", "/proposals/p6/statements/s9"),
        ("DELETE", "/proposals/p6/statements/s9"),
        ("PUT", "/rounds/r"),
        ("POST", "/adopt"),
        ("GET", "/groups"),
        ("GET", "/delegations"),
        ("GET", "/webhooks"),
        ("POST", "/webhooks"),
        ("GET", "/webhooks/w"),
        ("DELETE", "/webhooks/w"),
        ("POST", "/webhooks/w/replay"),
        ("POST", "/webhooks/w/enable"),
        ("POST", "/webhooks/w/rotate-secret"),
    ];
    let pages = [
        "",
        "/texts/zero-draft",
        "/redlines/zero-draft..working",
        "/compilations/working",
        "/silent-changes",
        "/dispositions",
        "/room",
        "/provisions/4.1/provenance",
    ];
    let pages = pages.iter().map(|page| ("GET", format!("/compacts/ID{page}")));
    let all = api.iter().map(|(method, path)| (*method, format!("/api/v1/compacts/ID{path}"))).chain(pages);
    for (method, path) in all {
        let [theirs, none] =
            ["gcm", "nix"].map(|id| told(&room.say(&other, method, &path.replace("ID", id), &Value::Null), id));
        assert_eq!(theirs, none, "{method} {path}");
        assert_eq!(theirs.0, 404, "{method} {path}: {}", theirs.2);
    }
    let listed = room.get(&other, "/api/v1/compacts").expect(200);
    let ids: Vec<&str> = listed["compacts"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!((ids, &listed["seq"]), (vec!["harbours"], &json!(1)));
    assert!(!room.get(&other, "/").text().contains("/compacts/gcm"));
}
