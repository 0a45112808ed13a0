//! Which TPM this tablet uses: one answer for its keys and for its counter.

use std::fs::OpenOptions;
use std::path::Path;

use crate::config::Config;
use crate::tpm_keys::tpm_holds_keys;

/// The kernel's TPM 2.0 behind its resource manager, which lets several processes use it.
const DEVICE: &str = "/dev/tpmrm0";

/// By its TCTI: as configured, else the kernel's; `None` for none. By itself only a TPM that this program may use counts; but one that
/// holds keys already is named, so that its absence is said and nothing weaker is made in its place.
pub(crate) fn of(config: &Config) -> Option<String> {
    name(config, || is_usable(Path::new(DEVICE)))
}

fn name(config: &Config, is_usable: impl FnOnce() -> bool) -> Option<String> {
    match &config.tpm {
        Some(tcti) => (!tcti.is_empty()).then(|| tcti.clone()),
        None => (tpm_holds_keys(config) || is_usable()).then(|| format!("device:{DEVICE}")),
    }
}

fn is_usable(device: &Path) -> bool {
    match OpenOptions::new().read(true).write(true).open(device) {
        Ok(_) => true,
        Err(error) => {
            if device.exists() {
                tracing::warn!(%error, "the TPM may not be used by this user (group tss): keys are files, and nothing counts");
            }
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_configuration_goes_first_and_a_tpm_that_holds_keys_is_named_also_while_it_is_away() {
        let place = tempfile::tempdir().expect("a folder");
        let mut config = Config::in_dir(place.path());
        assert_eq!(name(&config, || false), None);
        assert_eq!(name(&config, || true).as_deref(), Some("device:/dev/tpmrm0"));
        fs::create_dir(&config.state).expect("made");
        fs::write(config.state.join("tls.tpm"), "a blob").expect("written");
        assert_eq!(name(&config, || false).as_deref(), Some("device:/dev/tpmrm0"));
        config.tpm = Some("swtpm:host=127.0.0.1,port=7".to_owned());
        assert_eq!(name(&config, || false), config.tpm);
        config.tpm = Some(String::new());
        assert_eq!(name(&config, || true), None);
    }
}
