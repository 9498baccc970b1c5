//! The `travaux` program.

fn main() {}
