//! An ordered erasure: the store first, then the region is told, then the identity goes.

use kakari_session::WipeStage;
use kakari_session::findings::KeyPlace;
use kakari_store::wipe::{self, Paths, WipeState};
use kakari_sync::client::{Problem, wiped};

use crate::config::Config;
use crate::tpm_keys::state_dir;

/// What is erased of this tablet. Its identity (with the TPM's keys for it, which are files there) is not in it: without it
/// the region could not be told. The store key is erased in the form that is on the disk; systemd's copy is in memory, and
/// goes with the service. The TPM itself keeps nothing of a sealed key.
pub(crate) fn paths(config: &Config) -> Paths {
    let (sealed, file) = (config.sealed_key_path(), config.store_key.clone());
    let beside = ["cred.aside", "cred.making"].map(|ending| sealed.with_extension(ending));
    let is_credential = config.key_place() != KeyPlace::File;
    let (key, other) = if is_credential { (sealed, file) } else { (file, sealed) };
    Paths {
        store: config.store.clone(),
        key,
        key_in_memory: is_credential.then(|| config.store_key_path()),
        also: std::iter::once(other).chain(beside).collect(),
        folders: vec![config.state.join("partial")],
    }
}

/// How far an erasure is, if one was ordered. A marker that cannot be read is taken for one.
pub(crate) fn state(config: &Config) -> WipeState {
    wipe::state(&paths(config)).unwrap_or_else(|error| {
        tracing::error!(%error, "the mark of an erasure cannot be read");
        WipeState::Pending { nonce: [0; 16] }
    })
}

/// The same for the glass.
pub(crate) fn stage(config: &Config) -> Option<WipeStage> {
    match state(config) {
        WipeState::None => None,
        WipeState::Pending { .. } => Some(WipeStage::Pending),
        WipeState::Done { .. } => Some(WipeStage::Done),
    }
}

/// Finishes what was begun, by whichever process sees it first: the erasure that was ordered, and forgetting the region after it.
pub(crate) fn finish(config: &Config) -> Option<WipeStage> {
    if let WipeState::Pending { .. } = state(config)
        && let Err(error) = wipe::finish(&paths(config))
    {
        tracing::error!(%error, "the erasure is not finished yet");
    }
    if let Err(error) = wiped::finish_forgetting(&config.state) {
        tracing::error!(%error, "the tablet has not forgotten all of its region yet");
    }
    stage(config)
}

/// Whether the region still has to be told.
pub(crate) fn is_untold(config: &Config) -> bool {
    config.state.join("enrolment.cbor").exists()
}

/// What the region heard of an erasure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Report {
    /// Nobody knows any more: the tablet forgot its region before this program started.
    #[default]
    Past,
    /// It has answered.
    Made,
    /// Nothing yet: it is told again.
    Owed,
    /// It hears nothing of this tablet any more.
    Refused,
}

/// Tells the region that everything is erased; then the tablet forgets who it was. Until the region has answered, it
/// stays able to tell. Where the region never will, it forgets all the same: nothing of a patient is left, and a tablet that
/// remembers could not be enrolled anew.
pub(crate) async fn tell(config: &Config, nonce: [u8; 16]) -> Result<Report, Problem> {
    let report = match wiped::tell(&state_dir(config)?, nonce).await {
        Err(problem) if wiped::is_in_vain(&problem) => {
            tracing::warn!(%problem, "the region cannot be told of the erasure: its office has to be called");
            Report::Refused
        }
        told => told.map(|()| Report::Made)?,
    };
    forget(config)?;
    Ok(report)
}

/// The tablet is nobody's from now on.
pub(crate) fn forget(config: &Config) -> Result<(), Problem> {
    wiped::forget_identity(&config.state)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use kakari_store::StoreKey;

    use super::*;

    #[test]
    fn every_form_of_the_store_key_goes_and_the_identity_stays_until_the_region_was_told() {
        let place = tempfile::tempdir().expect("a folder");
        let config = Config::in_dir(place.path());
        fs::create_dir_all(&config.state).expect("made");
        fs::create_dir(place.path().join("keys")).expect("made");
        StoreKey::make_at(&config.store_key).expect("key");
        let sealed = ["store-key.cred", "store-key.cred.aside", "store-key.cred.making"];
        let forms: Vec<_> = sealed.map(|name| place.path().join("keys").join(name)).into();
        forms.iter().for_each(|form| fs::write(form, [7; 500]).expect("written"));
        let blob = config.state.join("tablet.tpm");
        fs::write(&blob, [8; 200]).expect("written");
        wipe::begin(&paths(&config), [3; 16]).expect("begun");
        assert_eq!(finish(&config), Some(WipeStage::Done));
        assert!(!config.store_key.exists() && forms.iter().all(|form| !form.exists()));
        assert!(blob.exists(), "without it the region could not be told");
        forget(&config).expect("forgotten");
        assert!(!blob.exists());
        forget(&config).expect("nothing is left to forget");
    }

    #[test]
    fn whoever_starts_after_a_power_cut_forgets_the_rest_and_no_enrolment_that_was_begun_since() {
        let place = tempfile::tempdir().expect("a folder");
        let config = Config::in_dir(place.path());
        let left = config.state.with_extension("forgotten");
        for state in [&left, &config.state] {
            fs::create_dir_all(state.join("partial")).expect("made");
            fs::write(state.join("tls.key"), [7; 300]).expect("written");
        }
        assert_eq!(finish(&config), None);
        assert!(!left.exists() && config.state.join("tls.key").exists());
    }
}
