//! The training region: invented residents, virtual cards on a private pcscd, a fresh store each time.
//!
//! The tablet beside it is the ordinary `kakari run`: it speaks PC/SC as ever and cannot tell. Only the store says
//! that it is training, and every screen shows it.

mod cards;
mod documents;
mod examples;
mod journey;
mod office;
mod others;
mod region;
mod rehearsal;
mod served;
mod tray;

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use clap::Args;
use kakari_card::issue::IssueError;
use kakari_card_sim::{SOCKET_VARIABLE, Stack, StackError};
use kakari_record::fhir::FhirError;
use kakari_record::seal::{FallbackCode, SealError};
use kakari_store::{KeyError, OpenError, Row, StoreError};

pub use self::cards::{CardDesk, TrainingCard};
pub use self::documents::{Resident, read_folder};
pub use self::region::{Enrolled, TrainingRegion, TrainingStaff};
use self::rehearsal::Rehearsal;
use crate::output;

/// Says to this program, started anew, where its private pcscd is to be.
const DIR_VARIABLE: &str = "KAKARI_DEMO_DIR";
/// The resident who has a number-only card besides.
const WITH_PLAIN_CARD: usize = 1;
/// PIN of every training staff card.
pub const TRAINING_PIN: &str = "112233";

/// How to train.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// A folder of FHIR documents, one Bundle for each invented resident.
    #[arg(long, default_value = "assets/region/residents")]
    region: PathBuf,
    /// Open no window: a tap with a hand-over, a search without a card, a lock, and the audit of all that, each timed.
    #[arg(long)]
    no_windows: bool,
    /// Serve the tablet from a real kakari-region (beside this program) on this empty PostgreSQL database: `make region`.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

