//! The names of a store's files, and how they are made durable and removed.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::StoreError;

/// What SQLite puts beside a database.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];
/// Before the number of a set.
const SET: &str = ".set-";

/// What a snapshot leaves free, in bytes: room for audit rows of weeks, for nothing is shown whose row cannot be written.
const LEFT_BY_SNAPSHOTS: u64 = 128 * 1024 * 1024;
/// What a delta leaves free.
const LEFT_BY_DELTAS: u64 = 32 * 1024 * 1024;

/// Who asks for room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    Snapshot,
    Delta,
}

/// The names of one store's files.
#[derive(Clone, Debug)]
pub(crate) struct Files {
    main: PathBuf,
}

impl Files {
    pub(crate) fn of(main: &Path) -> Self {
        Self { main: main.into() }
    }

    /// `kakari.db.set-<number>`
    pub(crate) fn set(&self, number: u64) -> PathBuf {
        self.beside(&format!("{SET}{number}"))
    }

    /// `kakari.db.trusted`
    pub(crate) fn trusted(&self) -> PathBuf {
        self.beside(".trusted")
    }

    /// `kakari.db.key-check`
    pub(crate) fn key_check(&self) -> PathBuf {
        self.beside(".key-check")
    }

    /// `kakari.db.sync`: locked by the process that syncs.
    pub(crate) fn sync_lock(&self) -> PathBuf {
        self.beside(".sync")
    }

    /// `kakari.db.wipe`
    pub(crate) fn wipe(&self) -> PathBuf {
        self.beside(".wipe")
    }

    /// `kakari.db.checkpoint`: the newest checkpoint of the audit.
    pub(crate) fn checkpoint(&self) -> PathBuf {
        self.beside(".checkpoint")
    }

    /// `kakari.db.reserve`: room that is given up for the audit.
    pub(crate) fn reserve(&self) -> PathBuf {
        self.beside(".reserve")
    }

    /// `kakari.db.schema`: the newest schema that the store may have.
    pub(crate) fn schema(&self) -> PathBuf {
        self.beside(".schema")
    }

    /// `kakari.db.proof`: a folder with a copy that a new program is tried on.
    pub(crate) fn proof(&self) -> PathBuf {
        self.beside(".proof")
    }

    /// `kakari.db.gap`: how many audit rows wait in memory.
    pub(crate) fn gap(&self) -> PathBuf {
        self.beside(".gap")
    }

    /// What a store keeps beside it of itself, and is worth nothing without it.
    pub(crate) fn notes(&self) -> impl Iterator<Item = PathBuf> {
        let replaced = [self.trusted(), self.checkpoint(), self.schema()];
        let fresh = replaced.clone().map(|path| fresh(&path));
        fresh.into_iter().chain(replaced).chain([self.reserve(), self.gap()])
    }

    /// Bytes that are free on the disk.
    pub(crate) fn free_bytes(&self) -> io::Result<u64> {
        let disk = rustix::fs::statvfs(self.dir()).map_err(io::Error::from)?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    /// The numbers of every set that has a file, or only a file of its log.
    pub(crate) fn sets(&self) -> io::Result<Vec<u64>> {
        let mut prefix = self.main.file_name().unwrap_or_default().to_owned();
        prefix.push(SET);
        let prefix = prefix.to_string_lossy().into_owned();
        let mut numbers = Vec::new();
        for entry in fs::read_dir(self.dir())? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let number = name.strip_prefix(&prefix).and_then(|rest| rest.split('-').next());
            numbers.extend(number.and_then(|digits| digits.parse::<u64>().ok()));
        }
        numbers.sort_unstable();
        numbers.dedup();
        Ok(numbers)
    }

    /// The folder that the store lies in.
    pub(crate) fn dir(&self) -> &Path {
        dir_of(&self.main)
    }

    /// Refuses when the disk has less free than has to stay free.
    pub(crate) fn leave_room(&self, room: Room) -> Result<(), StoreError> {
        let free = self.free_bytes()?;
        let left = match room {
            Room::Snapshot => LEFT_BY_SNAPSHOTS,
            Room::Delta => LEFT_BY_DELTAS,
        };
        if free < left { Err(StoreError::Full) } else { Ok(()) }
    }

    fn beside(&self, suffix: &str) -> PathBuf {
        with_suffix(&self.main, suffix)
    }
}

/// The folder of a file.
pub(crate) fn dir_of(path: &Path) -> &Path {
    match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    }
}

/// A database and what SQLite put beside it.
pub(crate) fn with_logs(database: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let beside: Vec<_> = BESIDE.iter().map(|suffix| with_suffix(database, suffix)).collect();
    std::iter::once(database.to_owned()).chain(beside)
}

/// Removes a database; the log goes last, so that no half of it is ever read as the whole.
pub(crate) fn remove_database(database: &Path) -> io::Result<()> {
    with_logs(database).try_for_each(|path| remove(&path))?;
    sync_dir(dir_of(database))
}

/// Removes a file; one that is not there is removed already.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

/// Puts `bytes` in the place of a file's content: after a crash there is the old or the new, never a part.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = fresh(path);
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&fresh, path)?;
    sync_dir(dir_of(path))
}

/// Where [`replace`] writes first.
pub(crate) fn fresh(path: &Path) -> PathBuf {
    with_suffix(path, ".new")
}

/// Makes the names in a folder durable.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}
