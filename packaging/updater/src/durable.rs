//! Writing so that a power cut leaves the old or the new. Every name that is put in place has its bytes on the disk first,
//! and its folder after.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

/// Makes a folder of this mode, whatever the process's mask; one that is there gets it.
pub(crate) fn make_dir(path: &Path, mode: u32) -> io::Result<()> {
    fs::create_dir_all(path)?;
    fs::set_permissions(path, Permissions::from_mode(mode))
}

/// Makes the names in a folder durable.
pub(crate) fn sync_dir(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// A new file with these bytes, on the disk when it returns; its name is not yet.
pub(crate) fn write_new(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    file.set_permissions(Permissions::from_mode(mode))?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Puts `bytes` in the place of a file's content.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = beside(path);
    remove_file(&fresh)?;
    write_new(&fresh, bytes, 0o644)?;
    put(&fresh, path)
}

/// Lets `link` lead to `target` from now on.
pub(crate) fn relink(link: &Path, target: &Path) -> io::Result<()> {
    let fresh = beside(link);
    remove_file(&fresh)?;
    symlink(target, &fresh)?;
    put(&fresh, link)
}

/// Removes a link; one that is not there is removed already.
pub(crate) fn unlink(link: &Path) -> io::Result<()> {
    remove_file(link)?;
    link.parent().map_or(Ok(()), sync_dir)
}

/// Gives what was made its name.
pub(crate) fn put(made: &Path, path: &Path) -> io::Result<()> {
    fs::rename(made, path)?;
    path.parent().map_or(Ok(()), sync_dir)
}

/// Removes a file; one that is not there is removed already.
pub(crate) fn remove_file(path: &Path) -> io::Result<()> {
    or_missing(fs::remove_file(path))
}

/// Removes a folder and all in it, without following links.
pub(crate) fn remove_dir(path: &Path) -> io::Result<()> {
    or_missing(fs::remove_dir_all(path))
}

fn or_missing(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    name.into()
}
