//! Who sees what, over HTTP: every audience has its own, and of the others not a trace.
//!
//! One negotiation (fiction) in which every audience has words of its own, and everybody who can ask.

mod access;
mod doors;
mod leaks;
mod measures;
mod worlds;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};
use tempfile::TempDir;
use travaux::compact::{Compact, CompactId, Moment, Publicity};
use travaux::credentials::{Credentials, TokenFile};
use travaux::log::DiskLog;
use travaux::proof::Keyring;
use travaux::secretariat::{Audiences, Secretariat, caucus_id};

use crate::described::{DOCUMENT, resolved};
use crate::server::{Answer, Server};
use crate::streams::Follower;

pub const C: &str = "/api/v1/compacts/harbours";
const CAUCUS: &str = "/api/v1/compacts/harbours/caucuses/bandicoots";
const BUREAU: &str = "/api/v1/compacts/harbours/bureau/first-try";

/// Everybody who asks, and as whom they have a token; the public has none.
pub const WHO: [(&str, &str); 10] = [
    ("a member", "delegation:harbours/kenya"),
    ("a former member", "delegation:harbours/ghana"),
    ("another delegation", "delegation:harbours/france"),
    ("the co-facilitators", "co-facilitators:harbours"),
    ("the secretariat", "secretariat"),
    ("an integration", "integration"),
    ("an integration of this compact", "integration:harbours"),
    ("an observer", "observer:harbours"),
    ("a delegation elsewhere", "delegation:tugs/kenya"),
    ("the public", ""),
];

/// The tokens of everybody, kept over several servers.
pub struct Tokens {
    home: TempDir,
    secrets: BTreeMap<&'static str, String>,
    revoked: String,
}

impl Tokens {
    pub fn issue() -> Self {
        let home = TempDir::new().unwrap();
        let credentials = Credentials::open(TokenFile::new(home.path().join("record.tokens"))).unwrap();
        let issue = |speaking: &str| credentials.issue(&speaking.parse().unwrap(), "", None).unwrap();
        let somebody = WHO.iter().filter(|(_, speaking)| !speaking.is_empty());
        let secrets = somebody.map(|(who, speaking)| (*who, issue(speaking).0.reveal().to_owned())).collect();
        let (secret, told) = issue("delegation:harbours/kenya");
        credentials.revoke(told.token.id).unwrap();
        Self { home, secrets, revoked: secret.reveal().to_owned() }
    }

    pub fn of(&self, who: &str) -> Option<&str> {
        if who == "somebody whose token was revoked" {
            return Some(&self.revoked);
        }
        self.secrets.get(who).map(String::as_str)
    }

    fn credentials(&self) -> Arc<Credentials> {
        Arc::new(Credentials::open(TokenFile::new(self.home.path().join("record.tokens"))).unwrap())
    }
}

/// A server with the records of all audiences on the disk, of which the clock stands still until it is moved on.
pub struct Stage {
    pub server: Server,
    pub audiences: Arc<Audiences>,
    pub tokens: Arc<Tokens>,
    minutes: Arc<AtomicI64>,
    _dir: TempDir,
}

impl Stage {
    pub fn open(tokens: Arc<Tokens>) -> Self {
        let (dir, minutes) = (TempDir::new().unwrap(), Arc::new(AtomicI64::new(0)));
        let began: Moment = "2026-03-02T09:00:00Z".parse().unwrap();
        let open = |name: &str, seed: u8| {
            let log = DiskLog::open(&dir.path().join(name)).unwrap();
            let keys = Keyring::new(Some(&format!("{name}.example")), [seed; 32]).unwrap();
            let minutes = minutes.clone();
            let now = move || Moment::from_millis(began.millis() + minutes.load(Ordering::SeqCst) * 60_000).unwrap();
            Arc::new(Secretariat::open_with(Arc::new(log), keys).unwrap().with_clock(Arc::new(now)))
        };
        let audiences = Arc::new(Audiences::new(open("ours", 1), open("public", 2), open("private", 3)));
        let server = Server::of_audiences(audiences.clone(), tokens.credentials());
        Self { server, audiences, tokens, minutes, _dir: dir }
    }

    /// A request by somebody; the clock stands still.
    #[track_caller]
    pub fn ask(&self, who: &str, method: &str, path: &str, accept: &str, body: &Value) -> Answer {
        let bearer = self.tokens.of(who).map(|token| format!("Bearer {token}"));
        let mut headers = vec![("accept", accept)];
        headers.extend(bearer.iter().map(|bearer| ("authorization", bearer.as_str())));
        if !body.is_null() {
            headers.push(("content-type", "application/json"));
        }
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.server.send(method, path, &headers, body.as_bytes())
    }

    /// Something that is recorded, a minute after what was before.
    #[track_caller]
    pub fn say(&self, who: &str, method: &str, path: &str, body: &Value) -> Value {
        self.minutes.fetch_add(1, Ordering::SeqCst);
        self.aside(who, method, path, body)
    }

