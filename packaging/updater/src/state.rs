//! What is in force, what waits, what failed: `state.toml`. Anybody may read it; the tablet does.

use std::fs;
use std::io;
use std::path::Path;

use chrono::{DateTime, Utc};
use kakari_sync::Version;
use serde::{Deserialize, Serialize};

use crate::durable;

/// So many failed versions are kept.
const FAILED: usize = 16;

/// The whole file. Versions are `major.minor.patch`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct State {
    /// Laid ready in its slot; chosen at the tablet's next start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ready: Option<String>,
    /// In force; none means the packaged program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// What a failed trial goes back to; none means the packaged program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
    /// Never started in order, and stays: the stored data is beyond the program before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stuck: Option<String>,
    /// The version in force has not started in order yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trial: Option<Trial>,
    /// Versions that were given up, the newest last. They are not taken again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<Failed>,
}

/// A version that has to show that it starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    /// Which.
    pub version: String,
    /// Starts that it has left.
    pub tries_left: u8,
    /// Starts in which the compositor did not come as far as the program.
    #[serde(default, skip_serializing_if = "is_none")]
    pub not_begun: u8,
}

/// serde asks by reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
const fn is_none(starts: &u8) -> bool {
    *starts == 0
}

/// A version that was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failed {
    /// Which.
    pub version: String,
    /// Why.
    pub why: Fault,
    /// When, by the tablet's clock.
    pub at: DateTime<Utc>,
}

/// Why a version was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// It did not start in order, as often as it was tried.
    NeverStarted,
    /// Its program is gone or empty.
    Broken,
}

impl State {
    /// The longest that is read, in bytes.
    const MOST: u64 = 64 * 1024;

    /// Reads the file; before the first there is the empty state.
    ///
    /// # Errors
    ///
    /// In words, when there is one that cannot be read, or that names what is no version.
    pub fn load(path: &Path) -> Result<Self, String> {
        let text = match fs::metadata(path).map(|found| found.len()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Ok(length) if length > Self::MOST => return Err("longer than it may be".to_owned()),
            _ => fs::read_to_string(path).map_err(|error| error.to_string())?,
        };
        let state: Self = toml::from_str(&text).map_err(|error| error.message().to_owned())?;
        let wrong = state.versions().find(|version| canonical(version).is_none()).cloned();
        wrong.map_or(Ok(state), |version| Err(format!("{version:?} is no version")))
    }

    pub(crate) fn keep(&self, path: &Path) -> io::Result<()> {
        let text = toml::to_string(self).map_err(io::Error::other)?;
        durable::replace(path, format!("# Written by kakari-update; read by the tablet.\n{text}").as_bytes())
    }

    /// Whether this version was given up.
    pub fn has_given_up(&self, version: &str) -> bool {
        self.failed.iter().any(|failed| failed.version == version)
    }

    pub(crate) fn note_failed(&mut self, version: &str, why: Fault, at: DateTime<Utc>) {
        self.failed.retain(|failed| failed.version != version);
        self.failed.push(Failed { version: version.to_owned(), why, at });
        let over = self.failed.len().saturating_sub(FAILED);
        self.failed.drain(..over);
    }

    /// Whether a slot of this version is needed.
    pub(crate) fn needs(&self, version: &str) -> bool {
        [&self.ready, &self.current, &self.previous].into_iter().flatten().any(|needed| needed == version)
    }

    fn versions(&self) -> impl Iterator<Item = &String> {
        let trial = self.trial.iter().map(|trial| &trial.version);
        let named = [&self.ready, &self.current, &self.previous, &self.stuck].into_iter().flatten();
        named.chain(trial).chain(self.failed.iter().map(|failed| &failed.version))
    }
}

/// The version that is written exactly so: a name that is safe as a folder's.
pub(crate) fn canonical(text: &str) -> Option<Version> {
    text.parse::<Version>().ok().filter(|version| version.to_string() == text)
}
