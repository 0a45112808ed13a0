//! Where a new version of the program lies ready: `<state>/update/package`, and then `<state>/update/release`. While there
//! is a `release`, the whole package that it names lies beside it.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{Downloads, Problem, StateDir, download, files};
use crate::{ReleaseRef, Sha256, SignedRelease};

/// A package as it was read: its length in bytes, when it was changed last, and what its bytes were.
pub(super) struct Seen {
    length: u64,
    changed: SystemTime,
    hash: Sha256,
}

/// The folder `<state>/update`. It may hold files of others, which stay.
pub(super) struct Staging {
    dir: PathBuf,
}

impl Staging {
    pub(super) fn of(state: &StateDir) -> Self {
        Self { dir: state.file("update") }
    }

    /// Whether exactly this release lies ready, byte for byte. `seen` keeps what was read of a package: one that has not
    /// changed since is not read again.
    pub(super) fn holds(&self, offered: &ReleaseRef, seen: &mut Option<Seen>) -> Result<bool, Problem> {
        let release = files::read(&self.release(), SignedRelease::MAX_LEN as u64 + 1)?;
        let same = release.is_some_and(|release| Sha256::of(&release) == offered.statement.sha256);
        if !same || length(&self.package())? != Some(offered.package.size) {
            return Ok(false);
        }
        Ok(self.package_hash(seen).map_err(failed)? == offered.package.sha256)
    }

    fn package_hash(&self, seen: &mut Option<Seen>) -> io::Result<Sha256> {
        let mut file = File::open(self.package())?;
        let found = file.metadata()?;
        let (length, changed) = (found.len(), found.modified()?);
        match seen {
            Some(seen) if (seen.length, seen.changed) == (length, changed) => Ok(seen.hash),
            _ => {
                let hash = download::hash(&mut file)?;
                *seen = Some(Seen { length, changed, hash });
                Ok(hash)
            }
        }
    }

    /// Takes away everything that lies ready or was begun.
    pub(super) fn clear(&self) -> Result<(), Problem> {
        if !self.dir.exists() {
            return Ok(());
        }
        self.remove_release()?;
        files::remove(&self.package())?;
        match fs::remove_dir_all(self.partial()) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(error)),
            _ => Ok(()),
        }
    }

    /// Takes away every other release, and gives the place to fetch this one into. What of it is here is not fetched again.
    pub(super) fn begin(&self, offered: &ReleaseRef) -> Result<Downloads, Problem> {
        files::make_private_dir(&self.dir)?;
        let downloads = Downloads::into(&self.partial())?;
        downloads.keep_only(&[offered.statement.sha256, offered.package.sha256])?;
        self.remove_release()?;
        match length(&self.package())? {
            // The bytes are compared with the name before they are used.
            Some(length) if length == offered.package.size => {
                files::replace(&self.package(), &self.begun(offered))?;
            }
            _ => files::remove(&self.package())?,
        }
        Ok(downloads)
    }

    /// The package's size, and how much of it is not here yet.
    pub(super) fn still_needed(&self, offered: &ReleaseRef) -> Result<(u64, u64), Problem> {
        let here = length(&self.begun(offered))?.unwrap_or(0);
        Ok((offered.package.size, offered.package.size.saturating_sub(here)))
    }

    /// Bytes that are free on the disk.
    pub(super) fn free_bytes(&self) -> Result<u64, Problem> {
        let disk = rustix::fs::statvfs(&self.dir).map_err(|error| failed(error.into()))?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    /// Puts both where they are looked for: the package for good, then the statement, whole or not at all.
    pub(super) fn stage(&self, package: &Path, statement: &[u8]) -> Result<(), Problem> {
        File::open(package).and_then(|file| file.sync_all()).map_err(failed)?;
        files::replace(package, &self.package())?;
        files::write_private(&self.release(), statement)
    }

    /// For good, before anything else of it changes.
    fn remove_release(&self) -> Result<(), Problem> {
        if length(&self.release())?.is_none() {
            return Ok(());
        }
        files::remove(&self.release())?;
        files::sync_dir(&self.release()).map_err(failed)
    }

    fn release(&self) -> PathBuf {
        self.dir.join("release")
    }

    fn package(&self) -> PathBuf {
        self.dir.join("package")
    }

    fn partial(&self) -> PathBuf {
        self.dir.join("partial")
    }

    fn begun(&self, offered: &ReleaseRef) -> PathBuf {
        self.partial().join(offered.package.sha256.name())
    }
}

fn length(path: &Path) -> Result<Option<u64>, Problem> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(Some(found.len())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

fn failed(error: io::Error) -> Problem {
    Problem::file("the folder of the program's update", error)
}
