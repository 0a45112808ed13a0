//! The command line. Text for people, `--json` for programs.

use std::io::{self, Write};
use std::panic::{self, PanicHookInfo};
use std::path::PathBuf;
use std::process::{self, ExitCode};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::command;
use crate::command::hand_over::HandOverArgs;
use crate::config::{Config, DEFAULT_PATH};
use crate::{log, output, private_memory};

/// Offline emergency summaries for ambulance crews.
#[derive(Debug, Parser)]
#[command(name = "kakari", version, about = "Offline emergency summaries for ambulance crews")]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Write the log as JSON lines (to standard error; RUST_LOG chooses what).
    #[arg(long, global = true)]
    log_json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// A small invented region on this machine: virtual cards on the real PC/SC stack, a card tray, the tablet.
    #[cfg(feature = "demo")]
    Demo(crate::demo::DemoArgs),
    /// The tablet.
    Run(Configured),
    /// Fetches what the region published and sends the audit; keeps running unless told otherwise.
    ///
    /// While it runs, the tablet's crew can ask it for a round at once, also from a stick.
    /// A process of its own: it holds no key that opens a record. Exit codes with --once: 0 all that was due was done,
    /// 1 the network, the disk or the server stood in the way, 3 something of the feed was refused, 4 this tablet is not
    /// enrolled or was erased.
    Sync(SyncArgs),
    /// Makes this tablet one of a region, by an invitation from its office.
    ///
    /// Interrupted, run the same command again: it goes on where it stopped. Exit codes: 0 ready, with every record
    /// counted; 1 not ready yet, run it again; 3 refused. With --window: 0 ready, 1 closed before.
    ///
    /// --window is for who has the tablet and no keyboard: the code is typed on the glass, or nothing is, when the text of
    /// the invitation's QR code is a file on the stick. --touches is the same without a glass: `way N` (counted from 0),
    /// `letters 8K2M`, `erase`, `submit`, `retry`, `back`, `finish`, `theme`, `japanese`, `english`, each a line of
    /// standard input; each change of the page is a line of JSON.
    Enrol(EnrolArgs),
    /// One tap without a screen: a staff card or a one-time code, then a patient's card.
    ///
    /// Prints the summary and each step, with --hand-over what is handed over too. --pin-file goes with a staff card;
    /// --fallback-code-file and --staff are the start without one. Exit codes: 0 shown (and handed over); 1 not, with
    /// the reason and the next step; 2 the words of the command are wrong. With --taps, of the last.
    Tap(TapArgs),
    /// The tablet without a screen, touch by touch: lines on standard input, each change of the screen a line of JSON.
    ///
    /// Nothing of a patient is printed. Lines: `digits 123456`, `erase`, `submit`, `cancel`, `dismiss`; `add-crew` (the
    /// second of the crew), `one-time-code`, `pick N` and `turn N` (the names on its list, counted from 0); `confirm`
    /// (本人同意), `close` (the case); `open sync` (or checks, cases, review, usage, settings), `back`, `sync-now`, `import`,
    /// `speak en` or `speak ja`; `lock`, `end-shift`, `quit`.
    Touch(TouchArgs),
    /// A search for a patient without a card, without a screen: a staff card and its PIN file, then what is known.
    ///
    /// For example: kakari search --pin-file pin --reason unconscious --rows ヤマタハナ --age 70 --sex female. Say at least
    /// one of --name, --rows, --birth-date, --phone, --number and --address; --age and --sex narrow a name. Prints who fits, and with --choose the summary. It is break-glass: the same rules, limits and audit as on the glass.
    /// Exit codes: 0 somebody was named, or shown with --choose; 1 the card, the reader or the store stood in the way;
    /// 3 nobody fits (which is not 「病気・アレルギーなし」); 4 too many fit, or not enough was said; 5 a rule stood in the
    /// way: a limit, a wrong birth year, withdrawn consent, a row that could not be written. With --script, of the last.
    Search(SearchArgs),
    /// The pre-shift check: exit code 0 when the tablet is fit for duty, else 1.
    Check(CheckArgs),
    /// The audit: whether it is whole, its rows for others, what is to be reviewed.
    Audit(command::audit::AuditArgs),
    /// The figures of this tablet's use, from its audit alone; no personal data in them.
    Report(command::report::ReportArgs),
    /// Tries this program on a copy of the tablet's store, before it is taken in the place of another: exit code 0 or 1.
    ///
    /// The copy lies beside the store, is opened (and so migrated) and read, and removed. The store itself is only read.
    ProveStore(command::prove_store::ProveArgs),
    /// Prints the newest schema of a store that this program writes, a plain number.
    StoreSchema,
}

