//! Who may say what, for every command there is; and what an entry tells of it.

use travaux::access::{Speaking, Whose, whose};
use travaux::compact::{Command, Edit, NewStatement, Position, Publicity, Voice, VoiceKind};

use crate::room::{Room, opened};

/// How many commands there are; a new one is to be added to `name`, to `samples`, and to docs/security.md.
const COMMANDS: usize = 35;

/// A compact with a text. `kenya` has the mandate of `african-group`, of which `ghana` is a member too; `france` is in `eu`.
/// p10 is the African Group's (co-sponsored by France), p11 Kenya's, p13 Ghana's, p14 the African Group's in place of p13.
fn room() -> Room {
    let mut room = opened("gcm");
    room.play(
        "group african-group \"African Group\"\n\
         group eu \"EU\"\n\
         delegation kenya \"Kenya\" in african-group\n\
         delegation ghana \"Ghana\" in african-group\n\
         delegation france \"France\" in eu\n\
         mandate of african-group to kenya\n\
         revision\n| 1. States will act.\n|\n| 2. States note the report.\n\
         draft \"Zero Draft\"\n\
         proposal theirs by african-group\n  in \"1\" replace \"will\" with \"shall\"\n\
         proposal own by kenya\n  strike \"2\"\n\
         cosponsor theirs by france\n\
         proposal other by ghana\n  in \"1\" replace \"act\" with \"meet\"\n\
         proposal rather by african-group in place of other\n  in \"1\" replace \"act\" with \"agree\"\n",
    );
    room
}

fn statement(by: Option<&str>) -> Command {
    let by = Voice { name: "Somebody".into(), kind: VoiceKind::Government, id: by.map(|id| id.parse().unwrap()) };
    let (made_on, link) = ("2018-07-09".parse().unwrap(), Some("https://example.org".into()));
    let title = "A statement (fiction)".into();
    let statement = NewStatement { by, made_on, title, provisions: vec![], link, attachment: None };
    Command::FileStatement { statement: Box::new(statement) }
}

/// Every command, each as it stands in docs/security.md; sponsors are the African Group unless the name says more.
#[allow(clippy::too_many_lines, clippy::many_single_char_names, reason = "one sample each, a letter for each speaker")]
fn samples() -> Vec<(Command, &'static str)> {
    let (s, c, k, f) = ("s", "sc", "k", "f");
    let id = |id: &str| id.parse().unwrap();
    let p = |seq: u32| format!("p{seq}").parse().unwrap();
    let edits = || vec![Edit::Strike { strike: "8.1".parse().unwrap() }];
    let african = || vec![id("african-group")];
    let (package, provision) = ("k20".parse().unwrap(), "8.1".parse().unwrap());
    let (title, note, day) = (String::from("x"), None, "2018-07-09".parse().unwrap());
    let name = title.clone();
    let position = Position::Supports;
    let table = |sponsors| Command::TableProposal { sponsors, base: None, edits: edits(), rationale: None };
    vec![
        (Command::OpenCompact { compact: "other".parse().unwrap(), title: title.clone() }, s),
        (Command::RegisterGroup { group: id("g"), name: name.clone() }, s),
        (Command::RegisterDelegation { delegation: id("d"), name: name.clone(), groups: vec![] }, s),
        (Command::LeaveProcess { delegation: id("kenya") }, s),
        (Command::ScheduleRound { round: "r".parse().unwrap(), name, starts: day, ends: day }, s),
        (Command::ShowThePublic { shown: Publicity::Drafts }, s),
        (Command::Redact { entry: travaux::compact::Seq(8), found: None, what: None, reason: "x".into() }, s),
        (Command::GiveMandate { group: id("african-group"), delegation: id("kenya") }, c),
        (Command::EndMandate { group: id("african-group"), delegation: id("kenya") }, c),
        (Command::Revise { text: vec![], base: None, reflects: vec![], reason: None }, c),
        (Command::IssueDraft { label: title.clone(), id: None, sign_off: false }, c),
        (Command::GiveReason { entry: travaux::compact::Seq(8), provision: None, reason: title.clone() }, c),
        (
            Command::CorrectCredit {
                entry: travaux::compact::Seq(8),
                credit: 0,
                provision: None,
                proposals: vec![],
                reason: title.clone(),
            },
            c,
        ),
        (Command::TakeUp { proposal: p(10), edits: None, note: note.clone() }, c),
        (Command::Decline { proposal: p(10), note: note.clone() }, c),
        (Command::LinkPackage { proposals: vec![p(10), p(11)], title: None }, c),
        (Command::UnlinkPackage { package }, c),
        (Command::TakeUpPackage { package, note: note.clone() }, c),
        (Command::DeclinePackage { package, note: note.clone() }, c),
        (Command::CloseProvision { provision, note: note.clone() }, c),
        (Command::ReopenProvision { provision, reason: title }, c),
        (Command::Adopt { note: note.clone() }, c),
        (table(african()), k),
        (table(vec![id("kenya")]), k),
        (table(vec![id("france")]), f),
        (table(vec![id("ghana")]), ""),
        (table(vec![id("kenya"), id("france")]), ""),
        (table(vec![id("france"), id("kenya")]), ""),
        (table(vec![id("eu")]), ""),
        (table(vec![]), ""),
        (Command::ProposeInPlace { on: p(10), sponsors: vec![id("france")], edits: edits(), rationale: None }, f),
        (Command::ReviseProposal { proposal: p(10), base: None, edits: edits(), rationale: None }, k),
        (Command::WithdrawProposal { proposal: p(10), note: note.clone() }, k),
        (Command::WithdrawProposal { proposal: p(11), note: note.clone() }, k),
        (Command::WithdrawProposal { proposal: p(99), note: note.clone() }, ""),
        (Command::ConfirmCarryOver { proposal: p(10) }, k),
        // It is for the sponsors of the proposal in whose place it stands.
        (Command::Accept { proposal: p(14), note }, ""),
        (Command::JoinSponsors { proposal: p(11), sponsor: id("france") }, f),
        (Command::LeaveSponsors { proposal: p(10), sponsor: id("france") }, f),
        (Command::LeaveSponsors { proposal: p(10), sponsor: id("african-group") }, k),
        (Command::TakePosition { proposal: p(10), group: id("eu"), position }, ""),
        (Command::TakePosition { proposal: p(10), group: id("france"), position }, f),
        (Command::TakePositionOn { provision, group: id("african-group"), position }, k),
        (Command::LinkUptake { proposal: p(10), statement: "s20".parse().unwrap(), by: id("african-group") }, k),
        (Command::UnlinkUptake { proposal: p(10), statement: "s20".parse().unwrap() }, k),
        (statement(None), c),
        (statement(Some("kenya")), "sck"),
        (statement(Some("eu")), c),
    ]
}

