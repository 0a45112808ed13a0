//! The whole store read through, on a thread of its own: once when somebody first looks, and again after half a day. It
//! reads every page, so nobody waits for it but `kakari check`.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use chrono::Utc;
use kakari_session::StoreTrouble;
use kakari_session::findings::{SealedTimes, Verified};
use kakari_store::{ReadThrough, Store};

use super::station_desk::open;
use super::troubles::store_trouble;
use crate::config::Config;

/// How long a reading stands.
const STANDS: Duration = Duration::from_secs(12 * 3_600);
/// A store that could not be read is tried again after this.
const AGAIN: Duration = Duration::from_secs(600);

/// What the last reading found.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    found: Arc<Mutex<Found>>,
}

#[derive(Debug, Default)]
enum Found {
    #[default]
    Nothing,
    /// A thread is at it.
    Running,
    At(Instant, Verified),
}

impl Reading {
    /// What is known now; begins a reading when none stands.
    pub(super) fn look(&self, config: &Config) -> Verified {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        match &*found {
            Found::At(since, verified) if since.elapsed() < stands(*verified) => return *verified,
            Found::Running => return Verified::Running,
            Found::At(..) | Found::Nothing => *found = Found::Running,
        }
        drop(found);
        let (config, found) = (config.clone(), Arc::clone(&self.found));
        let read = move || {
            let verified = open(&config).and_then(|store| read(&store)).unwrap_or_else(|trouble| {
                tracing::warn!(?trouble, "the store was not read through");
                Verified::Unsound { at: Utc::now() }
            });
            *found.lock().unwrap_or_else(PoisonError::into_inner) = Found::At(Instant::now(), verified);
        };
        if let Err(error) = thread::Builder::new().name("read-through".to_owned()).spawn(read) {
            tracing::warn!(%error, "no thread to read the store through");
            *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Found::Nothing;
        }
        Verified::Running
    }
}

fn stands(verified: Verified) -> Duration {
    if matches!(verified, Verified::Sound { .. }) { STANDS } else { AGAIN }
}

/// Reads it now, and says when.
pub(super) fn read(store: &Store) -> Result<Verified, StoreTrouble> {
    let ReadThrough { sound, records, sealed } = store.read_through().map_err(|error| store_trouble(&error))?;
    let at = Utc::now();
    let sealed = sealed.map(|times| SealedTimes { median: times.median, p95: times.p95 });
    Ok(if sound { Verified::Sound { at, counted: records, sealed } } else { Verified::Unsound { at } })
}
