//! All tokens that a server has issued: a list of lines that only grows, as the record does.
//!
//! ```text
//! {"id":"1a2b3c4d","sha256":"…","for":"delegation:gcm/kenya","label":"laptop","issued":"…","expires":"…"}
//! {"revoked":"1a2b3c4d","at":"…"}
//! ```

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::speaking::Speaking;
use super::token::{Secret, TokenId, hex, unhex};
use crate::compact::{Day, Moment, limits};

/// One token that was issued.
#[derive(Clone, Debug)]
pub struct Issued {
    /// Its name.
    pub id: TokenId,
    /// As whom its bearer speaks.
    pub speaking: Speaking,
    /// What it is for, in the words of whoever issued it.
    pub label: String,
    /// When it was issued.
    pub issued: Moment,
    /// From when on it no longer counts.
    pub expires: Moment,
    /// Since when it is revoked.
    pub revoked: Option<Moment>,
}

/// Whether a token counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TokenStanding {
    /// It does.
    Valid,
    /// Its time is over.
    Expired,
    /// It was revoked.
    Revoked,
}

/// The tokens of a server.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    by_hash: HashMap<[u8; 32], Issued>,
    hashes: HashMap<TokenId, [u8; 32]>,
    lines: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Issued { id: String, sha256: String, r#for: String, label: String, issued: Moment, expires: Moment },
    Revoked { revoked: String, at: Moment },
}

/// A list of tokens cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct NotTokens {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
}

/// Why a token is not issued, or not revoked. Whoever asks can act.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unissued {
    /// The label is not one line of some words.
    #[error("a label is one line of at most {} characters", limits::NAME_CHARS_MAX)]
    Label,
    /// That is not a time.
    #[error("{0:?} is not a time: write 2027-01-31, for until the end of that day, or 2027-01-31T12:00:00Z")]
    NotATime(String),
    /// Nobody could use it.
    #[error("it would have expired already at {0}; name a time to come")]
    Expired(Moment),
    /// The list is full.
    #[error("{} lines are kept of tokens, and there are as many; begin with a new file", limits::TOKENS_MAX)]
    TooMany,
    /// There is no such token.
    #[error("no token {0} was issued; `token list` tells those there are")]
    Unknown(TokenId),
    /// Another token has the same name, by chance.
    #[error("by chance another token is called {0}; try again")]
    Taken(TokenId),
}

/// How long a token counts unless told, in days.
const DAYS: i64 = 365;

/// When a token expires: at a point in time, at the end of a day (UTC), or after a year.
pub fn expiry(told: Option<&str>, now: Moment) -> Result<Moment, Unissued> {
    let Some(told) = told else { return Ok(now.in_days(DAYS)) };
    let day = told.parse::<Day>().ok().map(Day::end);
    let time = day.or_else(|| told.parse().ok());
    time.ok_or_else(|| Unissued::NotATime(told.chars().take(80).collect()))
}

impl Tokens {
    /// Reads a list of tokens. A last line without an end was never acknowledged and does not count.
    pub fn read(text: &str) -> Result<Self, NotTokens> {
        let mut tokens = Self::default();
        let whole = text.rfind('\n').and_then(|end| text.get(..end)).unwrap_or_default();
        for (number, line) in (1..).zip(whole.lines()) {
            tokens.take(line).map_err(|why| NotTokens { line: number, why })?;
        }
        Ok(tokens)
    }

    /// Takes a line in, as [`Tokens::issue`] and [`Tokens::revoke`] made it.
    pub fn take(&mut self, line: &str) -> Result<(), String> {
        match serde_json::from_str(line).map_err(|why| why.to_string())? {
            Line::Issued { id, sha256, r#for, label, issued, expires } => {
                let sha256 = unhex(&sha256).ok_or("a SHA-256 is 64 hex digits")?;
                let name = TokenId::of(sha256);
                if name.to_string() != id {
                    return Err(format!("the id is {name}, not {id}"));
                }
                let speaking = r#for.parse().map_err(|why: super::NotASpeaker| why.to_string())?;
                let issued = Issued { id: name, speaking, label, issued, expires, revoked: None };
                self.hashes.insert(name, sha256);
                self.by_hash.insert(sha256, issued);
            }
            Line::Revoked { revoked, at } => {
                let sha256 = revoked.parse().ok().and_then(|id: TokenId| self.hashes.get(&id));
                let token = sha256.and_then(|sha256| self.by_hash.get_mut(sha256));
                token.ok_or_else(|| format!("no token {revoked} was issued"))?.revoked.get_or_insert(at);
            }
        }
        self.lines += 1;
        Ok(())
    }

