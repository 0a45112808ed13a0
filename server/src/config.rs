//! `region.toml`: where things are. No secret stands in it.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// What `region.toml` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionConfig {
    /// PostgreSQL, `postgres://user@host/database` (`?host=/folder` for a Unix socket).
    pub database_url: String,
    /// The server key: 32 bytes in a file that only its owner can read. Counts from the configuration's own folder.
    pub server_key: PathBuf,
    /// Where the feed's objects go: a folder, or `s3://bucket/prefix`.
    pub feed: String,
    /// Where tablets, senders and the office are answered (mutual TLS).
    pub listen: SocketAddr,
    /// Where tablets enrol.
    pub enrol_listen: SocketAddr,
    /// The feed as tablets reach it, `https://host:port/path`.
    pub feed_url: String,
    /// Receipts, reports and renewals as tablets reach them.
    pub api_url: String,
    /// Enrolment as tablets reach it.
    pub enrol_url: String,
    /// Names and addresses that the server's certificate is for.
    pub tls_names: Vec<String>,
    /// The release keys that tablets have (`/etc/kakari/release-keys.toml`), for `kakari-region release offer`. Counts from
    /// the configuration's own folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_keys: Option<PathBuf>,
}

/// Why the configuration is not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path} cannot be read: {source}; name it with --config, or make it with kakari-region init")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file says something that is not understood.
    #[error("{path}: {message}; correct it and run this again")]
    Content {
        /// Which.
        path: PathBuf,
        /// What, with its place.
        message: String,
    },
}

impl RegionConfig {
    /// Reads the file at `path`; a relative path in it counts from its folder.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path).map_err(|source| ConfigError::File { path: path.into(), source })?;
        let mut config: Self = toml::from_str(&text)
            .map_err(|error| ConfigError::Content { path: path.into(), message: error.to_string() })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        config.server_key = folder.join(&config.server_key);
        config.release_keys = config.release_keys.map(|keys| folder.join(keys));
        if !config.feed.contains("://") {
            config.feed = folder.join(&config.feed).display().to_string();
        }
        config.check().map_err(|message| ConfigError::Content { path: path.into(), message })?;
        Ok(config)
    }

    fn check(&self) -> Result<(), String> {
        for (name, url) in [("feed_url", &self.feed_url), ("api_url", &self.api_url), ("enrol_url", &self.enrol_url)] {
            if !url.starts_with("https://") || url.ends_with('/') {
                return Err(format!("{name} must begin with https:// and end without a slash"));
            }
        }
        if self.tls_names.is_empty() {
            Err("tls_names is empty: tablets need a name to reach".to_owned())
        } else {
            Ok(())
        }
    }

    /// As `kakari-region init` writes it, with a word on each line.
    pub fn with_comments(&self) -> String {
        let text = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let names: Vec<String> = self.tls_names.iter().map(|name| text(name)).collect();
        let lines = [
            (
                "PostgreSQL: postgres://user@host/database; ?host=/folder for a Unix socket.",
                "database_url",
                text(&self.database_url),
            ),
            (
                "32 bytes that open every key in the database. Keep a copy apart from the database's.",
                "server_key",
                text(&self.server_key.display().to_string()),
            ),
            ("Where the feed's files go: a folder, or s3://bucket/prefix.", "feed", text(&self.feed)),
            ("Tablets, senders and the office, by mutual TLS.", "listen", text(&self.listen.to_string())),
            ("Enrolment of tablets.", "enrol_listen", text(&self.enrol_listen.to_string())),
            (
                "The same as tablets reach them. Enrolled tablets keep them: change them only with care.",
                "feed_url",
                text(&self.feed_url),
            ),
            ("", "api_url", text(&self.api_url)),
            ("", "enrol_url", text(&self.enrol_url)),
            (
                "Names and addresses that the server's certificate is for.",
                "tls_names",
                format!("[{}]", names.join(", ")),
            ),
        ];
        let head = "# Made by kakari-region init. Paths count from this file's folder.\n".to_owned();
        lines.iter().fold(head, |file, (comment, name, value)| {
            let comment = if comment.is_empty() { String::new() } else { format!("\n# {comment}\n") };
            format!("{file}{comment}{name} = {value}\n")
        }) + &self.release_lines()
    }

    fn release_lines(&self) -> String {
        let keys = match &self.release_keys {
            Some(keys) => format!("release_keys = {}\n", toml::Value::String(keys.display().to_string())),
            None => "# release_keys = \"release-keys.toml\"\n".to_owned(),
        };
        format!("\n# The release keys that tablets have, for kakari-region release offer.\n{keys}")
    }
}
