//! Signed notes, keys and checkpoints: the examples that specifications and implementations publish, and another
//! implementation beside.

use proptest::prelude::*;
use proptest::test_runner::Config;
use signed_note::{Note, StandardSigner, StandardVerifier, VerifierList};
use travaux::proof::{Checkpoint, Hash, Keyring, NotACheckpoint, NotAKey, NotSigned, Signer, Verifier, note};

/// The key and the note of the reference implementation's tests (`golang.org/x/mod/sumdb/note`).
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PETERS_SECRET: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const ENOCH: &str = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const TEXT: &str =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const BY_PETER: &str =
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const BY_ENOCH: &str =
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

/// The body of the example of C2SP `tlog-checkpoint`.
const SOFA: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

fn peter() -> Verifier {
    PETER.parse().unwrap()
}

fn enoch() -> Verifier {
    ENOCH.parse().unwrap()
}

#[test]
fn the_published_note_is_signed_byte_for_byte_and_opens() {
    let signer: Signer = PETERS_SECRET.parse().unwrap();
    assert_eq!(note::sign(TEXT, &[&signer]).unwrap(), format!("{TEXT}\n{BY_PETER}"));
    assert_eq!((signer.secret(), signer.verifier().to_string()), (PETERS_SECRET.into(), PETER.into()));
    assert_eq!(note::open(&format!("{TEXT}\n{BY_PETER}"), &[peter()]), Ok(TEXT));
}

#[test]
fn one_good_signature_is_enough_and_those_of_strangers_are_ignored() {
    let both = format!("{TEXT}\n{BY_ENOCH}{BY_PETER}");
    for known in [vec![peter()], vec![enoch()], vec![enoch(), peter()]] {
        assert_eq!(note::open(&both, &known), Ok(TEXT));
    }
    let stranger = format!("— {} {}", "n".repeat(5_000), BY_ENOCH.rsplit(' ').next().unwrap());
    assert_eq!(note::open(&format!("{TEXT}\n{stranger}{BY_PETER}"), &[peter()]), Ok(TEXT));
    assert_eq!(note::open(&both, &[]), Err(NotSigned::Unknown));
    assert_eq!(note::open(&format!("{TEXT}\n{BY_ENOCH}"), &[peter()]), Err(NotSigned::Unknown));
    let namesake = Signer::from_seed("PeterNeumann", [1; 32]).unwrap().verifier();
    assert_eq!(note::open(&both, &[namesake]), Err(NotSigned::Unknown), "the name alone is nobody");
}

#[test]
fn a_note_that_was_changed_or_forged_does_not_open() {
    let changed = format!("{}\n{BY_PETER}", TEXT.replace("cryptography", "cryptographY"));
    let forged = format!("{TEXT}\n{}ABCD{}", &BY_PETER[..60], &BY_PETER[60..]);
    for note in [changed, forged] {
        assert_eq!(note::open(&note, &[peter()]), Err(NotSigned::Forged("PeterNeumann".into())));
    }
}

#[test]
fn what_is_not_a_note_is_refused() {
    let cut = &BY_PETER[..BY_PETER.len() - 1];
    let bad = [
        String::new(),
        TEXT.into(),
        format!("{TEXT}\n"),
        format!("{TEXT}\n{cut}"),
        format!("{TEXT}\n{cut}\r\n"),
        format!("\x01{TEXT}\n{BY_PETER}"),
        format!("{TEXT}\n{}", BY_PETER.replace("PeterNeumann", "Bad Name")),
        format!("{TEXT}\n{}", BY_PETER.replace("PeterNeumann", "Bad+Name")),
        format!("{TEXT}\n{BY_PETER}Unexpected line.\n"),
        format!("{TEXT}\n— PeterNeumann x08goA\n"),
        format!("{TEXT}\n— PeterNeumann x08gow==\n"),
        format!("{TEXT}\n{}", BY_PETER.repeat(101)),
        format!("{}{TEXT}\n{BY_PETER}", "long ".repeat(200_000)),
    ];
    for note in bad {
        let opened = note::open(&note, &[peter()]);
        assert!(matches!(opened, Err(NotSigned::Malformed(_))), "{opened:?}: {note}");
    }
    let signer: Signer = PETERS_SECRET.parse().unwrap();
    for text in ["", "no end", "a\ttab\n"] {
        assert!(matches!(note::sign(text, &[&signer]), Err(NotSigned::Malformed(_))), "{text:?}");
    }
}

