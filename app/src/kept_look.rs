//! How the glass looks and sounds, kept for the next start. A file that cannot be read is as good as none: the tablet
//! begins as it was made.

use std::io;
use std::path::{Path, PathBuf};

use kakari_session::look::Look;
use kakari_sync::client::StateDir;

use crate::whole_file;

/// Reads it.
pub(crate) fn read(state: &Path) -> Look {
    let broken = |why: &dyn std::fmt::Display| {
        tracing::warn!(%why, "how the glass looks cannot be read: it looks as it was made");
        Look::default()
    };
    match whole_file::read(&path(state)) {
        Ok(None) => Look::default(),
        Ok(Some(bytes)) => toml::from_slice(&bytes).unwrap_or_else(|error| broken(&error)),
        Err(error) => broken(&error),
    }
}

/// Keeps it.
pub(crate) fn keep(state: &Path, look: Look) {
    if let Err(error) = try_keep(state, look) {
        tracing::warn!(%error, "how the glass looks is not kept for the next start");
    }
}

fn try_keep(state: &Path, look: Look) -> io::Result<()> {
    let text = toml::to_string(&look).map_err(io::Error::other)?;
    StateDir::make(state).map_err(io::Error::other)?;
    whole_file::keep(&path(state), text.as_bytes())
}

fn path(state: &Path) -> PathBuf {
    state.join("look.toml")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use kakari_record::language::Language;
    use kakari_session::look::{Dark, TextSize, Theme};

    use super::*;

    #[test]
    fn a_look_is_there_at_the_next_start_and_a_broken_one_is_the_tablets_own() {
        let dir = tempfile::tempdir().expect("a folder");
        let state = dir.path().join("state");
        assert_eq!(read(&state), Look::default());
        let look = Look {
            language: Language::English,
            theme: Theme::Red,
            dark: Dark::Red,
            text: TextSize::Double,
            sound: false,
        };
        keep(&state, look);
        assert_eq!(read(&state), look);
        assert_eq!(fs::read_dir(&state).expect("listed").count(), 1, "nothing half-written is left");
        for broken in ["theme = \"pink\"", "theme = ", "\u{0}\u{1}", "unknown = 1"] {
            fs::write(path(&state), broken).expect("written");
            assert_eq!(read(&state), Look::default(), "{broken:?}");
        }
        fs::write(path(&state), "sound = false\n").expect("written");
        assert_eq!(read(&state), Look { sound: false, ..Look::default() }, "an older file says less");
        keep(Path::new("/proc/no-folder"), look);
    }
}
