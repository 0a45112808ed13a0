//! Erasing everything, in an order that a power cut cannot turn round: wraps, store key, files.
//!
//! The order comes first, as a marker beside the store; whoever starts next and finds it finishes. After the wraps nobody
//! signs in, after the store key no file opens, and after the files the marker says so.

use std::fs::{self, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::files::{Files, dir_of, remove, replace, sync_dir, with_logs};
use crate::{Store, StoreError, StoreKey};

/// Marks a marker.
const MAGIC: &[u8; 4] = b"KKW1";
const PENDING: u8 = 1;
const DONE: u8 = 2;

/// What is to be erased.
#[derive(Clone, Debug)]
pub struct Paths {
    /// The store's main file; every other file of the store lies beside it.
    pub store: PathBuf,
    /// The store key, or what it is sealed in.
    pub key: PathBuf,
    /// Where the store key is read when that file holds it only sealed: a copy in memory that ends with the service.
    pub key_in_memory: Option<PathBuf>,
    /// Files that are overwritten and removed after the store key: other forms of it.
    pub also: Vec<PathBuf>,
    /// Folders that are removed with all that is in them: what was downloaded and not yet taken in.
    pub folders: Vec<PathBuf>,
}

/// How far a wipe has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WipeState {
    /// None was ordered.
    None,
    /// Ordered; not everything is erased yet.
    Pending {
        /// The order's nonce.
        nonce: [u8; 16],
    },
    /// Everything is erased.
    Done {
        /// The order's nonce.
        nonce: [u8; 16],
    },
}

/// What is erased next, told before it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The wraps in the store.
    Wraps,
    /// The store key's bytes in their file.
    KeyBytes,
    /// The store key's file.
    KeyFile,
    /// One file.
    File(PathBuf),
    /// One folder.
    Folder(PathBuf),
    /// The marker says that all is erased.
    Marker,
}

/// How far a wipe has come. A marker that cannot be understood is a wipe that was ordered.
pub fn state(paths: &Paths) -> io::Result<WipeState> {
    let bytes = match fs::read(Files::of(&paths.store).wipe()) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(WipeState::None),
        Err(error) => return Err(error),
    };
    let nonce = bytes.get(5..21).and_then(|nonce| nonce.try_into().ok()).unwrap_or_default();
    let known = bytes.len() == 21 && bytes.starts_with(MAGIC);
    Ok(if known && bytes[4] == DONE { WipeState::Done { nonce } } else { WipeState::Pending { nonce } })
}

/// Orders a wipe, durably, before anything is erased. A wipe that was ordered already goes on under its own nonce.
pub fn begin(paths: &Paths, nonce: [u8; 16]) -> io::Result<()> {
    match state(paths)? {
        WipeState::Pending { .. } => Ok(()),
        WipeState::None | WipeState::Done { .. } => mark(paths, PENDING, nonce),
    }
}

/// Erases what an ordered wipe has not yet erased; may be called again and again. Nothing is erased without an order.
///
/// # Errors
///
/// The first thing that could not be erased. Everything after it was tried all the same, and the wipe stays pending.
pub fn finish(paths: &Paths) -> Result<WipeState, StoreError> {
    finish_telling(paths, |_| ())
}

/// [`finish`], telling each step before it is done.
pub fn finish_telling(paths: &Paths, mut tell: impl FnMut(&Step)) -> Result<WipeState, StoreError> {
    let WipeState::Pending { nonce } = state(paths)? else { return Ok(state(paths)?) };
    let mut failed = None;
    for step in steps(paths)? {
        tell(&step);
        if let Err(error) = carry_out(paths, &step) {
            tracing::error!(%error, "a step of the wipe failed");
            failed.get_or_insert(error);
        }
    }
    if let Some(error) = failed {
        return Err(error);
    }
    tell(&Step::Marker);
    mark(paths, DONE, nonce)?;
    Ok(WipeState::Done { nonce })
}

/// The region knows that everything is erased: the marker may go, so that the tablet can be enrolled anew. Before it goes what a
/// process that had the store open noted beside it once more.
pub fn forget(paths: &Paths) -> io::Result<()> {
    match state(paths)? {
        WipeState::Done { .. } => {
            let files = Files::of(&paths.store);
            files.notes().try_for_each(|path| remove(&path))?;
            remove(&files.wipe())?;
            sync_dir(dir_of(&paths.store))
        }
        WipeState::None | WipeState::Pending { .. } => Ok(()),
    }
}

fn mark(paths: &Paths, how: u8, nonce: [u8; 16]) -> io::Result<()> {
    let bytes = [MAGIC.as_slice(), &[how], &nonce].concat();
    replace(&Files::of(&paths.store).wipe(), &bytes)
}

fn steps(paths: &Paths) -> io::Result<Vec<Step>> {
    let files = Files::of(&paths.store);
    let mut steps = vec![Step::Wraps, Step::KeyBytes, Step::KeyFile];
    steps.extend(paths.also.iter().cloned().map(Step::File));
    let sets = files.sets()?.into_iter().map(|number| files.set(number));
    let databases = std::iter::once(paths.store.clone()).chain(sets);
    steps.extend(databases.flat_map(|database| with_logs(&database)).map(Step::File));
    let beside = [files.key_check(), files.sync_lock()].into_iter().chain(files.notes());
    steps.extend(beside.map(Step::File));
    steps.push(Step::Folder(files.proof()));
    steps.extend(paths.folders.iter().cloned().map(Step::Folder));
    Ok(steps)
}

fn carry_out(paths: &Paths, step: &Step) -> Result<(), StoreError> {
    match step {
        Step::Wraps => {
            forget_wraps(paths);
            Ok(())
        }
        Step::KeyBytes => Ok(overwrite(&paths.key)?),
        Step::KeyFile => Ok(remove_durably(&paths.key)?),
        Step::File(path) => {
            if paths.also.contains(path) {
                overwrite(path)?;
            }
            Ok(remove_durably(path)?)
        }
        Step::Folder(path) => match fs::remove_dir_all(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            done => Ok(done?),
        },
        Step::Marker => Ok(()),
    }
}

/// A store that does not open any more keeps no wraps from the next step: the key that it needs goes.
fn forget_wraps(paths: &Paths) {
    let key = paths.key_in_memory.as_ref().unwrap_or(&paths.key);
    let opened = StoreKey::load(key).ok().and_then(|key| Store::open(&paths.store, key).ok());
    if let Some(Err(error)) = opened.map(|mut store| store.forget_wraps()) {
        tracing::warn!(%error, "the wraps go with the store key");
    }
}

/// Zeros in the place of a file's bytes (the first MiB of them), on the disk when it returns; none there is as good.
pub fn overwrite(path: &Path) -> io::Result<()> {
    let mut file = match OpenOptions::new().write(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        opened => opened?,
    };
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(0).min(1024 * 1024);
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&vec![0; length])?;
    file.sync_all()
}

fn remove_durably(path: &Path) -> io::Result<()> {
    remove(path)?;
    match sync_dir(dir_of(path)) {
        // Nor was there a folder for it.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
