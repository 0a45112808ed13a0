//! Room on the disk that is given up when it is full, so that what a crew does is still written down.
//!
//! 8 MB: SQLite's log grows to 1,000 pages (4 MB) before it is brought into the file, a row takes four of them and half a
//! kilobyte of the file, so that what remains is room for thousands of rows: weeks of a crew's work.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::error::is_full;
use crate::files::{Files, remove};
use crate::{Store, StoreError};

/// What is held back, in bytes.
const RESERVE: u64 = 8 * 1024 * 1024;
/// It is taken again only when the disk has this much more free: what was freed is not taken at once from others.
const BESIDE: u64 = 8 * 1024 * 1024;
const CHUNK: usize = 64 * 1024;

impl Store {
    /// Takes the reserve when there is room and it is not there; `true` when it is there afterwards. Cheap when it is.
    /// Also makes the place for [`Store::note_gap`], which must not need room when there is none.
    pub fn keep_reserve(&self) -> Result<bool, StoreError> {
        let path = self.files.reserve();
        if fs::metadata(&path).is_ok_and(|there| there.len() >= RESERVE) {
            return Ok(true);
        }
        if self.files.free_bytes()? < RESERVE + BESIDE {
            return Ok(false);
        }
        self.make_gap_file()?;
        let made = fill(&path);
        if made.is_err() {
            remove(&path)?;
        }
        Ok(made.map(|()| true)?)
    }

    /// Megabytes that are free on the store's disk.
    pub fn free_mb(&self) -> Result<u64, StoreError> {
        Ok(self.files.free_bytes()? / (1024 * 1024))
    }

    /// Does `work`; when the disk is full, once more after the reserve was given up.
    pub(crate) fn with_reserve<T>(
        &mut self,
        mut work: impl FnMut(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match work(self) {
            Err(StoreError::Full) if give_up(&self.files) => work(self),
            done => done,
        }
    }
}

/// Opens something of a store; when the disk is full, once more after the reserve was given up.
pub(crate) fn with_room<T>(store: &Path, mut open: impl FnMut() -> rusqlite::Result<T>) -> rusqlite::Result<T> {
    match open() {
        Err(error) if is_full(&error) || is_no_room(store) => {
            if give_up(&Files::of(store)) {
                open()
            } else {
                Err(error)
            }
        }
        done => done,
    }
}

/// SQLite says of a log that cannot be made only that it cannot be opened.
fn is_no_room(store: &Path) -> bool {
    Files::of(store).free_bytes().is_ok_and(|free| free < 128 * 1024)
}

/// Whether there was a reserve, which is room now.
fn give_up(files: &Files) -> bool {
    let given = fs::remove_file(files.reserve()).is_ok();
    if given {
        tracing::warn!("the disk is full: the reserve is given up for the audit");
    }
    given
}

/// Writes zeros: a file that only says that it is so long holds no room.
fn fill(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    let zeros = vec![0; CHUNK];
    for _ in 0..RESERVE / CHUNK as u64 {
        file.write_all(&zeros)?;
    }
    file.sync_all()
}
