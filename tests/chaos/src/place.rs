//! Where the files of one schedule lie, and what its processes are told.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use kakari_region::config::RegionConfig;
use kakari_region::publish::Pace;

/// The folder of one schedule.
#[derive(Clone, Debug)]
pub(crate) struct Place(pub(crate) PathBuf);

impl Place {
    pub(crate) fn config(&self) -> PathBuf {
        self.0.join("region.toml")
    }

    pub(crate) fn feed(&self) -> PathBuf {
        self.0.join("feed")
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.0.join("tablet")
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.state().join("kakari.db")
    }

    pub(crate) fn store_key(&self) -> PathBuf {
        self.state().join("store.key")
    }

    /// Cards that the tap looks for: a line of token and card key id each.
    pub(crate) fn cards(&self) -> PathBuf {
        self.0.join("cards")
    }

    /// Where a process writes what it has to say besides its lines.
    pub(crate) fn log(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.log"))
    }

    pub(crate) fn copy_from(&self, template: &Self) -> io::Result<()> {
        copy(&template.0, &self.0)
    }

    pub(crate) fn load(&self) -> Result<RegionConfig, kakari_region::config::ConfigError> {
        RegionConfig::load(&self.config())
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    fs::set_permissions(to, fs::metadata(from)?.permissions())?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() { copy(&entry.path(), &to)? } else { fs::copy(entry.path(), &to).map(drop)? }
    }
    Ok(())
}

/// A region in a hurry: a day of a real one in a second. `short` forgets old deltas and objects at once.
pub(crate) fn pace(short: bool) -> Pace {
    let millis = Duration::from_millis;
    Pace {
        chunk: 8,
        delta_len: 6 * 1024,
        part_len: 16 * 1024,
        poll: millis(15),
        standing_every: millis(700),
        head_every: millis(200),
        deltas_wanted: 3,
        deltas_most: 8,
        merge_after: millis(60),
        deltas_kept: if short { millis(50) } else { millis(60_000) },
        retired_kept: if short { millis(250) } else { millis(60_000) },
        snapshot_every: millis(500),
        snapshot_spacing: millis(if short { 120 } else { 400 }),
        digests_every: millis(400),
        digests_idle: millis(100),
        // Each costs a quarter of a second of a processor, and no schedule uses one.
        codes: 0,
        ..Pace::default()
    }
}
