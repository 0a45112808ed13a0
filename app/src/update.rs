//! What the program that takes releases has written down, and what it is told: that this version has started in order.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use kakari_session::findings::{UpdateFault, UpdateFindings};
use serde::Deserialize;

use crate::config::Config;
use crate::whole_file;

/// Root's own folder: read here, never written.
const DIR: &str = "/var/lib/kakari-update";
/// Another one, for tests.
const DIR_VARIABLE: &str = "KAKARI_UPDATE_DIR";
/// In the state folder: the version that started in order last.
const STARTED: &str = "update/started";

/// There: the tablet ends at rest, and another version may be chosen. Removed by who chooses.
const REST: &str = "update/rest";

/// What is read of `state.toml`; whatever else a later program writes there is let be.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Noted {
    ready: Option<String>,
    trial: Option<Trial>,
    failed: Vec<Failed>,
    stuck: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Trial {
    version: String,
}

#[derive(Debug, Deserialize)]
struct Failed {
    version: String,
    why: String,
}

/// What is known of releases; nothing where none were ever taken, as in training.
pub(crate) fn findings() -> UpdateFindings {
    findings_in(&dir())
}

fn dir() -> PathBuf {
    env::var_os(DIR_VARIABLE).map_or_else(|| DIR.into(), PathBuf::from)
}

fn findings_in(dir: &Path) -> UpdateFindings {
    let path = dir.join("state.toml");
    let read = match whole_file::read(&path) {
        Ok(Some(bytes)) => toml::from_str::<Noted>(&String::from_utf8_lossy(&bytes)).map_err(io::Error::other),
        Ok(None) => Ok(Noted::default()),
        Err(error) => Err(error),
    };
    let noted = read.unwrap_or_else(|error| {
        tracing::warn!(%error, "what is written down of updates cannot be read; the next start writes it anew");
        Noted::default()
    });
    let fault = |why: &str| if why == "broken" { UpdateFault::Broken } else { UpdateFault::NeverStarted };
    UpdateFindings {
        ready: noted.ready,
        trial: noted.trial.map(|trial| trial.version),
        failed: noted.failed.last().map(|failed| (failed.version.clone(), fault(&failed.why))),
        stuck: noted.stuck,
    }
}

/// Says, durably, that the tablet ends at rest for another version.
pub(crate) fn note_rest(config: &Config) -> io::Result<()> {
    note(config, REST, b"\n")
}

/// Takes the mark of the rest away, for a case may begin. True when there was one: at a start, nobody chose.
pub(crate) fn forget_rest(config: &Config) -> bool {
    match fs::remove_file(config.state.join(REST)) {
        Ok(()) => true,
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => {
            tracing::error!(%error, "the mark of the tablet's rest cannot be removed");
            true
        }
    }
}

/// Says, durably, that this version has opened the store and shown its first view.
pub(crate) fn note_started(config: &Config) -> io::Result<()> {
    note(config, STARTED, concat!(env!("CARGO_PKG_VERSION"), "\n").as_bytes())
}

/// Whether this version has to show that it starts.
pub(crate) fn is_on_trial() -> bool {
    findings().trial.as_deref() == Some(env!("CARGO_PKG_VERSION"))
}

fn note(config: &Config, name: &str, words: &[u8]) -> io::Result<()> {
    let path = config.state.join(name);
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    whole_file::keep(&path, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_of_updates_is_read_and_what_cannot_be_read_is_nothing() {
        let place = tempfile::tempdir().expect("a folder");
        assert_eq!(findings_in(place.path()), UpdateFindings::default(), "no release was ever taken");
        let written = "ready = \"0.3.0\"\ncurrent = \"0.2.0\"\nstuck = \"0.2.0\"\n\
            [trial]\nversion = \"0.2.0\"\ntries_left = 2\n\
            [[failed]]\nversion = \"0.1.5\"\nwhy = \"broken\"\nat = \"2026-11-21T00:00:00Z\"\n\
            [[failed]]\nversion = \"0.1.9\"\nwhy = \"never-started\"\nat = \"2026-11-21T00:00:00Z\"\n";
        fs::write(place.path().join("state.toml"), written).expect("written");
        let found = UpdateFindings {
            ready: Some("0.3.0".to_owned()),
            trial: Some("0.2.0".to_owned()),
            failed: Some(("0.1.9".to_owned(), UpdateFault::NeverStarted)),
            stuck: Some("0.2.0".to_owned()),
        };
        assert_eq!(findings_in(place.path()), found);
        fs::write(place.path().join("state.toml"), "ready = [").expect("written");
        assert_eq!(findings_in(place.path()), UpdateFindings::default());
    }

    #[test]
    fn a_rest_is_marked_and_a_mark_that_nobody_took_is_gone_once_it_was_seen() {
        let place = tempfile::tempdir().expect("a folder");
        let config = Config::in_dir(place.path());
        assert!(!forget_rest(&config));
        note_rest(&config).expect("noted");
        assert!(config.state.join("update/rest").is_file());
        assert!(forget_rest(&config) && !forget_rest(&config));
    }

    #[test]
    fn a_start_in_order_is_noted_with_the_version() {
        let place = tempfile::tempdir().expect("a folder");
        let config = Config::in_dir(place.path());
        note_started(&config).expect("noted");
        let noted = fs::read_to_string(config.state.join(STARTED)).expect("noted");
        assert_eq!(noted.trim(), env!("CARGO_PKG_VERSION"));
    }
}
