//! The pages for a browser: plain HTML, no scripts, one style sheet. Pure functions of what is to be shown.
//!
//! They live beside the API: `/`, `/sign-in`, `/compacts/{c}`, `/compacts/{c}/texts/{at}`, `/compacts/{c}/redlines/{from}..{to}`,
//! `/compacts/{c}/compilations/{at}`, `/compacts/{c}/silent-changes`,
//! `/compacts/{c}/dispositions`, `/compacts/{c}/room`, `/compacts/{c}/provisions/{id}/provenance`, `/docs`. All style is in
//! [`stylesheet`], so that a strict content security policy holds.

mod compact;
mod compacts;
mod dispositions;
mod docs;
mod proposals;
mod provenance;
mod redactions;
mod redline;
mod references;
mod seen;
mod sign_in;
mod silent;
mod texts;
mod the_room;

use std::sync::LazyLock;

use maud::{DOCTYPE, Markup, html};

pub use compact::compact;
pub use compacts::{AsWhom, compacts};
pub use dispositions::dispositions;
pub use docs::docs;
pub use provenance::provenance;
pub use redline::{Shown, redline};
pub use seen::Seen;
pub use sign_in::{sign_in, signed_in};
pub use silent::silent;
pub use texts::{compilation, text};
pub use the_room::the_room;

use crate::compact::{Compact, CompactId, Moment};
use crate::formats::html as formats;
use crate::formats::nameplates::Nameplate;

/// Where the pages look for [`stylesheet`].
pub const STYLESHEET_PATH: &str = "/style.css";

/// The style of all pages.
pub fn stylesheet() -> &'static str {
    static STYLE: LazyLock<String> =
        LazyLock::new(|| format!("{}\n{}\n{}", formats::style(), include_str!("style.css"), include_str!("docs.css")));
    &STYLE
}

/// What a browser is shown where something is not there, or cannot be done.
pub fn problem(status: u16, title: &str, detail: &str) -> Page {
    let main = html! {
        p.status { (status) }
        h1 { (title) }
        p { (detail) }
        p { a href="/" { "All compacts" } }
    };
    layout(title, &[], main)
}

/// A step on the way to a page: its name and its address.
type Crumb<'a> = (&'a str, String);

/// A page, and what is to be known of it before it is read.
pub struct Page {
    title: String,
    way: Vec<(String, String)>,
    notice: Option<Markup>,
    main: Markup,
}

/// What stands on a page, and where that is.
fn layout(title: &str, way: &[Crumb<'_>], main: Markup) -> Page {
    let way = way.iter().map(|(name, address)| ((*name).to_owned(), address.clone())).collect();
    Page { title: title.to_owned(), way, notice: None, main }
}

impl Page {
    /// The same with something to be known of it before it is read.
    #[must_use]
    pub fn noticed(self, notice: Option<Markup>) -> Self {
        Self { notice, ..self }
    }

    /// The page, whole: what is around every page, and what stands on it.
    pub fn markup(&self) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" dir="ltr" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (self.title) " · Travaux" }
                    link rel="stylesheet" href=(STYLESHEET_PATH);
                }
                body {
                    a.skip href="#main" { "Skip to the text" }
                    header.site {
                        nav aria-label="Where you are" {
                            a.home href="/" { "Travaux" }
                            @for (name, address) in &self.way {
                                span aria-hidden="true" { "›" } a href=(address) dir="auto" { (name) }
                            }
                        }
                    }
                    main id="main" { @if let Some(notice) = &self.notice { p.notice role="note" { (notice) } } (self.main) }
                    footer.site { "Every word in its place, and whose it is. " a href="/docs" { "The API" } }
                }
            }
        }
    }

    /// The same as text.
    pub fn into_string(self) -> String {
        self.markup().into_string()
    }
}

/// The address of a page of a compact.
fn address(compact: &CompactId, rest: &str) -> String {
    if rest.is_empty() { format!("/compacts/{compact}") } else { format!("/compacts/{compact}/{rest}") }
}

/// A text as it is called: by the label of its draft, or by its place in the record.
fn text_name(compact: &Compact, at: &str) -> String {
    if at == "working" {
        return "Working text".to_owned();
    }
    let draft = at.parse().ok().and_then(|id| compact.draft(&id));
    draft.map_or_else(|| format!("Text at entry {at}"), |draft| draft.label.to_string())
}