/// All that a key may become by a slip: every part of it, and every byte one further.
fn mangled(key: &str) -> Vec<String> {
    let parts = (0..key.len()).flat_map(|from| (from..=key.len()).map(move |to| key[from..to].to_owned()));
    let parts = parts.filter(|part| part != key);
    let bytes = (0..key.len()).map(|at| {
        let mut bytes = key.as_bytes().to_vec();
        bytes[at] += 1;
        String::from_utf8(bytes).unwrap()
    });
    parts.chain(bytes).collect()
}

#[test]
fn no_mangled_key_is_taken() {
    for key in mangled(PETER) {
        assert!(key.parse::<Verifier>().is_err(), "{key}");
    }
    for key in mangled(PETERS_SECRET) {
        assert!(key.parse::<Signer>().is_err(), "{key}");
    }
    let too_long = "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==";
    let other_type = "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    assert!(matches!(too_long.parse::<Verifier>(), Err(NotAKey::Form(_))));
    assert!(matches!(other_type.parse::<Verifier>(), Err(NotAKey::Form(_))));
    for name in ["", "a b", "a+b", "a\nb", "a\u{2003}b", &"n".repeat(201)] {
        assert!(matches!(Signer::from_seed(name, [1; 32]), Err(NotAKey::Name(_))), "{name:?}");
    }
}

#[test]
fn a_secret_is_not_shown_by_accident() {
    let signer: Signer = PETERS_SECRET.parse().unwrap();
    let keys = Keyring::read(PETERS_SECRET).unwrap();
    assert_eq!(format!("{signer:?}"), format!("Signer({PETER})"));
    assert!(!format!("{keys:?}").contains("AYEKFALVFGyN"));
}

#[test]
fn a_checkpoint_is_origin_size_and_root() {
    let sofa: Checkpoint = SOFA.parse().unwrap();
    assert_eq!((sofa.origin.as_str(), sofa.size), ("example.com/behind-the-sofa", 20_852_163));
    assert_eq!(
        (sofa.root.to_base64().as_str(), sofa.to_string()),
        ("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", SOFA.into())
    );
    let more: Checkpoint = format!("{SOFA}one more thing\nand another\n").parse().unwrap();
    assert_eq!(more.extensions, ["one more thing", "and another"]);
    let bad = [
        String::new(),
        "\n1\n".into(),
        SOFA.trim_end().into(),
        SOFA.replace("20852163", "020852163"),
        SOFA.replace("20852163", "+20852163"),
        SOFA.replace("20852163", "-1"),
        SOFA.replace("20852163", "18446744073709551616"),
        SOFA.replace("q2I=", "q2J="),
        SOFA.replace("q2I=", "q2I"),
        SOFA.replace("CsUY", ""),
        SOFA.replace("example.com/behind-the-sofa", ""),
        format!("{SOFA}\nafter an empty line\n"),
    ];
    for text in bad {
        let read = text.parse::<Checkpoint>();
        assert!(matches!(read, Err(NotACheckpoint::Form(_))), "{read:?}: {text}");
    }
}

