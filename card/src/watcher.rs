//! The thread that watches readers.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use pcsc::{Context, PNP_NOTIFICATION, ReaderState, Scope, State};

use crate::pattern::ReaderPattern;
use crate::readers::{ReaderEvent, Sight, Tracker};

/// A reader plugged in between two waits is missed by PC/SC before 2.3, so no wait is longer.
const LONGEST_WAIT: Duration = Duration::from_secs(1);
const RETRY: Duration = Duration::from_millis(250);
/// A wedged service accepts a connection and never answers.
const ESTABLISH_DEADLINE: Duration = Duration::from_secs(2);

/// Watches readers on a thread of its own, with a PC/SC context of its own, until dropped.
///
/// The callback runs on that thread; it must not block for long. A restarted service is found again within
/// a quarter of a second; nothing needs to be restarted here. Dropping stops the telling at once and the thread soon after.
pub struct Watcher {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    stopping: AtomicBool,
    /// Here only so that a wait can be cancelled.
    context: Mutex<Option<Context>>,
}

impl Watcher {
    /// Starts watching the readers that the pattern wants.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(pattern: ReaderPattern, on_event: impl FnMut(ReaderEvent) + Send + 'static) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let watch = Watch { shared: Arc::clone(&shared), pattern, tracker: Tracker::default(), on_event };
        thread::Builder::new().name("card-watcher".to_owned()).spawn(move || watch.run())?;
        Ok(Self { shared })
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::Release);
        if let Some(context) = self.shared.context.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            // Fails if no wait is going on; the flag is enough then.
            let _ = context.cancel();
        }
    }
}

struct Watch<F> {
    shared: Arc<Shared>,
    pattern: ReaderPattern,
    tracker: Tracker,
    on_event: F,
}

impl<F: FnMut(ReaderEvent)> Watch<F> {
    fn run(mut self) {
        while !self.is_stopping() {
            if let Some(context) = self.establish() {
                self.keep(Some(context.clone()));
                let error = self.watch(&context).err();
                self.keep(None);
                tracing::debug!(?error, "card service lost");
            }
            let news = self.tracker.service_stopped();
            self.tell(news);
            if !self.is_stopping() {
                thread::sleep(RETRY);
            }
        }
    }

    /// A context, or `None` if the service refuses. Against a service that does not answer it waits on, having
    /// said so, on one extra thread only.
    fn establish(&mut self) -> Option<Context> {
        let (sender, receiver) = mpsc::channel();
        let attempt = move || drop(sender.send(Context::establish(Scope::User)));
        thread::Builder::new().name("card-establish".to_owned()).spawn(attempt).ok()?;
        while !self.is_stopping() {
            match receiver.recv_timeout(ESTABLISH_DEADLINE) {
                Ok(result) => return result.ok(),
                Err(mpsc::RecvTimeoutError::Disconnected) => return None,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    let news = self.tracker.service_stopped();
                    self.tell(news);
                }
            }
        }
        None
    }

    fn watch(&mut self, context: &Context) -> Result<(), pcsc::Error> {
        let mut states = vec![ReaderState::new(PNP_NOTIFICATION(), State::UNAWARE)];
        while !self.is_stopping() {
            self.list(context, &mut states)?;
            for state in &mut states {
                state.sync_current_state();
            }
            match context.get_status_change(LONGEST_WAIT, &mut states) {
                Ok(()) => {
                    let sights: Vec<_> = states.iter().filter(|state| !is_pnp(state)).map(sight).collect();
                    let news = self.tracker.observe(&sights);
                    self.tell(news);
                }
                // Nothing new, or a reader went between listing and waiting.
                Err(pcsc::Error::Timeout | pcsc::Error::UnknownReader | pcsc::Error::Cancelled) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Brings the list of watched readers up to date; what went is told here.
    fn list(&mut self, context: &Context, states: &mut Vec<ReaderState>) -> Result<(), pcsc::Error> {
        let mut names = context.list_readers_owned()?;
        names.retain(|name| self.pattern.wants(&name.to_string_lossy()));
        let before = states.len();
        states.retain(|state| is_pnp(state) || names.iter().any(|name| name.as_c_str() == state.name()));
        if states.len() < before || names.is_empty() {
            let sights: Vec<_> = states.iter().filter(|state| !is_pnp(state)).map(sight).collect();
            let news = self.tracker.observe(&sights);
            self.tell(news);
        }
        for name in names {
            if !states.iter().any(|state| state.name() == name.as_c_str()) {
                states.push(ReaderState::new(name, State::UNAWARE));
            }
        }
        Ok(())
    }

    fn tell(&mut self, news: Vec<ReaderEvent>) {
        for event in news {
            if self.is_stopping() {
                return;
            }
            tracing::debug!(?event, "reader");
            (self.on_event)(event);
        }
    }

    fn keep(&self, context: Option<Context>) {
        *self.shared.context.lock().unwrap_or_else(PoisonError::into_inner) = context;
    }

    fn is_stopping(&self) -> bool {
        self.shared.stopping.load(Ordering::Acquire)
    }
}

fn is_pnp(state: &ReaderState) -> bool {
    state.name() == PNP_NOTIFICATION()
}

fn sight(state: &ReaderState) -> (String, Sight) {
    let flags = state.event_state();
    let event_count = state.event_count();
    let sight = if flags.intersects(State::UNAVAILABLE | State::UNKNOWN | State::IGNORE) {
        Sight::Unavailable
    } else if flags.contains(State::MUTE) {
        Sight::MuteCard { event_count }
    } else if flags.contains(State::PRESENT) {
        Sight::Card { event_count }
    } else {
        Sight::Empty
    };
    (state.name().to_string_lossy().into_owned(), sight)
}
