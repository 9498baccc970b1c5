//! One operation: said in Rust, told in `OpenAPI`.

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::components::{path_parameter, refer};
use super::shapes::{Shape, Shapes};

const JSON: &str = "application/json";

/// What is done at one address by one method.
pub(super) struct Operation {
    /// In lower case, as `OpenAPI` has it.
    pub(super) method: &'static str,
    /// The address, with its parameters in braces.
    pub(super) path: String,
    /// Its name, the same for ever.
    pub(super) id: &'static str,
    summary: &'static str,
    query: Vec<Value>,
    body: Option<Body>,
    answer: Option<Shape>,
    forms: Vec<&'static str>,
    successes: Vec<&'static str>,
    is_tagged: bool,
    problems: Vec<u16>,
}

struct Body {
    shape: Shape,
    raw: &'static [&'static str],
    required: bool,
}

fn shape<T: JsonSchema>(schemas: &mut SchemaGenerator) -> schemars::Schema {
    schemas.subschema_for::<T>()
}

/// An operation that reads something.
pub(super) fn get(path: impl Into<String>, id: &'static str, summary: &'static str) -> Operation {
    Operation::new("get", path.into(), id, summary)
}

/// An operation that creates something, or that is done to something.
pub(super) fn post(path: impl Into<String>, id: &'static str, summary: &'static str) -> Operation {
    Operation::new("post", path.into(), id, summary)
}

/// An operation that creates or changes what the address names.
pub(super) fn put(path: impl Into<String>, id: &'static str, summary: &'static str) -> Operation {
    Operation::new("put", path.into(), id, summary)
}

/// An operation that ends what the address names.
pub(super) fn delete(path: impl Into<String>, id: &'static str, summary: &'static str) -> Operation {
    Operation::new("delete", path.into(), id, summary)
}

impl Operation {
    fn new(method: &'static str, path: String, id: &'static str, summary: &'static str) -> Self {
        // By its coding, any answer may be one that the client does not take.
        let mut problems = vec![400, 406, 414, 429, 431, 500, 503];
        if path.contains('{') {
            problems.push(404);
        }
        // What runs the server and what describes the API is there for anybody.
        if path.starts_with("/api/") || path.starts_with("/compacts") || ["/", "/metrics"].contains(&&*path) {
            problems.push(401);
        }
        let successes = vec!["200"];
        let (query, forms) = (Vec::new(), vec![JSON]);
        let mut operation = Self {
            method,
            path,
            id,
            summary,
            query,
            body: None,
            answer: None,
            forms,
            successes,
            is_tagged: true,
            problems,
        };
        if method == "get" {
            operation.successes.push("304");
        } else {
            operation.problems.extend([403, 409, 412, 422]);
        }
        operation
    }

    /// Its answer as JSON.
    pub(super) fn shows<T: JsonSchema>(mut self) -> Self {
        self.answer = Some(shape::<T>);
        self
    }

    /// It answers in other forms too, by `Accept`.
    pub(super) fn or_as(mut self, forms: &[&'static str]) -> Self {
        self.forms.extend(forms);
        self
    }

    /// It answers in these forms only.
    pub(super) fn only_as(mut self, forms: &[&'static str]) -> Self {
        self.forms = forms.to_vec();
        self
    }

    /// Its answer is 201 with where what it created is.
    pub(super) fn creates<T: JsonSchema>(mut self) -> Self {
        self.successes = vec!["201"];
        self.shows::<T>()
    }

    /// Its answer is 201 where something new came of it, else 200.
    pub(super) fn creates_or_changes<T: JsonSchema>(mut self) -> Self {
        self.successes = vec!["200", "201"];
        self.shows::<T>()
    }

    /// Nothing is left to be told.
    pub(super) fn ends(mut self) -> Self {
        (self.successes, self.forms) = (vec!["204"], Vec::new());
        self
    }

    /// It takes a body as JSON.
    pub(super) fn takes<T: JsonSchema>(mut self) -> Self {
        self.body = Some(Body { shape: shape::<T>, raw: &[], required: true });
        self.problems.extend([408, 413, 415]);
        self
    }

    /// The body may be left out.
    pub(super) fn or_nothing(mut self) -> Self {
        if let Some(body) = &mut self.body {
            body.required = false;
        }
        self
    }

    /// The body may be a text of these types instead.
    pub(super) fn or_raw(mut self, types: &'static [&'static str]) -> Self {
        if let Some(body) = &mut self.body {
            body.raw = types;
        }
        self
    }

    /// A parameter of its query.
    pub(super) fn asks(mut self, name: &str, what: &str, schema: Value) -> Self {
        let mut parameter = json!({"name": name, "in": "query", "description": what});
        if let Some(members) = parameter.as_object_mut() {
            members.insert("schema".into(), schema);
        }
        self.query.push(parameter);
        self
    }

    /// A parameter of its query that must be told.
    pub(super) fn needs(self, name: &str, what: &str, schema: Value) -> Self {
        let mut operation = self.asks(name, what, schema);
        if let Some(parameter) = operation.query.last_mut().and_then(Value::as_object_mut) {
            parameter.insert("required".into(), true.into());
        }
        operation
    }

    /// It answers with a page of a list.
    pub(super) fn in_pages(mut self) -> Self {
        self.problems.push(404);
        self.query.extend([refer("parameters", "after"), refer("parameters", "limit"), refer("parameters", "order")]);
        self
    }

    /// Problems of these statuses may come of it, too.
    pub(super) fn may(mut self, problems: &[u16]) -> Self {
        self.problems.extend(problems);
        self
    }

    /// It has no entity tag.
    pub(super) fn untagged(mut self) -> Self {
        self.successes.retain(|status| *status != "304");
        self.is_tagged = false;
        self
    }

    /// The names of the parameters of its query.
    pub(super) fn query_names(&self) -> Vec<String> {
        let name = |parameter: &Value| {
            let name = parameter.get("name").and_then(Value::as_str);
            let referred = || parameter.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
            name.or_else(referred).map(str::to_owned)
        };
        self.query.iter().filter_map(name).collect()
    }

    /// The operation as `OpenAPI` has it, with what a server answered once.
    pub(super) fn told(&self, shapes: &mut Shapes, example: Option<&Value>) -> Value {
        let mut told = json!({"operationId": self.id, "summary": self.summary, "tags": [self.tag()]});
        let Some(members) = told.as_object_mut() else { return told };
        members.insert("parameters".into(), self.parameters(example).into());
        if let Some(body) = &self.body {
            members.insert("requestBody".into(), body.told(shapes, example));
        }
        members.insert("responses".into(), self.responses(shapes, example).into());
        told
    }

    fn tag(&self) -> &'static str {
        let path = self.path.strip_prefix("/api/v1").unwrap_or(&self.path);
        let is_api = path.len() < self.path.len();
        let after = path.strip_prefix("/compacts/{c}/").unwrap_or_default();
        match after.split('/').next().unwrap_or_default() {
            _ if !is_api && (path.starts_with("/compacts") || path == "/") => "Pages",
            _ if !is_api => "Server",
            "texts" | "redlines" | "compilations" | "drafts" | "revisions" | "brackets" | "silent-changes"
            | "reasons" | "credit-corrections" | "dispositions" => "Texts",
            "proposals" | "packages" => "Proposals",
            "provisions" => "Provisions",
            "statements" | "rounds" => "Statements and rounds",
            "events" | "log" | "redactions" | "webhooks" => "Record",
            "caucuses" | "bureau" => "In private",
            "" if path.starts_with("/tokens") => "Tokens",
            "" if path.starts_with("/events") || path.starts_with("/log") => "Record",
            _ => "Compacts",
        }
    }

