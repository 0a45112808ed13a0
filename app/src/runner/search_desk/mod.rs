//! The search's thread: opens the directory year by year, answers who fits, and opens what was chosen.
//!
//! It has a connection of its own, so that neither a tap nor an audit row waits for it. Opened names live here alone, for
//! as long as a break-glass lasts: [`SearchDesk::forget`] wipes them, also while they are being opened.

mod directory;
mod found;
mod people;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use kakari_record::seal::{RecordId, scrub_stack};
use kakari_record::search::Terms;
use kakari_session::{Attempt, Event, SearchOutcome};

use self::directory::Directory;
use super::Input;
use super::crew_keys::CrewKeys;
use super::journal::Step;
use super::opening::Trust;
use crate::config::Config;

/// A handle to the thread.
pub(super) struct SearchDesk {
    requests: Sender<(Request, Option<Arc<Trust>>)>,
    trust: Mutex<Option<Arc<Trust>>>,
    /// Counts up whenever everything is to be forgotten: work for an older count stops.
    age: Arc<AtomicU64>,
}

enum Request {
    Prepare,
    Search(Attempt, Terms),
    Open(Attempt, RecordId),
    Forget,
}

impl SearchDesk {
    pub(super) fn start(config: &Config, keys: CrewKeys, inputs: Sender<Input>) -> std::io::Result<Self> {
        let (requests, received) = mpsc::channel();
        let age = Arc::new(AtomicU64::new(0));
        let desk = Desk {
            directory: Directory::new(config.clone(), keys, Arc::clone(&age)),
            waiting: VecDeque::new(),
            inputs,
        };
        thread::Builder::new().name("search-desk".to_owned()).spawn(move || desk.work(&received))?;
        Ok(Self { requests, trust: Mutex::default(), age })
    }

    /// What entries and records are held against from now on.
    pub(super) fn trust(&self, trust: Arc<Trust>) {
        *self.trust.lock().unwrap_or_else(PoisonError::into_inner) = Some(trust);
    }

    /// A search may come.
    pub(super) fn prepare(&self) {
        self.ask(Request::Prepare);
    }

    /// Answers with [`Event::Searched`], unless a newer search came before it was begun.
    pub(super) fn search(&self, attempt: Attempt, terms: Terms) {
        self.ask(Request::Search(attempt, terms));
    }

    /// Answers with [`Event::FoundOpened`].
    pub(super) fn open(&self, attempt: Attempt, record: RecordId) {
        self.ask(Request::Open(attempt, record));
    }

    /// Wipes whatever was opened; what is being opened is not kept.
    pub(super) fn forget(&self) {
        self.age.fetch_add(1, Ordering::SeqCst);
        self.ask(Request::Forget);
    }

    fn ask(&self, request: Request) {
        let trust = self.trust.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if self.requests.send((request, trust)).is_err() {
            tracing::error!("the search's thread is gone");
        }
    }
}

/// The thread's own.
struct Desk {
    directory: Directory,
    waiting: VecDeque<Request>,
    inputs: Sender<Input>,
}

impl Desk {
    /// Requests go before opening more of the directory.
    fn work(mut self, requests: &Receiver<(Request, Option<Arc<Trust>>)>) {
        loop {
            let idle = self.waiting.is_empty() && !self.directory.has_more();
            let first =
                if idle { requests.recv().map_err(|_| TryRecvError::Disconnected) } else { requests.try_recv() };
            match first {
                Ok(request) => self.take(request),
                Err(TryRecvError::Disconnected) => return,
                Err(TryRecvError::Empty) => match self.waiting.pop_front() {
                    Some(request) => self.answer(request),
                    None => self.directory.open_more(),
                },
            }
            // Ciphers and readers took keys and names through their own frames.
            scrub_stack();
        }
    }

    /// A search that a newer one has overtaken is not begun.
    fn take(&mut self, (request, trust): (Request, Option<Arc<Trust>>)) {
        self.directory.trust(trust);
        match request {
            Request::Forget => {
                self.waiting.clear();
                self.directory.forget();
            }
            Request::Search(..) => {
                self.waiting.retain(|other| !matches!(other, Request::Search(..)));
                self.waiting.push_back(request);
            }
            Request::Prepare | Request::Open(..) => self.waiting.push_back(request),
        }
    }

    fn answer(&mut self, request: Request) {
        let began = Instant::now();
        let (event, mut steps) = match request {
            Request::Prepare => return self.directory.prepare(),
            Request::Forget => return self.directory.forget(),
            Request::Search(attempt, terms) => {
                let (outcome, steps) = people::search(&mut self.directory, &terms);
                (Event::Searched(attempt, outcome.unwrap_or_else(SearchOutcome::Failed)), steps)
            }
            Request::Open(attempt, record) => {
                let (outcome, steps) = found::open(&mut self.directory, record);
                (Event::FoundOpened(attempt, Box::new(outcome)), steps)
            }
        };
        steps.push(Step::new("search-desk", began.elapsed()));
        let _ = self.inputs.send(Input::CardRead(event, steps));
    }
}
