//! The command line. Text for people, `--json` for programs.

use std::panic::{self, PanicHookInfo};
use std::path::PathBuf;
use std::process::{self, ExitCode};

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::{output, preview};

/// What the region's documents become.
#[derive(Debug, Parser)]
#[command(name = "kakari-region", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// What a crew would see of one resident, from all of the resident's documents; nothing is stored.
    ///
    /// Every document has to be readable and about the same resident, else nothing is shown. What was left out or taken
    /// otherwise is told with its file, its JSON path and the reason. Details inside a resource that the
    /// summary has no place for are not told one by one. Exit code 0 when a summary was made (see its remarks), 1 when
    /// none was, 2 when this command line is wrong.
    Preview(PreviewArgs),
}

/// What to preview, and how.
#[derive(Debug, Args)]
pub(crate) struct PreviewArgs {
    /// FHIR R4 Bundles in JSON, or NDJSON files of resources (all of them together are one document); `-` is standard
    /// input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// One JSON object: the whole summary (with what the patient has not been told), the remarks, the documents, the
    /// refusals.
    #[arg(long, conflicts_with = "form")]
    pub(crate) json: bool,
    /// In which form.
    #[arg(long = "as", id = "form", value_enum, default_value_t = Form::Summary)]
    pub(crate) form: Form,
    /// The day that ages count to; today in Japan when not given.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<NaiveDate>,
    /// Every remark on a line of its own, however often its reason comes.
    #[arg(long)]
    pub(crate) all: bool,
}

/// The form of the summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Every block, and the remarks after it.
    Summary,
    /// The page of text for a hand-over; the remarks go to standard error.
    Text,
    /// The script of a hand-over, to be read aloud; the remarks go to standard error.
    Script,
    /// The IPS document for another hospital (FHIR R4 JSON); the remarks go to standard error.
    Ips,
}

/// Words of a panic may quote a patient's: only its place is told.
fn fall(panicked: &PanicHookInfo<'_>) {
    let place = panicked.location().map(ToString::to_string).unwrap_or_default();
    output::say(&format!("ended by a fault of its own at {place}; nothing was taken in"));
    process::abort();
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    panic::set_hook(Box::new(fall));
    let done = match cli.command {
        Command::Preview(args) => preview::run(&args),
    };
    done.unwrap_or_else(|message| {
        output::say(&message);
        ExitCode::FAILURE
    })
}
