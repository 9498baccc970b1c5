//! Signing in with a browser: a token is handed in once, in a form, and kept in a cookie that only reading uses. It is
//! never part of an address.

use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::answer::{body, utf8};
use super::problem::Problem;
use super::room::Rooms;
use super::{browse, pages};
use crate::credentials::Unheard;

/// The name of the cookie.
const COOKIE: &str = "travaux-token";

/// The token that a browser signed in with.
pub(super) fn cookie(request: &HttpRequest) -> Option<String> {
    request.cookie(COOKIE).map(|cookie| cookie.value().to_owned())
}

/// `GET /sign-in`
pub(super) async fn form() -> HttpResponse {
    browse::page(&mut HttpResponse::Ok(), &pages::sign_in(None).markup())
}

/// `POST /sign-in`
pub(super) async fn sign_in(
    rooms: Data<Rooms>,
    request: HttpRequest,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let read = body(read)?;
    let mut fields = utf8(&read)?.split('&').filter_map(|field| field.split_once('='));
    let token = fields.find_map(|(name, value)| (name == "token").then_some(value)).unwrap_or_default();
    if let Err(why @ (Unheard::Nobody | Unheard::Invalid)) = rooms.credentials.pass(Some(token)) {
        return Ok(browse::unheard(&request, &Problem::from(why)));
    }
    Ok(home(&kept(&request, token)))
}

/// `POST /sign-out`
pub(super) async fn sign_out(request: HttpRequest) -> HttpResponse {
    let mut gone = kept(&request, "");
    gone.make_removal();
    home(&gone)
}

/// The cookie that keeps a token: for this site's own requests, out of reach of scripts, over TLS but on loopback.
fn kept<'a>(request: &HttpRequest, token: &'a str) -> Cookie<'a> {
    let info = request.connection_info();
    let host = info.host().rsplit_once(':').map_or(info.host(), |(host, _)| host);
    let is_loopback = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    let cookie = Cookie::build(COOKIE, token).path("/").http_only(true).same_site(SameSite::Strict);
    cookie.secure(!is_loopback).finish()
}

fn home(cookie: &Cookie<'_>) -> HttpResponse {
    let mut answer = HttpResponse::SeeOther();
    answer.insert_header((LOCATION, "/")).insert_header((CACHE_CONTROL, "no-store"));
    answer.cookie(cookie.clone()).finish()
}