/// Why there is no training region.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DemoError {
    /// A step of the rehearsal did not come to its end.
    #[error("{step}: not done within {seconds} s; the lines above say how far it came")]
    Stuck {
        /// Which.
        step: &'static str,
        /// How long was waited.
        seconds: u64,
    },
    /// A folder or file cannot be read or written.
    #[error("cannot read or write {path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The folder has no documents.
    #[error("{0} holds no FHIR document (*.json); say where they are with --region")]
    NoDocuments(PathBuf),
    /// A document is not what it must be. Nothing of any document was stored.
    #[error("{path}: {source}")]
    Document {
        /// Which.
        path: PathBuf,
        /// Where in it, and why.
        source: FhirError,
    },
    /// A document's patient has no common number, so no card can be issued.
    #[error("{0}: the patient has no 16-digit common number")]
    NoNumber(PathBuf),
    /// Two documents are of one resident.
    #[error("{0}: another document is of the same resident")]
    SameResident(PathBuf),
    /// No private pcscd.
    #[error(transparent)]
    Stack(#[from] StackError),
    /// A card was not issued.
    #[error("a virtual card was not issued: {0}")]
    Issue(#[from] IssueError),
    /// A record was not sealed.
    #[error("a record was not sealed: {0}")]
    Seal(#[from] SealError),
    /// No store key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// No store.
    #[error("the training store was not made: {0}")]
    Open(#[from] OpenError),
    /// The store was not filled.
    #[error("the training store was not filled: {0}")]
    Store(#[from] StoreError),
    /// The office's program, or a tablet enrolled to it, said no.
    #[error("{command}: {why}")]
    Office {
        /// What was asked.
        command: String,
        /// What was answered.
        why: String,
    },
    /// Something of the system failed.
    #[error("{what}: {source}")]
    System {
        /// What was tried.
        what: &'static str,
        /// Why it failed.
        source: std::io::Error,
    },
}

pub(crate) fn run(args: &DemoArgs) -> Result<ExitCode, String> {
    let done = match env::var_os(DIR_VARIABLE) {
        None => Err(start_anew()),
        Some(dir) => {
            let dir = PathBuf::from(dir);
            let done = match &args.database {
                Some(database) => served::stage(args, &dir, database),
                None => stage(args, &dir),
            };
            // The store of a training is not kept; what cannot be removed is in a temporary folder.
            let _ = fs::remove_dir_all(&dir);
            done
        }
    };
    done.map_err(|error| error.to_string())
}

/// The PC/SC library reads its socket's name from the environment of the process, so this program replaces itself by
/// one that has it. Returns only when that failed.
fn start_anew() -> DemoError {
    let failed = |source| DemoError::System { what: "cannot start the demo", source };
    let dir = match tempfile::Builder::new().prefix("kakari-demo-").tempdir() {
        Ok(dir) => dir.keep(),
        Err(source) => return failed(source),
    };
    let program = match env::current_exe() {
        Ok(program) => program,
        Err(source) => return failed(source),
    };
    let mut command = Command::new(program);
    command.args(env::args_os().skip(1)).env(SOCKET_VARIABLE, Stack::socket_in(&dir)).env(DIR_VARIABLE, &dir);
    failed(command.exec())
}

fn stage(args: &DemoArgs, dir: &Path) -> Result<ExitCode, DemoError> {
    let residents = read_folder(&args.region)?;
    output::line(&format!("{}人の架空の住民を読みました", residents.len()));
    let stack = Stack::start(dir, &["Kakari Training Reader"])?;
    let code = FallbackCode::make()?;
    let region = TrainingRegion::make()?.with_fallback(code.clone());
    let desk = CardDesk::new(&region, stack.reader(0))?;
    let staff = staff_cards(&region, &desk)?;
    // Without windows only the first resident's card is laid.
    let carded = if args.no_windows { 1 } else { residents.len() };
    let cards = patient_cards(&region, &desk, &residents[..carded])?;
    drop(desk);
    let enrolled = region.enrol(dir, rows(&region, &residents, &cards), &staff, &[])?;
    output::line("保存データを暗号化して書きました");
    if args.no_windows {
        let rehearsal = Rehearsal { enrolled: &enrolled, reader: stack.reader(0), staff: &staff, patient: &cards[0] };
        return rehearsal.run(examples::to_search(&residents), &code);
    }
    output::line(&format!("職員カードのPINは {TRAINING_PIN} です。端末の窓を閉じると終わります"));
    examples::tell_code(&staff, &code);
    examples::tell(&residents, &enrolled.config);
    let patients = residents.iter().map(|resident| &resident.summary.identity).zip(cards).collect();
    let others = others::cards(residents.get(WITH_PLAIN_CARD).map(|resident| &resident.summary.identity))?;
    tray::open(&enrolled, stack, &staff, patients, others)
}

/// Every resident, sealed; those after the last card have none, as many in a region.
fn rows<'a>(
    region: &'a TrainingRegion,
    residents: &'a [Resident],
    cards: &'a [TrainingCard],
) -> impl Iterator<Item = Result<Row, SealError>> + 'a {
    residents.iter().enumerate().map(|(place, resident)| {
        let card: Vec<_> = cards.get(place).map(|card| card.public_key).into_iter().collect();
        let row = region.row(&resident.summary, resident.photo.as_ref(), &card)?;
        if place == WITH_PLAIN_CARD { others::register(region, row) } else { Ok(row) }
    })
}

fn staff_cards(region: &TrainingRegion, desk: &CardDesk<'_>) -> Result<Vec<TrainingStaff>, DemoError> {
    let names = [("S0001", "佐藤"), ("S0002", "田中")];
    names.into_iter().map(|(id, name)| region.staff(desk, id, name)).collect()
}

fn patient_cards(
    region: &TrainingRegion,
    desk: &CardDesk<'_>,
    residents: &[Resident],
) -> Result<Vec<TrainingCard>, DemoError> {
    let mut cards = Vec::with_capacity(residents.len());
    for (done, resident) in residents.iter().enumerate() {
        cards.push(region.patient(desk, &resident.summary)?);
        if (done + 1) % 20 == 0 || done + 1 == residents.len() {
            output::line(&format!("カードを発行しています {}/{}", done + 1, residents.len()));
        }
    }
    Ok(cards)
}
