//! The command line. Text for people, `--json` for programs.

use std::panic::{self, PanicHookInfo};
use std::path::PathBuf;
use std::process::{self, ExitCode};

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::command::backup::BackupArgs;
use crate::command::bundle::BundleArgs;
use crate::command::card::CardCommand;
use crate::command::client::ClientCommand;
use crate::command::epoch::EpochCommand;
use crate::command::generation::GenerationCommand;
use crate::command::ingest::IngestArgs;
use crate::command::init::InitArgs;
use crate::command::officer::OfficerCommand;
use crate::command::publish::PublishArgs;
use crate::command::release::ReleaseCommand;
use crate::command::report::ReportArgs;
use crate::command::resident::ResidentCommand;
use crate::command::restore::RestoreArgs;
use crate::command::review::{AlertCommand, ReviewCommand};
use crate::command::serve::ServeArgs;
use crate::command::staff::StaffCommand;
use crate::command::tablet::TabletCommand;
use crate::command::trust::TrustCommand;
use crate::command::{self, OfficeArgs};
use crate::keys::Role;
use crate::{output, preview};

/// The regional office: residents, cards, crews, tablets, documents.
#[derive(Debug, Parser)]
#[command(name = "kakari-region", version, about)]
struct Cli {
    #[command(flatten)]
    office: OfficeArgs,
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
    /// Makes a region: configuration, keys, tables.
    Init(InitArgs),
    /// Residents and their consent.
    #[command(subcommand)]
    Resident(ResidentCommand),
    /// Residents' cards.
    #[command(subcommand)]
    Card(CardCommand),
    /// Crews and their cards.
    #[command(subcommand)]
    Staff(StaffCommand),
    /// Officers, who may countersign a mass wipe.
    #[command(subcommand)]
    Officer(OfficerCommand),
    /// Tablets: invite, look after, take out of service.
    #[command(subcommand)]
    Tablet(TabletCommand),
    /// Vault epochs: under which key records are sealed.
    #[command(subcommand)]
    Epoch(EpochCommand),
    /// Regions whose residents' cards are read here, and those that read ours.
    #[command(subcommand)]
    Trust(TrustCommand),
    /// Certificates of those who send documents.
    #[command(subcommand)]
    Sender(ClientCommand),
    /// Certificates of the office's browsers.
    #[command(subcommand)]
    Office(ClientCommand),
    /// Takes documents in: each whole, or refused with one reason. Exit code 1 when one was refused.
    Ingest(IngestArgs),
    /// Publishes what changed as the signed feed: goes on until it is ended. One of a region works, others wait.
    Publish(PublishArgs),
    /// Copies the feed to a USB stick, for tablets without a network.
    Bundle(BundleArgs),
    /// Releases of the tablet's program: sign, offer, withdraw.
    #[command(subcommand)]
    Release(ReleaseCommand),
    /// Backs the database up into a new folder, while everything goes on. The server key is not in it.
    Backup(BackupArgs),
    /// Puts a backup back, or tries one out (--check).
    Restore(RestoreArgs),
    /// Begins the feed anew after the database was restored from an older copy.
    #[command(subcommand)]
    Generation(GenerationCommand),
    /// Use and state of the region in figures.
    Report(ReportArgs),
    /// Uses of break-glass: which nobody has looked at, and what somebody found.
    #[command(subcommand)]
    Review(ReviewCommand),
    /// What somebody at the office should see to.
    #[command(subcommand)]
    Alert(AlertCommand),
    /// Serves tablets, senders and the office until SIGTERM or an interrupt.
    Serve(ServeArgs),
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

/// A request that panics is answered by a closed connection; the others go on.
fn stumble(panicked: &PanicHookInfo<'_>) {
    let place = panicked.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(place, "a fault of its own; this piece of work was given up");
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    panic::set_hook(Box::new(if matches!(cli.command, Command::Serve(_)) { stumble } else { fall }));
    let office = &cli.office;
    let done = match cli.command {
        Command::Preview(args) => preview::run(&args),
        Command::Backup(args) => command::run(office, |desk| command::backup::run(desk, args)),
        Command::Restore(args) => command::block_on(office, command::restore::run(office, &args)),
        Command::Init(args) => command::block_on(office, command::init::run(office, &args)),
        Command::Resident(what) => command::run(office, |desk| command::resident::run(desk, what)),
        Command::Card(what) => command::run(office, |desk| command::card::run(desk, what)),
        Command::Staff(what) => command::run(office, |desk| command::staff::run(desk, what)),
        Command::Officer(what) => command::run(office, |desk| command::officer::run(desk, what)),
        Command::Tablet(what) => command::run(office, |desk| command::tablet::run(desk, what)),
        Command::Epoch(what) => command::run(office, |desk| command::epoch::run(desk, what)),
        Command::Trust(what) => command::run(office, |desk| command::trust::run(desk, what)),
        Command::Sender(what) => command::run(office, |desk| command::client::run(desk, Role::Sender, what)),
        Command::Office(what) => command::run(office, |desk| command::client::run(desk, Role::Office, what)),
        Command::Ingest(args) => command::run(office, |desk| command::ingest::run(desk, args)),
        Command::Publish(args) => command::run(office, |desk| command::publish::run(desk, args)),
        Command::Bundle(args) => command::run(office, |desk| command::bundle::run(desk, args)),
        Command::Release(what) => command::release::run(office, what),
        Command::Generation(what) => command::run(office, |desk| command::generation::run(desk, what)),
        Command::Report(args) => command::run(office, |desk| command::report::run(desk, args)),
        Command::Review(what) => command::run(office, |desk| command::review::run(desk, what)),
        Command::Alert(what) => command::run(office, |desk| command::review::alerts(desk, what)),
        Command::Serve(args) => command::run(office, |desk| command::serve::run(desk, args)),
    };
    done.unwrap_or_else(|message| {
        output::say(&message);
        ExitCode::FAILURE
    })
}
