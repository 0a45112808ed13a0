//! The store's thread: looks up, writes the audit and says when a row is durable, and notices what sync did.
//!
//! The other process (`kakari sync`) writes into the same store. Once a second this one looks whether something changed
//! and whether the region has ordered an erasure; then the store is closed at once. A tablet that is enrolled while this
//! program waits begins without a restart.
//!
//! Nobody waits for what cannot be sent to the session's thread: it ends only with the program.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use kakari_record::audit::{AuditEvent, AuditKind};
use kakari_record::seal::{KeyId, Token};
use kakari_session::{Attempt, Event, StoreTrouble, WipeStage};
use kakari_store::{Found, Registered, SignedCheckpoint, Store, StoreError};

use super::Input;
use super::audit_clerk::AuditClerk;
use super::audit_signing::AuditSigning;
use super::audit_start::{findings, sign_audit};
use super::audit_watch::check_in_background;
use super::audit_writer::AuditWriter;
use super::opening::{open_store, read_store};
use super::power::{self, Gauges};
use super::searched;
use super::troubles::store_trouble;
use crate::clock;
use crate::config::Config;
use crate::wiping;

/// How long the program waits at its end for the last rows.
const LAST_ROWS: Duration = Duration::from_secs(2);
/// How often it looks for what the other process did.
const LOOK: Duration = Duration::from_secs(1);
/// How often the lease is told anew, in milliseconds of a clock that goes on while the tablet sleeps.
const LEASE_MS: u64 = 60_000;

/// A handle to the store's thread.
#[derive(Clone)]
pub(super) struct StoreDesk {
    requests: Sender<Request>,
}

enum Request {
    Find {
        tokens: Vec<Token>,
        card_key: KeyId,
        reply: Sender<Result<Found, StoreError>>,
    },
    FindRegistered {
        tokens: Vec<Token>,
        reply: Sender<Result<Registered, StoreError>>,
    },
    Audit {
        attempt: Attempt,
        event: Box<AuditEvent>,
    },
    UseCode {
        id: [u8; 8],
        reply: Sender<Result<bool, StoreError>>,
    },
    /// A row that nobody waits for.
    Note(AuditKind),
    /// What the device signed; none when it did not.
    Signed(Option<SignedCheckpoint>),
    EraseWraps,
    Finish {
        event: Box<AuditEvent>,
        done: Sender<()>,
    },
}

impl StoreDesk {
    /// Starts the thread, which opens the store and tells so.
    pub(super) fn start(config: &Config, clerk: AuditClerk, inputs: Sender<Input>) -> std::io::Result<Self> {
        let (requests, received) = mpsc::channel();
        let desk = Desk { config: config.clone(), clerk, requests: received, own: requests.clone(), inputs };
        thread::Builder::new().name("store".to_owned()).spawn(move || desk.work())?;
        Ok(Self { requests })
    }

    /// Blocks until the store has looked.
    pub(super) fn find(&self, tokens: Vec<Token>, card_key: KeyId) -> Result<Found, StoreTrouble> {
        let (reply, answer) = mpsc::channel();
        let gone = |_| StoreTrouble::Refused;
        self.requests.send(Request::Find { tokens, card_key, reply }).map_err(|_| StoreTrouble::Refused)?;
        answer.recv().map_err(gone)?.map_err(|error| store_trouble(&error))
    }

    /// Blocks until the store has looked for the one resident with one of these tokens.
    pub(super) fn find_registered(&self, tokens: Vec<Token>) -> Result<Registered, StoreTrouble> {
        let (reply, answer) = mpsc::channel();
        self.requests.send(Request::FindRegistered { tokens, reply }).map_err(|_| StoreTrouble::Refused)?;
        answer.recv().map_err(|_| StoreTrouble::Refused)?.map_err(|error| store_trouble(&error))
    }

    /// Blocks until the one-time code is marked as used, durably. False when it was used before.
    pub(super) fn use_code(&self, id: [u8; 8]) -> Result<bool, StoreTrouble> {
        let (reply, answer) = mpsc::channel();
        self.requests.send(Request::UseCode { id, reply }).map_err(|_| StoreTrouble::Refused)?;
        answer.recv().map_err(|_| StoreTrouble::Refused)?.map_err(|error| store_trouble(&error))
    }

    /// Answers with the attempt's event once the row is durable, or is known not to be.
    pub(super) fn audit(&self, attempt: Attempt, event: AuditEvent) {
        self.ask(Request::Audit { attempt, event: Box::new(event) });
    }

    /// Erases the wraps of the vault keys, after every row that was asked for before.
    pub(super) fn erase_wraps(&self) {
        self.ask(Request::EraseWraps);
    }

    /// Writes the last row and waits for it.
    pub(super) fn finish(&self, event: AuditEvent) {
        let (done, finished) = mpsc::channel();
        self.ask(Request::Finish { event: Box::new(event), done });
        if finished.recv_timeout(LAST_ROWS).is_err() {
            tracing::error!("the last audit rows may not be written");
        }
    }