/// How to sync.
#[derive(Debug, Args)]
pub(crate) struct SyncArgs {
    #[command(flatten)]
    pub(crate) configured: Configured,
    /// One round, then end.
    #[arg(long)]
    pub(crate) once: bool,
    /// Read the feed from this folder (a USB bundle) and not from the network. Receipts wait for the network.
    #[arg(long, value_name = "DIR")]
    pub(crate) from: Option<PathBuf>,
    /// A snapshot may come over a metered link all the same.
    #[arg(long)]
    pub(crate) allow_snapshot: bool,
    /// This link is metered, whatever the configuration says.
    #[arg(long)]
    pub(crate) metered: bool,
    /// JSON lines on standard output instead of lines for people on standard error.
    #[arg(long)]
    pub(crate) json: bool,
}

/// How to enrol.
#[derive(Args)]
#[command(group(clap::ArgGroup::new("invited").required(true).multiple(true)
    .args(["code", "invitation", "window", "touches"])))]
pub(crate) struct EnrolArgs {
    /// The invitation's code, XXXX-XXXX-XXXX. It goes with --server, or with --from.
    #[arg(long, conflicts_with_all = ["invitation", "window", "touches"])]
    pub(crate) code: Option<String>,
    /// Where to enrol, https://host:port.
    #[arg(long, value_name = "URL", conflicts_with = "invitation")]
    pub(crate) server: Option<String>,
    /// The text of the invitation's QR code: a file, or - for standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) invitation: Option<PathBuf>,
    /// Enrol from this folder (a USB bundle), without a network.
    #[arg(long, value_name = "DIR")]
    pub(crate) from: Option<PathBuf>,
    /// The folder for everything of this tablet, when there is no configuration yet.
    #[arg(long, value_name = "DIR", default_value = crate::config::DEFAULT_DIR)]
    pub(crate) state: PathBuf,
    /// The configuration; written when there is none.
    #[arg(long, env = "KAKARI_CONFIG", default_value = DEFAULT_PATH)]
    pub(crate) config: PathBuf,
    /// The link is metered: written into a new configuration. The first snapshot then waits for --allow-snapshot.
    #[arg(long)]
    pub(crate) metered: bool,
    /// The first snapshot may come over a metered link.
    #[arg(long)]
    pub(crate) allow_snapshot: bool,
    /// JSON lines on standard output instead of lines for people on standard error.
    #[arg(long)]
    pub(crate) json: bool,
    /// In a window, with touches.
    #[arg(long, conflicts_with = "json")]
    pub(crate) window: bool,
    /// The window's pages without a window.
    #[arg(long, conflicts_with = "window")]
    pub(crate) touches: bool,
    /// Where sticks are mounted, if not where the configuration says: an invitation's file or a bundle is found by itself.
    #[arg(long, value_name = "DIR")]
    pub(crate) usb: Option<PathBuf>,
}

impl std::fmt::Debug for EnrolArgs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EnrolArgs([redacted])")
    }
}

/// Where the configuration is.
#[derive(Debug, Args)]
pub(crate) struct Configured {
    /// The configuration.
    #[arg(long, env = "KAKARI_CONFIG", default_value = DEFAULT_PATH)]
    config: PathBuf,
}

/// How to touch without a screen.
#[derive(Debug, Args)]
pub(crate) struct TouchArgs {
    #[command(flatten)]
    pub(crate) configured: Configured,
}

