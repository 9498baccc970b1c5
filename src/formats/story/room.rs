//! From lines to what is said and scheduled in the room beside the text: rounds, statements, uptake; and what is blanked.

use super::Mistake;
use super::act::Act;
use super::line::Line;
use super::read::number;
use crate::compact::{Day, GroupId, Seq, Slug, Voice, VoiceKind};

pub(super) fn round(line: &mut Line<'_>) -> Result<Act, Mistake> {
    let (id, name) = (line.id("the id of the round")?, line.quoted("its name")?);
    line.needs("from")?;
    let starts = day(line)?;
    line.needs("to")?;
    Ok(Act::ScheduleRound { id, name, starts, ends: day(line)? })
}

pub(super) fn statement(line: &mut Line<'_>) -> Result<Act, Mistake> {
    let name = line.id("a name for the statement")?;
    line.needs("by")?;
    let by = voice(line)?;
    line.needs("on")?;
    let made_on = day(line)?;
    line.needs("as")?;
    let title = line.quoted("its title")?;
    let mut about = Vec::new();
    if line.reads("about") {
        about.push(line.quoted("a provision")?);
        while line.reads_mark(",") {
            about.push(line.quoted("a provision")?);
        }
    }
    let read_at = line.reads("at").then(|| line.quoted("where it can be read")).transpose()?;
    Ok(Act::FileStatement { name, by, made_on, title, about, link: read_at, text: String::new() })
}

pub(super) fn uptake(line: &mut Line<'_>) -> Result<Act, Mistake> {
    let (statement, proposal) = taken_up(line)?;
    line.needs("by")?;
    let by = line.id("the id of a sponsor")?;
    Ok(Act::LinkUptake { statement, proposal, by })
}

/// A group and the delegation that is to speak for it.
pub(super) fn mandate(line: &mut Line<'_>) -> Result<(GroupId, GroupId), Mistake> {
    line.needs("of")?;
    let group = line.id("the id of a group")?;
    line.needs("to")?;
    Ok((group, line.id("the id of a delegation")?))
}

/// What is taken back: a mandate, an uptake.
pub(super) fn no_longer(line: &mut Line<'_>) -> Result<Act, Mistake> {
    if line.reads("mandate") {
        let (group, delegation) = mandate(line)?;
        return Ok(Act::EndMandate { group, delegation });
    }
    line.needs("uptake")?;
    let (statement, proposal) = taken_up(line)?;
    Ok(Act::UnlinkUptake { statement, proposal })
}

pub(super) fn redaction(line: &mut Line<'_>) -> Result<Act, Mistake> {
    let entry = Seq(number(line, "the seq of an entry")?);
    let mut what = Vec::new();
    while line.is_quoted() {
        what.push(line.quoted("what is blanked")?);
        if !line.reads_mark(",") {
            break;
        }
    }
    line.needs("because")?;
    let reason = line.quoted("the reason")?;
    Ok(Act::Redact { entry, what: (!what.is_empty()).then_some(what), reason })
}

fn taken_up(line: &mut Line<'_>) -> Result<(Slug, Slug), Mistake> {
    line.needs("of")?;
    let statement = line.id("the name of a statement")?;
    line.needs("in")?;
    Ok((statement, line.id("the name of a proposal")?))
}

/// What sort of voice it is, its id if it is registered, and its name.
fn voice(line: &mut Line<'_>) -> Result<Voice, Mistake> {
    let kind = match line.word("what sort of voice it is")? {
        "government" => VoiceKind::Government,
        "civil_society" => VoiceKind::CivilSociety,
        "trade_union" => VoiceKind::TradeUnion,
        "un_agency" => VoiceKind::UnAgency,
        "group" => VoiceKind::Group,
        other => {
            return Err(line.mistake(format!(
                "expected government, civil_society, trade_union, un_agency or group, but found `{other}`"
            )));
        }
    };
    let id: Option<GroupId> =
        if line.is_quoted() { None } else { Some(line.id("the id of a group or delegation, or a name")?) };
    Ok(Voice { name: line.quoted("the name of whoever makes it")?, kind, id })
}

fn day(line: &mut Line<'_>) -> Result<Day, Mistake> {
    let word = line.word("a day, such as 2018-07-09")?;
    word.parse().map_err(|not| line.mistake(format!("{not}, not `{word}`")))
}
