//! The limits as documented are the limits as kept; `hostile/kept.rs` tries each.

use travaux::compact::limits;

#[test]
fn the_documented_table_is_the_one_in_the_code() {
    let row = |limit: &limits::Limit| format!("| `{}` | {} | {} |", limit.name, limit.most, limit.bounds.trim());
    let table: Vec<String> = limits::ALL.iter().map(row).collect();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/limits.md");
    let document = std::fs::read_to_string(path).unwrap();
    let kept: Vec<&str> = document.lines().filter(|line| line.starts_with("| `")).collect();
    assert_eq!(kept, table, "docs/limits.md should read:\n{}", table.join("\n"));
}
