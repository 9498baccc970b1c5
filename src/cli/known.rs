//! The keys that somebody checks with: as they are handed to delegations, or from the file of whoever signs.

use std::path::Path;

use super::fault::Fault;
use super::input;
use super::keyfile::Key;
use crate::proof::Verifier;

impl Key {
    /// The keys named on the command line: one as it is told, a file of such, or the file that `serve` keeps.
    pub(super) fn known(&self) -> Result<Option<Vec<Verifier>>, Fault> {
        let Some(given) = self.given() else { return Ok(None) };
        if let Some(Ok(key)) = given.to_str().map(str::parse) {
            return Ok(Some(vec![key]));
        }
        if !given.exists() {
            let given = given.display();
            return Err(Fault::usage(format!("{given} is neither a key, as `travaux key show` prints it, nor a file")));
        }
        match told(given)? {
            Some(keys) => Ok(Some(keys)),
            None => Ok(self.file(None)?.map(|file| file.open()).transpose()?.map(|keys| keys.verifiers())),
        }
    }
}

/// The keys in a file, if it holds such as are handed to delegations.
fn told(file: &Path) -> Result<Option<Vec<Verifier>>, Fault> {
    let text = input::text(file)?;
    let keys: Vec<Verifier> = text.lines().map_while(|line| line.parse().ok()).collect();
    Ok((!keys.is_empty() && keys.len() == text.lines().count()).then_some(keys))
}
