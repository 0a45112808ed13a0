//! The audit is checked when a shift starts, beside everything else: nobody waits for it, and it stops nobody.

use std::sync::mpsc::Sender;
use std::thread;

use kakari_session::Event;
use kakari_store::{ChainFault, Store, StoreError, StoreKey};

use super::Input;
use crate::config::Config;
use crate::tpm_keys::state_dir;

/// Checks what came since the last check, on a thread and a connection of its own. What is wrong is told to the session,
/// and to `found` for the audit.
pub(super) fn check_in_background(
    config: &Config,
    inputs: Sender<Input>,
    found: impl FnOnce(u64, String) + Send + 'static,
) {
    let config = config.clone();
    let check = move || match check_tail(&config) {
        Ok(faults) => {
            if let Some(first) = faults.first() {
                tracing::error!(%first, faults = faults.len(), "the audit is not whole");
                let told = Event::AuditFaulty { japanese: first.ja(), english: first.to_string() };
                let _ = inputs.send(Input::Event(told));
                found(faults.len() as u64, first.to_string());
            }
        }
        Err(error) => tracing::warn!(%error, "the audit was not checked at the start of the shift"),
    };
    if let Err(error) = thread::Builder::new().name("audit-check".to_owned()).spawn(check) {
        tracing::warn!(%error, "no thread to check the audit");
    }
}

/// Why nothing was checked.
#[derive(Debug, thiserror::Error)]
enum NotChecked {
    #[error(transparent)]
    Key(#[from] kakari_store::KeyError),
    #[error(transparent)]
    Open(#[from] kakari_store::OpenError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn check_tail(config: &Config) -> Result<Vec<ChainFault>, NotChecked> {
    let mut store = Store::open(&config.store, StoreKey::load(&config.store_key_path())?)?;
    let key = public_key(config);
    let check = store.check_audit(key.as_deref(), store.verified_audit()?)?;
    if check.holds() && key.is_some() {
        store.mark_verified(check.head)?;
    }
    Ok(check.faults)
}

/// The tablet's public key; none where its file is missing or cannot be read. A TPM need not be there for it.
pub(crate) fn public_key(config: &Config) -> Option<Vec<u8>> {
    if !config.state.exists() {
        return None;
    }
    let key = state_dir(config).and_then(|state| state.tablet_public_key()).ok().flatten();
    key.map(|key| key.as_bytes().to_vec())
}
