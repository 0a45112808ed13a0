//! The store's thread: looks up, writes the audit, and says when a row is durable.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, Utc};
use kakari_card::CardAuthority;
use kakari_record::audit::{AuditEvent, AuditKind};
use kakari_record::seal::{Dictionary, FeedId, KeyId, Roster, Token};
use kakari_session::{Attempt, Event, RosterState, StoreFacts, StoreTrouble};
use kakari_store::{Found, Store, StoreError, StoreKey};

use super::Input;
use super::troubles::{key_trouble, open_trouble, store_trouble};
use crate::config::Config;

/// How long the program waits at its end for the last rows.
const LAST_ROWS: Duration = Duration::from_secs(2);

/// What a card or a roster entry is held against, read from the store when it is opened.
#[derive(Debug)]
pub(crate) struct Trust {
    pub(crate) feed: FeedId,
    pub(crate) authority: CardAuthority,
    pub(crate) roster: Option<Roster>,
    /// No true clock stands before this: the newest time that the region has signed or sent.
    pub(crate) not_before: DateTime<Utc>,
    pub(crate) dictionaries: Vec<Dictionary>,
}

/// A handle to the store's thread.
#[derive(Clone)]
pub(super) struct StoreDesk {
    requests: Sender<Request>,
}

enum Request {
    Find { tokens: Vec<Token>, card_key: KeyId, reply: Sender<Result<Found, StoreError>> },
    Audit { attempt: Attempt, event: Box<AuditEvent> },
    Finish { event: Box<AuditEvent>, done: Sender<()> },
}

impl StoreDesk {
    /// Starts the thread, which opens the store and tells so.
    pub(super) fn start(config: &Config, inputs: Sender<Input>) -> std::io::Result<Self> {
        let (requests, received) = mpsc::channel();
        let config = config.clone();
        thread::Builder::new().name("store".to_owned()).spawn(move || match open_store(&config) {
            Ok((store, trust, facts)) => {
                let _ = inputs.send(Input::StoreOpened(Arc::new(trust), facts));
                serve(store, &received, &inputs);
            }
            Err(trouble) => {
                tracing::warn!(?trouble, "the store does not serve");
                let _ = inputs.send(Input::Event(Event::StoreFailed(trouble)));
                refuse(trouble, &received, &inputs);
            }
        })?;
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
        let _ = self.requests.send(Request::Audit { attempt, event: Box::new(event) });
    }

    /// Writes the last row and waits for it.
    pub(super) fn finish(&self, event: AuditEvent) {
        let (done, finished) = mpsc::channel();
        let _ = self.requests.send(Request::Finish { event: Box::new(event), done });
        let _ = finished.recv_timeout(LAST_ROWS);
    }
}

/// Opens the store and reads what cards are held against.
pub(crate) fn open_store(config: &Config) -> Result<(Store, Trust, StoreFacts), StoreTrouble> {
    let path = config.store_key_path();
    if matches!(config.store.try_exists(), Ok(false)) {
        return Err(StoreTrouble::Missing);
    }
    let key = StoreKey::load(&path).map_err(|error| key_trouble(&error))?;
    let store = Store::open(&config.store, key).map_err(|error| open_trouble(&error))?;
    let read =
        |store: &Store| -> Result<_, StoreError> { Ok((store.facts()?, store.roster()?, store.dictionaries()?)) };
    let (facts, roster, dictionaries) = read(&store).map_err(|error| store_trouble(&error))?;
    let (roster, roster_state) = match roster {
        Some(Ok(roster)) => (Some(roster), RosterState::Believed),
        Some(Err(_)) => (None, RosterState::NotBelieved),
        None => (None, RosterState::Missing),
    };
    let synced_at = facts.synced_at.and_then(|at| DateTime::from_timestamp(at, 0));
    let trust = Trust {
        feed: facts.feed,
        authority: CardAuthority::new([facts.card_authority]),
        not_before: roster.as_ref().map(|roster| roster.issued_at).max(synced_at).unwrap_or_default(),
        roster,
        dictionaries,
    };
    let facts = StoreFacts { records: facts.records, synced_at, training: facts.training, roster: roster_state };
    Ok((store, trust, facts))
}

impl Trust {
    /// The time that certificates are held against: a clock set back does not make an expired card valid again.
    pub(super) fn card_time(&self) -> SystemTime {
        SystemTime::from(self.not_before).max(SystemTime::now())
    }

    /// Whether the tablet's clock stands before what the region has already signed.
    pub(super) fn doubts(&self, now: DateTime<Utc>) -> bool {
        now < self.not_before
    }
}

/// Writes audit rows; of those that could not be written it keeps the count, which goes before the next that can.
#[derive(Default)]
struct AuditWriter {
    lost: u64,
}

impl AuditWriter {
    fn write(&mut self, store: &mut Store, event: &AuditEvent) -> Result<(), StoreError> {
        let written = self.confess(store, event).and_then(|()| store.append_audit(event));
        if let Err(error) = &written {
            self.lost += 1;
            tracing::error!(%error, "an audit row was not written");
        }
        written.map(drop)
    }

    fn confess(&mut self, store: &mut Store, event: &AuditEvent) -> Result<(), StoreError> {
        if self.lost > 0 {
            store.append_audit(&AuditEvent { kind: AuditKind::RowsLost { rows: self.lost }, ..event.clone() })?;
            self.lost = 0;
        }
        Ok(())
    }
}

fn serve(mut store: Store, requests: &Receiver<Request>, inputs: &Sender<Input>) {
    let mut audit = AuditWriter::default();
    for request in requests {
        match request {
            Request::Find { tokens, card_key, reply } => {
                let _ = reply.send(store.find_by_card(&tokens, card_key));
            }
            Request::Audit { attempt, event } => {
                let began = Instant::now();
                let _ = inputs.send(match audit.write(&mut store, &event) {
                    Ok(()) => Input::AuditWritten(attempt, began.elapsed()),
                    Err(error) => Input::Event(Event::AuditFailed(attempt, store_trouble(&error))),
                });
            }
            Request::Finish { event, done } => {
                // Said in the log by the writer; nobody is left to be told.
                let _ = audit.write(&mut store, &event).and_then(|()| store.checkpoint());
                let _ = done.send(());
                return;
            }
        }
    }
}

/// Without a store every request is answered, so that nobody waits.
fn refuse(trouble: StoreTrouble, requests: &Receiver<Request>, inputs: &Sender<Input>) {
    for request in requests {
        match request {
            Request::Find { reply, .. } => drop(reply),
            Request::Audit { attempt, .. } => {
                let _ = inputs.send(Input::Event(Event::AuditFailed(attempt, trouble)));
            }
            Request::Finish { done, .. } => {
                let _ = done.send(());
                return;
            }
        }
    }
}
