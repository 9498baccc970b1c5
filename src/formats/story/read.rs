//! From lines to acts.

use super::Mistake;
use super::act::{Act, Edit, Expected, Told};
use super::edit::{self, WORDS};
use super::line::Line;
use super::room;
use crate::compact::{GroupId, Position, Seq, Slug};

pub(super) fn acts(told: &str) -> Result<Vec<Told>, Mistake> {
    let mut acts: Vec<Told> = Vec::new();
    let told = told.strip_prefix('\u{feff}').unwrap_or(told);
    for (number, line) in (1..).zip(told.lines()) {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed == "#" || trimmed.starts_with("# ") {
            continue;
        }
        let mut reading = Line::new(number, line);
        if let Some(text) = line.strip_prefix('|') {
            body(&reading, acts.last_mut().and_then(text_of), text, "`revision` and `statement`")?;
        } else if let Some(print) = line.strip_prefix('>') {
            let print_of = acts.last_mut().and_then(print_of);
            body(&reading, print_of, print, "`redline`, `text` or `compilation`")?;
        } else if WORDS.iter().any(|word| reading.reads(word)) {
            let Some(edits) = acts.last_mut().and_then(edits_of) else {
                return Err(reading.mistake("an edit stands only under `proposal`, `revise` or `take up … modified`"));
            };
            edit::read(&mut Line::new(number, line), edits)?;
        } else {
            acts.last_mut().map_or(Ok(()), finished)?;
            acts.push(told_act(&mut reading)?);
        }
    }
    acts.last_mut().map_or(Ok(()), finished)?;
    Ok(acts)
}

/// Adds a line of a text or a print to the act it belongs to.
fn body(line: &Line<'_>, of: Option<&mut String>, words: &str, acts: &str) -> Result<(), Mistake> {
    let Some(of) = of else {
        return Err(line.mistake(format!("lines of this kind stand only under {acts}")));
    };
    let words = words.strip_prefix(' ').unwrap_or(words);
    of.push_str(words);
    of.push('\n');
    Ok(())
}

fn text_of(told: &mut Told) -> Option<&mut String> {
    if let Act::ReviseText { text, .. } | Act::FileStatement { text, .. } = &mut told.act { Some(text) } else { None }
}

fn print_of(told: &mut Told) -> Option<&mut String> {
    if let Act::Expect { print, .. } = &mut told.act { Some(print) } else { None }
}

fn edits_of(told: &mut Told) -> Option<&mut Vec<Edit>> {
    if let Act::TableProposal { edits, .. }
    | Act::ReviseProposal { edits, .. }
    | Act::TakeUp { edits: Some(edits), .. } = &mut told.act
    {
        Some(edits)
    } else {
        None
    }
}

/// An act that needs lines below it has them. One that must be refused may be told without, to see it refused.
fn finished(told: &mut Told) -> Result<(), Mistake> {
    let has_link = matches!(told.act, Act::FileStatement { link: Some(_), .. });
    let missing = if !has_link && text_of(told).is_some_and(|text| text.is_empty()) {
        "the whole text, in lines that begin with `| `"
    } else if edits_of(told).is_some_and(|edits| edits.is_empty()) {
        "at least one edit"
    } else {
        return Ok(());
    };
    if told.refused.is_some() {
        return Ok(());
    }
    Err(Mistake { line: told.line, what: format!("expected {missing} below this line") })
}

fn told_act(line: &mut Line<'_>) -> Result<Told, Mistake> {
    let refused = if line.reads("refused") {
        let slug = line.word("the problem it is refused with")?.to_owned();
        if !line.reads_mark(":") {
            return line.expected("a colon");
        }
        Some(slug)
    } else {
        None
    };
    let act = act(line)?;
    line.end()?;
    Ok(Told { line: line.number(), refused, act })
}

