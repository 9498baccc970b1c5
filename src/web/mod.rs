//! HTTP: the API, event streams, pages. Knows nothing of sled. Every address is on this page.

mod admitted;
mod answer;
mod asyncapi;
mod browse;
mod bureau;
mod carrying;
mod caucuses;
mod described;
mod drafts;
mod edge;
mod encoding;
mod events;
mod idempotency;
mod mandates;
mod members;
mod openapi;
mod ops;
mod origin;
mod packages;
pub mod pages;
mod private;
mod problem;
mod proofs;
mod proposals;
mod provisions;
mod publicity;
mod query;
mod redactions;
mod register;
mod revisions;
mod room;
mod rounds;
mod shown;
mod sign_in;
mod silent;
mod starting;
mod statements;
mod table;
mod texts;
mod tokens;
mod webhooks;

use std::net::TcpListener;
use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use actix_web::guard::{Any, Get, Head};
use actix_web::middleware::{Compress, Condition, NormalizePath, from_fn};
use actix_web::web::{Data, PathConfig, PayloadConfig, ServiceConfig, delete, post, put, route, scope, to};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, Route, Scope};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::compact::limits;
use crate::credentials::Credentials;
use crate::feed::Webhooks;
use crate::secretariat::Audiences;
use edge::{Connections, Edge};
use problem::Problem;
use room::Rooms;
use table::{Table, at};

pub use asyncapi::streams;
pub use edge::{Patience, Settings, SpeakerKey};
pub use openapi::document;
pub use starting::while_starting;

/// How long open requests have to finish once the server is told to stop.
const SHUTDOWN_SECS: u64 = 10;

/// Serves the records of all audiences on a listener, to those whom the credentials let in and to the public, until told
/// to stop; then finishes what was begun and ends all streams.
pub async fn run(
    audiences: Arc<Audiences>,
    credentials: Arc<Credentials>,
    webhooks: Webhooks,
    listener: TcpListener,
    settings: Settings,
    stop: CancellationToken,
) -> std::io::Result<()> {
    ops::recorder();
    let looking = tokio::spawn(credentials.clone().keep_looking(stop.clone()));
    let asking = tokio::spawn(credentials.clone().keep_asking(stop.clone()));
    let webhooks = Data::new(webhooks);
    webhooks.start(webhooks::still_may(credentials.clone()), &stop);
    let carried = webhooks.clone();
    // What an interruption left half released is whole before anybody reads it.
    if let Err(why) = audiences.catch_up().await {
        tracing::error!(%why, "not every record is up to date; it is tried again");
    }
    let following = tokio::spawn(audiences.clone().follow(stop.clone()));
    let rooms = Data::new(Rooms::new(audiences, credentials, &settings, &stop));
    let keys = Data::new(idempotency::Keys::default());
    let edge = Data::new(Edge::new(settings.clone()));
    let connections = Connections::new(settings.clone());
    let behind = [tokio::spawn(ops::upkeep()), tokio::spawn(connections.clone().sweep())];
    let named = settings.clone();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(rooms.clone())
            .app_data(keys.clone())
            .app_data(edge.clone())
            .app_data(webhooks.clone())
            .app_data(PayloadConfig::new(limits::BODY_BYTES_MAX))
            .app_data(PathConfig::default().error_handler(|_, _| unreadable_address().into()))
            .wrap(NormalizePath::trim())
            .wrap(from_fn(query::known_only))
            .wrap(from_fn(private::led_on))
            .wrap(from_fn(admitted::for_one_alone))
            .wrap(from_fn(origin::own_pages_only))
            .wrap(from_fn(edge::admitted))
            .wrap(Compress::default())
            .wrap(from_fn(encoding::told_well))
            .wrap(Condition::new(!named.origins.is_empty(), edge::cors(&named)))
            .wrap(from_fn(edge::around))
            .wrap(from_fn(shown::known))
            .configure(addresses)
            .default_service(to(nothing_there))
    });
    let workers = available_parallelism().map_or(1, NonZero::get);
    let ended = stop.clone();
    let outcome = server
        .workers(workers)
        .max_connections(settings.connections.div_ceil(workers))
        .client_request_timeout(settings.patience.head)
        .keep_alive(settings.patience.keep_alive)
        .on_connect(move |io, data| connections.opened(io, data))
        .shutdown_timeout(SHUTDOWN_SECS)
        .disable_signals()
        .shutdown_signal(stop.cancelled_owned())
        .listen(listener)?
        .run()
        .await;
    behind.iter().chain([&looking, &asking, &following]).for_each(JoinHandle::abort);
    ended.cancel();
    // A cursor that is not kept in time is only further behind.
    drop(tokio::time::timeout(Duration::from_secs(SHUTDOWN_SECS), carried.stopped()).await);
    outcome
}

