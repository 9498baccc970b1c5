//! Every operation of the API carried out once, on a small negotiation (fiction). What is answered are the examples of
//! the description.

mod apart;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Map, Value, json};
use travaux::compact::Moment;
use travaux::credentials::Credentials;
use travaux::log::MemoryLog;
use travaux::proof::Keyring;
use travaux::secretariat::{Audiences, Clock, Secretariat};

use crate::described::DOCUMENT;
use crate::server::Server;

const TEXT: &str = "# Harbours\n\n1. States will keep harbours open.\n\n2. States meet every year.\n\n3. Tugs are paid \
                    by the ships.\n";
const REDRAFT: &str = "# Harbours\n\n1. States shall keep harbours open to all ships.\n\n2. States meet every second \
                       year.\n\n3. Tugs are paid by the ships.\n";

/// One request: which operation, on what, with which body.
pub struct Step {
    pub id: &'static str,
    path: Value,
    query: Value,
    form: &'static str,
    body: Value,
}

fn step(id: &'static str, path: Value, body: Value) -> Step {
    Step { id, path, query: json!({}), form: "application/json", body }
}

/// A server whose clock goes on a minute with each entry from one morning on, and whose keys are always the same.
pub fn rehearsed() -> Server {
    rehearsed_by(60_000)
}

/// The same with a clock that goes on by so much.
fn rehearsed_by(step_millis: i64) -> Server {
    let began: Moment = "2026-03-02T09:00:00Z".parse().unwrap();
    let asked = Arc::new(AtomicI64::new(0));
    let clock = move || {
        let millis = asked.fetch_add(1, Ordering::SeqCst) * step_millis;
        Moment::from_millis(began.millis() + millis).unwrap()
    };
    let clock: Clock = Arc::new(clock);
    let open = |origin: &str, seed: u8| {
        let keys = Keyring::new(Some(origin), [seed; 32]).unwrap();
        let secretariat = Secretariat::open_with(Arc::new(MemoryLog::new()), keys).unwrap();
        Arc::new(secretariat.with_clock(clock.clone()))
    };
    let ours = open("travaux.example", 7);
    let audiences = Audiences::new(ours, open("travaux.example/public", 8), open("travaux.example/private", 9));
    Server::of_audiences(Arc::new(audiences), Arc::new(Credentials::none()))
}

/// A negotiation from its beginning to where a draft waits for proposals to be settled.
pub fn opening() -> Vec<Step> {
    register().into_iter().chain(talks()).collect()
}

/// Who takes part, a first draft, and what was said before the talks.
fn register() -> Vec<Step> {
    let c = || json!({"c": "harbours"});
    let voice = json!({"name": "Union of Dockers", "kind": "trade_union"});
    let attached = json!({"name": "harbours.txt", "media_type": "text/plain", "base64": "T3BlbiB0aGVtIGFsbC4K"});
    vec![
        step("openCompact", json!({}), json!({"id": "harbours", "title": "Compact for Orderly Harbours (fiction)"})),
        step("putGroup", json!({"c": "harbours", "g": "african-states"}), json!({"name": "African States"})),
        step("putGroup", json!({"c": "harbours", "g": "island-states"}), json!({"name": "Island States"})),
        step(
            "putDelegation",
            json!({"c": "harbours", "d": "norland"}),
            json!({"name": "Norland", "groups": ["island-states"]}),
        ),
        step("revise", c(), json!({"text": TEXT, "format": "markdown"})),
        step("issueDraft", c(), json!({"label": "Zero Draft"})),
        step(
            "fileStatement",
            c(),
            json!({"by": voice, "made_on": "2026-03-01", "title": "Open them all", "provisions": ["5.2"], "attachment": attached}),
        ),
        step(
            "scheduleRound",
            json!({"c": "harbours", "r": "first-round"}),
            json!({"name": "First round", "starts": "2026-03-02", "ends": "2026-03-06"}),
        ),
    ]
}

