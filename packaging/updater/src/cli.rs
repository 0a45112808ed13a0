//! The command line.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::places::Places;
use crate::programs::Programs;
use crate::take::{Taken, take};
use crate::{choose, confirm, status};

/// Takes signed releases of the tablet's program, and keeps the version before. Run as root by systemd's units.
#[derive(Debug, Parser)]
#[command(name = "kakari-update", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// All files are below this folder.
    #[arg(long, global = true, value_name = "DIR", default_value = "/")]
    root: PathBuf,
    /// New programs are tried as this user; empty: as whoever runs this.
    #[arg(long, global = true, default_value = "kakari")]
    user: String,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Checks what sync has staged and lays it ready. Exit code 1 when it is refused.
    Take,
    /// Before each start of the tablet: switches to what is ready, or back. Exit code 0 whatever happens.
    Choose,
    /// Ends the trial of a version that has started in order.
    Confirm,
    /// What is in force, what waits, what failed.
    Status {
        /// One JSON object instead of text.
        #[arg(long)]
        json: bool,
    },
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let places = Places::below(&cli.root);
    let programs = Programs { user: Some(cli.user).filter(|user| !user.is_empty()) };
    match cli.command {
        Command::Take => match take(&places, &programs) {
            Ok(taken) => say(&taken),
            Err(refusal) => return failed(&refusal.to_string()),
        },
        Command::Choose => {
            choose::choose(&places, &programs).iter().for_each(|said| eprintln!("{}", said.line(in_journal())));
        }
        Command::Confirm => match confirm::confirm(&places, &programs) {
            Ok(words) => words.iter().for_each(|words| println!("{words}")),
            Err(error) => return failed(&format!("the trial goes on: {error}")),
        },
        Command::Status { json: true } => println!("{}", status::as_json(&places, &programs)),
        Command::Status { json: false } => {
            status::as_lines(&places, &programs).iter().for_each(|line| println!("{line}"));
        }
    }
    ExitCode::SUCCESS
}

/// Whether systemd hands standard error to the journal, which reads a priority at a line's start.
fn in_journal() -> bool {
    std::env::var_os("JOURNAL_STREAM").is_some()
}

fn say(taken: &Taken) {
    match taken {
        Taken::Nothing => println!("nothing is staged"),
        Taken::Withdrawn(words) => println!("{words}"),
        Taken::Already(version) => println!("version {version} is here already"),
        Taken::Ready(version, said) => println!("version {version} is ready for the tablet's next start. {said}"),
    }
}

fn failed(words: &str) -> ExitCode {
    eprintln!("kakari-update: {words}");
    ExitCode::FAILURE
}
