//! `travaux token`: who is let in. It works while a server runs, which notices within a second.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::fault::{Done, Fault};
use super::keyfile;
use super::output::{print, tell};
use crate::access::{Speaking, TokenId, TokenStanding};
use crate::credentials::{Credentials, TokenFile, Told, Unkept};

const FOR: &str = "As whom its bearer speaks: secretariat, co-facilitators:COMPACT, delegation:COMPACT/ID, \
                   observer:COMPACT, integration or integration:COMPACT,…";

/// Issue, list and revoke the tokens with which others are let in
#[derive(Debug, Args)]
pub(super) struct Token {
    #[command(subcommand)]
    asked: Asked,
}

#[derive(Debug, Subcommand)]
enum Asked {
    /// Issue a token and print it, this once: only its hash is kept
    ///
    /// From the first token on, everybody who asks the server has to have one.
    Issue(Issue),
    /// Print all tokens ever issued: id, standing, when it expires, for whom, what for; never a token
    List(Which),
    /// Revoke a token, for ever: what its bearer has open ends
    Revoke(Revoke),
}

#[derive(Debug, Args)]
struct Issue {
    #[arg(long = "for", env = "TRAVAUX_FOR", value_name = "SPEAKER", help = FOR)]
    speaking: Speaking,
    /// When it expires: a day, until the end of which it counts, or a time [default: in a year]
    #[arg(long, env = "TRAVAUX_EXPIRES", value_name = "DATE")]
    expires: Option<String>,
    /// What it is for
    #[arg(long, env = "TRAVAUX_LABEL", value_name = "TEXT", default_value = "")]
    label: String,
    #[command(flatten)]
    which: Which,
}

#[derive(Debug, Args)]
struct Revoke {
    /// The id of the token, as `token list` prints it
    #[arg(value_name = "ID", value_parser = id)]
    id: TokenId,
    #[command(flatten)]
    which: Which,
}

#[derive(Debug, Args)]
struct Which {
    /// Where the record is kept; tokens are in the file of that name with ".tokens" at its end
    #[arg(long, env = "TRAVAUX_DATA", value_name = "DIR")]
    data: PathBuf,
}

impl Token {
    /// Does what is asked.
    pub(super) fn run(&self) -> Done {
        match &self.asked {
            Asked::Issue(issue) => {
                let expires = issue.expires.as_deref();
                let (secret, told) = issue.which.open()?.issue(&issue.speaking, &issue.label, expires)?;
                tell(&format!("token {} counts until {}; it is shown this once", told.token.id, told.token.expires));
                print(&format!("{}\n", secret.reveal()))
            }
            Asked::List(which) => {
                let lines: String = which.open()?.all().iter().map(line).collect();
                print(&lines)
            }
            Asked::Revoke(revoke) => {
                revoke.which.open()?.revoke(revoke.id)?;
                tell(&format!("token {} is revoked", revoke.id));
                Ok(())
            }
        }
    }
}

impl Which {
    fn open(&self) -> Result<Credentials, Fault> {
        Ok(Credentials::open(TokenFile::new(keyfile::beside(&self.data, ".tokens", "--data")?))?)
    }
}

fn id(given: &str) -> Result<TokenId, String> {
    given.parse().map_err(str::to_owned)
}

fn line(Told { token, standing }: &Told) -> String {
    let standing = match standing {
        TokenStanding::Valid => "valid",
        TokenStanding::Expired => "expired",
        TokenStanding::Revoked => "revoked",
    };
    format!("{}  {standing:7}  {}  {}  {}\n", token.id, token.expires, token.speaking, token.label)
}

impl From<Unkept> for Fault {
    fn from(why: Unkept) -> Self {
        match why {
            Unkept::Unissued(why) => Self::wanting(why.to_string()),
            Unkept::Storage(why) => Self::storage(why),
        }
    }
}
