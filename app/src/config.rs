//! The configuration: one TOML file, and secrets only as files or systemd credentials.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use serde::{Deserialize, Serialize};

/// Where the configuration is when nothing else is said.
pub const DEFAULT_PATH: &str = "/etc/kakari/kakari.toml";
/// Where everything of a tablet is when nothing else is said.
pub const DEFAULT_DIR: &str = "/var/lib/kakari";
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
    /// A folder for this tablet's identity, for what has been fetched in part, and for the mark of an ordered erasure.
    #[serde(default = "default_state")]
    pub state: PathBuf,
    /// Which reader: words of its name with `*` between them; empty for any.
    #[serde(default)]
    pub reader: String,
    /// Covers the whole display.
    #[serde(default)]
    pub fullscreen: bool,
    /// The link is metered (LTE): sync keeps to the region's bytes per day and fetches no snapshot over it.
    #[serde(default)]
    pub metered: bool,
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

    /// A configuration with everything of the tablet in `dir`, before it has a name.
    pub(crate) fn in_dir(dir: &Path) -> Self {
        Self {
            store: dir.join("kakari.db"),
            store_key: dir.join("store.key"),
            vehicle: String::new(),
            tablet: String::new(),
            state: dir.join("state"),
            reader: String::new(),
            fullscreen: false,
            metered: false,
        }
    }

    /// Writes the configuration with a word on each line; a file that is there stays as it is.
    pub(crate) fn write(&self, path: &Path) -> io::Result<()> {
        if let Some(dir) = path.parent() {
            fs::create_dir_all(dir)?;
        }
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(self.with_comments().as_bytes())?;
        file.sync_all()
    }

    fn with_comments(&self) -> String {
        let text = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let path = |path: &Path| text(&path.display().to_string());
        let lines = [
            ("The store: kakari.db and the sets of records beside it.", "store", path(&self.store)),
            (
                "Its key, 32 bytes for its owner alone. The systemd credential kakari-store-key goes before it.",
                "store_key",
                path(&self.store_key),
            ),
            ("As the top bar shows it.", "vehicle", text(&self.vehicle)),
            ("This tablet's name in the audit, as the region gave it.", "tablet", text(&self.tablet)),
            ("A folder for this tablet's identity and for what has been fetched in part.", "state", path(&self.state)),
            ("Which reader: words of its name with * between them; empty for any.", "reader", text(&self.reader)),
            ("Covers the whole display.", "fullscreen", self.fullscreen.to_string()),
            (
                "The link is metered (LTE): sync keeps to the region's bytes a day and fetches no snapshot over it.",
                "metered",
                self.metered.to_string(),
            ),
        ];
        let told = lines.map(|(comment, name, value)| format!("# {comment}\n{name} = {value}\n"));
        told.join("\n")
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

fn default_state() -> PathBuf {
    "/var/lib/kakari/state".into()
}

fn default_key() -> PathBuf {
    "/var/lib/kakari/store.key".into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_with_comments_is_read_back_as_it_was() {
        let config = Config {
            vehicle: "北町\"救急\"1".to_owned(),
            tablet: "kita-1".to_owned(),
            metered: true,
            ..Config::in_dir(Path::new("/var/lib/kakari"))
        };
        assert_eq!(toml::from_str::<Config>(&config.with_comments()).ok(), Some(config));
    }
}