    /// The thread outlives every other; if it is gone all the same, nothing that waits for its answer is ever shown.
    fn ask(&self, request: Request) {
        if self.requests.send(request).is_err() {
            tracing::error!("the store's thread is gone");
        }
    }
}

/// The thread's own.
struct Desk {
    config: Config,
    clerk: AuditClerk,
    requests: Receiver<Request>,
    /// To itself, from what it lets run beside it.
    own: Sender<Request>,
    inputs: Sender<Input>,
}

/// Why the thread leaves a way of serving.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leave {
    /// The program ends.
    Finished,
    /// The store has to be opened anew, or must not be.
    Again,
}

impl Desk {
    fn work(&self) {
        while self.once() == Leave::Again {}
    }

    /// Serves in one of three ways until it has to be another.
    fn once(&self) -> Leave {
        if let Some(stage) = wiping::finish(&self.config) {
            let _ = self.inputs.send(Input::Event(Event::Wiped(stage)));
            // What could not be erased is tried again at every look.
            let again = || stage == WipeStage::Pending || wiping::stage(&self.config) != Some(stage);
            return self.refuse(StoreTrouble::Missing, again);
        }
        match open_store(&self.config) {
            Ok((store, trust, facts)) => {
                let (trust, mut clerk) = (Arc::new(trust), self.clerk.clone());
                clerk.trust(Arc::clone(&trust));
                let mut serving = Serving {
                    desk: self,
                    store,
                    clerk,
                    audit: AuditWriter::default(),
                    signing: AuditSigning::default(),
                    gauges: Gauges::default(),
                    erase: false,
                    told_ms: clock::now().monotonic_ms,
                };
                serving.begin();
                let _ = self.inputs.send(Input::StoreOpened(trust, facts));
                serving.serve()
            }
            Err(trouble) => {
                tracing::warn!(?trouble, "the store does not serve");
                let _ = self.inputs.send(Input::Event(Event::StoreFailed(trouble)));
                // A store that is not there yet may be enrolled, one that is held may be let go, and room may be made.
                let waits = matches!(
                    trouble,
                    StoreTrouble::Missing | StoreTrouble::NoKey | StoreTrouble::Refused | StoreTrouble::Full
                );
                self.refuse(trouble, || wiping::stage(&self.config).is_some() || waits && self.is_there())
            }
        }
    }

    fn is_there(&self) -> bool {
        self.config.store.exists() && self.config.store_key_path().exists()
    }

