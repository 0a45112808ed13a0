//! The thread that minds updates: it looks whether a version of the program lies ready, and marks that the tablet rests for it. A
//! version for which that was in vain - the mark was not kept, or another version was chosen all the same - is told again after a
//! while: a program that ends for it again and again would never be there.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use kakari_session::Event;

use super::Input;
use crate::config::Config;
use crate::update;

/// How often it looks.
const LOOK: Duration = Duration::from_secs(10);
/// A version that could not be switched to is not told of for so long.
const AGAIN: Duration = Duration::from_secs(3_600);

/// While it is held, the thread looks.
pub(super) struct UpdateDesk {
    asked: Sender<Mark>,
}

/// What becomes of the mark that the tablet rests.
enum Mark {
    Keep,
    Forget,
}

/// What the session knows.
struct Told {
    ready: Option<String>,
    /// In vain, and since when.
    held: Option<(String, Instant)>,
}

impl UpdateDesk {
    /// Starts the thread.
    pub(super) fn start(config: &Config, inputs: Sender<Input>) -> std::io::Result<Self> {
        let (asked, asks) = mpsc::channel();
        let not_chosen = update::forget_rest(config).then(update::findings).and_then(|found| found.ready);
        let mut told = Told { ready: None, held: not_chosen.map(|version| (version, Instant::now())) };
        let config = config.clone();
        let work = move || {
            loop {
                let news = match asks.recv_timeout(LOOK) {
                    Ok(Mark::Keep) => Some(Event::RestNoted(told.note_rest(&config))),
                    Ok(Mark::Forget) => {
                        update::forget_rest(&config);
                        None
                    }
                    Err(RecvTimeoutError::Timeout) => {
                        told.look(update::findings().ready, Instant::now()).map(Event::UpdateReady)
                    }
                    Err(RecvTimeoutError::Disconnected) => return,
                };
                // Fails only while the program ends.
                news.into_iter().for_each(|event| drop(inputs.send(Input::Event(event))));
            }
        };
        thread::Builder::new().name("updates".to_owned()).spawn(work)?;
        Ok(Self { asked })
    }

    /// Marks that the tablet rests.
    pub(super) fn note_rest(&self) {
        // The thread ends with the program, here and below.
        let _ = self.asked.send(Mark::Keep);
    }

    /// Takes the mark away.
    pub(super) fn forget_rest(&self) {
        let _ = self.asked.send(Mark::Forget);
    }
}

impl Told {
    fn note_rest(&mut self, config: &Config) -> bool {
        match update::note_rest(config) {
            Ok(()) => {
                tracing::info!("at rest: the program ends so that another version is started");
                true
            }
            Err(error) => {
                tracing::error!(%error, "that the tablet rests cannot be marked: it stays with its version for now");
                self.held = self.ready.take().map(|version| (version, Instant::now()));
                false
            }
        }
    }

    /// What there is to tell: which version lies ready, or none any more.
    fn look(&mut self, ready: Option<String>, now: Instant) -> Option<Option<String>> {
        self.held.take_if(|(_, since)| now.duration_since(*since) >= AGAIN);
        let held = self.held.as_ref().map(|(version, _)| version);
        let ready = ready.filter(|version| held != Some(version));
        (ready != self.ready).then(|| {
            self.ready.clone_from(&ready);
            ready
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_that_was_in_vain_is_told_again_after_an_hour_and_another_one_at_once() {
        let (began, version) = (Instant::now(), |word: &str| Some(word.to_owned()));
        let mut told = Told { ready: None, held: Some(("0.2.0".to_owned(), began)) };
        assert_eq!(told.look(version("0.2.0"), began + LOOK), None);
        assert_eq!(told.look(version("0.2.1"), began + LOOK), Some(version("0.2.1")));
        assert_eq!(told.look(version("0.2.1"), began + LOOK), None, "once");
        assert_eq!(told.look(None, began + LOOK), Some(None), "withdrawn");
        assert_eq!(told.look(version("0.2.0"), began + AGAIN), Some(version("0.2.0")));
    }

    #[test]
    fn a_mark_that_is_not_kept_holds_the_version_back() {
        let place = tempfile::tempdir().expect("a folder");
        let config = Config::in_dir(place.path());
        let mut told = Told { ready: Some("0.2.0".to_owned()), held: None };
        std::fs::write(&config.state, "no folder").expect("written");
        assert!(!told.note_rest(&config));
        let now = Instant::now();
        assert_eq!(told.look(Some("0.2.0".to_owned()), now), None);
        assert_eq!(told.look(Some("0.2.0".to_owned()), now + AGAIN), Some(Some("0.2.0".to_owned())));
        std::fs::remove_file(&config.state).expect("removed");
        assert!(told.note_rest(&config));
    }
}
