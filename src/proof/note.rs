//! Signed notes: text that whoever knows a key can check. C2SP `signed-note`, <https://c2sp.org/signed-note>.
//!
//! ```text
//! If you think cryptography is the answer to your problem,
//! then you don't know what your problem is.
//!
//! — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::key::{KeyId, Signer, Verifier, is_name};

/// The most bytes of a note, as other implementations have it.
const NOTE_BYTES_MAX: usize = 1_000_000;
/// The most signatures of a note, as other implementations have it.
const SIGNATURES_MAX: usize = 100;
const DASH: &str = "— ";

/// Why a note says nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSigned {
    /// It is not a note, or cannot become one.
    #[error("not a signed note (C2SP): {0}")]
    Malformed(&'static str),
    /// A key that is known is named, and the signature is not its.
    #[error("the signature in the name of {0} is not by its key: the note was changed, or forged")]
    Forged(String),
    /// Nobody known has signed it.
    #[error("none of its signatures is by a key that is known; ask for the key of whoever signed it")]
    Unknown,
}

/// Signs a text: lines, the last one ended too, without control characters.
pub fn sign(text: &str, by: &[&Signer]) -> Result<String, NotSigned> {
    is_text(text)?;
    let signature = |signer: &&Signer| {
        let signature = [signer.verifier().id().as_slice(), &signer.sign(text.as_bytes())].concat();
        format!("{DASH}{} {}\n", signer.name(), STANDARD.encode(signature))
    };
    let signatures: Vec<String> = by.iter().map(signature).collect();
    Ok(format!("{text}\n{}", signatures.concat()))
}

/// The text of a note that at least one of the keys known has signed. Signatures by others are ignored.
pub fn open<'n>(note: &'n str, known: &[Verifier]) -> Result<&'n str, NotSigned> {
    if note.len() > NOTE_BYTES_MAX {
        return Err(NotSigned::Malformed("it is too long"));
    }
    let (text, signatures) = halves(note)?;
    is_text(text)?;
    let mut is_signed = false;
    for line in signatures.split('\n') {
        let (name, id, signature) = signature(line)?;
        let Some(verifier) = known.iter().find(|key| key.name() == name && key.id() == id) else { continue };
        if !verifier.verify(text.as_bytes(), &signature) {
            return Err(NotSigned::Forged(name.to_owned()));
        }
        is_signed = true;
    }
    is_signed.then_some(text).ok_or(NotSigned::Unknown)
}

/// The text with its last line break, and the signature lines without theirs: they follow the last empty line.
fn halves(note: &str) -> Result<(&str, &str), NotSigned> {
    let no_signatures = NotSigned::Malformed("signatures follow an empty line");
    let end = note.rfind("\n\n").ok_or(no_signatures.clone())?;
    let (text, rest) = note.split_at(end + 1);
    let signatures = rest.strip_prefix('\n').and_then(|lines| lines.strip_suffix('\n')).ok_or(no_signatures)?;
    if signatures.split('\n').count() > SIGNATURES_MAX {
        return Err(NotSigned::Malformed("it has too many signatures"));
    }
    Ok((text, signatures))
}

fn signature(line: &str) -> Result<(&str, KeyId, Vec<u8>), NotSigned> {
    let malformed = || NotSigned::Malformed("a signature is a dash, a name and base64");
    let (name, base64) = line.strip_prefix(DASH).and_then(|rest| rest.split_once(' ')).ok_or_else(malformed)?;
    let bytes = STANDARD.decode(base64).map_err(|_| malformed())?;
    let (id, signature) = bytes.split_first_chunk().ok_or_else(malformed)?;
    if !is_name(name) || signature.is_empty() {
        return Err(malformed());
    }
    Ok((name, *id, signature.to_vec()))
}

fn is_text(text: &str) -> Result<(), NotSigned> {
    if !text.ends_with('\n') {
        return Err(NotSigned::Malformed("every line of its text is ended"));
    }
    if text.contains(|c: char| c != '\n' && c < ' ') {
        return Err(NotSigned::Malformed("its text has a control character"));
    }
    Ok(())
}
