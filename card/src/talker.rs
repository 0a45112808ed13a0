//! Opens conversations, and keeps whatever PC/SC does to its callers away from ours.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::held::is_let_go;
use crate::link::Link;
use crate::threads::Threads;
use crate::worker::{Ended, Job, Opening, Target, converse};
use crate::{CardError, CardHere, CardProfile, Conversation, Presence};

/// Enough for a slow contactless card's key agreement (0.3 s) and a power-up, and short for a person waiting: what is
/// wrong is said within three seconds.
const DEADLINE: Duration = Duration::from_millis(2_500);
/// Threads that hang in PC/SC at the same time before no more are started. Pulling the card frees them all.
const MOST_HANGING: usize = 8;

/// Opens conversations. Each runs its PC/SC calls on a thread of its own, so a call that never returns costs a
/// thread and never the caller: it is told [`CardError::NoAnswer`] at the deadline. The abandoned thread lets go
/// of the card and ends as soon as the call returns, which pulling the card brings about.
#[derive(Clone)]
pub struct Talker {
    deadline: Duration,
    threads: Threads,
    /// Those of them that are past the opening.
    talking: Threads,
    profiles: Arc<[CardProfile]>,
    when_free: Option<WhenFree>,
}

type WhenFree = Arc<dyn Fn(Presence) + Send + Sync>;

impl fmt::Debug for Talker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Talker").field("deadline", &self.deadline).finish_non_exhaustive()
    }
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
        let (threads, talking) = (Threads::default(), Threads::default());
        Self { deadline, threads, talking, profiles: Arc::default(), when_free: None }
    }

    /// The same talker, knowing where this region's number-only cards hold their number.
    #[must_use]
    pub fn with_profiles(mut self, profiles: Vec<CardProfile>) -> Self {
        self.profiles = profiles.into();
        self
    }

    /// The same, telling when a card is free again for which the answer was [`CardError::Busy`]: what came to nothing then
    /// may be tried again, without laying the card again. Told from another thread.
    #[must_use]
    pub fn telling_when_free(self, when_free: impl Fn(Presence) + Send + Sync + 'static) -> Self {
        Self { when_free: Some(Arc::new(when_free)), ..self }
    }

    /// Connects to the card (shared, any protocol) and begins a transaction with it. Blocks up to the deadline.
    ///
    /// # Errors
    /// [`CardError::Changed`] or [`CardError::Removed`] when the card the watcher saw is no longer there;
    /// [`CardError::Busy`] when another program holds it alone, or was in a transaction with it up to the deadline.
    pub fn connect(&self, card: &CardHere) -> Result<Conversation, CardError> {
        if card.has_left() {
            return Err(CardError::Removed);
        }
        let counted = self.threads.one_more(MOST_HANGING).ok_or(CardError::NoAnswer)?;
        let target = Target { reader: card.reader_name().ok_or(CardError::ReaderGone)?, event_count: card.event_count };
        let (jobs, to_do) = mpsc::channel();
        let (opened, wait_for_opening) = mpsc::channel();
        let in_use = Arc::new(AtomicBool::new(false));
        let opening = Opening { opened, in_use: Arc::clone(&in_use), talking: self.talking.clone() };
        let (when_free, here) = (self.when_free.clone(), card.clone());
        let work = move || {
            let _counted = counted;
            let ended = converse(&target, &opening, &to_do);
            if let Some(tell) = when_free
                && (ended == Ended::FreeTooLate || ended == Ended::Held && is_let_go(&target, &here))
            {
                tell(here.presence);
            }
        };
        thread::Builder::new().name("card-talker".to_owned()).spawn(work).map_err(|_| CardError::NoAnswer)?;
        let atr = wait(&wait_for_opening, self.deadline).map_err(|error| match error {
            // A card that hangs keeps others waiting too; but then the one who asked it is one of ours.
            CardError::NoAnswer if in_use.load(Ordering::Acquire) && !self.talking.any() => CardError::Busy,
            error => error,
        })?;
        let link = WorkerLink { jobs: Some(jobs), atr, deadline: self.deadline, card: card.clone() };
        Ok(Conversation::over(Box::new(link)).knowing(Arc::clone(&self.profiles)).on_reader(&card.reader))
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