/// How to tap without a screen.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("crew").required(true).args(["pin_file", "fallback_code_file"])))]
pub(crate) struct TapArgs {
    #[command(flatten)]
    pub(crate) configured: Configured,
    /// A file that holds the staff card's PIN and nothing else.
    #[arg(long)]
    pub(crate) pin_file: Option<PathBuf>,
    /// Without a staff card: a file that holds a supervisor's one-time code and nothing else. The code is used up.
    #[arg(long, requires = "staff")]
    pub(crate) fallback_code_file: Option<PathBuf>,
    /// The staff numbers of the two who begin by that code.
    #[arg(long, value_delimiter = ',', num_args = 1, value_name = "S0001,S0002", requires = "fallback_code_file")]
    pub(crate) staff: Vec<String>,
    /// Why the record may be seen.
    #[arg(long, value_enum)]
    pub(crate) basis: BasisArg,
    /// So many patients' cards, one after the other: each case is closed before the next.
    #[arg(long, default_value_t = 1)]
    pub(crate) taps: u32,
    /// Seconds to wait for each card.
    #[arg(long, default_value_t = 60)]
    pub(crate) wait: u64,
    /// JSON lines instead of text: which card is wanted, and at last the outcome.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) hand_over: HandOverArgs,
}

/// How to search without a screen.
#[derive(Args)]
#[command(group(clap::ArgGroup::new("known").required(true).multiple(true)
    .args(["name", "rows", "birth_date", "phone", "number", "address", "script"])))]
pub(crate) struct SearchArgs {
    #[command(flatten)]
    pub(crate) configured: Configured,
    /// A file that holds the staff card's PIN and nothing else.
    #[arg(long)]
    pub(crate) pin_file: PathBuf,
    #[command(flatten)]
    pub(crate) ask: command::search::Ask,
    /// Several searches of one break-glass, one JSON object a line: a file, or - for standard input.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["name", "rows", "birth_date", "phone", "number", "address", "choose"])]
    pub(crate) script: Option<PathBuf>,
    /// Seconds to wait for the staff card, and for each answer.
    #[arg(long, default_value_t = 60)]
    pub(crate) wait: u64,
    /// JSON lines instead of text.
    #[arg(long)]
    pub(crate) json: bool,
}

impl std::fmt::Debug for SearchArgs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SearchArgs([redacted])")
    }
}

/// Why the record may be seen.
#[derive(Clone, Copy, Debug, serde::Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum BasisArg {
    /// 本人同意
    Consent,
    /// 家族の求め
    Family,
    /// 意識なし・緊急
    Emergency,
}

/// How to check.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) configured: Configured,
    /// One JSON object instead of text.
    #[arg(long)]
    pub(crate) json: bool,
}

impl Configured {
    /// False before a tablet is enrolled.
    pub(crate) fn is_there(&self) -> bool {
        !matches!(self.config.try_exists(), Ok(false))
    }

    pub(crate) fn load(&self) -> Result<Config, String> {
        Config::load(&self.config).map_err(|error| error.to_string())
    }
}

/// A thread that panics must not leave a patient on a glass that nobody drives any more: the whole program ends, and is
/// started anew. Only the place is told: a panic's words may quote a patient's.
fn fall(panicked: &PanicHookInfo<'_>) {
    let place = panicked.location().map(ToString::to_string).unwrap_or_default();
    output::error(&format!("ended by a fault of its own at {place}; start it again"));
    process::abort();
}

/// Runs the command line of this process, and ends it.
pub fn run() -> ! {
    let cli = Cli::parse();
    log::start(cli.log_json);
    panic::set_hook(Box::new(fall));
    private_memory::keep();
    let done = match cli.command {
        #[cfg(feature = "demo")]
        Command::Demo(args) => crate::demo::run(&args),
        Command::Run(configured) => command::run::run(&configured),
        Command::Sync(args) => command::sync::run(&args),
        Command::Enrol(args) => command::enrol::run(&args),
        Command::Tap(args) => command::tap::run(&args),
        Command::Touch(args) => command::touch::run(&args),
        Command::Search(args) => command::search::run(&args),
        Command::Check(args) => command::check::run(&args),
        Command::Audit(args) => command::audit::run(&args),
        Command::Report(args) => command::report::run(&args),
        Command::ProveStore(args) => command::prove_store::prove_store(&args),
        Command::StoreSchema => Ok(command::prove_store::store_schema()),
    };
    end(done.unwrap_or_else(|message| {
        output::error(&message);
        ExitCode::FAILURE
    }))
}

/// Whatever has to last was made durable before. What C libraries do at a program's end they do under threads that still run: SQLCipher
/// frees the memory in which such a thread has its keys, and it would crash.
fn end(code: ExitCode) -> ! {
    // There is nobody left to be told.
    let _ = io::stdout().flush();
    let number = (0..=u8::MAX).find(|number| ExitCode::from(*number) == code);
    signal_hook::low_level::exit(number.unwrap_or(1).into())
}
