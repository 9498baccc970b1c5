//! `verify`: what holds is counted, and what does not is named.

use travaux::compact::{Change, Entry, Event};

use super::{fresh, keep, keep_bytes, refused, run, sample, text, two};

#[test]
fn verify_counts_what_holds() {
    let (home, dir) = fresh();
    keep(&dir, &two());
    let (code, out, err) = run(["verify", "--data", text(&dir)]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with(&format!("2 compacts, {} entries, ", two().len())), "{out}");
    assert!(out.contains("61 provisions, 4 drafts") && out.ends_with("\nthe record holds\n"), "{out}");
    let nothing = home.path().join("nothing");
    let (code, _, err) = run(["verify", "--data", text(&nothing)]);
    assert!(code == 3 && err.contains("there is no record in"), "{code} {err}");
    assert!(!nothing.exists(), "looking made a store");
}

#[test]
fn verify_finds_words_that_do_not_stand_there() {
    let mut entries = two();
    let splices = |entry: &Entry| {
        matches!(&entry.event, Event::ProposalTakenUp(taken)
            if taken.changes.iter().any(|c| matches!(c, Change::Splices { .. })))
    };
    let index = entries.iter().position(|(_, entry)| splices(entry)).unwrap();
    if let Event::ProposalTakenUp(taken) = &mut entries[index].1.event
        && let Some(Change::Splices { splices, .. }) =
            taken.changes.iter_mut().find(|c| matches!(c, Change::Splices { .. }))
    {
        splices[0].added.push_str(" and never");
    }
    let (_home, dir) = fresh();
    keep(&dir, &entries);
    let (code, out, err) = run(["verify", "--data", text(&dir)]);
    assert_eq!((code, out.as_str()), (1, ""), "{err}");
    let place = format!("position {} (seasonal-mobility/{}) does not hold", index + 1, index);
    assert!(err.contains(&place), "{err}");
    let (code, err) = refused(["serve", "--listen", "127.0.0.1:0", "--data", text(&dir)]);
    assert!(code == 3 && err.contains("the record does not hold") && err.contains("travaux verify"), "{code} {err}");
}

#[test]
fn verify_finds_an_entry_in_the_place_of_another() {
    let entries = sample();
    let mut bytes: Vec<Vec<u8>> = Vec::new();
    for (compact, entry) in &entries {
        bytes.push(entry.encode(&compact.parse().unwrap()).unwrap());
    }
    let tried = [
        ("seasonal-mobility/3", {
            let mut swapped = bytes.clone();
            swapped.swap(2, 3);
            swapped
        }),
        ("seasonal-mobility/9", {
            let mut renamed = bytes.clone();
            renamed[8] = String::from_utf8(bytes[8].clone()).unwrap().replace("Norland", "Norlend").into_bytes();
            renamed[8].push(b' ');
            renamed
        }),
    ];
    for (place, bytes) in tried {
        let (_home, dir) = fresh();
        keep_bytes(&dir, &entries, bytes);
        let (code, _, err) = run(["verify", "--data", text(&dir)]);
        assert!(code == 1 && err.contains(&format!("({place}) does not hold")), "{code} {err}");
    }
}
