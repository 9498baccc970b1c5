//! What people write never becomes markup: it is planted wherever words are taken, and looked for wherever they are shown.

use serde_json::json;
use travaux::web::document;

use crate::http::C;
use crate::server::Server;

/// Marked so that it is found, and meant to break out of text, attributes, comments and marks of changes.
const PLANTED: &[&str] = &[
    "<script>alert('planted')</script>",
    "planted\"><img src=x onerror=alert(1)>",
    "planted' onmouseover='alert(1)",
    "--><svg/onload=alert('planted')>",
    "</title></textarea><b>planted",
    "&lt;i&gt;planted&#60;i>",
    "{++planted++}{>>EU, p1<<}{--gone--}",
    "[planted](javascript:alert(1))",
    "\u{202e}detnalp\u{2066}",
    "=HYPERLINK(\"https://evil.example\",\"planted\")",
];

/// A compact of which every free text is `planted`.
fn hostile(planted: &str) -> Server {
    let server = Server::start();
    let post = |path: &str, body| server.post(&format!("{C}{path}"), &body);
    let put = |path: &str, body| server.put(&format!("{C}{path}"), &body);
    server.post("/api/v1/compacts", &json!({"id": "gcm", "title": planted})).expect(201);
    put("/groups/eu", json!({"name": planted})).expect(201);
    put("/delegations/kenya", json!({"name": format!("{planted} 2"), "groups": ["eu"]})).expect(201);
    let text = format!("# {planted}\n\n## {planted}\n\n1. {planted}\n\n2. States meet {planted}.\n");
    post("/revisions", json!({"text": text, "reason": planted})).expect(201);
    post("/drafts", json!({"label": planted, "id": "zero"})).expect(201);
    let insert = json!({"insert": {"after": "4.3", "label": "7", "text": planted}});
    let proposal = |edits| json!({"sponsors": ["eu"], "edits": [edits], "rationale": planted});
    post("/proposals", proposal(insert)).expect(201);
    post("/proposals", proposal(json!({"reword": "4.4", "text": format!("States {planted} act.")}))).expect(201);
    post("/proposals", proposal(json!({"strike": "4.3"}))).expect(201);
    post("/packages", json!({"proposals": ["p7", "p8"], "title": planted})).expect(201);
    put("/rounds/first", json!({"name": planted, "starts": "2018-02-20", "ends": "2018-02-23"})).expect(201);
    let by = json!({"name": planted, "kind": "group", "id": "eu"});
    let file = json!({"name": "a.html", "media_type": "text/html", "base64": "PGI+cGxhbnRlZDwvYj4="});
    let statement = json!({"by": by, "made_on": "2018-07-09", "title": planted, "attachment": file});
    post("/statements", statement).expect(201);
    post("/proposals/p6/take-up", json!({"note": planted})).expect(200);
    post("/provisions/4.3/close", json!({"note": planted})).expect(200);
    post("/packages/k9/decline", json!({"note": planted})).expect(200);
    server
}

const PAGES: &[&str] = &[
    "/",
    "/compacts/gcm",
    "/compacts/gcm/texts/working",
    "/compacts/gcm/texts/zero",
    "/compacts/gcm/redlines/1..working",
    "/compacts/gcm/redlines/zero..working",
    "/compacts/gcm/compilations/9",
    "/compacts/gcm/dispositions",
    "/compacts/gcm/room",
    "/compacts/gcm/silent-changes",
    "/compacts/gcm/provisions/4.3/provenance",
    "/compacts/gcm/provisions/6.1/provenance",
];

/// The elements that pages are made of. The style inside a page is held to its hash by the policy.
const ELEMENTS: &str = " html style aside wbr hr pre head meta title link body a header nav span main footer p h1 h2 h3 h4 h5 h6 time ul ol li dl dt dd div \
    section article table caption thead tbody tr th td ins del mark strong em small details summary abbr bdi br b i q blockquote \
    figure figcaption sup sub cite code ";

/// The attributes that they have.
const ATTRIBUTES: &str = " data-basis data-groups lang dir charset name content rel href class id title datetime aria-hidden aria-label aria-labelledby \
    aria-describedby aria-current scope role colspan rowspan value open tabindex start cite download ";

