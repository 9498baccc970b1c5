//! Caucuses and working drafts: addresses beneath a compact that are there for those whose they are, and for nobody else.
//!
//! Each is a compact of its own in a record of its own, so whatever can be asked of a compact can be asked of it: an
//! address beneath it is led on to the same address of that compact. To everybody else it is answered as an address at
//! which nothing is, whatever there is.

use std::borrow::Cow;
use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Uri;
use actix_web::http::uri::PathAndQuery;
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest};

use super::admitted::Admitted;
use super::pages::Seen;
use super::problem::Problem;
use crate::access::Speaking;
use crate::compact::{Compact, CompactId, DraftId, GroupId, StateGroup};
use crate::secretariat::{BUREAU, CAUCUS, kept_apart};

/// An address beneath a caucus or a working draft.
#[derive(Debug, PartialEq, Eq)]
struct Beneath<'a> {
    /// What stands before `/compacts`.
    root: &'a str,
    compact: &'a str,
    kind: Kind,
    name: &'a str,
    /// What stands behind the name, with its slash.
    rest: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Caucus,
    WorkingDraft,
}

impl<'a> Beneath<'a> {
    /// Reads a [plain](plain) address, if it is to be led on. What is done to a caucus or a working draft itself is not.
    fn read(path: &'a str) -> Option<Self> {
        let root = if path.starts_with("/api/v1/") { "/api/v1" } else { "" };
        let (compact, beneath) = path.strip_prefix(root)?.strip_prefix("/compacts/")?.split_once('/')?;
        let (kind, beneath) = beneath.split_once('/')?;
        let kind = match kind {
            "caucuses" => Kind::Caucus,
            "bureau" => Kind::WorkingDraft,
            _ => return None,
        };
        let (name, rest) = beneath.find('/').map_or((beneath, ""), |end| beneath.split_at(end));
        let is_its_own = match kind {
            _ if rest.is_empty() => !root.is_empty(),
            Kind::Caucus => is_tabling(rest),
            Kind::WorkingDraft => rest == "/submit",
        };
        (!is_its_own).then_some(Self { root, compact, kind, name, rest })
    }

    /// The compact that it is kept as, for whoever it is there for.
    async fn kept(&self, request: &HttpRequest) -> Result<Option<CompactId>, Problem> {
        let Ok(asking) = Admitted::of(request) else { return Ok(None) };
        let Ok(asking) = asking.on(self.compact) else { return Ok(None) };
        match self.kind {
            Kind::Caucus => {
                let Ok((compact, group, _)) = asking.caucus(self.compact, self.name) else { return Ok(None) };
                let caucuses = asking.rooms().audiences.caucuses();
                let entered = caucuses.enter(&compact, &group).await;
                // What cannot be brought up to date is read as it is.
                let known = || caucuses.known(&compact.id, &group).map(|caucus| caucus.id.clone());
                Ok(Some(entered.or_else(|why| known().ok_or(why))?))
            }
            Kind::WorkingDraft => {
                let Ok((compact, name, _)) = asking.working_draft(self.compact, self.name) else { return Ok(None) };
                let known = asking.rooms().audiences.bureau().known(&compact, &name);
                Ok(known.ok().map(|(id, _)| id))
            }
        }
    }
}

/// Whether that is to table a proposal.
fn is_tabling(rest: &str) -> bool {
    let proposal = rest.strip_prefix("/proposals/").and_then(|rest| rest.strip_suffix("/table"));
    proposal.is_some_and(|proposal| !proposal.contains('/'))
}

/// An address as it is found, however it is written: letters and digits by themselves (RFC 3986, 6.2.2.2), one slash
/// where there are several, none in the end.
fn plain(path: &str) -> Cow<'_, str> {
    if !path.contains('%') && !path.contains("//") && !path.ends_with('/') {
        return Cow::Borrowed(path);
    }
    let mut parts = path.split('%');
    let mut told = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let byte = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()).map(char::from);
        match byte.filter(|char| char.is_ascii_alphanumeric() || "-._~".contains(*char)) {
            Some(char) => told.extend([char].into_iter().chain(part.chars().skip(2))),
            None => told.extend(["%", part]),
        }
    }
    let parts: Vec<&str> = told.split('/').filter(|part| !part.is_empty()).collect();
    Cow::Owned(format!("/{}", parts.join("/")))
}