#[test]
fn only_what_reads_back_as_it_was_is_signed() {
    let signer: Signer = PETERS_SECRET.parse().unwrap();
    let root = Hash::of(b"");
    let note = Checkpoint::of("harbours", 3, root).sign(&signer).unwrap();
    assert_eq!(Checkpoint::open(&note, &[peter()]), Ok(Checkpoint::of("harbours", 3, root)));
    let two_lines = Checkpoint::of("harbours\n4", 3, root);
    let empty = Checkpoint { extensions: vec![String::new()], ..Checkpoint::of("harbours", 3, root) };
    for checkpoint in [two_lines, empty, Checkpoint::of("", 3, root)] {
        assert!(checkpoint.sign(&signer).is_err(), "{checkpoint:?}");
    }
}

#[test]
fn what_was_signed_before_a_key_was_changed_verifies_after_it() {
    let before = Keyring::new(Some("example.org"), [1; 32]).unwrap();
    let signed = before.checkpoint("harbours", 3, Hash::of(b"")).unwrap();
    let after = before.clone().rotated(None, [2; 32]).unwrap();
    let after = Keyring::read(&after.rotated(Some("example.net"), [3; 32]).unwrap().secrets()).unwrap();
    assert_eq!((after.origin(), after.verifiers().len()), ("example.net", 3));
    assert_eq!(after.open(&signed).unwrap().origin, "example.org/compacts/harbours");
    let now = after.checkpoint("harbours", 3, Hash::of(b"")).unwrap();
    assert_eq!(after.open(&now).unwrap().origin, "example.net/compacts/harbours");
    assert_eq!(before.open(&now), Err(NotACheckpoint::NotSigned(NotSigned::Unknown)), "who knows the old key only");
}

#[test]
fn servers_that_were_given_no_origin_do_not_share_one() {
    let [one, other] = [1, 2].map(|seed| Keyring::new(None, [seed; 32]).unwrap());
    assert_ne!(one.origin(), other.origin());
    assert!(one.origin().starts_with("travaux.local/") && one.origin().len() == 22, "{}", one.origin());
    assert_eq!(Keyring::new(None, [1; 32]).unwrap().origin(), one.origin());
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn whatever_a_character_of_a_note_becomes_it_says_the_same_or_nothing(at in any::<usize>(), to in any::<char>()) {
        let note = format!("{TEXT}\n{BY_ENOCH}{BY_PETER}");
        let mut changed: Vec<char> = note.chars().collect();
        let at = at % changed.len();
        changed[at] = to;
        let changed: String = changed.into_iter().collect();
        let opened = note::open(&changed, &[peter()]);
        prop_assert!(opened == Ok(TEXT) || opened.is_err(), "{:?}", changed);
    }

    #[test]
    fn nothing_that_is_read_makes_it_panic(any in any::<String>(), lines in "(\\PC{0,9}\n|— a [A-Za-z0-9+/=]{0,12}\n|\n){0,9}") {
        for text in [any, lines] {
            prop_assert!(note::open(&text, &[peter()]).is_err());
            prop_assert!(Keyring::read(&text).is_err() && text.parse::<Verifier>().is_err());
            drop(text.parse::<Checkpoint>());
        }
    }
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, cases: 64, ..Config::default() })]

    #[test]
    fn another_implementation_opens_what_we_sign_and_we_what_it_signs(
        name in "[a-z.é/]{1,20}", seed in any::<[u8; 32]>(), text in "([ -~é公]{0,20}\n){1,5}",
    ) {
        let ours = Signer::from_seed(&name, seed).unwrap();
        let key = ours.verifier().to_string();
        let signed = note::sign(&text, &[&ours]).unwrap();
        let theirs = Note::from_bytes(signed.as_bytes()).unwrap();
        let known = VerifierList::new(vec![Box::new(StandardVerifier::new(&key).unwrap())]);
        prop_assert_eq!(theirs.verify(&known).unwrap().0.len(), 1);
        let mut again = Note::new(text.as_bytes(), &[]).unwrap();
        again.add_sigs(&[&StandardSigner::new(&ours.secret()).unwrap()]).unwrap();
        prop_assert_eq!(again.to_bytes(), signed.as_bytes());
        prop_assert_eq!(note::open(&signed, &[ours.verifier()]), Ok(text.as_str()));
    }
}
