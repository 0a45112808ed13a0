//! Threads that may hang in PC/SC, counted so that there are never many.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many run now. Clones count the same threads.
#[derive(Debug, Clone, Default)]
pub(crate) struct Threads(Arc<AtomicUsize>);

/// One of them, for as long as it runs.
pub(crate) struct Counted(Threads);

impl Threads {
    /// One more; nothing if there are so many already.
    pub(crate) fn one_more(&self, most: usize) -> Option<Counted> {
        let more = |now: usize| (now < most).then_some(now + 1);
        self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, more).ok()?;
        Some(Counted(self.clone()))
    }

    pub(crate) fn any(&self) -> bool {
        self.0.load(Ordering::Acquire) > 0
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_never_more_than_were_agreed_and_one_that_ends_makes_room() {
        let threads = Threads::default();
        let first = threads.one_more(2);
        let second = threads.clone().one_more(2);
        assert!(first.is_some() && second.is_some() && threads.one_more(2).is_none());
        drop(first);
        assert!(threads.one_more(2).is_some());
    }
}