/// Proposals, a re-draft, and what comes of them.
fn talks() -> Vec<Step> {
    let c = || json!({"c": "harbours"});
    let p = |p: &str| json!({"c": "harbours", "p": p});
    let table = |sponsor: &str, edit: Value| json!({"sponsors": [sponsor], "edits": [edit]});
    vec![
        step(
            "tableProposal",
            c(),
            json!({"sponsors": ["african-states"], "edits": [{"reword": "5.2", "text": "States must keep harbours open."}], "rationale": "A duty is a duty."}),
        ),
        step(
            "reviseProposal",
            p("p9"),
            json!({"edits": [{"reword": "5.2", "text": "States shall keep harbours open."}]}),
        ),
        step("joinSponsors", json!({"c": "harbours", "p": "p9", "g": "norland"}), Value::Null),
        step(
            "takePosition",
            json!({"c": "harbours", "p": "p9", "g": "island-states"}),
            json!({"position": "supports"}),
        ),
        step("linkUptake", json!({"c": "harbours", "p": "p9", "s": "s7"}), json!({"by": "african-states"})),
        step(
            "tableProposal",
            c(),
            json!({"sponsors": ["island-states"], "on": "p9", "edits": [{"reword": "5.2", "text": "States shall keep harbours open to all ships."}]}),
        ),
        step("accept", p("p14"), json!({"note": "better so"})),
        step("tableProposal", c(), table("island-states", json!({"strike": "5.4"}))),
        step("leaveSponsors", json!({"c": "harbours", "p": "p9", "g": "norland"}), Value::Null),
        step("takeUp", p("p9"), json!({"note": "agreed on the first day"})),
        step("revise", c(), json!({"text": REDRAFT})),
        step("giveReason", c(), json!({"entry": 19, "reason": "the budget"})),
        step("issueDraft", c(), json!({"label": "Rev. 1"})),
        step("confirm", p("p16"), json!({})),
        step(
            "correctCredit",
            c(),
            json!({"entry": 19, "credit": 0, "proposals": ["p16"], "reason": "asked for in the room"}),
        ),
        step(
            "tableProposal",
            c(),
            table("african-states", json!({"reword": "5.3", "text": "States meet every year, in March."})),
        ),
        step(
            "tableProposal",
            c(),
            table("african-states", json!({"insert": {"after": "5.4", "label": "4", "text": "Pilots are free."}})),
        ),
        step("linkPackage", c(), json!({"proposals": ["p24", "p25"], "title": "Meetings and pilots"})),
        step("closeProvision", json!({"c": "harbours", "id": "5.2"}), json!({"note": "ad ref"})),
        step("takePositionOn", json!({"c": "harbours", "id": "5.3", "g": "norland"}), json!({"position": "reserves"})),
    ]
}

/// What is left to be done with it.
fn closing() -> Vec<Step> {
    let c = || json!({"c": "harbours"});
    let p = |p: &str| json!({"c": "harbours", "p": p});
    let k = |k: &str| json!({"c": "harbours", "k": k});
    let table = |text: &str| json!({"sponsors": ["island-states"], "edits": [{"reword": "5.4", "text": text}]});
    let link = |proposals: [&str; 2]| step("linkPackage", c(), json!({"proposals": proposals}));
    vec![
        step(
            "reopenProvision",
            json!({"c": "harbours", "id": "5.2"}),
            json!({"reason": "a delegation has asked for it"}),
        ),
        step("takeUpPackage", k("k26"), json!({"note": "as one"})),
        step("tableProposal", c(), table("Tugs are paid by the harbours.")),
        step("tableProposal", c(), table("Tugs are free.")),
        link(["p31", "p32"]),
        step("unlinkPackage", k("k33"), Value::Null),
        link(["p31", "p32"]),
        step("declinePackage", k("k35"), json!({"note": "not this year"})),
        step("tableProposal", c(), table("Tugs are paid by the port.")),
        step("withdraw", p("p37"), json!({"note": "said too soon"})),
        step("decline", p("p16"), json!({"note": "tugs are needed"})),
        step("unlinkUptake", json!({"c": "harbours", "p": "p9", "s": "s7"}), Value::Null),
        step("giveMandate", json!({"c": "harbours", "g": "island-states", "d": "norland"}), Value::Null),
        step("endMandate", json!({"c": "harbours", "g": "island-states", "d": "norland"}), Value::Null),
        step("leaveProcess", json!({"c": "harbours", "d": "norland"}), Value::Null),
        step("issueDraft", c(), json!({"label": "Final", "sign_off": true})),
        step("setPublicity", c(), json!({"shown": "attributed"})),
        step("redact", c(), json!({"entry": 30, "what": ["note"], "reason": "it named a person"})),
        step("adopt", c(), json!({"note": "by consensus"})),
    ]
}