/// The name of a command, as docs/security.md has it.
fn name(command: &Command) -> &'static str {
    match command {
        Command::OpenCompact { .. } => "open a compact",
        Command::RegisterGroup { .. } => "register a group",
        Command::RegisterDelegation { .. } => "register a delegation",
        Command::LeaveProcess { .. } => "record that a delegation leaves",
        Command::ScheduleRound { .. } => "schedule a round",
        Command::ShowThePublic { .. } => "say what the public is shown",
        Command::Redact { .. } => "blank what an entry says",
        Command::GiveMandate { .. } => "give a mandate",
        Command::EndMandate { .. } => "end a mandate",
        Command::Revise { .. } => "hand in a text",
        Command::IssueDraft { .. } => "issue a draft",
        Command::GiveReason { .. } => "give a reason",
        Command::CorrectCredit { .. } => "correct a credit",
        Command::TakeUp { .. } => "take a proposal up",
        Command::Decline { .. } => "decline a proposal",
        Command::LinkPackage { .. } => "link a package",
        Command::UnlinkPackage { .. } => "dissolve a package",
        Command::TakeUpPackage { .. } => "take a package up",
        Command::DeclinePackage { .. } => "decline a package",
        Command::CloseProvision { .. } => "close a provision",
        Command::ReopenProvision { .. } => "reopen a provision",
        Command::Adopt { .. } => "adopt the compact",
        Command::TableProposal { .. } => "table a proposal",
        Command::ProposeInPlace { .. } => "propose in place of another",
        Command::ReviseProposal { .. } => "revise a proposal",
        Command::WithdrawProposal { .. } => "withdraw a proposal",
        Command::ConfirmCarryOver { .. } => "confirm a proposal",
        Command::Accept { .. } => "accept what is proposed in place",
        Command::JoinSponsors { .. } => "join the sponsors",
        Command::LeaveSponsors { .. } => "leave the sponsors",
        Command::TakePosition { .. } => "take a position on a proposal",
        Command::TakePositionOn { .. } => "take a position on a provision",
        Command::LinkUptake { .. } => "link a statement",
        Command::UnlinkUptake { .. } => "unlink a statement",
        Command::FileStatement { .. } => "file a statement",
    }
}

fn speaking(text: &str) -> Speaking {
    text.parse().unwrap()
}

