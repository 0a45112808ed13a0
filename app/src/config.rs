//! The configuration: one TOML file, and secrets only as files or systemd credentials.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use serde::{Deserialize, Serialize};

/// Where the configuration is when nothing else is said.
pub const DEFAULT_PATH: &str = "/etc/kakari/kakari.toml";
/// Name of the store key among systemd's credentials.
const KEY_CREDENTIAL: &str = "kakari-store-key";

/// What one tablet is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The store.
    #[serde(default = "default_store")]
    pub store: PathBuf,
    /// The store key's file; the systemd credential `kakari-store-key` goes before it.
    #[serde(default = "default_key")]
    pub store_key: PathBuf,
    /// As the top bar shows it.
    pub vehicle: String,
    /// This tablet's name in the audit.
    pub tablet: String,
    /// Which reader: words of its name with `*` between them; empty for any.
    #[serde(default)]
    pub reader: String,
    /// Covers the whole display.
    #[serde(default)]
    pub fullscreen: bool,
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration {path}: {source}")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not what it must be; the message names the place.
    #[error("the configuration {path} is wrong: {source}")]
    Wrong {
        /// Which file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
}

impl Config {
    /// Reads the configuration.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path).map_err(|source| ConfigError::Unreadable { path: path.into(), source })?;
        toml::from_str(&text).map_err(|source| ConfigError::Wrong { path: path.into(), source: Box::new(source) })
    }

    /// Where the store key is: the systemd credential if there is one, else the configured file.
    pub(crate) fn store_key_path(&self) -> PathBuf {
        let credential = env::var_os("CREDENTIALS_DIRECTORY").map(|dir| PathBuf::from(dir).join(KEY_CREDENTIAL));
        credential.filter(|path| path.exists()).unwrap_or_else(|| self.store_key.clone())
    }
}

fn default_store() -> PathBuf {
    "/var/lib/kakari/kakari.db".into()
}

fn default_key() -> PathBuf {
    "/var/lib/kakari/store.key".into()
}
