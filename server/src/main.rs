//! `kakari-region`: the regional office's program.

use std::process::ExitCode;

fn main() -> ExitCode {
    kakari_region::cli::run()
}