fn act(line: &mut Line<'_>) -> Result<Act, Mistake> {
    match line.word("an act")? {
        "compact" => Ok(Act::OpenCompact { id: line.id("the id of the compact")?, title: line.quoted("its title")? }),
        "group" => Ok(Act::RegisterGroup { id: line.id("the id of the group")?, name: line.quoted("its name")? }),
        "delegation" => delegation(line),
        "mandate" => {
            let (group, delegation) = room::mandate(line)?;
            Ok(Act::GiveMandate { group, delegation })
        }
        "revision" => revision(line),
        "draft" => Ok(Act::IssueDraft {
            label: line.quoted("the label of the draft")?,
            id: line.reads("as").then(|| line.id("the id of the draft")).transpose()?,
            sign_off: line.reads("signed").then(|| line.needs("off")).transpose()?.is_some(),
        }),
        "reason" => reason(line),
        "correct" => correction(line),
        "proposal" => proposal(line),
        "revise" => Ok(Act::ReviseProposal {
            name: line.id("the name of a proposal")?,
            base: base(line)?,
            rationale: because(line)?,
            edits: Vec::new(),
        }),
        "cosponsor" => sponsor(line).map(|(name, sponsor)| Act::JoinSponsors { name, sponsor }),
        "uncosponsor" => sponsor(line).map(|(name, sponsor)| Act::LeaveSponsors { name, sponsor }),
        "position" => stance(line),
        "round" => room::round(line),
        "statement" => room::statement(line),
        "uptake" => room::uptake(line),
        "no" => room::no_longer(line),
        other => fate(other, line),
    }
}

/// What becomes of proposals and of the compact; and what is expected to be seen.
fn fate(word: &str, line: &mut Line<'_>) -> Result<Act, Mistake> {
    match word {
        "take" => {
            line.needs("up")?;
            if line.reads_mark("all of ") {
                let name = line.id("the name of a package")?;
                return Ok(Act::TakeUpPackage { name, note: because(line)? });
            }
            let name = line.id("the name of a proposal")?;
            let edits = line.reads("modified").then(Vec::new);
            let note = because(line)?;
            Ok(Act::TakeUp { name, edits, note })
        }
        "decline" if line.reads_mark("all of ") => {
            Ok(Act::DeclinePackage { name: line.id("the name of a package")?, note: because(line)? })
        }
        "decline" => Ok(Act::Decline {
            name: line.id("the name of a proposal")?,
            note: because(line)?,
        }),
        "withdraw" => Ok(Act::Withdraw {
            name: line.id("the name of a proposal")?,
            note: because(line)?,
        }),
        "accept" => Ok(Act::Accept { name: line.id("the name of a proposal")?, note: because(line)? }),
        "package" => package(line),
        "dissolve" => Ok(Act::DissolvePackage { name: line.id("the name of a package")? }),
        "confirm" => Ok(Act::Confirm { name: line.id("the name of a proposal")? }),
        "close" => Ok(Act::CloseProvision { at: line.quoted("a provision")?, note: because(line)? }),
        "reopen" => {
            let at = line.quoted("a provision")?;
            line.needs("because")?;
            Ok(Act::ReopenProvision { at, reason: line.quoted("the reason")? })
        }
        "redact" => room::redaction(line),
        "adopt" => Ok(Act::Adopt),
        "redline" => {
            let range = line.word("two drafts, such as `zero-draft..rev-1`")?;
            let Some((from, to)) = range.split_once("..") else {
                return Err(line.mistake("expected two drafts, such as `zero-draft..rev-1`"));
            };
            let (from, to) = (from.to_owned(), to.to_owned());
            Ok(expect(Expected::Redline { from, to }))
        }
        "text" => Ok(expect(Expected::Text { at: at(line)? })),
        "compilation" => Ok(expect(Expected::Compilation { at: at(line)? })),
        other => Err(line.mistake(format!(
            "`{other}` is no act; acts begin with compact, group, delegation, mandate, revision, draft, proposal, revise, withdraw, \
             cosponsor, uncosponsor, position, reason, correct, take up, decline, accept, package, dissolve, confirm, close, \
             reopen, round, statement, uptake, no uptake, redact, adopt, refused, redline, text or compilation"
        ))),
    }
}

fn expect(what: Expected) -> Act {
    let print = String::new();
    Act::Expect { what, print }
}

fn at(line: &mut Line<'_>) -> Result<String, Mistake> {
    line.word("a draft, a seq or `working`").map(str::to_owned)
}

