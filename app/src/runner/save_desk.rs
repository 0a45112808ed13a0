//! The thread that writes files for a hospital, so that a slow stick holds nothing up.
//!
//! A file gets its name once it is whole and durable; nothing of it is written anywhere else. Its name says nothing of a
//! patient.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use chrono::{DateTime, FixedOffset, Utc};
use kakari_handover::{Faces, Made, paper};
use kakari_record::fhir::write_chosen;
use kakari_record::handover::Chosen;
use kakari_session::{Attempt, Event, SaveAs, SaveOutcome, SaveTrouble};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::Input;
use crate::clock;
use crate::config::Config;

/// Where sticks are mounted: a folder below one of these that is on the system's own disk has no stick in it.
const MOUNTS: [&str; 3] = ["/media", "/run/media", "/mnt"];
/// Before the name of a file that is not whole.
const PART: &str = ".kakari-part-";
const JAPAN_SECONDS: i32 = 9 * 3600;

/// A handle to the thread.
pub(super) struct SaveDesk {
    requests: Sender<Request>,
}

struct Request {
    attempt: Attempt,
    save_as: SaveAs,
    chosen: Box<Chosen>,
    training: bool,
}

impl SaveDesk {
    /// Starts the thread.
    pub(super) fn start(config: &Config, inputs: Sender<Input>) -> io::Result<Self> {
        let (requests, received) = mpsc::channel();
        let (dir, vehicle) = (config.handover_dir.clone(), config.vehicle.clone());
        let work = move || write_all(&received, &Writer { dir, vehicle }, &inputs);
        thread::Builder::new().name("save".to_owned()).spawn(work)?;
        Ok(Self { requests })
    }

    /// Answers with the attempt's event once the file is durable, or is known not to be.
    pub(super) fn save(&self, attempt: Attempt, save_as: SaveAs, chosen: Box<Chosen>, training: bool) {
        // The thread ends only with this handle.
        let _ = self.requests.send(Request { attempt, save_as, chosen, training });
    }
}

fn write_all(requests: &Receiver<Request>, writer: &Writer, inputs: &Sender<Input>) {
    for request in requests {
        let outcome = match writer.write(&request) {
            Ok(file) => SaveOutcome::Saved { file },
            Err(trouble) => {
                tracing::warn!(?trouble, "no file was written for the hospital");
                SaveOutcome::NotSaved(trouble)
            }
        };
        if inputs.send(Input::Event(Event::Saved(request.attempt, outcome))).is_err() {
            return;
        }
    }
}

/// Where to, and from whom.
struct Writer {
    dir: Option<PathBuf>,
    vehicle: String,
}

impl Writer {
    fn write(&self, request: &Request) -> Result<String, SaveTrouble> {
        if request.chosen.is_withdrawn() {
            return Err(SaveTrouble::Withdrawn);
        }
        let dir = self.dir.as_deref().ok_or(SaveTrouble::NoPlace)?;
        let disk = check(dir)?;
        let now = clock::now().utc;
        let (bytes, ending) = match request.save_as {
            SaveAs::Document => (write_chosen(&request.chosen, now).map_err(|_| SaveTrouble::Failed)?, "json"),
            SaveAs::Paper => (self.paper(request, now)?, "pdf"),
        };
        let file = name(now, ending).ok_or(SaveTrouble::Failed)?;
        put(dir, disk, &file, &bytes).map_err(|error| trouble(&error))?;
        Ok(file)
    }

    fn paper(&self, request: &Request, at: DateTime<Utc>) -> Result<Zeroizing<Vec<u8>>, SaveTrouble> {
        let made = Made { at, vehicle: self.vehicle.clone(), training: request.training };
        let faces = Faces::load().map_err(|_| SaveTrouble::Failed)?;
        paper(&request.chosen, &made, &faces).map_err(|_| SaveTrouble::Failed)
    }
}

/// The folder is there, and where it belongs to a stick, the stick is in; the number of its file system. A link into a
/// stick's place is that place.
fn check(dir: &Path) -> Result<u64, SaveTrouble> {
    let real = fs::canonicalize(dir).or_else(|_| fs::read_link(dir)).unwrap_or_else(|_| dir.to_owned());
    let under_mounts = MOUNTS.iter().any(|mounts| dir.starts_with(mounts) || real.starts_with(mounts));
    let missing = if under_mounts { SaveTrouble::NotMounted } else { SaveTrouble::NoPlace };
    let found = fs::metadata(dir).ok().filter(fs::Metadata::is_dir).ok_or(missing)?;
    let system = fs::metadata("/").map_err(|_| SaveTrouble::Failed)?;
    if under_mounts && found.dev() == system.dev() { Err(SaveTrouble::NotMounted) } else { Ok(found.dev()) }
}

