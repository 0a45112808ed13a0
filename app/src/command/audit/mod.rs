//! `kakari audit`: is the audit whole, what is in it for others to read, and what is to be reviewed.

mod export;
mod review;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};
use kakari_store::{Store, StoreKey};

use crate::cli::Configured;
use crate::config::Config;
use crate::runner::sign_audit;

/// What to do with the audit.
#[derive(Debug, Args)]
pub(crate) struct AuditArgs {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Is every row there as it was written? Reads all of them.
    ///
    /// Exit codes: 0 whole, 3 something was changed, cut or put in (each place is said), 1 it cannot be checked.
    Verify(VerifyArgs),
    /// Writes rows as FHIR AuditEvents (IHE BALP) to a new file; a row of its own says so.
    Export(ExportArgs),
    /// The uses of break-glass on this tablet; with --mark, what a reviewer found of one.
    Review(ReviewArgs),
}

/// How to verify.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    configured: Configured,
    /// One JSON object instead of text.
    #[arg(long)]
    json: bool,
}

/// What to export.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    configured: Configured,
    /// From this day on (in Japan), YYYY-MM-DD.
    #[arg(long, value_name = "DAY")]
    from: Option<NaiveDate>,
    /// Up to and with this day.
    #[arg(long, value_name = "DAY")]
    to: Option<NaiveDate>,
    /// One Bundle, or one AuditEvent on each line.
    #[arg(long, value_enum, default_value_t = Format::Fhir)]
    format: Format,
    /// The file; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A Bundle (collection).
    Fhir,
    /// Newline-delimited JSON.
    Ndjson,
}

/// What to review.
#[derive(Debug, Args)]
pub(crate) struct ReviewArgs {
    #[command(flatten)]
    configured: Configured,
    /// The use that begins with this row was looked at.
    #[arg(long, value_name = "ROW", requires = "verdict", requires = "by")]
    mark: Option<u64>,
    /// What was found.
    #[arg(long, value_enum, requires = "mark")]
    verdict: Option<Verdict>,
    /// Staff number of who looked.
    #[arg(long, value_name = "STAFF", requires = "mark")]
    by: Option<String>,
    /// One JSON object instead of text.
    #[arg(long)]
    json: bool,
}

/// What a reviewer found.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Verdict {
    /// As it should be.
    Justified,
    /// To be asked about.
    Questioned,
}

pub(crate) fn run(args: &AuditArgs) -> Result<ExitCode, String> {
    match &args.command {
        AuditCommand::Verify(args) => verify::run(args),
        AuditCommand::Export(args) => export::run(args),
        AuditCommand::Review(args) => review::run(args),
    }
}

/// The store beside the tablet's own program; rows that are written into it are signed for as the tablet's are.
pub(super) fn open(config: &Config) -> Result<Store, String> {
    let key = StoreKey::load(&config.store_key_path()).map_err(|error| error.to_string())?;
    Store::open(&config.store, key).map_err(|error| error.to_string())
}

/// The same to write into.
fn open_to_write(config: &Config) -> Result<Store, String> {
    let mut store = open(config)?;
    sign_audit(config, &mut store);
    Ok(store)
}
