//! The vault keys of the signed-in crew.

use std::sync::{Arc, Mutex, PoisonError};

use kakari_record::seal::Keyring;

/// Held by the card desk while a crew is signed in; wiped from any thread at once.
#[derive(Clone, Debug, Default)]
pub(crate) struct CrewKeys(Arc<Mutex<Keyring>>);

impl CrewKeys {
    /// Takes the keys of a crew that has signed in.
    pub(crate) fn hold(&self, keys: Keyring) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    /// Wipes them.
    pub(crate) fn forget(&self) {
        self.hold(Keyring::default());
    }

    /// Uses them for the length of one look-up or opening; they cannot be wiped meanwhile.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&Keyring) -> T) -> T {
        work(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
