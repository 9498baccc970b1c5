//! Where a browser says who it is.

use maud::{Markup, html};

use super::{Page, layout};

/// A form for a token, with what was wrong with the last one.
pub fn sign_in(refused: Option<&str>) -> Page {
    let main = html! {
        h1 { "Sign in" }
        @if let Some(refused) = refused { p.notice role="alert" { (refused) } }
        p.lead { "The secretariat gives every delegation a token. It stays in this browser until it is closed, or you sign out." }
        form method="post" action="/sign-in" {
            p {
                label for="token" { "Token" }
                " "
                input id="token" name="token" type="password" autocomplete="current-password" required size="50";
                " "
                button type="submit" { "Sign in" }
            }
        }
    };
    layout("Sign in", &[], main)
}

/// As whom a browser is signed in, and the way out.
pub fn signed_in(as_whom: &str) -> Markup {
    html! {
        form method="post" action="/sign-out" {
            p.faint { "Signed in as " code { (as_whom) } " " button type="submit" { "Sign out" } }
        }
    }
}