fn base(line: &mut Line<'_>) -> Result<Option<String>, Mistake> {
    line.reads("on").then(|| at(line)).transpose()
}

fn because(line: &mut Line<'_>) -> Result<Option<String>, Mistake> {
    line.reads("because").then(|| line.quoted("the reason")).transpose()
}

fn delegation(line: &mut Line<'_>) -> Result<Act, Mistake> {
    let id = line.id("the id of the delegation")?;
    if line.reads("leaves") {
        return Ok(Act::DelegationLeaves { id });
    }
    let name = line.quoted("its name, or `leaves`,")?;
    let groups = if line.reads("in") { line.ids("the id of a group")? } else { Vec::new() };
    Ok(Act::RegisterDelegation { id, name, groups })
}

fn revision(line: &mut Line<'_>) -> Result<Act, Mistake> {
    Ok(Act::ReviseText {
        base: base(line)?,
        reflects: if line.reads("reflecting") { line.ids("the name of a proposal")? } else { Vec::new() },
        reason: because(line)?,
        text: String::new(),
    })
}

fn proposal(line: &mut Line<'_>) -> Result<Act, Mistake> {
    let name = line.id("a name for the proposal")?;
    line.needs("by")?;
    Ok(Act::TableProposal {
        name,
        sponsors: line.ids("the id of a group or delegation")?,
        base: base(line)?,
        on: line.reads_mark("in place of ").then(|| line.id("the name of a proposal")).transpose()?,
        rationale: because(line)?,
        edits: Vec::new(),
    })
}

fn package(line: &mut Line<'_>) -> Result<Act, Mistake> {
    let name = line.id("a name for the package")?;
    line.needs("of")?;
    let proposals = line.ids("the name of a proposal")?;
    let title = line.reads("as").then(|| line.quoted("its title")).transpose()?;
    Ok(Act::LinkPackage { name, proposals, title })
}

fn sponsor(line: &mut Line<'_>) -> Result<(Slug, GroupId), Mistake> {
    let name = line.id("the name of a proposal")?;
    line.needs("by")?;
    Ok((name, line.id("the id of a group or delegation")?))
}

pub(super) fn number(line: &mut Line<'_>, what: &str) -> Result<u32, Mistake> {
    let digits = line.word(what)?;
    digits.parse().map_err(|_| line.mistake(format!("expected {what}, but found `{digits}`")))
}

fn correction(line: &mut Line<'_>) -> Result<Act, Mistake> {
    let credit = number(line, "the number of a credit")?;
    line.needs("of")?;
    let entry = Seq(number(line, "the seq of an entry")?);
    let at = line.reads("in").then(|| line.quoted("a provision")).transpose()?;
    line.needs("to")?;
    let proposals = if line.reads("nobody") { Vec::new() } else { line.ids("the name of a proposal")? };
    line.needs("because")?;
    Ok(Act::CorrectCredit { entry, credit, at, proposals, reason: line.quoted("the reason")? })
}

fn reason(line: &mut Line<'_>) -> Result<Act, Mistake> {
    line.needs("for")?;
    let entry = Seq(number(line, "the seq of an entry")?);
    let at = line.reads("in").then(|| line.quoted("a provision")).transpose()?;
    if !line.reads_mark(":") {
        return line.expected("a colon");
    }
    Ok(Act::GiveReason { entry, at, reason: line.quoted("the reason")? })
}

fn stance(line: &mut Line<'_>) -> Result<Act, Mistake> {
    let group = line.id("the id of a group or delegation")?;
    let position = position(line)?;
    if line.is_quoted() {
        return Ok(Act::TakePositionOn { at: line.quoted("a provision")?, group, position });
    }
    Ok(Act::TakePosition { name: line.id("the name of a proposal, or a provision in double quotes")?, group, position })
}

fn position(line: &mut Line<'_>) -> Result<Position, Mistake> {
    match line.word("a position")? {
        "supports" => Ok(Position::Supports),
        "can_live_with" => Ok(Position::CanLiveWith),
        "reserves" => Ok(Position::Reserves),
        "objects" => Ok(Position::Objects),
        other => {
            Err(line.mistake(format!("expected supports, can_live_with, reserves or objects, but found `{other}`")))
        }
    }
}
