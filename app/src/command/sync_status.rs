//! The thread that keeps `kakari sync`'s status for the glass: a round that blocks on the disk or the network still leaves
//! its sign.

use std::path::Path;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use kakari_sync::client::{Step, StepProgress};

use crate::sync_notes::{LastRound, Part, Sign, Status, SyncNotes, Working};

/// Progress is told at most this often.
const BETWEEN: Duration = Duration::from_millis(200);
/// A sign is left at least this often.
const SIGN: Duration = Duration::from_secs(15);

/// A handle to the thread; when it is dropped, the last news is written.
#[derive(Debug)]
pub(super) struct StatusKeeper {
    news: Option<Sender<News>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
enum News {
    Working(Working),
    Ended(LastRound),
}

/// Whether the process goes on after its round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stays {
    /// It waits for the next one, and for requests.
    On,
    /// It ends: its status is no sign of life.
    NoLonger,
}

impl StatusKeeper {
    /// Starts the thread. Without it sync goes on, and the glass hears nothing of it.
    pub(super) fn start(state: &Path, stays: Stays) -> Self {
        let (news, received) = mpsc::channel();
        let notes = SyncNotes::in_dir(state);
        let keep = move || keep(&notes, stays, &received);
        let thread = thread::Builder::new().name("sync-status".to_owned()).spawn(keep);
        if let Err(error) = &thread {
            tracing::warn!(%error, "no thread to keep the status of sync");
        }
        Self { news: Some(news), thread: thread.ok() }
    }

    /// A round begins; for whom.
    pub(super) fn begin(&self, asked: Option<&str>) {
        self.send(News::Working(Working { asked: asked.map(str::to_owned), part: Part::Notices, done: 0, of: 0 }));
    }

    /// What a round says of its progress.
    pub(super) fn teller(&self, asked: Option<String>) -> impl Fn(&StepProgress) + Send + 'static {
        let news = self.news.clone();
        move |step| {
            let working = Working { asked: asked.clone(), part: part(step.step), done: step.done, of: step.of };
            // The thread ends only with the program, or was never there.
            let _ = news.as_ref().map(|news| news.send(News::Working(working)));
        }
    }

    /// A round is over.
    pub(super) fn end(&self, round: LastRound) {
        self.send(News::Ended(round));
    }

    fn send(&self, said: News) {
        // As above.
        let _ = self.news.as_ref().map(|news| news.send(said));
    }
}

impl Drop for StatusKeeper {
    fn drop(&mut self) {
        self.news = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn keep(notes: &SyncNotes, stays: Stays, news: &Receiver<News>) {
    let mut status = Status { last_round: notes.status().and_then(|status| status.last_round), ..Status::default() };
    let (mut written, mut fresh, mut fails) = (None::<Instant>, true, false);
    loop {
        let since = written.map_or(SIGN, |written| written.elapsed());
        let left = if fresh { BETWEEN } else { SIGN }.saturating_sub(since);
        let heard = news.recv_timeout(left);
        let ends = matches!(heard, Err(RecvTimeoutError::Disconnected));
        if let Ok(said) = heard {
            fresh = true;
            match said {
                News::Working(working) => status.working = Some(working),
                News::Ended(round) => (status.working, status.last_round) = (None, Some(round)),
            }
        }
        let since = written.map_or(SIGN, |written| written.elapsed());
        let due = since >= SIGN || fresh && since >= BETWEEN;
        if !ends && stays == Stays::NoLonger {
            // It says once what it did, at its end.
            (written, fresh) = (Some(Instant::now()), false);
            continue;
        }
        if !ends && !due {
            continue;
        }
        status.alive = (!ends).then(Sign::now);
        match notes.tell(&status) {
            Ok(()) => fails = false,
            Err(error) if !fails => {
                fails = true;
                tracing::warn!(%error, "the status of sync is not told");
            }
            Err(_) => {}
        }
        if ends {
            return;
        }
        (written, fresh) = (Some(Instant::now()), false);
    }
}

const fn part(step: Step) -> Part {
    match step {
        Step::Head | Step::Orders | Step::Roster | Step::Renewal | Step::Report => Part::Notices,
        Step::Receipts => Part::Receipts,
        Step::Deltas => Part::Changes,
        Step::Snapshot => Part::Everything,
        Step::Reconcile => Part::Comparing,
        Step::Program => Part::Program,
    }
}