    /// Without a store every request is answered, so that nobody waits.
    fn refuse(&self, trouble: StoreTrouble, changed: impl Fn() -> bool) -> Leave {
        loop {
            match self.requests.recv_timeout(LOOK) {
                Ok(Request::Find { reply, .. }) => drop(reply),
                Ok(Request::FindRegistered { reply, .. }) => drop(reply),
                Ok(Request::UseCode { reply, .. }) => drop(reply),
                Ok(Request::Audit { attempt, .. }) => {
                    let _ = self.inputs.send(Input::Event(Event::AuditFailed(attempt, trouble)));
                }
                Ok(Request::EraseWraps | Request::Note(_) | Request::Signed(_)) => {}
                Ok(Request::Finish { done, .. }) => {
                    let _ = done.send(());
                    return Leave::Finished;
                }
                Err(RecvTimeoutError::Disconnected) => return Leave::Finished,
                Err(RecvTimeoutError::Timeout) if changed() => return Leave::Again,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

/// The thread while the store is open.
struct Serving<'a> {
    desk: &'a Desk,
    store: Store,
    clerk: AuditClerk,
    audit: AuditWriter,
    signing: AuditSigning,
    gauges: Gauges,
    /// The wraps are still to be erased.
    erase: bool,
    /// When the facts were told last.
    told_ms: u64,
}

impl Serving<'_> {
    /// Before anything else is written: how the program ended the last time, and what is new. None of it stops a crew.
    fn begin(&mut self) {
        sign_audit(&self.desk.config, &mut self.store);
        match findings(&self.desk.config, &mut self.store, &self.clerk) {
            Ok(found) => {
                for kind in found {
                    match kind {
                        AuditKind::RowsLost { rows } => self.audit.confess(rows),
                        kind => self.note(kind),
                    }
                }
                self.clear_gap();
            }
            Err(error) => tracing::warn!(%error, "it cannot be seen how the program ended the last time"),
        }
    }

    /// What the last program noted is confessed now; this one's own count begins anew.
    fn clear_gap(&self) {
        if !self.audit.is_waiting()
            && let Err(error) = self.store.note_gap(0)
        {
            tracing::warn!(%error, "the note of rows that waited is still there");
        }
    }

    /// Writes a row that nobody waits for; one that is not written is said in the log.
    fn note(&mut self, kind: AuditKind) {
        let event = self.clerk.own(kind);
        let _ = self.audit.write(&mut self.store, &event);
    }

    /// Takes the reserve when there is room for it, and writes what waited for room.
    fn mind_disk(&mut self) {
        if self.audit.is_waiting() {
            let like = self.clerk.own(AuditKind::Started);
            self.audit.write_waiting(&mut self.store, &like);
            if !self.audit.is_waiting() {
                let _ = self.desk.inputs.send(Input::Event(Event::RowsWritten));
            }
        }
        if let Err(error) = self.store.keep_reserve() {
            tracing::warn!(%error, "no reserve is kept on the disk");
        }
    }

    fn mind_gauges(&mut self) {
        let disk = self.store.free_mb().ok().and_then(|free_mb| self.gauges.disk(free_mb));
        let battery = self.gauges.battery(power::battery_percent(Path::new(power::POWER)));
        disk.into_iter().chain(battery).for_each(|kind| self.note(kind));
    }

    fn serve(mut self) -> Leave {
        // The first time this writes some megabytes: nobody waits for that.
        self.mind_disk();
        self.mind_gauges();
        let mut looked = Instant::now();
        loop {
            match self.desk.requests.recv_timeout(LOOK.saturating_sub(looked.elapsed())) {
                Ok(Request::Finish { event, done }) => {
                    // Said in the log by the writer; nobody is left to be told.
                    let _ = self.audit.write(&mut self.store, &event).and_then(|_| self.store.checkpoint());
                    drop(self);
                    let _ = done.send(());
                    return Leave::Finished;
                }
                Ok(request) => self.answer(request),
                Err(RecvTimeoutError::Disconnected) => return Leave::Finished,
                Err(RecvTimeoutError::Timeout) => {}
            }
            if looked.elapsed() >= LOOK {
                looked = Instant::now();
                if wiping::stage(&self.desk.config).is_some() || self.is_beyond() {
                    return Leave::Again;
                }
                self.look();
            }
        }
    }

    fn answer(&mut self, request: Request) {
        match request {
            Request::Find { tokens, card_key, reply } => {
                let _ = reply.send(self.store.find_by_card(&tokens, card_key));
            }
            Request::FindRegistered { tokens, reply } => {
                let _ = reply.send(self.store.find_registered(&tokens));
            }
            Request::UseCode { id, reply } => {
                let _ = reply.send(self.store.use_code(id, clock::now().utc));
            }
            Request::Audit { attempt, event } => {
                let began = Instant::now();
                let _ = self.desk.inputs.send(match self.audit.write(&mut self.store, &event) {
                    Ok(written) => Input::AuditWritten(attempt, written, began.elapsed()),
                    Err(error) => Input::Event(Event::AuditFailed(attempt, store_trouble(&error))),
                });
                self.sign_beside();
                if matches!(event.kind, AuditKind::SignedIn | AuditKind::FallbackStarted { .. }) {
                    self.check_audit();
                }
            }
            Request::Note(kind) => self.note(kind),
            Request::Signed(signed) => {
                if !self.signing.end(&mut self.store, signed) {
                    self.sign_beside();
                }
            }
            Request::EraseWraps => self.erase = true,
            Request::Finish { .. } => unreachable!("answered by the loop"),
        }
        self.erase_wraps();
    }

    /// After the answer: a checkpoint that is due soon.
    fn sign_beside(&mut self) {
        let own = self.desk.own.clone();
        self.signing.begin(&self.store, move |signed| {
            let _ = own.send(Request::Signed(signed));
        });
    }

    /// At the start of a shift, on a thread of its own.
    fn check_audit(&self) {
        let own = self.desk.own.clone();
        let found = move |faults, first| {
            let _ = own.send(Request::Note(AuditKind::AuditFaulty { faults, first }));
        };
        check_in_background(&self.desk.config, self.desk.inputs.clone(), found);
    }

    /// Another version of the program has brought the store further than this one knows: it is not served any more.
    fn is_beyond(&self) -> bool {
        let newer = matches!(self.store.is_newer(), Ok(true));
        if newer {
            tracing::error!("another version of the program has migrated the store");
        }
        newer
    }

    /// Reads anew what the other process changed.
    fn look(&mut self) {
        self.erase_wraps();
        let due = clock::now().monotonic_ms - self.told_ms >= LEASE_MS;
        self.mind_disk();
        if due {
            self.mind_gauges();
        }
        match self.store.changed() {
            Ok(changed) if changed || due => self.tell(),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "cannot see whether the store changed"),
        }
    }

    fn tell(&mut self) {
        self.told_ms = clock::now().monotonic_ms;
        match read_store(&mut self.store) {
            Ok((trust, mut facts)) => {
                // A search whose row still waits for room on the disk counts like every other.
                self.audit.owed().iter().for_each(|event| searched::count(event, &mut facts.searched));
                let _ = self.desk.inputs.send(Input::StoreChanged(Arc::new(trust), facts));
            }
            Err(error) => tracing::warn!(%error, "the changed store cannot be read"),
        }
    }

    /// Tries again at the next look when the other process stood in the way.
    fn erase_wraps(&mut self) {
        if !self.erase {
            return;
        }
        match self.store.forget_wraps() {
            Ok(()) => {
                self.erase = false;
                tracing::warn!("the lease is over: the wraps of the vault keys are erased");
                self.tell();
            }
            Err(error) => tracing::error!(%error, "the wraps of the vault keys are not erased yet"),
        }
    }
}
