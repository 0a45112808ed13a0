//! The thread that asks the process that syncs for a round, and tells how far it is until it is over.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use kakari_session::findings::SyncStage;

use super::bundles::find_bundle;
use crate::clock;
use crate::config::Config;
use crate::sync_notes::{Status, SyncNotes, Wanted};

/// How often it is looked how far the round is.
const LOOK: Duration = Duration::from_millis(200);
/// Who is there and at rest takes a request within half a second.
const PATIENCE_MS: u64 = 10_000;

/// A handle to the thread.
pub(super) struct SyncDesk {
    asks: Sender<Ask>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ask {
    Now,
    Import,
}

impl SyncDesk {
    /// Starts the thread. `tell` hears of each change.
    pub(super) fn start(config: &Config, tell: impl Fn(SyncStage) + Send + 'static) -> std::io::Result<Self> {
        let (asks, received) = mpsc::channel();
        let (notes, usb_dir) = (SyncNotes::in_dir(&config.state), config.usb_dir.clone());
        let work = move || {
            while let Ok(ask) = received.recv() {
                carry(&notes, &usb_dir, ask, &received, &tell);
            }
        };
        thread::Builder::new().name("sync-desk".to_owned()).spawn(work)?;
        Ok(Self { asks })
    }

    /// A round now. While one is waited for already, nothing more is asked.
    pub(super) fn now(&self) {
        // The thread ends only with this handle.
        let _ = self.asks.send(Ask::Now);
    }

    /// A round from a stick.
    pub(super) fn import(&self) {
        // As above.
        let _ = self.asks.send(Ask::Import);
    }
}

fn carry(notes: &SyncNotes, usb_dir: &Path, ask: Ask, asks: &Receiver<Ask>, tell: &impl Fn(SyncStage)) {
    let wanted = match ask {
        Ask::Now => Some(Wanted::Now),
        Ask::Import => find_bundle(usb_dir).map(|dir: PathBuf| Wanted::Import(dir)),
    };
    let Some(wanted) = wanted else { return tell(SyncStage::NoBundle) };
    let nonce = match notes.ask(wanted) {
        Ok(nonce) => nonce,
        Err(error) => {
            tracing::warn!(%error, "no request can be left for the process that syncs");
            return tell(SyncStage::NoAnswer);
        }
    };
    tell(SyncStage::Asked);
    let (mut waiting, mut last) = (Waiting::begun(nonce, clock::now().monotonic_ms), SyncStage::Asked);
    loop {
        match asks.recv_timeout(LOOK) {
            Ok(_) => continue,
            Err(RecvTimeoutError::Disconnected) => return notes.withdraw(),
            Err(RecvTimeoutError::Timeout) => {}
        }
        let status = notes.status().filter(Status::is_alive);
        let stage = waiting.stage(status, clock::now().monotonic_ms);
        let over = matches!(stage, SyncStage::Done(_) | SyncStage::NoAnswer);
        if stage == SyncStage::NoAnswer {
            notes.withdraw();
        }
        if stage != last {
            tell(stage.clone());
            last = stage;
        }
        if over {
            return;
        }
    }
}

/// A request that was left.
struct Waiting {
    nonce: String,
    /// Since when nobody has been seen at work.
    quiet_ms: u64,
}

impl Waiting {
    fn begun(nonce: String, now_ms: u64) -> Self {
        Self { nonce, quiet_ms: now_ms }
    }

    /// How far it is, by the status of a process that is alive. A round that was begun before goes first: it is told as
    /// it goes, for that is what is waited for.
    fn stage(&mut self, alive: Option<Status>, now_ms: u64) -> SyncStage {
        let Some(status) = alive else { return self.unheard(now_ms) };
        if let Some(working) = status.working {
            self.quiet_ms = now_ms;
            let (part, done, of) = (working.part.into(), working.done, working.of);
            return if of > 0 { SyncStage::Fetching { part, done, of } } else { SyncStage::Asked };
        }
        match status.last_round {
            Some(round) if round.asked.as_ref() == Some(&self.nonce) => SyncStage::Done(round.into()),
            _ => self.unheard(now_ms),
        }
    }

    fn unheard(&self, now_ms: u64) -> SyncStage {
        if now_ms.saturating_sub(self.quiet_ms) < PATIENCE_MS { SyncStage::Asked } else { SyncStage::NoAnswer }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use kakari_session::findings::SyncPart;

    use super::*;
    use crate::sync_notes::{LastRound, Part, Working};

    fn working(asked: Option<&str>, done: u64, of: u64) -> Option<Status> {
        let asked = asked.map(str::to_owned);
        Some(Status { working: Some(Working { asked, part: Part::Everything, done, of }), ..Status::default() })
    }

    fn over(asked: Option<&str>) -> Option<Status> {
        let asked = asked.map(str::to_owned);
        let round = LastRound { asked, at: Utc::now(), put: 7, removed: 0, receipted: 3, failed: None };
        Some(Status { last_round: Some(round), ..Status::default() })
    }

    #[test]
    fn a_round_that_was_begun_before_is_waited_for_and_is_not_the_answer() {
        let mut waiting = Waiting::begun("mine".to_owned(), 0);
        assert_eq!(waiting.stage(over(Some("another")), 100), SyncStage::Asked);
        let fetching = SyncStage::Fetching { part: SyncPart::Everything, done: 5, of: 9 };
        assert_eq!(waiting.stage(working(None, 5, 9), 40_000), fetching, "however long that takes");
        assert_eq!(waiting.stage(over(None), 40_200), SyncStage::Asked, "another's end");
        assert_eq!(waiting.stage(working(Some("mine"), 0, 0), 40_700), SyncStage::Asked, "begun");
        assert_eq!(waiting.stage(working(Some("mine"), 5, 9), 41_000), fetching);
        let done = waiting.stage(over(Some("mine")), 42_000);
        assert!(matches!(done, SyncStage::Done(round) if (round.put, round.receipted) == (7, 3)));
    }

    #[test]
    fn nobody_who_answers_within_ten_seconds_is_no_answer() {
        let mut waiting = Waiting::begun("mine".to_owned(), 1000);
        assert_eq!(waiting.stage(None, 10_999), SyncStage::Asked);
        assert_eq!(waiting.stage(None, 11_000), SyncStage::NoAnswer);
        assert_eq!(waiting.stage(over(None), 11_000), SyncStage::NoAnswer, "alive, and it does nothing");
        assert!(matches!(waiting.stage(working(Some("mine"), 1, 9), 20_000), SyncStage::Fetching { .. }));
        assert_eq!(waiting.stage(None, 29_000), SyncStage::Asked);
        assert_eq!(waiting.stage(None, 30_000), SyncStage::NoAnswer, "it died at work");
    }
}
