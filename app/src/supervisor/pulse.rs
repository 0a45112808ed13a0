//! The tablet's sign of life: given only while the session's thread and the window's event loop both turn.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::Supervisor;

/// What the window's loop runs when it comes to it.
pub(crate) type Answer = Box<dyn FnOnce() + Send>;

/// Turned by the session's thread. Each half of the interval it asks the window's loop for an answer, and gives a sign
/// only when one came: a thread that hangs does not turn it, and a loop that hangs does not answer.
#[derive(Debug)]
pub(crate) struct Pulse {
    supervisor: Supervisor,
    /// The loop has answered since the last turn.
    answered: Arc<AtomicBool>,
    /// When it was asked last; none while no question is out.
    asked: Option<Instant>,
    /// When it was asked before that.
    last: Option<Instant>,
    every: Option<Duration>,
}

impl Pulse {
    pub(crate) fn new(supervisor: Supervisor) -> Self {
        let every = supervisor.watchdog().map(|watchdog| watchdog / 2);
        Self { supervisor, answered: Arc::default(), asked: None, last: None, every }
    }

    /// One turn of the session's thread; `ask` gives the loop something to run.
    pub(crate) fn turn(&mut self, ask: impl FnOnce(Answer)) {
        let Some(every) = self.every else { return };
        if self.answered.swap(false, Ordering::AcqRel) {
            self.asked = None;
            self.supervisor.alive();
        }
        let due = self.last.is_none_or(|last| last.elapsed() >= every);
        if self.asked.is_none() && due {
            (self.asked, self.last) = (Some(Instant::now()), Some(Instant::now()));
            let answered = Arc::clone(&self.answered);
            ask(Box::new(move || answered.store(true, Ordering::Release)));
        }
    }
}
