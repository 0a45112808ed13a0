//! Opens conversations, and keeps whatever PC/SC does to its callers away from ours.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::link::Link;
use crate::worker::{Job, Target, converse};
use crate::{CardError, CardHere, Conversation};

/// Enough for a slow contactless card's key agreement (0.3 s) and a power-up, and short for a person waiting.
const DEADLINE: Duration = Duration::from_secs(3);
/// Threads that hang in PC/SC at the same time before no more are started. Pulling the card frees them all.
const MOST_HANGING: usize = 8;

/// Opens conversations. Each runs its PC/SC calls on a thread of its own, so a call that never returns costs a
/// thread and never the caller: it is told [`CardError::NoAnswer`] at the deadline. The abandoned thread lets go
/// of the card and ends as soon as the call returns, which pulling the card brings about.
#[derive(Debug, Clone)]
pub struct Talker {
    deadline: Duration,
    threads: Arc<AtomicUsize>,
}

impl Default for Talker {
    fn default() -> Self {
        Self::with_deadline(DEADLINE)
    }
}

impl Talker {
    /// A talker that waits this long for each single answer.
    #[must_use]
    pub fn with_deadline(deadline: Duration) -> Self {
        Self { deadline, threads: Arc::default() }
    }

    /// Connects to the card (shared, any protocol) and begins a transaction with it. Blocks up to the deadline.
    ///
    /// # Errors
    /// [`CardError::Changed`] or [`CardError::Removed`] when the card the watcher saw is no longer there.
    pub fn connect(&self, card: &CardHere) -> Result<Conversation, CardError> {
        if card.has_left() {
            return Err(CardError::Removed);
        }
        if self.threads.load(Ordering::Acquire) >= MOST_HANGING {
            return Err(CardError::NoAnswer);
        }
        let target = Target { reader: card.reader_name().ok_or(CardError::ReaderGone)?, event_count: card.event_count };
        let (jobs, to_do) = mpsc::channel();
        let (opened, wait_for_opening) = mpsc::channel();
        let counted = Counted::new(&self.threads);
        let work = move || {
            let _counted = counted;
            converse(&target, &opened, &to_do);
        };
        thread::Builder::new().name("card-talker".to_owned()).spawn(work).map_err(|_| CardError::NoAnswer)?;
        let atr = wait(&wait_for_opening, self.deadline)?;
        let link = WorkerLink { jobs: Some(jobs), atr, deadline: self.deadline, card: card.clone() };
        Ok(Conversation::over(Box::new(link)))
    }
}

/// Counts a thread for as long as it runs.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(threads: &Arc<AtomicUsize>) -> Self {
        threads.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(threads))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

fn wait<T>(answer: &Receiver<Result<T, CardError>>, deadline: Duration) -> Result<T, CardError> {
    match answer.recv_timeout(deadline) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout) => Err(CardError::NoAnswer),
        Err(RecvTimeoutError::Disconnected) => Err(CardError::Reader(pcsc::Error::InternalError)),
    }
}

/// The caller's end of a worker thread. Without `jobs` the worker is abandoned and lets go of the card by itself.
struct WorkerLink {
    jobs: Option<Sender<Job>>,
    atr: Vec<u8>,
    deadline: Duration,
    card: CardHere,
}

impl WorkerLink {
    fn ask<T>(&mut self, job: impl FnOnce(Sender<Result<T, CardError>>) -> Job) -> Result<T, CardError> {
        let (reply, answer) = mpsc::channel();
        let jobs = self.jobs.as_ref().ok_or(CardError::NoAnswer)?;
        jobs.send(job(reply)).map_err(|_| CardError::Reader(pcsc::Error::InternalError))?;
        let result = wait(&answer, self.deadline);
        if result.is_err() {
            self.jobs = None;
        }
        result
    }
}

impl Link for WorkerLink {
    fn transmit(&mut self, command: &[u8]) -> Result<Zeroizing<Vec<u8>>, CardError> {
        let command = Zeroizing::new(command.to_vec());
        self.ask(|reply| Job::Transmit { command, reply })
    }

    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn same_card(&mut self) -> Result<(), CardError> {
        if self.card.has_left() {
            return Err(CardError::Changed);
        }
        self.ask(|reply| Job::SameCard { reply })
    }

    fn reset_at_end(&mut self) {
        if let Some(jobs) = &self.jobs {
            // Without a worker there is no card to reset.
            let _ = jobs.send(Job::ResetAtEnd);
        }
    }

    fn leave(&mut self) -> Result<(), CardError> {
        let result = self.ask(|reply| Job::Leave { reply });
        self.jobs = None;
        result
    }
}
