//! The tablet's TPM, as the configuration names it, for whoever makes the tablet's keys or signs with them.

use std::sync::Arc;

use kakari_record::device_key::{DeviceKey, DeviceKeyError, DeviceKeys};
use kakari_sync::client::{Problem, StateDir};
use kakari_tpm::{SigningKey, Tpm, TpmError};

use crate::config::Config;
use crate::tpm_name;

/// Keys that were made in the TPM; their files tell so.
const KEYS: [&str; 2] = ["tablet.tpm", "tls.tpm"];

/// The tablet's state folder: its keys are made in the TPM where there is one, and are used where they were made.
pub(crate) fn state_dir(config: &Config) -> Result<StateDir, Problem> {
    Ok(StateDir::make(&config.state)?.with_devices(devices(config)))
}

/// Whether a key of this tablet lies in the TPM. Asks the TPM nothing.
pub(crate) fn tpm_holds_keys(config: &Config) -> bool {
    KEYS.iter().any(|key| config.state.join(key).exists())
}

/// Whether the key that signs the audit and the one that answers the region both lie in the TPM. Asks the TPM nothing.
pub(crate) fn device_keys_in_tpm(config: &Config) -> bool {
    KEYS.iter().all(|key| config.state.join(key).exists())
}

/// None where keys are files: the configuration says so, or this machine has no TPM that this program may use.
fn devices(config: &Config) -> Option<Arc<dyn DeviceKeys>> {
    Some(Arc::new(TpmKeys(Tpm::at(&tpm_name::of(config)?))))
}

/// A name that means nothing makes no key and finds none: it is never taken for "no TPM".
struct TpmKeys(Result<Tpm, TpmError>);

impl TpmKeys {
    fn tpm(&self) -> Result<&Tpm, DeviceKeyError> {
        self.0.as_ref().map_err(failed)
    }
}

impl DeviceKeys for TpmKeys {
    fn make(&self) -> Result<Vec<u8>, DeviceKeyError> {
        SigningKey::make(self.tpm()?).map_err(|error| failed(&error))
    }

    fn load(&self, blob: &[u8]) -> Result<Arc<dyn DeviceKey>, DeviceKeyError> {
        let key = SigningKey::load(self.tpm()?, blob).map_err(|error| failed(&error))?;
        Ok(Arc::new(key))
    }
}

fn failed(error: &TpmError) -> DeviceKeyError {
    DeviceKeyError::Device(error.to_string())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn keys_are_in_the_tpm_when_both_of_them_are() {
        let place = tempfile::tempdir().expect("a folder");
        let config = Config::in_dir(place.path());
        fs::create_dir(&config.state).expect("made");
        assert!(!tpm_holds_keys(&config) && !device_keys_in_tpm(&config));
        fs::write(config.state.join("tls.tpm"), "a blob").expect("written");
        assert!(tpm_holds_keys(&config) && !device_keys_in_tpm(&config), "one of two");
        fs::write(config.state.join("tablet.tpm"), "a blob").expect("written");
        assert!(device_keys_in_tpm(&config));
    }

    #[test]
    fn a_name_that_means_nothing_makes_no_weaker_key_in_its_place() {
        let place = tempfile::tempdir().expect("a folder");
        let config = Config { tpm: Some("whatever".to_owned()), ..Config::in_dir(place.path()) };
        let state = state_dir(&config).expect("made");
        let problem = state.make_tablet_key().expect_err("no TPM").words();
        assert!(problem.ja.contains("TPM") && problem.en.contains("restart"), "{problem:?}");
        assert_eq!(fs::read_dir(&config.state).expect("reads").count(), 0);
    }
}