/// Every element of a page with its attributes, as a browser takes it apart (HTML, 13.2.5): by quotes, not by what is in them.
fn elements(page: &str) -> Vec<(String, Vec<(String, String)>)> {
    let (mut elements, mut rest) = (Vec::new(), page);
    while let Some((_, behind)) = rest.split_once('<') {
        let is_tag = behind.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c));
        assert!(is_tag, "a < that opens nothing: {}", behind.chars().take(40).collect::<String>());
        let end = behind.find(|c: char| c.is_whitespace() || c == '>').unwrap();
        let name = behind[..end].to_owned();
        let mut at = &behind[end..];
        let mut attributes = Vec::new();
        loop {
            at = at.trim_start();
            if let Some(after) = at.strip_prefix('>') {
                rest = after;
                break;
            }
            let end = at.find(['=', '>', ' ']).unwrap();
            let attribute = at[..end].to_owned();
            at = &at[end..];
            let Some(quoted) = at.strip_prefix("=\"") else {
                assert!(!at.starts_with('='), "a value without quotes: {at:.40}");
                attributes.push((attribute, String::new()));
                continue;
            };
            let (value, after) = quoted.split_once('"').unwrap();
            attributes.push((attribute, value.to_owned()));
            at = after;
        }
        elements.push((name, attributes));
    }
    elements
}

#[track_caller]
fn is_clean(what: &str, page: &str) {
    for (name, attributes) in elements(page) {
        let bare = name.trim_start_matches('/');
        assert!(bare == "!DOCTYPE" || ELEMENTS.contains(&format!(" {bare} ")), "<{name}> in {what}");
        for (attribute, value) in attributes.iter().filter(|_| bare != "!DOCTYPE") {
            assert!(ATTRIBUTES.contains(&format!(" {attribute} ")), "{attribute} of <{name}> in {what}");
            if attribute == "href" {
                let leads = ["/", "#", "?", "https://"].iter().any(|start| value.starts_with(start));
                assert!(leads && !value.starts_with("//"), "{value} in {what}");
            }
        }
    }
}

#[test]
fn what_is_planted_in_any_field_is_text_on_every_page_and_in_every_answer() {
    for planted in PLANTED {
        let server = hostile(planted);
        let mut shown = 0;
        for path in PAGES {
            let page = server.get_as(path, "text/html");
            assert_eq!(page.status, 200, "{path}");
            is_clean(path, &page.text());
            shown += usize::from(page.text().contains("planted") || page.text().contains("detnalp"));
        }
        assert!(shown >= 8, "it is hardly shown: {shown}");
        for path in document()["paths"].as_object().unwrap().keys() {
            let path = path.replace("{c}", "gcm").replace("{at}", "working").replace("{range}", "zero..working");
            for accept in ["text/html", "text/markdown", "text/plain", "text/csv", "application/json"] {
                let answer = server.get_as(&path, accept);
                let kind = answer.header("content-type");
                assert_eq!(answer.header("x-content-type-options"), "nosniff");
                if kind.starts_with("text/html") {
                    is_clean(&path, &answer.text());
                }
                if kind.starts_with("text/csv") {
                    assert!(
                        !answer.text().split([',', '\n']).any(|cell| cell.trim_matches('"').starts_with('=')),
                        "{path}"
                    );
                }
            }
        }
        let nowhere = server.get_as("/compacts/%3Cscript%3Eplanted", "text/html");
        is_clean("an address that is nowhere", &nowhere.text());
    }
}

#[test]
fn marks_that_are_planted_are_words_in_critic_markup() {
    let server = hostile("{++planted++}{>>EU, p1<<}{--gone--}");
    let redline = server.get_as(&format!("{C}/redlines/zero..zero"), "text/markdown").text();
    assert!(redline.contains("planted"), "{redline}");
    for mark in ["{++", "{--", "{>>", "{~~", "{=="] {
        assert!(!redline.contains(mark), "nothing changed, and {mark} says so: {redline}");
    }
}

#[test]
fn a_link_leads_to_https_and_control_characters_are_refused_in_every_field() {
    let server = crate::http::opened();
    let statement = |link: &str| json!({"by": {"name": "A", "kind": "group"}, "made_on": "2018-07-09", "title": "On rest", "link": link});
    for link in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "http://example.org",
        " https://a",
    ] {
        server.post(&format!("{C}/statements"), &statement(link)).problem(422, "bad-command");
    }
    for control in ["\0", "\u{1b}[31m", "\u{7f}", "\u{85}", "\u{2028}"] {
        let bad = format!("States{control} meet");
        server.post("/api/v1/compacts", &json!({"id": "other", "title": bad})).problem(422, "bad-wording");
        server.put(&format!("{C}/groups/eu"), &json!({"name": bad})).problem(422, "bad-wording");
        server.post(&format!("{C}/drafts"), &json!({"label": bad})).problem(422, "bad-wording");
        let note = json!({"sponsors": ["eu"], "edits": [{"strike": "4.3"}], "rationale": bad});
        server.post(&format!("{C}/proposals"), &note).problem(422, "bad-wording");
        let wording = json!({"sponsors": ["eu"], "edits": [{"reword": "4.3", "text": bad}]});
        server.post(&format!("{C}/proposals"), &wording).problem(422, "bad-wording");
    }
}