#[test]
fn webhooks_are_managed_by_those_who_keep_the_server_hold_the_pen_or_follow() {
    let compact = "gcm".parse().unwrap();
    let all = [
        ("secretariat", true),
        ("co-facilitators:gcm", true),
        ("integration", true),
        ("integration:gcm,harbours", true),
        ("co-facilitators:harbours", false),
        ("integration:harbours", false),
        ("delegation:gcm/kenya", false),
        ("observer:gcm", false),
    ];
    for (who, manages) in all {
        assert_eq!(who.parse::<Speaking>().unwrap().sends_webhooks(&compact), manages, "{who}");
    }
    assert!(Speaking::Anyone.sends_webhooks(&compact));
}

#[test]
fn each_says_what_is_theirs_to_say_and_nothing_else() {
    let room = room();
    let who = [
        ('s', "secretariat"),
        ('c', "co-facilitators:gcm"),
        ('k', "delegation:gcm/kenya"),
        ('f', "delegation:gcm/france"),
        ('-', "delegation:gcm/nobody"),
        ('-', "observer:gcm"),
        ('-', "integration"),
        ('-', "integration:gcm"),
        ('-', "co-facilitators:other"),
        ('-', "delegation:other/kenya"),
    ];
    for (command, may) in samples() {
        let compact = (!matches!(command, Command::OpenCompact { .. })).then(|| room.compact());
        for (letter, text) in who {
            let granted = speaking(text).may(&command, compact);
            assert_eq!(granted.is_ok(), may.contains(letter), "{text}: {} {command:?}", name(&command));
        }
        assert!(Speaking::Anyone.may(&command, compact).is_ok(), "on an open server: {}", name(&command));
    }
}

#[test]
fn every_command_is_in_the_table_and_in_the_documents() {
    let told = include_str!("../../docs/security.md");
    let mut names: Vec<&str> = samples().iter().map(|(command, _)| name(command)).collect();
    names.dedup();
    assert_eq!(names.len(), COMMANDS, "{names:?}");
    for (command, _) in samples() {
        let who = match whose(&command) {
            Whose::Secretariat => "secretariat",
            Whose::CoFacilitators => "co-facilitators, secretariat",
            Whose::Sponsor => "sponsor",
            Whose::Filed => "secretariat, co-facilitators; whoever made it",
        };
        let row = told.lines().find(|line| line.starts_with(&format!("| {who} |")));
        let row = row.unwrap_or_else(|| panic!("docs/security.md has no row for {who}"));
        let cell = row.split('|').nth(2).unwrap();
        let listed = cell.split(',').any(|listed| listed.trim() == name(&command));
        assert!(listed, "docs/security.md does not say that {who} may {}", name(&command));
    }
}

#[test]
fn an_entry_tells_whose_word_it_is_and_who_spoke() {
    let room = room();
    let tells = |who: &str, command: Command| {
        let granted = speaking(who).may(&command, Some(room.compact())).unwrap();
        (granted.speaker.to_string(), granted.by.unwrap().to_string())
    };
    let owned = |speaker: &str, by: &str| (speaker.to_owned(), by.to_owned());
    let table = |sponsor: &str| Command::TableProposal {
        sponsors: vec![sponsor.parse().unwrap()],
        base: None,
        edits: vec![],
        rationale: None,
    };
    let kenya = "delegation:gcm/kenya";
    assert_eq!(tells(kenya, table("african-group")), owned("sponsor:african-group", "delegation:kenya"));
    assert_eq!(tells(kenya, table("kenya")), owned("sponsor:kenya", "delegation:kenya"));
    let adopt = || Command::Adopt { note: None };
    assert_eq!(tells("secretariat", adopt()), owned("co-facilitators", "secretariat"));
    assert_eq!(tells("co-facilitators:gcm", adopt()), owned("co-facilitators", "co-facilitators"));
    assert_eq!(tells("co-facilitators:gcm", statement(None)), owned("co-facilitators", "co-facilitators"));
    assert_eq!(Speaking::Anyone.may(&adopt(), Some(room.compact())).unwrap().by, None);
}

#[test]
fn a_mandate_that_ended_is_one_no_longer() {
    let mut room = room();
    let withdraw = Command::WithdrawProposal { proposal: "p10".parse().unwrap(), note: None };
    let kenya = speaking("delegation:gcm/kenya");
    assert!(kenya.may(&withdraw, Some(room.compact())).is_ok());
    room.play("no mandate of african-group to kenya\n");
    let refused = kenya.may(&withdraw, Some(room.compact())).unwrap_err();
    assert!(refused.to_string().contains("african-group") && refused.to_string().contains("gcm/kenya"), "{refused}");
    room.play("delegation kenya leaves\n");
    let own = Command::TakePosition {
        proposal: "p10".parse().unwrap(),
        group: "kenya".parse().unwrap(),
        position: Position::Objects,
    };
    assert!(kenya.may(&own, Some(room.compact())).is_err(), "who has left the process says nothing more");
}