/// Hands every address to the application.
fn addresses(app: &mut ServiceConfig) {
    let api = scope("/api/v1").wrap(from_fn(idempotency::once));
    app.service(Table::of(api_addresses).into_resources().fold(api, Scope::service));
    for resource in [addresses_beside, forms].into_iter().flat_map(|of| Table::of(of).into_resources()) {
        app.service(resource);
    }
}

/// Every address of the API and every page, with the methods that it takes, as `Allow` tells them.
pub fn served() -> Vec<(String, &'static str)> {
    let api = Table::of(api_addresses);
    let api = api.told().map(|(path, allow)| (format!("/api/v1{path}"), allow));
    let beside = Table::of(addresses_beside);
    api.chain(beside.told().map(|(path, allow)| (path.to_owned(), allow))).collect()
}

fn api_addresses(app: &mut Table) {
    app.service(at("/compacts", "GET, HEAD, POST", [get().to(register::list), post().to(register::open)]))
        .service(at("/compacts/{c}", "GET, HEAD", [get().to(register::show)]))
        .service(at("/compacts/{c}/groups", "GET, HEAD", [get().to(members::groups)]))
        .service(at("/compacts/{c}/delegations", "GET, HEAD", [get().to(members::delegations)]))
        .service(at(
            "/compacts/{c}/groups/{g}",
            "GET, HEAD, PUT",
            [get().to(register::show_group), put().to(register::put_group)],
        ))
        .service(at(
            "/compacts/{c}/groups/{g}/mandates/{d}",
            "DELETE, PUT",
            [put().to(mandates::give), delete().to(mandates::end)],
        ))
        .service(at(
            "/compacts/{c}/delegations/{d}",
            "DELETE, GET, HEAD, PUT",
            [
                get().to(register::show_delegation),
                put().to(register::put_delegation),
                delete().to(register::delete_delegation),
            ],
        ))
        .service(at("/compacts/{c}/revisions", "POST", [post().to(revisions::revise)]))
        .service(at("/compacts/{c}/drafts", "GET, HEAD, POST", [get().to(drafts::list), post().to(drafts::issue)]))
        .service(at("/compacts/{c}/drafts/{d}", "GET, HEAD", [get().to(drafts::show)]))
        .service(at("/compacts/{c}/texts/{at}", "GET, HEAD", [get().to(texts::text)]))
        .service(at("/compacts/{c}/redlines/{from}..{to}", "GET, HEAD", [get().to(texts::redlines)]))
        .service(at("/compacts/{c}/compilations/{at}", "GET, HEAD", [get().to(texts::compilations)]))
        .configure(proposal_addresses)
        .configure(provision_addresses)
        .service(at("/compacts/{c}/public", "GET, HEAD, PUT", [get().to(publicity::show), put().to(publicity::set)]))
        .service(at("/compacts/{c}/rounds", "GET, HEAD", [get().to(rounds::list)]))
        .service(at("/compacts/{c}/rounds/{r}", "GET, HEAD, PUT", [get().to(rounds::show), put().to(rounds::schedule)]))
        .configure(package_addresses)
        .configure(questions)
        .configure(statement_addresses)
        .service(at("/compacts/{c}/adopt", "POST", [post().to(register::adopt)]))
        .service(at("/compacts/{c}/events", "GET, HEAD", [get().to(events::of_compact)]))
        .service(at("/events", "GET, HEAD", [get().to(events::of_all)]))
        .configure(webhook_addresses)
        .configure(private_addresses)
        .configure(proof_addresses)
        .configure(token_addresses);
}