/// What is read of it.
fn reading() -> Vec<Step> {
    let named = |id: &'static str, path: Value| step(id, path, Value::Null);
    let of = |id: &'static str| named(id, json!({"c": "harbours"}));
    let asked = |id: &'static str, path: Value, query: Value| Step { query, ..named(id, path) };
    let c = || json!({"c": "harbours"});
    let as_form = |id: &'static str, path: Value, form: &'static str| Step { form, ..named(id, path) };
    let provision = || json!({"c": "harbours", "id": "5.2"});
    let ends = || json!({"c": "harbours", "from": "zero-draft", "to": "rev-1"});
    let mut steps = vec![
        asked("listCompacts", json!({}), json!({"limit": 1})),
        of("showCompact"),
        asked("listGroups", c(), json!({"limit": 1})),
        named("showGroup", json!({"c": "harbours", "g": "african-states"})),
        asked("listDelegations", c(), json!({"group": "island-states"})),
        named("showDelegation", json!({"c": "harbours", "d": "norland"})),
        asked("listDrafts", c(), json!({"order": "descending", "limit": 2})),
        named("showDraft", json!({"c": "harbours", "d": "zero-draft"})),
        named("showText", json!({"c": "harbours", "at": "rev-1"})),
        named("showRedline", ends()),
        named("showCompilation", json!({"c": "harbours", "at": "28"})),
        of("showSilentChanges"),
        of("showBrackets"),
        asked("showDispositions", c(), json!({"group": "african-states"})),
        asked("listProposals", c(), json!({"standing": "taken_up", "limit": 1})),
        named("showProposal", json!({"c": "harbours", "p": "p9"})),
        asked("listPackages", c(), json!({"limit": 1})),
        named("showPackage", json!({"c": "harbours", "k": "k26"})),
        named("showProvision", provision()),
        named("showProvenance", provision()),
        asked("listStatements", c(), json!({"provision": "5.2"})),
        named("showStatement", json!({"c": "harbours", "s": "s7"})),
        as_form("readAttachment", json!({"c": "harbours", "s": "s7"}), "text/plain"),
        asked("listRedactions", c(), json!({"order": "ascending"})),
        named("showRedaction", json!({"c": "harbours", "n": "46"})),
        of("showPublicity"),
        of("listRounds"),
        named("showRound", json!({"c": "harbours", "r": "first-round"})),
        asked("followCompact", c(), json!({"after": 9, "limit": 1})),
        asked("followAll", json!({}), json!({"after": 10, "limit": 1})),
        as_form("showCheckpoint", c(), "text/plain"),
        asked("proveInclusion", c(), json!({"seq": 5, "size": 9})),
        asked("proveConsistency", c(), json!({"from": 5, "to": 9})),
        as_form("showKeys", json!({}), "text/plain"),
        named("isLive", json!({})),
        named("isReady", json!({})),
    ];
    // What is long, or of this machine, is read without being an example.
    let at = || json!({"c": "harbours", "at": "rev-1"});
    let read = [
        ("readMeasures", json!({}), "text/plain"),
        ("describe", json!({}), ""),
        ("describeStreams", json!({}), ""),
        ("showSchema", json!({"name": "round-scheduled.v1.json"}), ""),
        ("readStyle", json!({}), "text/css"),
        ("pageOfCompacts", json!({}), "text/html"),
        ("pageOfDocs", json!({}), "text/html"),
        ("pageOfCompact", c(), "text/html"),
        ("pageOfText", at(), "text/html"),
        ("pageOfRedline", ends(), "text/html"),
        ("pageOfCompilation", at(), "text/html"),
        ("pageOfSilentChanges", c(), "text/html"),
        ("pageOfDispositions", c(), "text/html"),
        ("pageOfRoom", c(), "text/html"),
        ("pageOfProvenance", provision(), "text/html"),
    ];
    steps.extend(
        read.map(|(id, path, form)| as_form(id, path, if form.is_empty() { "application/json" } else { form })),
    );
    steps
}

