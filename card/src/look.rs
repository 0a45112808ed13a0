//! Looking at the readers: the calls to PC/SC, on a thread that may hang in any of them.

use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use pcsc::{Context, PNP_NOTIFICATION, ReaderState, Scope, State};

use crate::choice::Choice;
use crate::pattern::ReaderPattern;
use crate::readers::Sight;
use crate::threads::Threads;

/// A reader plugged in between two waits is missed by PC/SC before 2.3, so no wait is longer.
const LONGEST_WAIT: Duration = Duration::from_secs(1);
/// Looks at the same time. While one hangs in `SCardEstablishContext`, the PC/SC library keeps every other call of this
/// process waiting: more would see nothing that these do not.
const MOST_LOOKS: usize = 3;

/// Every wanted reader with what it shows.
pub(crate) type Sights = Vec<(String, Sight)>;

/// Begins looks, and knows how many are under way.
pub(crate) struct Looks {
    choice: Choice,
    threads: Threads,
}

impl Looks {
    pub(crate) fn new(pattern: ReaderPattern) -> Self {
        Self { choice: Choice::new(pattern), threads: Threads::default() }
    }

    /// A look that reports whenever something changes and at least once a second. It ends when the service does
    /// (the reports end with it) and when nobody wants its reports any more. `None` while too many hang.
    pub(crate) fn begin(&self) -> Option<Receiver<Sights>> {
        let counted = self.threads.one_more(MOST_LOOKS)?;
        let (reports, received) = mpsc::channel();
        let look = Look { choice: self.choice.clone(), reports };
        let work = move || {
            let _counted = counted;
            let error = look.run().err();
            tracing::debug!(?error, "a look at the readers ended");
        };
        thread::Builder::new().name("card-look".to_owned()).spawn(work).ok()?;
        Some(received)
    }
}

struct Look {
    choice: Choice,
    reports: Sender<Sights>,
}

impl Look {
    fn run(self) -> Result<(), pcsc::Error> {
        let context = Context::establish(Scope::User)?;
        let mut states = vec![ReaderState::new(PNP_NOTIFICATION(), State::UNAWARE)];
        loop {
            if self.list(&context, &mut states)? && !self.report(&states) {
                return Ok(());
            }
            states.iter_mut().for_each(ReaderState::sync_current_state);
            match context.get_status_change(LONGEST_WAIT, &mut states) {
                // Nothing new is a report too: this look is alive.
                Ok(()) | Err(pcsc::Error::Timeout) => {
                    if !self.report(&states) {
                        return Ok(());
                    }
                }
                // A reader went between listing and waiting.
                Err(pcsc::Error::UnknownReader | pcsc::Error::Cancelled) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Brings the list of watched readers up to date. True when one went or none is left, which no wait would tell.
    fn list(&self, context: &Context, states: &mut Vec<ReaderState>) -> Result<bool, pcsc::Error> {
        let names = self.choice.of(context.list_readers_owned()?);
        let before = states.len();
        states.retain(|state| is_pnp(state) || names.iter().any(|name| name.as_c_str() == state.name()));
        let is_news = states.len() < before || names.is_empty();
        for name in names {
            if !states.iter().any(|state| state.name() == name.as_c_str()) {
                states.push(ReaderState::new(name, State::UNAWARE));
            }
        }
        Ok(is_news)
    }

    /// False when nobody listens any more. A reader that was not waited for yet is no sight.
    fn report(&self, states: &[ReaderState]) -> bool {
        let seen = states.iter().filter(|state| !is_pnp(state) && !state.event_state().is_empty());
        self.reports.send(seen.map(sight).collect()).is_ok()
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
    } else if flags.contains(State::PRESENT | State::EXCLUSIVE) {
        Sight::HeldCard { event_count }
    } else if flags.contains(State::PRESENT) {
        Sight::Card { event_count }
    } else {
        Sight::Empty
    };
    (state.name().to_string_lossy().into_owned(), sight)
}
