//! Queries, read alike everywhere: each parameter once, and only those that the description knows; pages of lists.
//!
//! A list is told in pages: `limit` rows after the one named in `after`, in ascending `order` unless told. Where more
//! follow, `next` names the last row, which is the `after` of the next page.

use std::collections::HashMap;
use std::fmt::Display;
use std::str::FromStr;

use actix_web::HttpRequest;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web;

use super::openapi;
use super::problem::Problem;
use crate::compact::limits;

/// How many rows a page has unless told.
pub(super) const PAGE_ROWS: usize = 100;

/// Around every request: a parameter that the address does not know, or one told twice, is a mistake of the client's.
pub(super) async fn known_only(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    if !request.query_string().is_empty() {
        let given = pairs(request.query_string())?;
        let known = request.match_pattern().and_then(|path| openapi::parameters(request.method().as_str(), &path));
        // Where nothing is, that is the problem to be told.
        if let Some(known) = known {
            refuse_unknown(&given, known)?;
        }
    }
    next.call(request).await
}

fn refuse_unknown(given: &[(String, String)], known: &[String]) -> Result<(), Problem> {
    for (index, (name, _)) in given.iter().enumerate() {
        let shown: String = name.chars().take(40).collect();
        if !known.contains(name) {
            let known = if known.is_empty() { "no parameters".to_owned() } else { known.join(", ") };
            return Err(bad(format!("{shown:?} is no parameter here; this address takes {known}")));
        }
        if given.iter().take(index).any(|(before, _)| before == name) {
            return Err(bad(format!("{shown} is told twice; tell it once")));
        }
    }
    Ok(())
}

fn pairs(query: &str) -> Result<Vec<(String, String)>, Problem> {
    let read = web::Query::<Vec<(String, String)>>::from_query(query);
    Ok(read.map_err(|error| bad(format!("the query cannot be read: {error}")))?.into_inner())
}

/// A query that cannot be granted.
pub(super) fn bad(detail: impl Into<String>) -> Problem {
    Problem::bad_request("bad-query", detail)
}

/// The parameters of a query.
pub(super) fn query(request: &HttpRequest) -> Result<HashMap<String, String>, Problem> {
    Ok(pairs(request.query_string())?.into_iter().collect())
}

/// One parameter of a query, read.
pub(super) fn parameter<T: FromStr>(query: &HashMap<String, String>, name: &str) -> Result<Option<T>, Problem>
where
    T::Err: Display,
{
    let Some(given) = query.get(name) else { return Ok(None) };
    given.parse().map(Some).map_err(|error| bad(format!("{name} cannot be read: {error}")))
}

/// How many rows a page is to have.
pub(super) fn limit(query: &HashMap<String, String>) -> Result<usize, Problem> {
    let limit = parameter::<usize>(query, "limit")?.unwrap_or(PAGE_ROWS);
    let fits = (1..=limits::PAGE_ROWS_MAX).contains(&limit);
    fits.then_some(limit).ok_or_else(|| bad(format!("limit is 1 to {}", limits::PAGE_ROWS_MAX)))
}

/// Which page of a list is asked for.
pub(super) struct Page {
    limit: usize,
    after: Option<String>,
    descending: bool,
}

impl Page {
    /// The page that a query asks for.
    pub(super) fn asked(query: &HashMap<String, String>) -> Result<Self, Problem> {
        let descending = match query.get("order").map(String::as_str) {
            None | Some("ascending") => false,
            Some("descending") => true,
            Some(_) => return Err(bad("order is ascending or descending")),
        };
        Ok(Self { limit: limit(query)?, after: query.get("after").cloned(), descending })
    }

    /// The rows of the page as they are shown and, where more follow, the id of the last of them.
    ///
    /// `rows` come in ascending order of `key`; `place` is the key of the row that `after` names.
    pub(super) fn of<R, K: Ord, T, I>(
        &self,
        rows: impl DoubleEndedIterator<Item = R>,
        place: impl FnOnce(&str) -> Option<K>,
        key: impl Fn(&R) -> K,
        show: impl Fn(R) -> T,
        id: impl FnOnce(&T) -> I,
    ) -> Result<(Vec<T>, Option<I>), Problem> {
        let unknown = || Problem::not_found("after names no row of this list; take the next of the page before");
        let after = self.after.as_deref().map(|after| place(after).ok_or_else(unknown)).transpose()?;
        let behind = |row: &R| match &after {
            None => true,
            Some(after) if self.descending => key(row) < *after,
            Some(after) => key(row) > *after,
        };
        let most = self.limit.saturating_add(1);
        let mut page: Vec<R> = if self.descending {
            rows.rev().filter(behind).take(most).collect()
        } else {
            rows.filter(behind).take(most).collect()
        };
        let more = page.len() > self.limit;
        page.truncate(self.limit);
        let shown: Vec<T> = page.into_iter().map(show).collect();
        let next = if more { shown.last().map(id) } else { None };
        Ok((shown, next))
    }
}