    /// Something that is prepared in private, while no time goes by.
    #[track_caller]
    pub fn aside(&self, who: &str, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.ask(who, method, path, "application/json", body);
        assert!([200, 201, 204].contains(&answer.status), "{who} {method} {path}: {}", answer.text());
        if answer.status == 204 { Value::Null } else { answer.json() }
    }

    /// Waits until the public has what was issued, and every caucus has the last draft.
    pub fn settled(&self) {
        let id: CompactId = "harbours".parse().unwrap();
        let ours = self.audiences.ours().compact(&id).unwrap();
        let (wanted, is_shown) = (ours.drafts.len(), ours.publicity != Publicity::Nothing);
        let has_all = |kept: Option<Arc<Compact>>| kept.is_none_or(|kept| kept.drafts.len() == wanted);
        crate::tokens::comes_to(200, || {
            let public = self.audiences.public().compact(&id).map_or(0, |public| public.drafts.len());
            let caucuses = ours.groups.keys().map(|group| caucus_id(&id, group).unwrap());
            let are_carried = caucuses.map(|id| self.audiences.private().compact(&id)).all(has_all);
            if (public == wanted || !is_shown) && are_carried { 200 } else { 404 }
        });
    }
}

/// The id under which the caucus of the bandicoots is kept.
pub fn caucus_of_the_bandicoots() -> String {
    caucus_id(&"harbours".parse().unwrap(), &"bandicoots".parse().unwrap()).unwrap().to_string()
}

/// The negotiation as all delegations see it, up to the first draft: words that only the public record may have besides are
/// those of the draft.
pub fn opening(stage: &Stage, shown: &str) {
    let s = "the secretariat";
    for id in ["harbours", "tugs"] {
        stage.say(s, "POST", "/api/v1/compacts", &json!({"id": id, "title": "Orderly harbours (fiction)"}));
    }
    for (id, name) in [("bandicoots", "Friends of the Bandicoot"), ("eu", "Europeans")] {
        stage.say(s, "PUT", &format!("{C}/groups/{id}"), &json!({"name": name}));
    }
    for (id, groups) in [("kenya", json!(["bandicoots"])), ("ghana", json!(["bandicoots"])), ("france", json!(["eu"]))]
    {
        stage.say(s, "PUT", &format!("{C}/delegations/{id}"), &json!({"name": id, "groups": groups}));
    }
    stage.say(s, "PUT", "/api/v1/compacts/tugs/delegations/kenya", &json!({"name": "kenya"}));
    stage.say(s, "PUT", &format!("{C}/delegations/ghana"), &json!({"name": "ghana", "groups": []}));
    let pen = "the co-facilitators";
    stage.say(pen, "PUT", &format!("{C}/groups/bandicoots/mandates/kenya"), &Value::Null);
    let text = "# Quokkas\n\n1. States will keep harbours open.\n\n2. Pilots rest.\n";
    stage.say(pen, "POST", &format!("{C}/revisions"), &json!({"text": text}));
    stage.say(s, "PUT", &format!("{C}/public"), &json!({"shown": shown}));
    stage.say(pen, "POST", &format!("{C}/drafts"), &json!({"label": "Zero Draft"}));
    stage.settled();
}

/// A proposal that is taken up, with words that are not in the text; and a second draft.
pub fn talks(stage: &Stage) {
    let asked = json!({"sponsors": ["bandicoots"], "rationale": "As the numbat said.",
                       "edits": [{"reword": "9.2", "text": "States shall keep harbours open."}]});
    let tabled = stage.say("a member", "POST", &format!("{C}/proposals"), &asked);
    let pen = "the co-facilitators";
    let id = tabled["id"].as_str().unwrap();
    stage.say(pen, "POST", &format!("{C}/proposals/{id}/take-up"), &Value::Null);
    stage.say(pen, "POST", &format!("{C}/drafts"), &json!({"label": "Rev. 1"}));
    stage.settled();
}

/// What came after the last draft: delegations see it, the public does not.
pub fn undisclosed(stage: &Stage) {
    let asked = json!({"sponsors": ["france"], "edits": [{"reword": "9.3", "text": "Pilots rest as dingos do."}]});
    stage.say("another delegation", "POST", &format!("{C}/proposals"), &asked);
    let text = "# Quokkas\n\n1. States shall keep harbours open.\n\n2. Pilots rest as wombats do.\n";
    stage.say("the co-facilitators", "POST", &format!("{C}/revisions"), &json!({"text": text}));
}

/// What a group prepares among its members.
pub fn caucus(stage: &Stage) -> String {
    let (member, none) = ("a member", Value::Null);
    stage.aside(member, "PUT", CAUCUS, &none);
    let text = stage.aside(member, "GET", &format!("{CAUCUS}/texts/working"), &none);
    let reword = &text["provisions"][1]["id"];
    let prepare = |wording: &str| {
        json!({"sponsors": ["bandicoots"], "rationale": "So the echidna can come.",
               "edits": [{"reword": reword, "text": wording}]})
    };
    let prepared = stage.aside(member, "POST", &format!("{CAUCUS}/proposals"), &prepare("Cassowaries keep them open."));
    let id = prepared["id"].as_str().unwrap().to_owned();
    let mut better = prepare("Cassowaries shall keep them open.");
    better.as_object_mut().unwrap().remove("sponsors");
    stage.aside(member, "PUT", &format!("{CAUCUS}/proposals/{id}"), &better);
    let other = json!({"sponsors": ["kenya"], "on": id, "edits": prepare("Cassowaries may.")["edits"]});
    stage.aside(member, "POST", &format!("{CAUCUS}/proposals"), &other);
    id
}

