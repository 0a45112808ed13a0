//! `kakari-update`: takes a signed release on a tablet, and keeps the version before it. Run as root by systemd.

use std::process::ExitCode;

fn main() -> ExitCode {
    kakari_update::cli::run()
}
