//! A browser signs in by a form, and what it is shown is kept by no cache for others.

use super::{Guarded, reword};
use crate::http::C;

#[test]
fn a_browser_signs_in_reads_and_signs_out_and_writes_nothing() {
    let room = Guarded::start();
    let kenya = room.token("delegation:gcm/kenya");
    let own = ("sec-fetch-site", "same-origin");
    let wrong = room.server.send("POST", "/sign-in", &[own], b"token=trv_wrong");
    assert_eq!((wrong.status, wrong.header("set-cookie")), (401, ""));
    let foreign = [("sec-fetch-site", "cross-site")];
    room.server.send("POST", "/sign-in", &foreign, format!("token={kenya}").as_bytes()).problem(403, "cross-site");
    let token = format!("token={kenya}");
    let host = room.server.address.strip_prefix("http://").unwrap().to_owned();
    let sign_in = |host: &str| room.server.send("POST", "/sign-in", &[own, ("host", host)], token.as_bytes());
    let answer = sign_in(&host);
    assert_eq!((answer.status, answer.header("location")), (303, "/"));
    let cookie = answer.header("set-cookie").to_owned();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && !cookie.contains("Secure"),
        "{cookie}"
    );
    assert!(
        sign_in("travaux.example").header("set-cookie").contains("Secure"),
        "over TLS only where it is not loopback"
    );
    let kept = cookie.split(';').next().unwrap();
    let page = room.server.send("GET", "/compacts/gcm", &[("cookie", kept)], b"");
    assert_eq!((page.status, page.header("vary")), (200, "Accept, Accept-Encoding, Authorization, Cookie"));
    assert!(!page.header("cache-control").contains("public"));
    assert!(room.server.send("GET", "/", &[("cookie", kept)], b"").text().contains("delegation:gcm/kenya"));
    room.server.send("GET", C, &[("cookie", kept)], b"").expect(200);
    let json = ("content-type", "application/json");
    let path = format!("{C}/proposals");
    room.server
        .send("POST", &path, &[("cookie", kept), json, own], reword().to_string().as_bytes())
        .problem(401, "not-signed-in");
    let gone = room.server.send("GET", "/", &[("cookie", "travaux-token=trv_gone")], b"");
    assert!(gone.status == 200 && gone.text().contains("href=\"/sign-in\""), "{}", gone.text());
    let out = room.server.send("POST", "/sign-out", &[("cookie", kept), own], b"");
    assert!(out.status == 303 && out.header("set-cookie").contains("Max-Age=0"), "{}", out.header("set-cookie"));
}

#[test]
fn no_cache_shares_what_is_for_one_speaker() {
    let room = Guarded::start();
    let text = room.get(&room.secretariat, &format!("{C}/texts/zero-draft"));
    assert_eq!(text.header("cache-control"), "private, max-age=31536000, immutable");
    assert!(text.header("vary").contains("Authorization"));
}
