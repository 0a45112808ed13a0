//! Files of the tablet that are never seen half-written.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use super::Problem;

/// Makes `dir` for its owner alone; one that others can enter is narrowed.
pub(crate) fn make_private_dir(dir: &Path) -> Result<(), Problem> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(dir);
    let narrowed = made.and_then(|()| fs::set_permissions(dir, fs::Permissions::from_mode(0o700)));
    narrowed.map_err(|source| Problem::file("the state folder", source))
}

/// Puts `bytes` at `path`, readable for the owner alone: after a crash there is the old content or the new, no mixture.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".tmp");
    let beside = Path::new(&beside);
    let write = || -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(beside)?;
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(beside, path)?;
        sync_dir(path)
    };
    write().map_err(|source| Problem::file(describe(path), source))
}

/// Moves a written file over another.
pub(crate) fn replace(from: &Path, to: &Path) -> Result<(), Problem> {
    fs::rename(from, to).and_then(|()| sync_dir(to)).map_err(|source| Problem::file(describe(to), source))
}

/// The file's bytes, at most `limit`; `None` when there is no such file.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, Problem> {
    let failed = |source| Problem::file(describe(path), source);
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(failed)?,
    };
    let mut bytes = Vec::new();
    file.take(limit).read_to_end(&mut bytes).map_err(failed)?;
    Ok(Some(bytes))
}

/// Removes a file; none there is as good.
pub(crate) fn remove(path: &Path) -> Result<(), Problem> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Problem::file(describe(path), error)),
        _ => Ok(()),
    }
}

/// The same, and still so after a power cut.
pub(crate) fn remove_durably(path: &Path) -> Result<(), Problem> {
    remove(path)?;
    sync_dir(path).map_err(|source| Problem::file(describe(path), source))
}

/// Makes what was done in the folder of `path` last through a power cut.
pub(crate) fn sync_dir(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |dir| File::open(dir)?.sync_all())
}

/// The file's name alone: a path says nothing to a crew.
fn describe(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
