//! The tablet's TPM, as the configuration names it, for whoever makes the tablet's keys or signs with them.

use std::fs::OpenOptions;
use std::path::Path;
use std::sync::Arc;

use kakari_record::device_key::{DeviceKey, DeviceKeyError, DeviceKeys};
use kakari_sync::client::{Problem, StateDir};
use kakari_tpm::{SigningKey, Tpm, TpmError};

use crate::config::Config;

/// The kernel's TPM 2.0 behind its resource manager, which lets several processes use it.
const DEVICE: &str = "/dev/tpmrm0";
/// Keys that were made in the TPM; their files tell so.
const KEYS: [&str; 2] = ["tablet.tpm", "tls.tpm"];

/// The tablet's state folder: its keys are made in the TPM where there is one, and are used where they were made.
pub(crate) fn state_dir(config: &Config) -> Result<StateDir, Problem> {
    Ok(StateDir::make(&config.state)?.with_devices(devices(config)))
}

/// Whether the key that signs the audit and the one that answers the region both lie in the TPM. Asks the TPM nothing.
pub(crate) fn device_keys_in_tpm(config: &Config) -> bool {
    KEYS.iter().all(|key| config.state.join(key).exists())
}

/// None where keys are files: the configuration says so, or this machine has no TPM that this program may use.
fn devices(config: &Config) -> Option<Arc<dyn DeviceKeys>> {
    let tcti = tcti(config, || is_usable(Path::new(DEVICE)))?;
    Some(Arc::new(TpmKeys(Tpm::at(&tcti))))
}

/// By itself only a TPM that this program may use counts; but one that holds keys already is named, so that its absence is
/// said and nothing weaker is made in its place.
fn tcti(config: &Config, is_usable: impl FnOnce() -> bool) -> Option<String> {
    match &config.tpm {
        Some(tcti) => (!tcti.is_empty()).then(|| tcti.clone()),
        None => {
            let holds_keys = KEYS.iter().any(|key| config.state.join(key).exists());
            (holds_keys || is_usable()).then(|| format!("device:{DEVICE}"))
        }
    }
}

fn is_usable(device: &Path) -> bool {
    match OpenOptions::new().read(true).write(true).open(device) {
        Ok(_) => true,
        Err(error) => {
            if device.exists() {
                tracing::warn!(%error, "the TPM may not be used by this user (group tss): new keys are files");
            }
            false
        }
    }
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
    fn the_configuration_goes_first_and_a_tpm_that_holds_keys_is_named_also_while_it_is_away() {
        let place = tempfile::tempdir().expect("a folder");
        let mut config = Config::in_dir(place.path());
        assert_eq!(tcti(&config, || false), None);
        assert_eq!(tcti(&config, || true).as_deref(), Some("device:/dev/tpmrm0"));
        fs::create_dir(&config.state).expect("made");
        fs::write(config.state.join("tls.tpm"), "a blob").expect("written");
        assert_eq!(tcti(&config, || false).as_deref(), Some("device:/dev/tpmrm0"));
        assert!(!device_keys_in_tpm(&config), "one of two");
        fs::write(config.state.join("tablet.tpm"), "a blob").expect("written");
        assert!(device_keys_in_tpm(&config));
        config.tpm = Some("swtpm:host=127.0.0.1,port=7".to_owned());
        assert_eq!(tcti(&config, || false), config.tpm);
        config.tpm = Some(String::new());
        assert_eq!(tcti(&config, || true), None);
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
