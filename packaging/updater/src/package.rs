//! The program out of a Debian package (deb(5)), read as a stream: nothing of the package is laid down by its own paths.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Read};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use tar::{Archive, Entry, EntryType};

use crate::places::{PROGRAM, PROGRAM_IN_PACKAGE};

/// The largest program, in bytes.
const MOST_PROGRAM: u64 = 256 * 1024 * 1024;
/// The largest package when it is unpacked, in bytes.
const MOST_UNPACKED: u64 = 512 * 1024 * 1024;
/// More entries has no package of ours.
const MOST_ENTRIES: usize = 10_000;
/// The largest text of rights that is kept, in bytes.
const MOST_TEXT: u64 = 4 * 1024 * 1024;
/// Its name in a package's folder of documents.
const COPYRIGHT: &str = "copyright";

/// Writes the program, executable, and the copyright files of `package` into `slot`; their bytes are on the disk when it
/// returns.
pub(crate) fn unpack(package: &Path, slot: &Path) -> Result<(), String> {
    let mut reading = Command::new("/usr/bin/dpkg-deb")
        .arg("--fsys-tarfile")
        .arg(package)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("dpkg-deb cannot be run: {error}"))?;
    let stream = reading.stdout.take().ok_or("dpkg-deb says nothing")?;
    let kept = keep(Bounded { from: stream, left: MOST_UNPACKED }, slot);
    if kept.is_err() {
        // It may stand still on a full pipe; one that has ended is no trouble.
        let _ = reading.kill();
    }
    let ended = reading.wait().map_err(|error| error.to_string())?;
    match kept? {
        _ if !ended.success() => Err("dpkg-deb cannot read it".to_owned()),
        false => Err(format!("it has no program at {PROGRAM_IN_PACKAGE}")),
        true => Ok(()),
    }
}

/// Reads the stream to its end, so that a limit is met wherever it is passed. True when the program was there.
fn keep(stream: Bounded<impl Read>, slot: &Path) -> Result<bool, String> {
    let mut archive = Archive::new(stream);
    let mut found = false;
    for (count, entry) in archive.entries().map_err(unreadable)?.enumerate() {
        let mut entry = entry.map_err(unreadable)?;
        let path = plain_path(&entry)?;
        if count >= MOST_ENTRIES {
            return Err(format!("it has more than {MOST_ENTRIES} files"));
        }
        if entry.size() > MOST_UNPACKED {
            return Err(too_much());
        }
        if path == Path::new(PROGRAM_IN_PACKAGE) {
            if found {
                return Err("it has the program twice".to_owned());
            }
            fit(&entry)?;
            write(&mut entry, &slot.join(PROGRAM), 0o755)?;
            found = true;
        } else if is_copyright(&path) && entry.header().entry_type() == EntryType::Regular && entry.size() <= MOST_TEXT
        {
            let name = path.iter().nth_back(1).unwrap_or_default().to_string_lossy().into_owned();
            write(&mut entry, &slot.join(format!("{COPYRIGHT}.{name}")), 0o644)?;
        }
    }
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(unreadable)?;
    Ok(found)
}

/// A stream that is refused where it passes its limit: an end there would look like a package that was cut off.
struct Bounded<R> {
    from: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(into)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| io::Error::other(too_much()))?;
        Ok(read)
    }
}

/// The path without `./`; one that leaves the package's folder is refused, whatever it is of.
fn plain_path(entry: &Entry<'_, impl Read>) -> Result<PathBuf, String> {
    let path = entry.path().map_err(unreadable)?;
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => plain.push(name),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                return Err("a path in it leads out of it".to_owned());
            }
        }
    }
    Ok(plain)
}

/// Whether this is a program: a plain file of a sane size that gives nobody another's rights.
fn fit(entry: &Entry<'_, impl Read>) -> Result<(), String> {
    let mode = entry.header().mode().map_err(unreadable)?;
    match (entry.header().entry_type(), entry.size()) {
        (EntryType::Regular | EntryType::Continuous, _) if mode & 0o7000 != 0 => {
            Err("its program is set to run as another user".to_owned())
        }
        (EntryType::Regular | EntryType::Continuous, 0) => Err("its program is empty".to_owned()),
        (EntryType::Regular | EntryType::Continuous, size) if size > MOST_PROGRAM => {
            Err(format!("its program is larger than {MOST_PROGRAM} bytes"))
        }
        (EntryType::Regular | EntryType::Continuous, _) => Ok(()),
        _ => Err("its program is not a plain file".to_owned()),
    }
}

fn is_copyright(path: &Path) -> bool {
    path.starts_with("usr/share/doc")
        && path.file_name().is_some_and(|name| name == COPYRIGHT)
        && path.iter().count() == 5
}

fn write(entry: &mut Entry<'_, impl Read>, path: &Path, mode: u32) -> Result<(), String> {
    let size = entry.size();
    let written = OpenOptions::new().write(true).create_new(true).mode(mode).open(path).and_then(|mut file: File| {
        let length = io::copy(entry, &mut file)?;
        file.set_permissions(Permissions::from_mode(mode))?;
        file.sync_all()?;
        Ok(length)
    });
    match written {
        Ok(length) if length == size => Ok(()),
        Ok(_) => Err("it ends in the middle of a file".to_owned()),
        Err(error) => Err(format!("{} cannot be written: {error}", path.display())),
    }
}

fn unreadable(error: io::Error) -> String {
    format!("it cannot be read: {error}")
}

fn too_much() -> String {
    format!("it unpacks to more than {MOST_UNPACKED} bytes")
}
