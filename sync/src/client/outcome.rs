//! What one round of sync did, told truly.

use std::path::PathBuf;

use super::trust::Place;
use super::{Problem, Refusal, Words};

/// Where a round reads the feed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The region's server.
    Network,
    /// A USB bundle in this folder. Receipts wait for the network.
    Bundle(PathBuf),
}

/// Under which conditions a round happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conditions {
    /// Whether bytes cost something: deltas stop at the day's budget, snapshots wait.
    pub metered: bool,
    /// A person said that the snapshot is to come over the metered link all the same.
    pub bulk_allowed: bool,
}

/// A step of a round, in the order in which they are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The signed head.
    Head,
    /// Orders to this tablet, and settings.
    Orders,
    /// Staff, revoked cards, dictionaries.
    Roster,
    /// Audit rows out, receipts back.
    Receipts,
    /// Changes since the last time.
    Deltas,
    /// Everything.
    Snapshot,
    /// Comparison with the region's digests.
    Reconcile,
    /// A new version of the program.
    Program,
    /// A new certificate.
    Renewal,
    /// What the tablet tells of itself.
    Report,
}

/// How far a round is, for a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepProgress {
    /// Which step.
    pub step: Step,
    /// Bytes of it that are here.
    pub done: u64,
    /// Bytes that it has.
    pub of: u64,
}

/// A step that did not happen, or not to its end. What was done before it stays done.
#[derive(Debug)]
pub struct Failure {
    /// Which step.
    pub step: Step,
    /// Why.
    pub problem: Problem,
}

/// Why bytes are waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// A snapshot of so many bytes waits for the station's Wi-Fi, a USB bundle or a person's word.
    ForWifi {
        /// Its size.
        bytes: u64,
    },
    /// The day's bytes over the metered link are spent.
    ForTomorrow,
    /// A new version of the program of so many bytes waits for the same as a snapshot.
    ProgramForWifi {
        /// Its size.
        bytes: u64,
    },
}

/// A wipe that this tablet was ordered to carry out: the caller does it, at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WipeOrder {
    /// Names the order in the tablet's answer.
    pub nonce: [u8; 16],
}

/// What one round did.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The head that was believed; none when there was none to believe.
    pub head: Option<Place>,
    /// How many residents' records that head says there are.
    pub head_records: Option<u64>,
    /// The tablet has everything that the head names.
    pub up_to_date: bool,
    /// The server was reached and did its part.
    pub contact: bool,
    /// A wipe to carry out now.
    pub wipe: Option<WipeOrder>,
    /// Rows put, of deltas and snapshot.
    pub put: u64,
    /// Rows whose cards changed.
    pub cards: u64,
    /// Rows taken away.
    pub removed: u64,
    /// Rows that could not be taken and were set aside.
    pub set_aside: u64,
    /// Whether a snapshot replaced everything.
    pub snapshot: bool,
    /// The version of the program that came whole in this round and lies ready for who installs it.
    pub staged: Option<String>,
    /// What is waiting, and for what.
    pub waits: Option<Waits>,
    /// Audit rows that got a receipt in this round.
    pub receipted: u64,
    /// The server holds other audit rows at these places: 要確認.
    pub conflict: bool,
    /// The tablet holds another number of records than the head says, also with the rows that are set aside.
    pub count_differs: bool,
    /// Digests that differed, when they were compared.
    pub differing: Option<usize>,
    /// The server's time less the tablet's, in milliseconds, when the server told.
    pub server_ahead_ms: Option<i64>,
    /// Steps that failed.
    pub failures: Vec<Failure>,
    /// Bytes of bodies that moved over the network.
    pub bytes: u64,
}

impl Outcome {
    /// Whether every step that was due was done. What waits was not due.
    pub fn is_success(&self) -> bool {
        self.failures.is_empty() && !self.conflict
    }

    /// What of the feed was refused first, if anything was.
    pub fn refusal(&self) -> Option<&Refusal> {
        self.failures.iter().find_map(|failure| failure.problem.refusal())
    }

    /// The first thing that went wrong, for a screen; a refusal before anything else.
    pub fn words(&self) -> Option<Words> {
        let first = self.failures.first().map(|failure| failure.problem.words());
        self.refusal().map(Refusal::words).or(first)
    }

    pub(crate) fn fail(&mut self, step: Step, problem: impl Into<Problem>) {
        let problem = problem.into();
        tracing::warn!(?step, %problem, "a step of the sync failed");
        self.failures.push(Failure { step, problem });
    }
}