/// Pages, and what is for those who run the server or read the description.
fn addresses_beside(app: &mut Table) {
    app.service(at("/", "GET, HEAD", [get().to(browse::compacts)]))
        .service(at("/style.css", "GET, HEAD", [get().to(browse::style)]))
        .service(at("/compacts/{c}", "GET, HEAD", [get().to(browse::compact)]))
        .service(at("/compacts/{c}/texts/{at}", "GET, HEAD", [get().to(browse::text)]))
        .service(at("/compacts/{c}/redlines/{from}..{to}", "GET, HEAD", [get().to(browse::redlines)]))
        .service(at("/compacts/{c}/compilations/{at}", "GET, HEAD", [get().to(browse::compilations)]))
        .service(at("/compacts/{c}/silent-changes", "GET, HEAD", [get().to(browse::silent_changes)]))
        .service(at("/compacts/{c}/dispositions", "GET, HEAD", [get().to(browse::dispositions)]))
        .service(at("/compacts/{c}/room", "GET, HEAD", [get().to(browse::the_room)]))
        .service(at("/compacts/{c}/provisions/{id}/provenance", "GET, HEAD", [get().to(browse::provenance)]));
    app.service(at("/health/live", "GET, HEAD", [get().to(ops::live)]))
        .service(at("/health/ready", "GET, HEAD", [get().to(ops::ready)]))
        .service(at("/metrics", "GET, HEAD", [get().to(ops::measures)]))
        .service(at("/openapi.json", "GET, HEAD", [get().to(described::api)]))
        .service(at("/asyncapi.json", "GET, HEAD", [get().to(described::streams)]))
        .service(at("/docs", "GET, HEAD", [get().to(browse::docs)]))
        .service(at("/schemas/{name}", "GET, HEAD", [get().to(described::schema)]));
}

fn proposal_addresses(app: &mut Table) {
    app.service(at(
        "/compacts/{c}/proposals",
        "GET, HEAD, POST",
        [get().to(proposals::list), post().to(proposals::table)],
    ))
    .service(at(
        "/compacts/{c}/proposals/{p}",
        "GET, HEAD, PUT",
        [get().to(proposals::show), put().to(proposals::revise)],
    ))
    .service(at("/compacts/{c}/proposals/{p}/take-up", "POST", [post().to(proposals::take_up)]))
    .service(at("/compacts/{c}/proposals/{p}/decline", "POST", [post().to(proposals::decline)]))
    .service(at("/compacts/{c}/proposals/{p}/withdraw", "POST", [post().to(proposals::withdraw)]))
    .service(at(
        "/compacts/{c}/proposals/{p}/sponsors/{g}",
        "DELETE, PUT",
        [put().to(proposals::join), delete().to(proposals::leave)],
    ))
    .service(at("/compacts/{c}/proposals/{p}/positions/{g}", "PUT", [put().to(proposals::take_position)]))
    .service(at("/compacts/{c}/proposals/{p}/confirm", "POST", [post().to(carrying::confirm)]))
    .service(at("/compacts/{c}/proposals/{p}/accept", "POST", [post().to(proposals::accept)]));
}

fn provision_addresses(app: &mut Table) {
    app.service(at("/compacts/{c}/provisions/{id}", "GET, HEAD", [get().to(provisions::show)]))
        .service(at("/compacts/{c}/provisions/{id}/close", "POST", [post().to(provisions::close)]))
        .service(at("/compacts/{c}/provisions/{id}/reopen", "POST", [post().to(provisions::reopen)]))
        .service(at("/compacts/{c}/provisions/{id}/positions/{g}", "PUT", [put().to(provisions::take_position)]));
}

fn package_addresses(app: &mut Table) {
    app.service(at("/compacts/{c}/packages", "GET, HEAD, POST", [get().to(packages::list), post().to(packages::link)]))
        .service(at(
            "/compacts/{c}/packages/{k}",
            "DELETE, GET, HEAD",
            [get().to(packages::show), delete().to(packages::unlink)],
        ))
        .service(at("/compacts/{c}/packages/{k}/take-up", "POST", [post().to(packages::take_up)]))
        .service(at("/compacts/{c}/packages/{k}/decline", "POST", [post().to(packages::decline)]));
}

/// What is asked of the record, and what is said about it afterwards.
fn questions(app: &mut Table) {
    app.service(at("/compacts/{c}/silent-changes", "GET, HEAD", [get().to(silent::changes)]))
        .service(at("/compacts/{c}/reasons", "POST", [post().to(silent::give_reason)]))
        .service(at("/compacts/{c}/credit-corrections", "POST", [post().to(silent::correct_credit)]))
        .service(at("/compacts/{c}/brackets", "GET, HEAD", [get().to(texts::square_brackets)]))
        .service(at("/compacts/{c}/dispositions", "GET, HEAD", [get().to(texts::what_became)]))
        .service(at("/compacts/{c}/provisions/{id}/provenance", "GET, HEAD", [get().to(texts::provenance)]));
}

