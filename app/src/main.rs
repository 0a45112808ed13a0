//! `kakari`: the tablet program.

use std::process::ExitCode;

fn main() -> ExitCode {
    kakari::cli::run()
}
