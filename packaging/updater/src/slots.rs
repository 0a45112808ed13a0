//! The folders of versions: which are needed, and the lock that all writing is done under.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::durable;
use crate::places::Places;
use crate::state::State;

/// What a start waits for another process that writes the state: that takes as long as a few fsyncs.
const WAIT: Duration = Duration::from_secs(10);

/// Locks; none when another holds it for longer than `within`. Freed on drop, and by the kernel whatever happens.
pub(crate) fn lock(path: &Path, within: Duration) -> io::Result<Option<File>> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if began.elapsed() >= within => return Ok(None),
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// The lock on `state.toml`, the link and the slots.
pub(crate) fn lock_state(places: &Places) -> io::Result<File> {
    durable::make_dir(&places.own_dir(), 0o755)?;
    lock(&places.lock(), WAIT)?.ok_or_else(|| io::Error::other("another process holds the lock"))
}

/// Removes the slots that nothing needs. What is half made goes only when `halves` says so: another may be making it.
pub(crate) fn tidy(places: &Places, state: &State, halves: bool) -> io::Result<()> {
    let linked = fs::read_link(places.link()).ok();
    let linked = linked.as_deref().and_then(Path::file_name);
    let slots = match fs::read_dir(places.slots()) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        slots => slots?,
    };
    for slot in slots {
        let slot = slot?;
        let name = slot.file_name();
        let half = name.to_string_lossy().ends_with(".making");
        if Some(name.as_os_str()) == linked || state.needs(&name.to_string_lossy()) || (half && !halves) {
            continue;
        }
        durable::remove_dir(&slot.path())?;
    }
    Ok(())
}