fn statement_addresses(app: &mut Table) {
    app.service(at(
        "/compacts/{c}/statements",
        "GET, HEAD, POST",
        [get().to(statements::list), post().to(statements::file)],
    ))
    .service(at("/compacts/{c}/statements/{s}", "GET, HEAD", [get().to(statements::show)]))
    .service(at("/compacts/{c}/statements/{s}/attachment", "GET, HEAD", [get().to(statements::attachment)]))
    .service(at(
        "/compacts/{c}/proposals/{p}/statements/{s}",
        "DELETE, PUT",
        [put().to(statements::link_uptake), delete().to(statements::unlink_uptake)],
    ));
}

/// The forms by which a browser signs in and out: no part of the API, whose clients send their token.
fn forms(app: &mut Table) {
    app.service(at("/sign-in", "GET, HEAD, POST", [get().to(sign_in::form), post().to(sign_in::sign_in)])).service(at(
        "/sign-out",
        "POST",
        [post().to(sign_in::sign_out)],
    ));
}

/// Who is let in.
fn token_addresses(app: &mut Table) {
    app.service(at("/tokens", "GET, HEAD, POST", [get().to(tokens::list), post().to(tokens::issue)])).service(at(
        "/tokens/{t}",
        "DELETE",
        [delete().to(tokens::revoke)],
    ));
}

/// Who is told of entries.
fn webhook_addresses(app: &mut Table) {
    app.service(at(
        "/compacts/{c}/webhooks",
        "GET, HEAD, POST",
        [get().to(webhooks::list), post().to(webhooks::subscribe)],
    ))
    .service(at(
        "/compacts/{c}/webhooks/{w}",
        "DELETE, GET, HEAD",
        [get().to(webhooks::show), delete().to(webhooks::unsubscribe)],
    ))
    .service(at("/compacts/{c}/webhooks/{w}/replay", "POST", [post().to(webhooks::replay)]))
    .service(at("/compacts/{c}/webhooks/{w}/enable", "POST", [post().to(webhooks::enable)]))
    .service(at("/compacts/{c}/webhooks/{w}/rotate-secret", "POST", [post().to(webhooks::rotate)]));
}

/// Where a group, or those who hold the pen, prepare among themselves. Whatever else is asked there is [led
/// on](private::led_on).
fn private_addresses(app: &mut Table) {
    let nobody = || [get().to(caucuses::nobody), post().to(caucuses::nobody)];
    app.service(at("/compacts/{c}/caucuses", "GET, HEAD", [get().to(caucuses::list)]))
        .service(at(
            "/compacts/{c}/caucuses/{g}",
            "GET, HEAD, PUT",
            [get().to(caucuses::show), put().to(caucuses::enter)],
        ))
        .service(at("/compacts/{c}/caucuses/{g}/proposals", "GET, HEAD, POST", nobody()))
        .service(at("/compacts/{c}/caucuses/{g}/proposals/{p}/table", "POST", [post().to(caucuses::table)]))
        .service(at("/compacts/{c}/bureau", "GET, HEAD", [get().to(bureau::list)]))
        .service(at(
            "/compacts/{c}/bureau/{d}",
            "DELETE, GET, HEAD, PUT",
            [get().to(bureau::show), put().to(bureau::begin), delete().to(bureau::throw_away)],
        ))
        .service(at("/compacts/{c}/bureau/{d}/revisions", "POST", [post().to(caucuses::nobody)]))
        .service(at("/compacts/{c}/bureau/{d}/submit", "POST", [post().to(bureau::submit)]));
}

/// What makes the record evidence, and what is blanked in it.
fn proof_addresses(app: &mut Table) {
    app.service(at(
        "/compacts/{c}/redactions",
        "GET, HEAD, POST",
        [get().to(redactions::list), post().to(redactions::redact)],
    ))
    .service(at("/compacts/{c}/redactions/{n}", "GET, HEAD", [get().to(redactions::show)]))
    .service(at("/log/key", "GET, HEAD", [get().to(proofs::key)]))
    .service(at("/compacts/{c}/log/checkpoint", "GET, HEAD", [get().to(proofs::checkpoint)]))
    .service(at("/compacts/{c}/log/proof/inclusion", "GET, HEAD", [get().to(proofs::inclusion)]))
    .service(at("/compacts/{c}/log/proof/consistency", "GET, HEAD", [get().to(proofs::consistency)]));
}

/// Reading: a `HEAD` is a `GET` of which only the head is sent.
fn get() -> Route {
    route().guard(Any(Get()).or(Head()))
}

async fn nothing_there(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let problem = Problem::nothing_there();
    if request.path().starts_with("/api/") { Err(problem) } else { browse::refused(&request, problem) }
}

fn unreadable_address() -> Problem {
    Problem::not_found("the address is not UTF-8 once it is decoded; GET /openapi.json lists what there is")
}
