//! By which way this tablet was enrolled, noted before it is tried: an enrolment that goes on after a power cut says truly
//! whether the region's keys were compared with the invitation's. No secret is in it.

use std::io;
use std::path::PathBuf;

use kakari_sync::client::StateDir;
use serde::{Deserialize, Serialize};

use crate::whole_file;

/// The way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub(super) enum By {
    /// Over the network.
    Network {
        /// `https://host:port`
        server: String,
        /// The invitation pinned the region's keys. A code alone that was typed does not.
        pinned: bool,
    },
    /// From a stick.
    Bundle,
}

impl By {
    /// What was noted last; `None` when nothing was, or when it cannot be read.
    pub(super) fn load(state: &StateDir) -> Option<Self> {
        toml::from_slice(&whole_file::read(&path(state)).ok()??).ok()
    }

    /// Notes it. An enrolment is stored only by the way that was noted last, for each try notes its own first.
    pub(super) fn keep(&self, state: &StateDir) -> io::Result<()> {
        let text = toml::to_string(self).map_err(io::Error::other)?;
        whole_file::keep(&path(state), text.as_bytes())
    }
}

fn path(state: &StateDir) -> PathBuf {
    state.path().join("enrolled-by.toml")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // A test that cannot go on should panic.

    use super::*;

    #[test]
    fn the_last_way_that_was_noted_is_read_back() {
        let dir = tempfile::tempdir().unwrap();
        let state = StateDir::make(&dir.path().join("state")).unwrap();
        assert_eq!(By::load(&state), None);
        for by in [By::Bundle, By::Network { server: "https://region.example:8444".to_owned(), pinned: true }] {
            by.keep(&state).unwrap();
            assert_eq!(By::load(&state), Some(by));
        }
        std::fs::write(path(&state), "whatever").unwrap();
        assert_eq!(By::load(&state), None, "what cannot be read claims nothing");
    }
}