/// Around every request: leads an address beneath a caucus or a working draft on, for those whose it is.
pub(super) async fn led_on(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let led_on = match Beneath::read(&plain(request.path())) {
        None => None,
        Some(beneath) => {
            let id = beneath.kept(request.request()).await?;
            id.map(|id| format!("{}/compacts/{id}{}", beneath.root, beneath.rest))
        }
    };
    if let Some(uri) = led_on.and_then(|path| at_path(request.uri(), &path)) {
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
    next.call(request).await
}

/// An address with another path and the same query.
fn at_path(uri: &Uri, path: &str) -> Option<Uri> {
    let mut parts = uri.clone().into_parts();
    let whole = uri.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    parts.path_and_query = Some(PathAndQuery::try_from(whole).ok()?);
    Uri::from_parts(parts).ok()
}

/// Whether an address is, or may be, about a record of which nobody else is to notice anything.
pub(super) fn is_private(path: &str) -> bool {
    let path = plain(path);
    let path = path.strip_prefix("/api/v1").unwrap_or(&path);
    let Some(of) = path.strip_prefix("/compacts/") else { return false };
    let beneath = of.split('/').nth(1).unwrap_or_default();
    kept_apart(of).is_some() || ["caucuses", "bureau"].contains(&beneath)
}

/// Whether that is so, and nothing of it is there for whoever asks.
pub(super) fn is_closed(request: &HttpRequest) -> bool {
    let path = plain(request.path());
    if !is_private(&path) {
        return false;
    }
    let mut parts = path.strip_prefix("/api/v1").unwrap_or(&path).split('/').skip(2);
    let [id, kind, name] = [(); 3].map(|()| parts.next().unwrap_or_default());
    let Ok(asking) = Admitted::of(request).and_then(|asking| asking.on(id)) else { return true };
    match kind {
        _ if asking.is_inside() => false,
        "caucuses" if !name.is_empty() => asking.caucus(id, name).is_err(),
        "bureau" => asking.bureau(id).is_err(),
        _ => true,
    }
}

impl Admitted {
    /// The caucus of a group, for its members.
    pub(super) fn caucus(&self, compact: &str, group: &str) -> Result<(Arc<Compact>, GroupId, Speaking), Problem> {
        let found = self.negotiated(compact).and_then(|compact| {
            let group = group.parse().ok().filter(|group| compact.groups.contains_key(group))?;
            let member = self.roles().iter().find(|role| role.is_among(&compact, &group))?.clone();
            Some((compact, group, member))
        });
        found.ok_or_else(Problem::nothing_there)
    }

    /// The working draft of a name, whether it was begun or not, for the co-facilitators.
    pub(super) fn working_draft(
        &self,
        compact: &str,
        name: &str,
    ) -> Result<(Arc<Compact>, DraftId, Speaking), Problem> {
        let name = name.parse().map_err(|_| Problem::nothing_there())?;
        let (compact, pen) = self.bureau(compact)?;
        Ok((compact, name, pen))
    }

    /// A compact that is negotiated: within what is private nothing else is.
    fn negotiated(&self, compact: &str) -> Option<Arc<Compact>> {
        self.compact(compact).ok().filter(|_| !self.is_inside())
    }

    /// The bureau of a compact, for its co-facilitators.
    pub(super) fn bureau(&self, compact: &str) -> Result<(Arc<Compact>, Speaking), Problem> {
        let found = self.negotiated(compact).and_then(|compact| {
            let pen = self.roles().iter().find(|role| role.holds_the_pen(&compact.id))?.clone();
            Some((compact, pen))
        });
        found.ok_or_else(Problem::nothing_there)
    }
}

impl Admitted {
    /// Whose record a page of a compact is of, for whoever looks at it.
    pub(super) fn seen(&self, compact: &Compact) -> Seen {
        if self.is_of_the_public() {
            return Seen::ThePublic;
        }
        let of = self.negotiates();
        let name = compact.id.as_str();
        if name.starts_with(CAUCUS) && self.is_inside() {
            let group = compact.groups.values().next().map_or_else(String::new, |group| group.name.to_string());
            return Seen::Caucus { group, of };
        }
        if name.starts_with(BUREAU) && self.is_inside() {
            let open = of.as_ref().map(|of| self.rooms().audiences.bureau().open_ones(of)).unwrap_or_default();
            let own = open.into_iter().find(|(_, draft)| draft.id == compact.id);
            return Seen::WorkingDraft { name: own.map_or_else(|| compact.title.to_string(), |(name, _)| name), of };
        }
        Seen::TheRoom
    }

    /// What whoever looks at a compact prepares of it in private: how that is called, and where it is. One person who acts
    /// for everybody is not told, as it would be all there is.
    pub(super) fn prepares(&self, compact: &Compact) -> Vec<(String, String)> {
        if self.is_of_the_public() || self.is_inside() {
            return Vec::new();
        }
        let own = || self.roles().iter().filter(|role| **role != Speaking::Anyone);
        let is_own = |group: &&Arc<StateGroup>| own().any(|role| role.is_among(compact, &group.id));
        let caucus = |group: &Arc<StateGroup>| {
            (format!("Caucus of {}", group.name), format!("/compacts/{}/caucuses/{}", compact.id, group.id))
        };
        let mut private: Vec<_> = compact.groups.values().filter(is_own).map(caucus).collect();
        if own().any(|role| role.holds_the_pen(&compact.id)) {
            let open = self.rooms().audiences.bureau().open_ones(&compact.id);
            private.extend(
                open.into_iter()
                    .map(|(name, draft)| (format!("Working draft {name}"), format!("/compacts/{}", draft.id))),
            );
        }
        private
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_of_a_caucus_is_led_on_and_what_is_done_to_it_is_not() {
        let read = |path| Beneath::read(path).map(|beneath| (beneath.root, beneath.kind, beneath.name, beneath.rest));
        let api = "/api/v1";
        assert_eq!(read("/api/v1/compacts/gcm/caucuses/eu/proposals"), Some((api, Kind::Caucus, "eu", "/proposals")));
        assert!(
            read("/api/v1/compacts/gcm/caucuses/eu/proposals/p4/sponsors/table").is_some(),
            "a delegation of that name"
        );
        assert_eq!(read("/compacts/gcm/caucuses/eu"), Some(("", Kind::Caucus, "eu", "")));
        assert_eq!(
            read("/api/v1/compacts/gcm/bureau/a/redlines/zero-draft..working"),
            Some((api, Kind::WorkingDraft, "a", "/redlines/zero-draft..working"))
        );
        for own in [
            "/api/v1/compacts/gcm/caucuses",
            "/api/v1/compacts/gcm/caucuses/eu",
            "/api/v1/compacts/gcm/caucuses/eu/proposals/p4/table",
            "/api/v1/compacts/gcm/bureau/a/submit",
            "/api/v1/compacts/gcm/proposals/p4",
            "/compacts/gcm",
            "/",
        ] {
            assert_eq!(read(own), None, "{own}");
        }
    }

    #[test]
    fn an_address_is_the_same_however_it_is_written() {
        let told = "/api/v1/compacts/gcm/caucuses/african-group/proposals";
        for path in [
            "/api/v1/compacts/gcm/caucuses/african-group/proposals/",
            "//api/v1//compacts/gcm/caucuses/african-group//proposals//",
            "/api/v1/compacts/gcm/%63%61ucuses/african%2Dgroup/proposals",
            "/api/v1/compacts/gcm/%63%61ucuses/african%2dgroup/proposals",
        ] {
            assert_eq!(plain(path), told, "{path}");
            assert!(is_private(path), "{path}");
        }
        for other in
            ["/compacts/gcm%2Fcaucuses/eu", "/compacts/%", "/compacts/%6", "/compacts/%c3%a9", "/compacts/%E9x%", "/"]
        {
            assert_eq!(plain(other), other);
        }
    }

    #[test]
    fn nothing_is_counted_of_what_may_be_private() {
        for path in ["/api/v1/compacts/caucus-1/proposals", "/compacts/bureau-2", "/api/v1/compacts/gcm/caucuses/eu"] {
            assert!(is_private(path), "{path}");
        }
        for path in ["/api/v1/compacts/gcm/proposals", "/compacts/gcm", "/", "/api/v1/compacts"] {
            assert!(!is_private(path), "{path}");
        }
    }
}
