//! The store's thread: looks up, writes the audit and says when a row is durable, and notices what sync did.
//!
//! The other process (`kakari sync`) writes into the same store. Once a second this one looks whether something changed
//! and whether the region has ordered an erasure; then the store is closed at once. A tablet that is enrolled while this
//! program waits begins without a restart.
//!
//! Nobody waits for what cannot be sent to the session's thread: it ends only with the program.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use kakari_record::audit::AuditEvent;
use kakari_record::seal::{KeyId, Token};
use kakari_session::{Attempt, Event, StoreTrouble, WipeStage};
use kakari_store::{Found, Store, StoreError};

use super::Input;
use super::audit_writer::AuditWriter;
use super::opening::{open_store, read_store};
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
    Find { tokens: Vec<Token>, card_key: KeyId, reply: Sender<Result<Found, StoreError>> },
    Audit { attempt: Attempt, event: Box<AuditEvent> },
    EraseWraps,
    Finish { event: Box<AuditEvent>, done: Sender<()> },
}

impl StoreDesk {
    /// Starts the thread, which opens the store and tells so.
    pub(super) fn start(config: &Config, inputs: Sender<Input>) -> std::io::Result<Self> {
        let (requests, received) = mpsc::channel();
        let desk = Desk { config: config.clone(), requests: received, inputs };
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
    requests: Receiver<Request>,
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
                let _ = self.inputs.send(Input::StoreOpened(Arc::new(trust), facts));
                Serving {
                    desk: self,
                    store,
                    audit: AuditWriter::default(),
                    erase: false,
                    told_ms: clock::now().monotonic_ms,
                }
                .serve()
            }
            Err(trouble) => {
                tracing::warn!(?trouble, "the store does not serve");
                let _ = self.inputs.send(Input::Event(Event::StoreFailed(trouble)));
                // A store that is not there yet may be enrolled, and one that is held may be let go.
                let waits = matches!(trouble, StoreTrouble::Missing | StoreTrouble::NoKey | StoreTrouble::Refused);
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
                Ok(Request::Audit { attempt, .. }) => {
                    let _ = self.inputs.send(Input::Event(Event::AuditFailed(attempt, trouble)));
                }
                Ok(Request::EraseWraps) => {}
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
    audit: AuditWriter,
    /// The wraps are still to be erased.
    erase: bool,
    /// When the facts were told last.
    told_ms: u64,
}

impl Serving<'_> {
    fn serve(mut self) -> Leave {
        let mut looked = Instant::now();
        loop {
            match self.desk.requests.recv_timeout(LOOK) {
                Ok(Request::Finish { event, done }) => {
                    // Said in the log by the writer; nobody is left to be told.
                    let _ = self.audit.write(&mut self.store, &event).and_then(|()| self.store.checkpoint());
                    let _ = done.send(());
                    return Leave::Finished;
                }
                Ok(request) => self.answer(request),
                Err(RecvTimeoutError::Disconnected) => return Leave::Finished,
                Err(RecvTimeoutError::Timeout) => {}
            }
            if looked.elapsed() >= LOOK {
                looked = Instant::now();
                if wiping::stage(&self.desk.config).is_some() {
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
            Request::Audit { attempt, event } => {
                let began = Instant::now();
                let _ = self.desk.inputs.send(match self.audit.write(&mut self.store, &event) {
                    Ok(()) => Input::AuditWritten(attempt, began.elapsed()),
                    Err(error) => Input::Event(Event::AuditFailed(attempt, store_trouble(&error))),
                });
            }
            Request::EraseWraps => self.erase = true,
            Request::Finish { .. } => unreachable!("answered by the loop"),
        }
        self.erase_wraps();
    }

    /// Reads anew what the other process changed.
    fn look(&mut self) {
        self.erase_wraps();
        let due = clock::now().monotonic_ms - self.told_ms >= LEASE_MS;
        match self.store.changed() {
            Ok(changed) if changed || due => self.tell(),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "cannot see whether the store changed"),
        }
    }

    fn tell(&mut self) {
        self.told_ms = clock::now().monotonic_ms;
        match read_store(&mut self.store) {
            Ok((trust, facts)) => {
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