/// Every address that is read, as it is once the negotiation is open.
pub fn uris() -> Vec<String> {
    // What is blanked is blanked at the end only.
    reading().iter().filter(|step| step.id != "showRedaction").map(uri).collect()
}

fn uri(step: &Step) -> String {
    let mut uri = address(step.id).0.to_owned();
    for (name, value) in step.path.as_object().unwrap() {
        uri = uri.replace(&format!("{{{name}}}"), value.as_str().unwrap());
    }
    let query: Vec<String> = step.query.as_object().unwrap().iter().map(|(n, v)| format!("{n}={}", plain(v))).collect();
    if query.is_empty() { uri } else { format!("{uri}?{}", query.join("&")) }
}

/// Carries a step out; the answer must be a success, and is what the description says.
#[track_caller]
pub fn carry_out(server: &Server, step: &Step) -> Value {
    let (method, uri) = (address(step.id).1, uri(step));
    let body = if step.body.is_null() { String::new() } else { step.body.to_string() };
    let headers = [("content-type", "application/json"), ("accept", "*/*")];
    let headers = if body.is_empty() { &headers[1..] } else { &headers[..] };
    let answer = server.send(&method.to_uppercase(), &uri, headers, body.as_bytes());
    assert!([200, 201, 204].contains(&answer.status), "{} answered {}: {}", step.id, answer.status, answer.text());
    let told = if answer.status == 204 {
        Value::Null
    } else if step.form == "application/json" {
        answer.json()
    } else {
        answer.text().into()
    };
    json!({"path": step.path, "query": step.query, "body": step.body, "form": step.form, "status": answer.status, "answer": told})
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The address and the method of an operation.
fn address(id: &str) -> (&'static str, &'static str) {
    let paths = DOCUMENT["paths"].as_object().unwrap().iter();
    let mut all = paths.flat_map(|(path, methods)| methods.as_object().unwrap().iter().map(move |m| (path, m)));
    let found = all.find(|(_, (_, told))| told["operationId"] == id);
    let (path, (method, _)) = found.unwrap_or_else(|| panic!("{id} is no operation"));
    (path, method)
}

/// Those answers that are short and the same on every machine, by operation; the first of each.
pub fn examples() -> (Vec<&'static str>, Map<String, Value>) {
    let server = rehearsed();
    let (mut carried_out, mut examples) = (Vec::new(), Map::new());
    for step in opening().into_iter().chain(closing()).chain(reading()) {
        let told = carry_out(&server, &step);
        let is_example = !["text/html", "text/css"].contains(&step.form)
            && !["readMeasures", "describe", "describeStreams", "showSchema"].contains(&step.id);
        if is_example && !carried_out.contains(&step.id) {
            examples.insert(step.id.to_owned(), told);
        }
        carried_out.push(step.id);
    }
    for (id, told) in apart::webhooks(&server).into_iter().chain(apart::in_private()).chain(apart::on_tokens()) {
        carried_out.push(id);
        examples.entry(id).or_insert(told);
    }
    (carried_out, examples)
}
