//! Trying a new program on a copy of the store: it is migrated and read, and the store itself is only read.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::Backup;

use crate::database::Database;
use crate::files::{Files, Room, remove};
use crate::set::LiveSet;
use crate::{OpenError, Store, StoreError, StoreKey};

/// Pages copied at a time; between them the other processes get at the store.
const PAGES: i32 = 1_024;

/// What was read of the copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Rows of the audit.
    pub audit_rows: u64,
    /// Whether a roster is there.
    pub roster: bool,
    /// Records of the live set; none when the disk has no room for a copy of it, so that it was not tried.
    pub records: Option<u64>,
}

/// Why this program cannot go on with that store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The store cannot be copied.
    #[error("the store cannot be copied")]
    Copy(#[source] StoreError),
    /// The copy cannot be opened.
    #[error("the copy of the store does not open")]
    Open(#[source] OpenError),
    /// The copy cannot be read.
    #[error("the copy of the store cannot be read")]
    Read(#[source] StoreError),
    /// Its roster's signature does not fit.
    #[error("the roster in the copy of the store is not believed")]
    Roster,
}

/// Copies the store at `path` into a folder beside it, opens the copy with this program, which migrates it, reads roster,
/// audit and live set, and removes the copy.
pub fn prove(path: &Path, key: &StoreKey) -> Result<Proof, ProofError> {
    let dir = Files::of(path).proof();
    let copy_failed = |error: io::Error| ProofError::Copy(error.into());
    clear(&dir).map_err(copy_failed)?;
    DirBuilder::new().mode(0o700).create(&dir).map_err(copy_failed)?;
    let proved = try_out(path, &dir.join(path.file_name().unwrap_or_default()), key);
    clear(&dir).map_err(copy_failed)?;
    proved
}

fn try_out(path: &Path, copy: &Path, key: &StoreKey) -> Result<Proof, ProofError> {
    copy_database(path, copy, key).map_err(ProofError::Copy)?;
    let store = Store::open(copy, key.clone()).map_err(ProofError::Open)?;
    let number = store.live_number().map_err(ProofError::Read)?;
    let records = match number {
        None => Some(0),
        Some(number) => {
            copy_set(path, copy, number, key)?.then(|| read_set(&store)).transpose().map_err(ProofError::Read)?
        }
    };
    let roster = match store.roster().map_err(ProofError::Read)? {
        Some(Err(_)) => return Err(ProofError::Roster),
        roster => roster.is_some(),
    };
    store.facts().and_then(|_| store.dictionaries()).map_err(ProofError::Read)?;
    store.last_audit(1).map_err(ProofError::Read)?;
    let audit_rows = store.receipt_state().map_err(ProofError::Read)?.rows;
    Ok(Proof { audit_rows, roster, records })
}

/// False when the disk has no room.
fn copy_set(path: &Path, copy: &Path, number: u64, key: &StoreKey) -> Result<bool, ProofError> {
    let failed = |error: io::Error| ProofError::Copy(error.into());
    let (files, set) = (Files::of(path), Files::of(path).set(number));
    let size = fs::metadata(&set).map_err(failed)?.len();
    // The copy and what a migration of it may take.
    let wanted = size.saturating_mul(2);
    if files.leave_room(Room::Snapshot).is_err() || files.free_bytes().map_err(failed)? < wanted {
        return Ok(false);
    }
    copy_database(&set, &Files::of(copy).set(number), key).map(|()| true).map_err(ProofError::Copy)
}

fn read_set(store: &Store) -> Result<u64, StoreError> {
    if let Some(set) = store.live()?.as_mut() {
        LiveSet::catch_up(set)?;
    }
    store.with_versions(|records| records.count() as u64)
}

fn copy_database(from: &Path, to: &Path, key: &StoreKey) -> Result<(), StoreError> {
    let from = Database::open_to_read(from, key)?;
    let mut to = Database::create(to, key)?;
    Backup::new(&from.db, &mut to.db)?.run_to_completion(PAGES, Duration::ZERO, None)?;
    Ok(())
}

/// Removes what an interrupted proof left, without following links.
fn clear(dir: &PathBuf) -> io::Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => remove(dir),
        done => done,
    }
}