    fn parameters(&self, example: Option<&Value>) -> Vec<Value> {
        let names = self.path.split('{').skip(1).filter_map(|part| part.split('}').next());
        let of = |name: &str| example.and_then(|e| e.get("path")?.get(name)).cloned();
        let mut all: Vec<Value> = names.map(|name| path_parameter(name, of(name))).collect();
        all.extend(self.query.iter().cloned());
        let headers: &[&str] = match self.method {
            "get" if self.is_tagged => &["If-None-Match"],
            "get" => &[],
            "post" if !self.is_tagged => &["Idempotency-Key"],
            _ if !self.is_tagged => &[],
            "post" => &["If-Match", "Idempotency-Key"],
            _ => &["If-Match"],
        };
        all.extend(headers.iter().map(|name| refer("parameters", name)));
        all
    }

    fn responses(&self, shapes: &mut Shapes, example: Option<&Value>) -> Map<String, Value> {
        let mut all = Map::new();
        for status in &self.successes {
            let response = if *status == "304" {
                refer("responses", "304")
            } else {
                let same = |e: &&Value| e.get("status").and_then(Value::as_u64) == status.parse().ok();
                self.success(status, shapes, example.filter(same))
            };
            all.insert((*status).to_owned(), response);
        }
        let mut problems = self.problems.clone();
        problems.sort_unstable();
        problems.dedup();
        let place = |status: u16| if self.tag() == "Pages" { format!("page-{status}") } else { status.to_string() };
        all.extend(problems.into_iter().map(|status| (status.to_string(), refer("responses", &place(status)))));
        all
    }

    fn success(&self, status: &str, shapes: &mut Shapes, example: Option<&Value>) -> Value {
        let mut content = Map::new();
        let form = example.and_then(|e| e.get("form")).and_then(Value::as_str).unwrap_or(JSON);
        for kind in &self.forms {
            let is_json = *kind == JSON || *kind == "application/schema+json";
            let shape = self.answer.filter(|_| is_json);
            let schema = shape.map_or_else(|| json!({"type": "string"}), |shape| shapes.told(shape));
            let mut media = json!({"schema": schema});
            let told = example.filter(|_| form == *kind).and_then(|e| e.get("answer"));
            if let (Some(told), Some(media)) = (told, media.as_object_mut()) {
                media.insert("example".into(), told.clone());
            }
            content.insert((*kind).to_owned(), media);
        }
        let mut headers = Map::new();
        if self.is_tagged {
            headers.extend(["ETag", "Cache-Control"].map(|name| (name.into(), refer("headers", name))));
        }
        if status == "201" {
            headers.insert("Location".into(), refer("headers", "Location"));
        }
        let description = match (status, self.method) {
            ("201", _) => "Recorded: what is new, as it stands.",
            (_, "get") => "As asked.",
            _ => "Recorded, or nothing had to be: as it now stands.",
        };
        json!({"description": description, "headers": headers, "content": content})
    }
}

impl Body {
    fn told(&self, shapes: &mut Shapes, example: Option<&Value>) -> Value {
        let mut content = Map::new();
        let mut media = json!({"schema": shapes.given(self.shape)});
        let given = example.and_then(|e| e.get("body")).filter(|body| body.is_object());
        if let (Some(given), Some(media)) = (given, media.as_object_mut()) {
            media.insert("example".into(), given.clone());
        }
        content.insert(JSON.into(), media);
        content.extend(self.raw.iter().map(|kind| ((*kind).to_owned(), json!({"schema": {"type": "string"}}))));
        json!({"required": self.required, "content": content})
    }
}
