//! What a start has to show: the store open, and the glass driven for a tick since the first view of it.

use std::time::{Duration, Instant};

use kakari_session::{Session, StoreTrouble};

use crate::config::Config;
use crate::update;

/// The first look hands the view to the glass; of those that follow the last comes with a tick at the latest.
const LOOKS: u8 = 3;
/// A disk that did not take the note may take it later.
const AGAIN: Duration = Duration::from_secs(10);
/// A version on trial whose store has not opened for so long has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// How far this start is.
pub(super) struct Start {
    config: Config,
    on_trial: bool,
    looks: u8,
    is_noted: bool,
    /// When the note was tried last.
    tried: Option<Instant>,
    /// Since when the store does not open.
    shut: Option<Instant>,
}

impl Start {
    pub(super) fn of(config: &Config) -> Self {
        Self {
            config: config.clone(),
            on_trial: update::is_on_trial(),
            looks: 0,
            is_noted: false,
            tried: None,
            shut: None,
        }
    }

    /// Looks after each event. True when the program has to end: on trial, and its store does not open. The next start counts one try
    /// less, and the last one brings the version before back.
    pub(super) fn has_failed(&mut self, session: &Session, now: Instant) -> bool {
        if session.has_store() && !self.is_noted {
            self.looks = self.looks.saturating_add(1);
            self.note(now);
        }
        // Room on the disk is nothing that another version would make.
        let shut = session.store_trouble().is_some_and(|trouble| trouble != StoreTrouble::Full);
        self.shut = if shut { self.shut.or(Some(now)) } else { None };
        self.on_trial && !self.is_noted && self.shut.is_some_and(|since| now.duration_since(since) >= PATIENCE)
    }

    fn note(&mut self, now: Instant) {
        let soon = self.tried.is_some_and(|tried| now.duration_since(tried) < AGAIN);
        if self.looks < LOOKS || soon {
            return;
        }
        self.tried = Some(now);
        match update::note_started(&self.config) {
            Ok(()) => self.is_noted = true,
            Err(error) => {
                tracing::error!(%error, "that this version started is not kept; on trial it may be taken back");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use kakari_session::{Event, RosterState, SearchTally, StoreFacts};

    use super::*;

    fn start(config: &Config) -> Start {
        Start { on_trial: true, ..Start::of(config) }
    }

    #[test]
    fn on_trial_a_store_that_does_not_open_ends_the_program_after_a_minute_and_a_full_disk_never() {
        let place = tempfile::tempdir().expect("a folder");
        let config = Config::in_dir(place.path());
        let now = Instant::now();
        for (trouble, fails) in
            [(StoreTrouble::NoKey, true), (StoreTrouble::Damaged, true), (StoreTrouble::Full, false)]
        {
            let mut session = Session::new("北町救急1".to_owned());
            session.update(Event::StoreFailed(trouble));
            let mut start = start(&config);
            assert!(!start.has_failed(&session, now));
            assert!(!start.has_failed(&session, now + PATIENCE / 2));
            assert_eq!(start.has_failed(&session, now + PATIENCE), fails, "{trouble:?}");
            start.on_trial = false;
            assert!(!start.has_failed(&session, now + PATIENCE), "only on trial");
        }
    }

    #[test]
    fn the_note_that_it_started_is_tried_until_the_disk_takes_it() {
        let place = tempfile::tempdir().expect("a folder");
        let config = Config::in_dir(place.path());
        std::fs::write(&config.state, "no folder").expect("written");
        let mut session = Session::new("北町救急1".to_owned());
        session.update(Event::StoreOpened(StoreFacts {
            records: 1,
            synced_at: None,
            training: true,
            roster: RosterState::Missing,
            lease: None,
            receipts: None,
            not_before: None,
            searched: SearchTally::default(),
        }));
        let (mut start, now) = (start(&config), Instant::now());
        for _ in 0..LOOKS {
            assert!(!start.has_failed(&session, now));
        }
        assert!(!start.is_noted);
        std::fs::remove_file(&config.state).expect("removed");
        assert!(!start.has_failed(&session, now + AGAIN / 2) && !start.is_noted, "not at every event");
        assert!(!start.has_failed(&session, now + AGAIN) && start.is_noted);
        assert!(config.state.join("update/started").is_file());
    }
}
