//! The real texts that tests read from beside the project, where they are there.

use std::io::Write as _;
use std::path::PathBuf;

/// The drafts of the Paris Agreement, oldest first, or `None`, said aloud, where they are not there.
pub fn paris() -> Option<Vec<(String, String)>> {
    let names = ["02_2015-10-23_adp-draft", "03_2015-12-04_adp-compilation", "04_2015-12-09_presidency-draft"];
    let names = names.into_iter().chain(["05_2015-12-12_adopted-L9Rev1", "06_2016-01-29_report-corrected"]);
    names.map(|name| Some((name[..2].to_owned(), read(&format!("paris-agreement/{name}.txt"))?))).collect()
}

/// One file of the real texts.
pub fn read(name: &str) -> Option<String> {
    let folder = std::env::var_os("TRAVAUX_REAL_TEXTS")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let path = folder.join(name);
    let text = std::fs::read_to_string(&path);
    if text.is_err() {
        // Past the capture of the test runner, so that it is seen and counted.
        let said =
            format!("not run: {} is not there; set TRAVAUX_REAL_TEXTS to the folder of real texts\n", path.display());
        std::io::stderr().write_all(said.as_bytes()).expect("standard error is open");
    }
    text.ok()
}
