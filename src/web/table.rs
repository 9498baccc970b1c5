//! The addresses as a list: the application takes them from it, and the description is checked against it.

use actix_web::web::{resource, to};
use actix_web::{HttpResponse, Resource, Route};

use super::problem::Problem;

/// One address.
pub(super) struct Address {
    path: &'static str,
    allow: &'static str,
    resource: Resource,
}

/// An address with its methods; any other is told which there are.
pub(super) fn at<const N: usize>(path: &'static str, allow: &'static str, routes: [Route; N]) -> Address {
    let refuse = move || async move { Err::<HttpResponse, Problem>(Problem::method_not_allowed(allow)) };
    let resource = routes.into_iter().fold(resource(path), Resource::route).default_service(to(refuse));
    Address { path, allow, resource }
}

/// Addresses in the order in which they are tried.
#[derive(Default)]
pub(super) struct Table(Vec<Address>);

impl Table {
    /// The addresses that a function lists.
    pub(super) fn of(listed: fn(&mut Self)) -> Self {
        let mut table = Self::default();
        listed(&mut table);
        table
    }

    /// One more.
    pub(super) fn service(&mut self, address: Address) -> &mut Self {
        self.0.push(address);
        self
    }

    /// All that a function lists.
    pub(super) fn configure(&mut self, listed: fn(&mut Self)) -> &mut Self {
        listed(self);
        self
    }

    /// What the application takes.
    pub(super) fn into_resources(self) -> impl Iterator<Item = Resource> {
        self.0.into_iter().map(|address| address.resource)
    }

    /// Each path and its methods.
    pub(super) fn told(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.0.iter().map(|address| (address.path, address.allow))
    }
}
