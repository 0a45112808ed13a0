//! Small files that are never seen half-written, for their owner alone. Only a plain file is one: no link is followed, and
//! a pipe keeps nobody waiting.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

/// Nothing that is written here is longer.
const MOST: u64 = 64 * 1024;

/// Puts `bytes` at `path`, durably: after a power cut there is the old content or the new.
pub(crate) fn keep(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = write_beside(path, bytes)?;
    File::open(&fresh)?.sync_all()?;
    fs::rename(&fresh, path)?;
    // A bare name is a file of the folder that this program is in.
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(dir)?.sync_all()
}

/// The same for what is worth nothing after a power cut: nobody waits for the disk.
pub(crate) fn note(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::rename(write_beside(path, bytes)?, path)
}

/// The file's bytes; `None` when there is none. One that is too long is refused whole.
pub(crate) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let file = match OpenOptions::new().read(true).custom_flags(flags).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let data = file.metadata()?;
    if !data.is_file() || data.len() > MOST {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "no file that was written here"));
    }
    let mut bytes = Vec::new();
    file.take(MOST).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

fn write_beside(path: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(".tmp");
    let fresh = PathBuf::from(fresh);
    // What an interrupted write or anybody else has left there is neither written into nor through.
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
    file.write_all(bytes)?;
    Ok(fresh)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use rustix::fs::{CWD, FileType, Mode, mknodat};

    use super::*;

    #[test]
    fn a_file_is_read_back_whole_and_is_its_owners_alone() {
        let dir = tempfile::tempdir().expect("a folder");
        let (path, left) = (dir.path().join("note"), dir.path().join("note.tmp"));
        fs::write(&left, "half of an older one that is longer").expect("written");
        fs::set_permissions(&left, fs::Permissions::from_mode(0o666)).expect("set");
        for write in [note, keep] {
            write(&path, b"new").expect("written");
            assert_eq!(read(&path).expect("read"), Some(b"new".to_vec()));
            assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
            assert!(!left.exists());
        }
        fs::write(&path, vec![b' '; 64 * 1024 + 1]).expect("written");
        assert!(read(&path).is_err(), "nothing of what is too long");
    }

    #[test]
    fn nothing_is_written_or_read_through_a_link_and_a_pipe_keeps_nobody_waiting() {
        let dir = tempfile::tempdir().expect("a folder");
        let (path, other) = (dir.path().join("note"), dir.path().join("other"));
        fs::write(&other, "another's").expect("written");
        symlink(&other, dir.path().join("note.tmp")).expect("linked");
        symlink(&other, &path).expect("linked");
        assert!(read(&path).is_err());
        note(&path, b"new").expect("written");
        assert_eq!(fs::read(&other).expect("read"), b"another's");
        assert_eq!(read(&path).expect("read"), Some(b"new".to_vec()), "the link gave way to the file");
        let pipe = |path: &Path| mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("a pipe");
        pipe(&dir.path().join("pipe"));
        assert!(read(&dir.path().join("pipe")).is_err());
        pipe(&dir.path().join("note.tmp"));
        note(&path, b"newer").expect("written");
        assert_eq!(read(&path).expect("read"), Some(b"newer".to_vec()));
    }
}
