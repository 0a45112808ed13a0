//! A counter that cannot go back, beside what was trusted: it notices when store and file were both put back.
//!
//! Both places note where the counter will stand, then it counts. So a crash leaves the note one ahead, which is sound and
//! made good the next time; a note *behind* the counter is an older copy. A counter that is further behind its note is
//! another one: the TPM was cleared or replaced. One that does not answer stops nobody and is told as away.

use std::cell::RefCell;
use std::{fmt, io};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{Store, StoreError, Trusted};

/// While the generation stays, the counter counts no more often than this, by the heads' own times: counting wears a TPM.
const AT_MOST_EVERY: TimeDelta = TimeDelta::hours(1);

/// A counter that only goes up, and that no copy of a disk brings back. Calls may block for some hundred milliseconds.
pub trait RollbackCounter: Send {
    /// Where it stands; `None` when there is none yet.
    fn read(&mut self) -> io::Result<Option<u64>>;

    /// One more, made first when there is none; says where it stands then.
    fn increment(&mut self) -> io::Result<u64>;
}

/// What the counter says of this store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CounterState {
    /// No counter was set, or nothing has been noted of it yet.
    None,
    /// Store and counter are of one time.
    Sound,
    /// The store and the file beside it are older than the counter: somebody put both back.
    Behind {
        /// How often the counter has counted since.
        by: u64,
    },
    /// The counter is another one than the store knew: the TPM was cleared or replaced. The next reconciliation takes it.
    Another,
    /// The counter does not answer.
    Away,
}

/// What is to be noted of the counter, and at which head it last counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Noted {
    pub(crate) value: Option<u64>,
    pub(crate) at: Option<(u64, DateTime<Utc>)>,
}

/// Where a counter may be.
#[derive(Default)]
pub(crate) struct Slot(RefCell<Option<Box<dyn RollbackCounter>>>);

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Slot").field(&self.0.borrow().is_some()).finish()
    }
}

/// What the counter answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    NotSet,
    Away,
    Stands(Option<u64>),
}

impl Slot {
    fn ask(&self) -> Answer {
        let mut slot = self.0.borrow_mut();
        let Some(counter) = slot.as_mut() else { return Answer::NotSet };
        match counter.read() {
            Ok(stands) => Answer::Stands(stands),
            Err(error) => {
                tracing::warn!(%error, "the counter that notices older copies does not answer");
                Answer::Away
            }
        }
    }

    /// `None` when it did not count: nobody waits for it, the note is made good the next time.
    fn count(&self) -> Option<u64> {
        let counted = self.0.borrow_mut().as_mut()?.increment();
        counted.inspect_err(|error| tracing::warn!(%error, "the counter that notices older copies did not count")).ok()
    }
}

impl Store {
    /// The same with a counter, from now on. Nothing is asked of it yet.
    #[must_use]
    pub fn with_counter(self, counter: Box<dyn RollbackCounter>) -> Self {
        Self { counter: Slot(RefCell::new(Some(counter))), ..self }
    }

    /// What the counter says now. Asks it: may block for some hundred milliseconds.
    pub fn counter_state(&self) -> Result<CounterState, StoreError> {
        self.judge(self.counter.ask())
    }

    pub(crate) fn is_behind_counter(&self) -> Result<bool, StoreError> {
        let state = self.counter_state()?;
        if let CounterState::Behind { by } = state {
            tracing::warn!(by, "store and trusted maximum are both older than the counter: they were put back");
        }
        Ok(matches!(state, CounterState::Behind { .. }))
    }

    fn judge(&self, answer: Answer) -> Result<CounterState, StoreError> {
        let stands = match answer {
            Answer::NotSet => return Ok(CounterState::None),
            Answer::Away => return Ok(CounterState::Away),
            Answer::Stands(stands) => stands,
        };
        Ok(match (self.noted()?.value, stands) {
            (None, None) => CounterState::None,
            // A store that has trusted something, and knows nothing of a counter that has counted: a copy from before it.
            (None, Some(by)) if self.trusted()?.is_some() => CounterState::Behind { by },
            (None, Some(_)) => CounterState::None,
            (Some(noted), Some(stands)) if stands > noted => CounterState::Behind { by: stands - noted },
            (Some(noted), Some(stands)) if noted - stands <= 1 => CounterState::Sound,
            (Some(_), _) => CounterState::Another,
        })
    }

    /// What the two places note: the higher value, and when it was last raised.
    fn noted(&self) -> Result<Noted, StoreError> {
        let (stored, beside) = (self.kept_in_store()?, self.kept_beside()?);
        let value = stored.and_then(|kept| kept.noted).max(beside.and_then(|kept| kept.noted));
        let at = self.main.query_one("SELECT counted_generation, counted_at FROM trusted", |row| {
            Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, Option<i64>>(1)?))
        })?;
        let at = at.and_then(|(generation, at)| Some((generation?.unsigned_abs(), DateTime::from_timestamp(at?, 0)?)));
        Ok(Noted { value, at })
    }

    /// What is noted when `trusted` is written: one more when the counter is due, else what was.
    pub(crate) fn note_for(&self, trusted: &Trusted) -> Result<Noted, StoreError> {
        let (answer, before) = (self.counter.ask(), self.noted()?);
        let due = before
            .at
            .is_none_or(|(generation, at)| generation != trusted.generation || trusted.issued_at - at >= AT_MOST_EVERY);
        match (self.judge(answer)?, answer) {
            (CounterState::None, Answer::Stands(stands)) => Ok(self.note_after(stands, trusted, before)),
            // One that is pending is made good first; it is this head's.
            (CounterState::Sound, Answer::Stands(stands)) if due => Ok(self.note_after(stands, trusted, before)),
            _ => Ok(before),
        }
    }

    /// What is noted of the counter when everything that was before is made good: one more than it says.
    pub(crate) fn note_afresh(&self, trusted: &Trusted) -> Result<Noted, StoreError> {
        let before = self.noted()?;
        Ok(match self.counter.ask() {
            Answer::Stands(stands) => self.note_after(stands, trusted, before),
            Answer::NotSet | Answer::Away => before,
        })
    }

    /// A counter that is not there yet is made, so that it is known where it stands.
    fn note_after(&self, stands: Option<u64>, trusted: &Trusted, before: Noted) -> Noted {
        let next = stands.or_else(|| self.counter.count()).and_then(|stands| stands.checked_add(1));
        let at = Some((trusted.generation, trusted.issued_at));
        next.map_or(before, |next| Noted { value: Some(next), at })
    }

    /// Has the counter count what was noted, once both places say so.
    pub(crate) fn count_up_to(&self, noted: Noted) -> Result<(), StoreError> {
        if let (Some(noted), Answer::Stands(Some(stands))) = (noted.value, self.counter.ask())
            && stands.checked_add(1) == Some(noted)
        {
            self.counter.count();
        }
        Ok(())
    }
}
