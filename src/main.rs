//! The `travaux` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    travaux::cli::run()
}