/// A point in time to the minute; the exact one is in the attribute.
fn time(moment: Moment) -> Markup {
    let exact = moment.to_string();
    let told = exact.get(..16).map_or_else(|| exact.clone(), |minute| minute.replace('T', " ") + " UTC");
    html! { time datetime=(exact) { (told) } }
}

/// The initials of a group or delegation on its colour.
fn chip(plate: &Nameplate) -> Markup {
    html! { span class={ "chip " (plate.class()) } title=(plate.name) { (plate.initials) } }
}

/// `1 word`, `2 words`.
fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compact::{Command, Edit, NewStatement, Position, Voice, VoiceKind};
    use crate::formats::Unchanged;
    use crate::formats::rehearsal::{Rehearsal, id};
    use crate::history::{self, compile};

    fn all(room: &Rehearsal) -> Vec<String> {
        let c = &room.compact;
        let at = room.at("final");
        let shown = Shown { group: None, unchanged: Unchanged::Folded };
        let pages = [
            compacts([c], &AsWhom::Somebody("delegation:<x>/<i>".into())),
            sign_in(Some("<here>")),
            compact(c, &Seen::TheRoom, &[("Caucus of <b>".into(), "/compacts/harbours/caucuses/eu".into())]),
            compact(c, &Seen::ThePublic, &[]).noticed(Seen::ThePublic.notice()),
            the_room(c).noticed(Seen::Caucus { group: "<i>".into(), of: Some(c.id.clone()) }.notice()),
            redline(&room.redline("zero-draft", "final"), c, &shown),
            text(&history::text(c, &at), c),
            compilation(&compile(c, &at, None), c, None),
            silent(&history::silent_changes(c), c),
            dispositions(&history::dispositions(c, &at, None), c, None),
            provenance(&history::trace(c, id("6.3")).unwrap(), c),
            the_room(c),
            problem(404, "Not <here>", "There is no compact \"<x>\"."),
        ];
        pages.into_iter().map(Page::into_string).collect()
    }

    #[test]
    fn what_people_write_is_never_markup() {
        for page in all(&Rehearsal::to_the_end()) {
            for bad in ["<script", "<i>", "<u>", "<open>", "<x>", "<here>", " style=", " onclick"] {
                assert!(!page.contains(bad), "{bad} in {page}");
            }
        }
    }

    #[test]
    fn every_element_that_opens_closes() {
        for page in all(&Rehearsal::to_the_end()) {
            let mut open = Vec::new();
            for tag in page.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
                let name = tag.split_whitespace().next().unwrap_or_default();
                if let Some(closed) = name.strip_prefix('/') {
                    assert_eq!(open.pop(), Some(closed), "{page}");
                } else if !["!DOCTYPE", "meta", "link", "br", "input"].contains(&name) {
                    open.push(name);
                }
            }
            assert!(open.is_empty(), "{open:?}");
        }
    }

    #[test]
    fn every_link_within_a_page_leads_somewhere() {
        let room = Rehearsal::to_the_end();
        let page = compact(&room.compact, &Seen::TheRoom, &[]).into_string();
        for proposal in room.compact.proposals.keys() {
            assert!(page.contains(&format!("id=\"{proposal}\"")), "{proposal}");
        }
        for page in all(&room) {
            for target in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(page.contains(&format!("id=\"{target}\"")), "{target} in {page}");
            }
        }
    }

    #[test]
    fn the_room_tells_when_it_meets_what_is_said_and_what_is_linked() {
        let mut room = Rehearsal::to_the_end();
        let waiting: Vec<_> = room.compact.waiting().map(|proposal| proposal.id).collect();
        let (day, https) = ("2025-02-10".parse().unwrap(), "https://example.org/a?b=1&c=2");
        let by = Voice { name: "Union <b>".into(), kind: VoiceKind::TradeUnion, id: None };
        let statement = NewStatement {
            by,
            made_on: day,
            title: "Rest <i>".into(),
            provisions: vec![id("6.3")],
            link: Some(https.into()),
            attachment: None,
        };
        for said in [
            Command::ScheduleRound { round: "one".parse().unwrap(), name: "One <u>".into(), starts: day, ends: day },
            Command::FileStatement { statement: Box::new(statement) },
            Command::LinkPackage { proposals: waiting.clone(), title: Some("All <x>".into()) },
        ] {
            room.says(said);
        }
        let filed = *room.compact.statements.keys().next().unwrap();
        let by = room.compact.proposals[&waiting[0]].sponsors().next().unwrap().clone();
        room.says(Command::LinkUptake { proposal: waiting[0], statement: filed, by });
        let page = the_room(&room.compact).into_string();
        for expected in [
            "One &lt;u&gt;",
            "2025-02-10",
            "Union &lt;b&gt;",
            "trade union",
            "“Rest &lt;i&gt;”",
            "https://example.org/a?b=1&amp;c=2",
            "All &lt;x&gt;",
            &format!("/compacts/harbours#{}", waiting[0]),
        ] {
            assert!(page.contains(expected), "{expected}\nis not in\n{page}");
        }
        let page = compact(&room.compact, &Seen::TheRoom, &[]).into_string();
        for expected in ["The room: 1 round, 1 statement, 1 package", &format!("/compacts/harbours/room#{filed}")] {
            assert!(page.contains(expected), "{expected}\nis not in\n{page}");
        }
    }

    #[test]
    fn what_is_closed_and_on_which_wording_a_position_is_are_told() {
        let mut room = Rehearsal::to_the_end();
        let provision = id("6.5");
        room.says(Command::CloseProvision { provision, note: Some("ad ref".into()) });
        let (group, position) = ("eu-27".parse().unwrap(), Position::Supports);
        room.says(Command::TakePositionOn { provision, group, position });
        let told = |room: &Rehearsal| {
            provenance(&history::trace(&room.compact, provision).unwrap(), &room.compact).into_string()
        };
        assert!(told(&room).contains("closed ad ref") && !told(&room).contains("on earlier wording"));
        let text_of =
            |room: &Rehearsal| text(&history::text(&room.compact, &room.at("working")), &room.compact).into_string();
        assert!(text_of(&room).contains("closed ad ref"));
        let all = crate::formats::markdown::write(&room.compact.text(room.compact.seq));
        room.revises(&all.replace("States should review", "States may review"));
        assert!(told(&room).contains("on earlier wording"));
        let page = silent(&history::silent_changes(&room.compact), &room.compact).into_string();
        assert!(page.contains("Closed ad ref, and changed since"), "{page}");
        assert!(compact(&room.compact, &Seen::TheRoom, &[]).into_string().contains("Closed ad ref: "));
    }

    #[test]
    fn a_compact_without_a_text_has_a_page_too() {
        let mut room = Rehearsal::open();
        let page = compact(&room.compact, &Seen::TheRoom, &[]).into_string();
        assert!(page.contains("No proposals"), "{page}");
        room.compact.drafts.clear();
        room.compact.groups.clear();
        compact(&room.compact, &Seen::TheRoom, &[]);
        assert!(compacts([], &AsWhom::Anyone).into_string().contains("No compact"));
    }

    #[test]
    fn the_page_of_a_compact_tells_what_became_of_each_proposal() {
        let mut room = Rehearsal::to_the_end();
        let mine = room.tables(&["eu-27"], vec![Edit::Strike { strike: id("6.6") }]);
        room.says(crate::compact::Command::Decline { proposal: mine, note: None });
        let page = compact(&room.compact, &Seen::TheRoom, &[]).into_string();
        for expected in [
            "reword <a href=\"/compacts/harbours/texts/zero-draft#v6.3\">1</a>",
            "strike <a href=\"/compacts/harbours/texts/zero-draft#v6.4\">1 (a)</a>",
            "after <a href=\"/compacts/harbours/texts/zero-draft#v6.5\">2</a>",
            "/compacts/harbours/redlines/zero-draft..rev-1#v6.3",
            "not taken up",
            "in conflict with <a href=\"#p",
            "agreed &lt;u&gt;",
        ] {
            assert!(page.contains(expected), "{expected}\nis not in\n{page}");
        }
    }

    #[test]
    fn the_dark_paper_is_the_one_that_colours_were_measured_on() {
        assert!(stylesheet().contains("--paper:#15181c"));
    }
}
