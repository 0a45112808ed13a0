//! What the tablet's two processes tell each other of sync: two small files in the state folder, and no socket.
//!
//! `kakari run` leaves a request; `kakari sync` takes it, and keeps a status. They hold figures and the name of a folder,
//! nothing of a patient. A note that cannot be read is as good as none.

mod status;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ring::rand::{SecureRandom, SystemRandom};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub(crate) use self::status::{LastRound, Part, Status, Working};
use crate::{clock, whole_file};

/// A process that left no sign for longer is not there; a request that waited for longer is not wanted any more.
const ALIVE_MS: u64 = 60_000;

/// A moment that both processes tell alike: a clock that never jumps, of one start of the machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sign {
    boot: String,
    ms: u64,
}

impl Sign {
    /// Now.
    pub(crate) fn now() -> Self {
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        Self { boot: boot.trim().to_owned(), ms: clock::now().monotonic_ms }
    }

    /// Whether it was given within a minute.
    pub(crate) fn is_fresh(&self) -> bool {
        let now = Self::now();
        now.boot == self.boot && now.ms.checked_sub(self.ms).is_some_and(|age| age <= ALIVE_MS)
    }
}

/// What the crew asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Wanted {
    /// A round now.
    Now,
    /// A round from the bundle in this folder.
    Import(PathBuf),
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Request {
    /// Names it in the status.
    pub(crate) nonce: String,
    pub(crate) what: Wanted,
    left: Sign,
}

/// Where the two notes lie.
#[derive(Clone, Debug)]
pub(crate) struct SyncNotes {
    dir: PathBuf,
}

impl SyncNotes {
    pub(crate) fn in_dir(state: &Path) -> Self {
        Self { dir: state.to_owned() }
    }

    /// Leaves a request in the place of any other; its nonce.
    pub(crate) fn ask(&self, what: Wanted) -> io::Result<String> {
        let mut chance = [0; 8];
        SystemRandom::new().fill(&mut chance).map_err(|_| io::Error::other("no random bytes"))?;
        let nonce: String = chance.iter().map(|byte| format!("{byte:02x}")).collect();
        write(&self.request(), &Request { nonce: nonce.clone(), what, left: Sign::now() })?;
        Ok(nonce)
    }

    /// Takes the request back, so that nobody carries it out later.
    pub(crate) fn withdraw(&self) {
        // None there is as good.
        let _ = fs::remove_file(self.request());
    }

    /// Takes the request that waits, if it is still wanted. It is moved away first: one that is left in the same moment
    /// waits for the next look.
    pub(crate) fn take(&self) -> Option<Request> {
        let taken = self.dir.join("sync.request.taken");
        fs::rename(self.request(), &taken).ok()?;
        let request: Option<Request> = read(&taken);
        // It is as old as what it holds, if it stays.
        let _ = fs::remove_file(&taken);
        request.filter(|request| request.left.is_fresh())
    }

    /// What the process that syncs says of itself.
    pub(crate) fn status(&self) -> Option<Status> {
        read(&self.dir.join("sync.status"))
    }

    /// Says it. A tablet that has no state folder yet, or no more, has nobody to read it.
    pub(crate) fn tell(&self, status: &Status) -> io::Result<()> {
        if self.dir.exists() { write(&self.dir.join("sync.status"), status) } else { Ok(()) }
    }

    fn request(&self) -> PathBuf {
        self.dir.join("sync.request")
    }
}

fn read<T: DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&whole_file::read(path).ok()??).ok()
}

fn write(path: &Path, note: &impl Serialize) -> io::Result<()> {
    whole_file::note(path, &serde_json::to_vec(note)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_taken_once_and_never_when_it_is_old_or_of_another_start() {
        let dir = tempfile::tempdir().expect("a folder");
        let notes = SyncNotes::in_dir(dir.path());
        let nonce = notes.ask(Wanted::Now).expect("left");
        let taken = notes.take().expect("there");
        assert_eq!((taken.nonce, taken.what), (nonce, Wanted::Now));
        assert_eq!(notes.take(), None);
        let now = Sign::now();
        let old = [
            Sign { ms: now.ms.saturating_sub(ALIVE_MS + 1000), ..now.clone() },
            Sign { ms: now.ms + 60_000, ..now.clone() },
            Sign { boot: "another".to_owned(), ..now },
        ];
        for left in old {
            let request = Request { nonce: "1".to_owned(), what: Wanted::Now, left };
            write(&notes.request(), &request).expect("left");
            assert_eq!(notes.take(), None, "{request:?}");
            assert!(!notes.request().exists());
        }
        fs::write(notes.request(), b"{").expect("torn");
        assert_eq!(notes.take(), None);
        notes.ask(Wanted::Import("/media/a".into())).expect("left");
        notes.withdraw();
        assert_eq!(notes.take(), None);
        std::os::unix::fs::symlink("/dev/zero", notes.request()).expect("linked");
        assert_eq!(notes.take(), None, "no link is followed");
        assert_eq!(fs::read_dir(dir.path()).expect("listed").count(), 0, "nothing is left behind");
    }

    #[test]
    fn a_status_is_read_back_and_a_tablet_without_a_folder_has_none() {
        let dir = tempfile::tempdir().expect("a folder");
        let notes = SyncNotes::in_dir(&dir.path().join("state"));
        let status = Status { alive: Some(Sign::now()), ..Status::default() };
        notes.tell(&status).expect("nobody to tell");
        assert_eq!(notes.status(), None);
        assert!(!dir.path().join("state").exists(), "an erased tablet's folder does not come back");
        fs::create_dir(dir.path().join("state")).expect("made");
        notes.tell(&status).expect("told");
        assert!(status.is_alive() && notes.status() == Some(status));
    }
}
