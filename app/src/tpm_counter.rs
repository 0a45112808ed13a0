//! The TPM's counter, as the store asks it.

use std::io;

use kakari_store::{RollbackCounter, Store};
use kakari_tpm::{Counter, Tpm, TpmError};

use crate::config::Config;
use crate::tpm_name;

/// A counter in this machine's TPM.
struct TpmCounter(Tpm);

impl RollbackCounter for TpmCounter {
    fn read(&mut self) -> io::Result<Option<u64>> {
        let counter = Counter::open(&self.0).map_err(io::Error::other)?;
        counter.map(|counter| counter.read()).transpose().map_err(io::Error::other)
    }

    fn increment(&mut self) -> io::Result<u64> {
        Counter::open_or_define(&self.0).and_then(|counter| counter.increment()).map_err(io::Error::other)
    }
}

/// The store with the TPM's counter, where there is a TPM. Nothing is asked of it before the store is asked.
pub(crate) fn counted(store: Store, config: &Config) -> Store {
    match tpm_name::of(config).map(|name| Tpm::at(&name)) {
        Some(Ok(tpm)) => store.with_counter(Box::new(TpmCounter(tpm))),
        Some(Err(error)) => {
            told(&error);
            store
        }
        None => store,
    }
}

fn told(error: &TpmError) {
    tracing::error!(%error, "older copies of the store are noticed by the region alone");
}