/// What the co-facilitators prepare among themselves.
pub fn bureau(stage: &Stage) -> String {
    let (pen, none) = ("the co-facilitators", Value::Null);
    let begun = stage.aside(pen, "PUT", BUREAU, &none);
    for text in ["# Quokkas\n\n1. Platypuses keep harbours.\n", "# Quokkas\n\n1. Platypuses keep all harbours.\n"] {
        stage.aside(pen, "POST", &format!("{BUREAU}/revisions"), &json!({"text": text}));
    }
    stage.aside(pen, "GET", &format!("{BUREAU}/compilations/working"), &none);
    begun["id"].as_str().unwrap().to_owned()
}

/// Every address that can be read, for each compact that there may be, in each form that the description offers.
pub fn readable(compacts: &[&str]) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (template, methods) in DOCUMENT["paths"].as_object().unwrap() {
        let Some(told) = methods.get("get") else { continue };
        let content = resolved(&told["responses"]["200"])["content"].as_object();
        let forms: Vec<String> = content.into_iter().flatten().map(|(form, _)| form.clone()).collect();
        for path in filled(template, compacts) {
            let asked = if path.contains("/log/proof/inclusion") {
                format!("{path}?seq=1")
            } else if path.contains("/log/proof/consistency") {
                format!("{path}?from=1")
            } else {
                path
            };
            all.extend(forms.iter().map(|form| (asked.clone(), form.clone())));
        }
    }
    all
}

/// An address with names in the place of its parameters: all that there are.
pub fn filled(template: &str, compacts: &[&str]) -> Vec<String> {
    let values = |name: &str| -> Vec<&str> {
        match name {
            "c" => compacts.to_vec(),
            "g" => vec!["bandicoots", "eu"],
            "d" => vec!["zero-draft", "rev-1", "kenya", "france", "first-try"],
            "p" => vec!["p8", "p9", "p10", "p11", "p12", "p15", "p16"],
            "at" => vec!["zero-draft", "rev-1", "working", "2"],
            "from" => vec!["zero-draft", "rev-1"],
            "to" => vec!["working", "rev-1"],
            "id" => vec!["9.2", "9.3", "2.2", "3.2", "5.2", "6.2"],
            "k" => vec!["k15"],
            "s" => vec!["s15"],
            "r" => vec!["first-round"],
            "n" => vec!["15"],
            "w" => vec!["w0"],
            "t" => vec!["00000000"],
            "name" => vec!["draft-issued.v1.json"],
            other => panic!("{other} is a new parameter: say what stands for it"),
        }
    };
    let mut all = vec![template.to_owned()];
    while let Some(name) = all[0].split('{').nth(1).and_then(|rest| rest.split('}').next()).map(str::to_owned) {
        let one = |path: &String| -> Vec<String> {
            values(&name).iter().map(|value| path.replace(&format!("{{{name}}}"), value)).collect()
        };
        all = all.iter().flat_map(one).collect();
    }
    all
}

/// All that an answer says, but when it was given and what it was asked as.
pub fn whole(answer: &Answer) -> String {
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    headers.sort();
    format!("{}\n{}\n\n{}", answer.status, headers.join("\n"), String::from_utf8_lossy(&answer.body))
}

impl Stage {
    /// What a stream tells somebody until it has told all that is there: its head, then its lines, however they were cut.
    pub fn streamed(&self, who: &str, path: &str) -> String {
        let page = self.ask(who, "GET", path, "application/json", &Value::Null);
        if page.status != 200 {
            return whole(&self.ask(who, "GET", path, "text/event-stream", &Value::Null));
        }
        let bearer = self.tokens.of(who).map(|token| format!("Authorization: Bearer {token}\r\n"));
        let mut stream = Follower::open_with(&self.server.address, path, &bearer.unwrap_or_default());
        let (mut head, mut told, last) = (Vec::new(), Vec::new(), page.json()["head"].as_u64().unwrap());
        while let Some(line) = stream.line().filter(|line| !line.is_empty()) {
            head.push(line);
        }
        head.retain(|line| !line.starts_with("date: ") && !line.starts_with("x-request-id: "));
        head.sort();
        let mut cursor = 0;
        while cursor < last || !told.last().is_some_and(|line: &String| line.starts_with("data: ")) {
            let line = stream.line().unwrap();
            if let Some(id) = line.strip_prefix("id: ") {
                cursor = id.parse().unwrap();
            }
            if ["id: ", "event: ", "data: ", "retry: "].iter().any(|begin| line.starts_with(begin)) {
                told.push(line);
            }
        }
        [head, told].concat().join("\n")
    }
}
