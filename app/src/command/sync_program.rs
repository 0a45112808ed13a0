//! What sync has to know of the program that runs before it fetches another one.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use kakari_sync::ReleaseKeys;
use kakari_sync::client::ProgramFacts;
use serde::Deserialize;

/// Who may sign releases.
const KEYS: &str = "/etc/kakari/release-keys.toml";
/// What `kakari-update` made of earlier releases.
const UPDATES: &str = "/var/lib/kakari-update/state.toml";

/// As much of that file as is of use here.
#[derive(Debug, Default, Deserialize)]
struct Updates {
    current: Option<String>,
    #[serde(default)]
    failed: Vec<Failed>,
}

#[derive(Debug, Deserialize)]
struct Failed {
    version: String,
}

/// Looks at this machine.
pub(super) fn program_facts() -> ProgramFacts {
    ProgramFacts {
        architecture: ProgramFacts::debian_architecture().to_owned(),
        keys: keys(Path::new(KEYS)),
        settled: settled(Path::new(UPDATES)),
    }
}

/// Without keys that can be read, signatures are left to who installs: without keys that takes nothing.
fn keys(path: &Path) -> Option<ReleaseKeys> {
    let read: Result<_, toml::de::Error> = toml::from_str(&text(path)?);
    read.inspect_err(|error| tracing::warn!(%error, "the file of the release keys is not understood")).ok()
}

/// Versions that failed here, or are installed. What lies ready stays staged as long as the head names it: `kakari-update`
/// installs nothing that is staged no more.
fn settled(path: &Path) -> BTreeSet<String> {
    let read: Result<Updates, toml::de::Error> = toml::from_str(&text(path).unwrap_or_default());
    let updates = read.unwrap_or_else(|error| {
        tracing::warn!(%error, "what became of earlier updates is not understood");
        Updates::default()
    });
    let failed = updates.failed.into_iter().map(|failed| failed.version);
    updates.current.into_iter().chain(failed).collect()
}

fn text(path: &Path) -> Option<String> {
    match fs::read_to_string(path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => {
            tracing::warn!(%error, path = %path.display(), "a file about updates cannot be read");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_and_what_is_installed_is_not_fetched_again_and_what_is_ready_stays_staged() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("state.toml");
        assert!(settled(&path).is_empty(), "before the first update");
        let written = "# Written by kakari-update\nready = \"1.3.0\"\ncurrent = \"1.2.0\"\nprevious = \"1.1.0\"\n\
                       [trial]\nversion = \"1.2.0\"\ntries_left = 2\n\
                       [[failed]]\nversion = \"1.2.1\"\nwhy = \"never-started\"\nat = \"2026-11-21T00:00:00Z\"\n";
        fs::write(&path, written).expect("written");
        let expected = ["1.2.0", "1.2.1"].map(str::to_owned);
        assert_eq!(settled(&path), BTreeSet::from(expected));
        fs::write(&path, "ready = ").expect("written");
        assert!(settled(&path).is_empty(), "what cannot be read keeps nothing from being fetched");
    }

    #[test]
    fn release_keys_are_read_as_the_administrator_wrote_them() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("release-keys.toml");
        assert_eq!(keys(&path), None);
        fs::write(&path, format!("threshold = 1\nkeys = [\"{}\"]\n", "ab".repeat(32))).expect("written");
        assert_eq!(keys(&path), Some(ReleaseKeys { keys: vec![[0xab; 32]], threshold: 1 }));
        fs::write(&path, format!("threshold = 2\nkeys = [\"{}\"]\n", "ab".repeat(32))).expect("written");
        assert_eq!(keys(&path), None, "a threshold that nobody reaches");
    }
}
