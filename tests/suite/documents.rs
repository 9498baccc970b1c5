//! What documents point to is there.

use std::fs;
use std::path::Path;

/// Every test that a document names as what shows something.
#[test]
fn every_test_that_a_document_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut named = 0;
    for document in ["security.md", "security-input.md", "audiences.md"] {
        let text = fs::read_to_string(root.join("docs").join(document)).unwrap();
        let is_rust = |name: &&str| Path::new(name).extension().is_some_and(|extension| extension == "rs");
        for name in text.split('`').skip(1).step_by(2).filter(is_rust) {
            let places = ["", "src", "tests/suite"].map(|folder| root.join(folder).join(name));
            assert!(
                places.iter().any(|place| place.exists()),
                "docs/{document} names {name}, and there is no such file"
            );
            named += 1;
        }
    }
    assert!(named > 30, "{named}");
}
