//! The thread that tells of readers, and notices when PC/SC has stopped answering.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::look::{Looks, Sights};
use crate::pattern::ReaderPattern;
use crate::readers::{ReaderEvent, Tracker};

/// A refusing service is asked again after this.
const RETRY: Duration = Duration::from_millis(250);
/// A look reports at least once a second; one that has been silent for so long hangs in PC/SC.
const SILENCE: Duration = Duration::from_millis(2_500);

/// Watches readers until dropped. Whatever PC/SC does to its callers, the telling goes on.
///
/// Two threads: one *looks* (it owns the PC/SC context and may hang in any call), one tells. When a look ends, because
/// the service has died, the next begins within a quarter of a second. When a look falls silent, because the service
/// hangs or was stopped, this is told within 2.5 s and another look with a context of its own begins; the silent one
/// ends by itself as soon as its call returns. The callback runs on the telling thread; it must not block for long.
/// Dropping stops the telling at once and the threads soon after.
pub struct Watcher {
    stopping: Arc<AtomicBool>,
}

impl Watcher {
    /// Starts watching the readers that the pattern wants.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(pattern: ReaderPattern, on_event: impl FnMut(ReaderEvent) + Send + 'static) -> io::Result<Self> {
        let stopping = Arc::new(AtomicBool::new(false));
        let telling = Telling {
            stopping: Arc::clone(&stopping),
            looks: Looks::new(pattern),
            tracker: Tracker::default(),
            on_event,
        };
        thread::Builder::new().name("card-watcher".to_owned()).spawn(move || telling.run())?;
        Ok(Self { stopping })
    }
}

impl Drop for Watcher {
    /// A wait in PC/SC is not cancelled: asking the service for that would hang with it, and no wait is long.
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::Release);
    }
}

struct Telling<F> {
    stopping: Arc<AtomicBool>,
    looks: Looks,
    tracker: Tracker,
    on_event: F,
}

impl<F: FnMut(ReaderEvent)> Telling<F> {
    fn run(mut self) {
        let mut look: Option<Receiver<Sights>> = None;
        while !self.is_stopping() {
            let Some(reports) = look.take().or_else(|| self.looks.begin()) else {
                self.tell_stopped();
                thread::sleep(RETRY);
                continue;
            };
            match reports.recv_timeout(SILENCE) {
                Ok(sights) => {
                    let news = self.tracker.observe(&sights);
                    self.tell(news);
                    look = Some(reports);
                }
                Err(RecvTimeoutError::Disconnected) => {
                    self.tell_stopped();
                    thread::sleep(RETRY);
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.tell_stopped();
                    // With too many hanging already, this one is waited for.
                    look = Some(self.looks.begin().unwrap_or(reports));
                }
            }
        }
    }

    fn tell_stopped(&mut self) {
        let news = self.tracker.service_stopped();
        self.tell(news);
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

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }
}