    /// The line with which a token is issued. Only its hash is in it.
    pub fn issue(
        &self,
        secret: &Secret,
        speaking: &Speaking,
        label: &str,
        (now, expires): (Moment, Moment),
    ) -> Result<String, Unissued> {
        let (sha256, id) = (secret.sha256(), TokenId::of(secret.sha256()));
        if label.chars().count() > limits::NAME_CHARS_MAX || label.chars().any(char::is_control) {
            return Err(Unissued::Label);
        }
        if expires <= now {
            return Err(Unissued::Expired(expires));
        }
        self.has_room()?;
        if self.get(id).is_some() {
            return Err(Unissued::Taken(id));
        }
        let (r#for, label) = (speaking.to_string(), label.to_owned());
        let line = Line::Issued { id: id.to_string(), sha256: hex(sha256), r#for, label, issued: now, expires };
        Ok(written(&line))
    }

    /// The line with which a token is revoked; `None` where it is already.
    pub fn revoke(&self, id: TokenId, now: Moment) -> Result<Option<String>, Unissued> {
        let token = self.get(id).ok_or(Unissued::Unknown(id))?;
        if token.revoked.is_some() {
            return Ok(None);
        }
        Ok(Some(written(&Line::Revoked { revoked: id.to_string(), at: now })))
    }

    /// The token of a bearer, if it counts now. It is found by its hash, so the time that takes tells nothing of it.
    pub fn admitted(&self, bearer: &Secret, now: Moment) -> Option<&Issued> {
        self.by_hash.get(&bearer.sha256()).filter(|token| token.standing(now) == TokenStanding::Valid)
    }

    /// The token of that name.
    pub fn get(&self, id: TokenId) -> Option<&Issued> {
        self.by_hash.get(self.hashes.get(&id)?)
    }

    /// All tokens ever issued, the earliest first.
    pub fn all(&self) -> Vec<&Issued> {
        let mut all: Vec<&Issued> = self.by_hash.values().collect();
        all.sort_by_key(|token| (token.issued, token.id));
        all
    }

    /// Whether none was ever issued.
    pub fn is_empty(&self) -> bool {
        self.by_hash.is_empty()
    }

    fn has_room(&self) -> Result<(), Unissued> {
        // Whatever was issued can be revoked.
        if self.lines + self.by_hash.len() < limits::TOKENS_MAX { Ok(()) } else { Err(Unissued::TooMany) }
    }
}

impl Issued {
    /// Whether it counts at some time.
    pub fn standing(&self, now: Moment) -> TokenStanding {
        match self.revoked {
            Some(_) => TokenStanding::Revoked,
            None if self.expires <= now => TokenStanding::Expired,
            None => TokenStanding::Valid,
        }
    }
}

fn written(line: &Line) -> String {
    // Only text and times are in it, which are always told.
    serde_json::to_string(line).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Moment {
        Moment::from_millis(millis).unwrap()
    }

    fn issued() -> (Tokens, Secret, TokenId) {
        let (mut tokens, secret) = (Tokens::default(), Secret::from_bytes([7; 32]));
        let speaking: Speaking = "delegation:gcm/kenya".parse().unwrap();
        let line = tokens.issue(&secret, &speaking, "laptop", (at(1_000), at(9_000))).unwrap();
        assert!(!line.contains(secret.reveal()), "only its hash is kept");
        tokens.take(&line).unwrap();
        let id = TokenId::of(secret.sha256());
        (tokens, secret, id)
    }

    #[test]
    fn a_token_counts_until_it_expires() {
        let (tokens, secret, _) = issued();
        assert_eq!(tokens.admitted(&secret, at(8_999)).unwrap().speaking.to_string(), "delegation:gcm/kenya");
        assert!(tokens.admitted(&secret, at(9_000)).is_none());
        assert!(tokens.admitted(&Secret::from_bytes([8; 32]), at(2_000)).is_none());
    }

    #[test]
    fn a_token_counts_until_it_is_revoked_and_never_again() {
        let (mut tokens, secret, id) = issued();
        let line = tokens.revoke(id, at(2_000)).unwrap().unwrap();
        tokens.take(&line).unwrap();
        assert!(tokens.admitted(&secret, at(2_000)).is_none());
        assert_eq!(tokens.revoke(id, at(3_000)), Ok(None), "it is revoked already");
        assert_eq!(tokens.issue(&secret, &Speaking::Secretariat, "", (at(1), at(2))), Err(Unissued::Taken(id)));
        assert!(!tokens.is_empty(), "a server whose tokens are all revoked is not open to anyone");
    }

    #[test]
    fn a_line_that_was_not_finished_does_not_count_and_one_that_is_wrong_is_named() {
        let (tokens, secret, id) = issued();
        let line = Tokens::default().issue(&secret, &Speaking::Secretariat, "x", (at(1_000), at(9_000))).unwrap();
        let revoked = tokens.revoke(id, at(2_000)).unwrap().unwrap();
        let read = Tokens::read(&format!("{line}\n{revoked}")).unwrap();
        assert!(read.admitted(&secret, at(2_000)).is_some());
        assert!(Tokens::read(&format!("{line}\n{revoked}\n")).unwrap().admitted(&secret, at(2_000)).is_none());
        assert_eq!(Tokens::read(&format!("{line}\nnonsense\n")).unwrap_err().line, 2);
        assert_eq!(Tokens::read(&format!("{revoked}\n")).unwrap_err().line, 1);
        let other = line.replace("secretariat", "anyone");
        assert_eq!(Tokens::read(&format!("{other}\n")).unwrap_err().line, 1);
    }

    #[test]
    fn a_day_counts_to_its_end_and_no_token_counts_for_ever() {
        let now: Moment = "2026-11-26T10:00:00Z".parse().unwrap();
        let told = |told: Option<&str>| expiry(told, now).map(|time| time.to_string());
        assert_eq!(told(Some("2027-01-31")).unwrap(), "2027-02-01T00:00:00.000Z");
        assert_eq!(told(Some("2027-01-31T12:00:00+01:00")).unwrap(), "2027-01-31T11:00:00.000Z");
        assert_eq!(told(None).unwrap(), "2027-11-26T10:00:00.000Z");
        assert_eq!(told(Some("for ever")), Err(Unissued::NotATime("for ever".into())));
    }

    #[test]
    fn so_many_lines_are_kept_and_whatever_was_issued_can_be_revoked() {
        let (mut tokens, mut issued) = (Tokens::default(), Vec::new());
        for nth in 0_u32.. {
            let mut bytes = [0; 32];
            bytes[..4].copy_from_slice(&nth.to_be_bytes());
            let secret = Secret::from_bytes(bytes);
            match tokens.issue(&secret, &Speaking::Secretariat, "", (at(1_000), at(9_000))) {
                Ok(line) => tokens.take(&line).unwrap(),
                // The first digits of two hashes may be the same.
                Err(Unissued::Taken(_)) => continue,
                Err(why) => {
                    assert_eq!(why, Unissued::TooMany);
                    break;
                }
            }
            issued.push(TokenId::of(secret.sha256()));
        }
        assert_eq!(issued.len(), limits::TOKENS_MAX / 2);
        for id in issued {
            let line = tokens.revoke(id, at(2_000)).unwrap().unwrap();
            tokens.take(&line).unwrap();
        }
    }

    #[test]
    fn what_nobody_could_use_is_not_issued() {
        let (tokens, _, _) = issued();
        let (other, who) = (Secret::from_bytes([9; 32]), Speaking::Secretariat);
        let issue = |label: &str, expires| tokens.issue(&other, &who, label, (at(1_000), at(expires)));
        assert_eq!(issue("x", 1_000), Err(Unissued::Expired(at(1_000))));
        assert_eq!(issue("two\nlines", 2_000), Err(Unissued::Label));
        assert_eq!(issue(&"x".repeat(201), 2_000), Err(Unissued::Label));
    }
}
