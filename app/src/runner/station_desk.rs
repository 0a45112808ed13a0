//! The thread that answers the pages round the work. It opens the store for itself each time, so that neither a tap nor an
//! audit row ever waits for it.

use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use kakari_session::look::Look;
use kakari_session::{Attempt, Event, StoreTrouble};
use kakari_store::{Store, StoreError, StoreKey};

use super::Input;
use super::look_round::Rounds;
use super::troubles::{key_trouble, open_trouble, store_trouble};
use crate::config::Config;
use crate::tpm_counter::counted;
use crate::{figures, kept_look};

/// A handle to the thread.
pub(super) struct StationDesk {
    requests: Sender<Request>,
}

/// What it is asked.
pub(super) enum Request {
    /// Keep this for the next start.
    KeepLook(Look),
    /// Look round the tablet; the reader that works.
    LookRound(Attempt, Option<String>),
    /// Read the uses of break-glass.
    ReadReview(Attempt),
    /// Count the audit's figures.
    CountUsage(Attempt),
}

impl StationDesk {
    /// Starts the thread.
    pub(super) fn start(config: &Config, inputs: Sender<Input>) -> std::io::Result<Self> {
        let (requests, received) = mpsc::channel();
        let config = config.clone();
        thread::Builder::new().name("station".to_owned()).spawn(move || work(&config, &received, &inputs))?;
        Ok(Self { requests })
    }

    /// Answers with the event of the same attempt.
    pub(super) fn ask(&self, request: Request) {
        // The thread ends only with this handle.
        let _ = self.requests.send(request);
    }
}

fn work(config: &Config, requests: &Receiver<Request>, inputs: &Sender<Input>) {
    let mut rounds = Rounds::default();
    for request in requests {
        let event = match request {
            Request::KeepLook(look) => {
                kept_look::keep(&config.state, look);
                continue;
            }
            Request::LookRound(attempt, reader) => Event::LookedRound(attempt, Box::new(rounds.look(config, reader))),
            Request::ReadReview(attempt) => Event::Reviewed(attempt, read(config, figures::break_glass_uses)),
            Request::CountUsage(attempt) => {
                Event::Counted(attempt, read(config, |store| figures::usage(store, |_| true)).map(Box::new))
            }
        };
        if inputs.send(Input::Event(event)).is_err() {
            return;
        }
    }
}

fn read<T>(config: &Config, read: impl FnOnce(&Store) -> Result<T, StoreError>) -> Result<T, StoreTrouble> {
    read(&open(config)?).map_err(|error| store_trouble(&error))
}

/// The store for a reader that writes nothing.
pub(super) fn open(config: &Config) -> Result<Store, StoreTrouble> {
    let key = StoreKey::load(&config.store_key_path()).map_err(|error| key_trouble(&error));
    if matches!(config.store.try_exists(), Ok(false)) {
        return Err(StoreTrouble::Missing);
    }
    let store = Store::open(&config.store, key?).map_err(|error| open_trouble(&error))?;
    Ok(counted(store, config))
}