/// 「kakari-20261120-021400-9f3c21d07a55.json」: when, and a number by chance.
fn name(now: DateTime<Utc>, ending: &str) -> Option<String> {
    let mut chance = [0; 6];
    SystemRandom::new().fill(&mut chance).ok()?;
    let chance: String = chance.iter().map(|byte| format!("{byte:02x}")).collect();
    let here = now.with_timezone(&FixedOffset::east_opt(JAPAN_SECONDS)?);
    Some(format!("kakari-{}-{chance}.{ending}", here.format("%Y%m%d-%H%M%S")))
}

/// Whole and durable under its name, or not there at all. What an earlier run left unfinished goes first.
/// `disk` is the file system that was looked at: a stick pulled out since leaves a folder on the system's own.
fn put(dir: &Path, disk: u64, file: &str, bytes: &[u8]) -> io::Result<()> {
    remove_parts(dir)?;
    let part = dir.join(format!("{PART}{file}"));
    let written = write_part(&part, disk, bytes)
        .and_then(|()| fs::rename(&part, dir.join(file)))
        .and_then(|()| File::open(dir)?.sync_all());
    if written.is_err() {
        // Whatever of it is there must not stay; the first error is the one to tell.
        let _ = fs::remove_file(&part);
        let _ = fs::remove_file(dir.join(file));
    }
    written
}

fn write_part(part: &Path, disk: u64, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(part)?;
    if file.metadata()?.dev() != disk {
        return Err(io::Error::from(ErrorKind::NotFound));
    }
    file.write_all(bytes)?;
    file.sync_all()
}

fn remove_parts(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(|name| name.starts_with(PART)) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn trouble(error: &io::Error) -> SaveTrouble {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => SaveTrouble::Full,
        // It was there when it was looked at.
        ErrorKind::NotFound => SaveTrouble::NotMounted,
        _ => SaveTrouble::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_when_and_nothing_else() {
        let now = DateTime::from_timestamp(1_795_108_440, 0).expect("a time");
        let (one, two) = (name(now, "pdf").expect("chance"), name(now, "pdf").expect("chance"));
        assert!(one.starts_with("kakari-20261120-021400-") && one.ends_with(".pdf") && one.len() == 39, "{one}");
        assert_ne!(one, two);
    }

    #[test]
    fn a_folder_that_is_missing_and_a_stick_that_is_not_in_are_told_apart() {
        assert_eq!(check(Path::new("/nowhere/at/all")), Err(SaveTrouble::NoPlace));
        assert_eq!(check(Path::new("/media/kakari-no-such-stick")), Err(SaveTrouble::NotMounted));
        assert_eq!(check(Path::new("/mnt")), Err(SaveTrouble::NotMounted), "on the system's own disk");
        assert!(check(&std::env::temp_dir()).is_ok());
    }

    #[test]
    fn a_link_to_where_a_stick_is_mounted_is_no_way_onto_the_systems_own_disk() {
        let place = tempfile::tempdir().expect("a folder");
        let link = |to: &str| {
            let link = place.path().join(to.replace('/', "-"));
            std::os::unix::fs::symlink(to, &link).expect("linked");
            check(&link)
        };
        assert_eq!(link("/mnt"), Err(SaveTrouble::NotMounted));
        assert_eq!(link("/media/kakari-no-such-stick"), Err(SaveTrouble::NotMounted));
    }

    #[test]
    fn a_stick_pulled_out_after_the_look_leaves_nothing_on_the_disk_below_it() {
        let place = tempfile::tempdir().expect("a folder");
        let disk = check(place.path()).expect("there");
        let error = put(place.path(), disk + 1, "a.json", b"words").expect_err("another file system");
        assert_eq!(trouble(&error), SaveTrouble::NotMounted);
        assert_eq!(fs::read_dir(place.path()).expect("listed").count(), 0);
        put(place.path(), disk, "a.json", b"words").expect("written");
    }

    #[test]
    fn a_full_disk_is_told_as_such() {
        let full = File::create("/dev/full").and_then(|mut file| file.write_all(b"x")).expect_err("always full");
        assert_eq!(trouble(&full), SaveTrouble::Full);
        assert_eq!(trouble(&io::Error::from(ErrorKind::PermissionDenied)), SaveTrouble::Failed);
    }
}
