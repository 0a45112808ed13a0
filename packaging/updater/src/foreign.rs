//! What lies in the tablet user's folder, of which nothing is trusted: no link on the way is followed, nothing but a plain
//! file is opened, a pipe keeps nobody waiting, and nothing is read beyond its limit.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use ring::digest::{Context, SHA256};
use rustix::fd::OwnedFd;
use rustix::fs::{AtFlags, CWD, Mode, OFlags, openat, unlinkat};
use rustix::io::Errno;

/// Opens `name` below `dir`; none when there is none.
pub(crate) fn open(dir: &Path, name: &str) -> io::Result<Option<File>> {
    let plain = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let opened = walk(dir, name).and_then(|(folder, file)| openat(folder, file, plain, Mode::empty())).map(File::from);
    match opened {
        Err(Errno::NOENT) => Ok(None),
        Err(Errno::LOOP | Errno::NOTDIR) => Err(io::Error::other("a link stands in its place")),
        opened => {
            let file = opened?;
            if file.metadata()?.is_file() { Ok(Some(file)) } else { Err(io::Error::other("not a plain file")) }
        }
    }
}

/// Removes the name of a file, and follows no link to it.
pub(crate) fn remove(dir: &Path, name: &str) -> io::Result<()> {
    let (folder, file) = walk(dir, name)?;
    Ok(unlinkat(folder, file, AtFlags::empty())?)
}

/// The folder of `name` below `dir`, each step without following a link, and the file's own name. One call of openat2 would do,
/// but where a unit says `RestrictSUIDSGID=` systemd answers it with ENOSYS.
fn walk<'a>(dir: &Path, name: &'a str) -> rustix::io::Result<(OwnedFd, &'a str)> {
    let folder = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let (mut at, mut file) = (openat(CWD, dir, folder, Mode::empty())?, name);
    while let Some((next, rest)) = file.split_once('/') {
        at = openat(&at, next, folder | OFlags::NOFOLLOW, Mode::empty())?;
        file = rest;
    }
    Ok((at, file))
}

/// The bytes of a small file; one that is longer than `most` is refused whole.
pub(crate) fn read(dir: &Path, name: &str, most: usize) -> io::Result<Option<Vec<u8>>> {
    let Some(file) = open(dir, name)? else { return Ok(None) };
    let mut bytes = Vec::new();
    file.take(most as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > most { Err(io::Error::other("longer than it may be")) } else { Ok(Some(bytes)) }
}

/// Copies at most `most` bytes and one; says how many there were, and their SHA-256.
pub(crate) fn copy(from: File, to: &mut File, most: u64) -> io::Result<(u64, [u8; 32])> {
    let mut from = from.take(most.saturating_add(1));
    let (mut hash, mut length, mut piece) = (Context::new(&SHA256), 0, vec![0; 256 * 1024]);
    loop {
        let read = from.read(&mut piece)?;
        let bytes = piece.get(..read).unwrap_or_default();
        if bytes.is_empty() {
            break;
        }
        hash.update(bytes);
        to.write_all(bytes)?;
        length += bytes.len() as u64;
    }
    let mut found = [0; 32];
    found.copy_from_slice(hash.finish().as_ref());
    Ok((length, found))
}
