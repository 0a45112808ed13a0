//! Objects of the feed: fetched into files, carried on at the byte where they stopped, believed by their hash.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ring::digest::{Context, SHA256};

use super::source::Source;
use super::{LinkError, Problem, Refusal, files};
use crate::{ObjectRef, Sha256};

/// Longest time for one object in one round.
const LONGEST: Duration = Duration::from_secs(300);

/// How far a download is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that are here.
    pub done: u64,
    /// Bytes that it has.
    pub of: u64,
}

/// Fetches objects into one folder.
#[derive(Clone, Debug)]
pub struct Downloads {
    dir: PathBuf,
}

impl Downloads {
    /// Downloads into `dir`, made when there is none.
    pub fn into(dir: &Path) -> Result<Self, Problem> {
        files::make_private_dir(dir)?;
        Ok(Self { dir: dir.into() })
    }

    /// Fetches an object and returns its file; what was fetched of it before is not fetched again.
    ///
    /// # Errors
    ///
    /// [`Refusal::Endless`] when more comes than the object has, [`Refusal::WrongObject`] when its hash is another: both
    /// leave no file. On a [`LinkError`] what came stays for the next time.
    pub async fn fetch(
        &self,
        source: &Source,
        object: &ObjectRef,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<PathBuf, Problem> {
        let path = self.dir.join(object.sha256.name());
        let resumed = self.resume_in_time(&path, source, object, progress).await?;
        if self.is_whole(&path, object)? {
            return Ok(path);
        }
        files::remove(&path)?;
        // The beginning was kept from another time: a power cut may have harmed it, so it is fetched whole once.
        if resumed {
            self.resume_in_time(&path, source, object, progress).await?;
            if self.is_whole(&path, object)? {
                return Ok(path);
            }
            files::remove(&path)?;
        }
        Err(Refusal::WrongObject.into())
    }

    /// The same for what is read into memory as a whole; the file is gone after.
    pub async fn fetch_bytes(
        &self,
        source: &Source,
        object: &ObjectRef,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Vec<u8>, Problem> {
        let path = self.fetch(source, object, progress).await?;
        let bytes = files::read(&path, object.size)?.ok_or(LinkError::Missing)?;
        files::remove(&path)?;
        if Sha256::of(&bytes) == object.sha256 { Ok(bytes) } else { Err(Refusal::WrongObject.into()) }
    }

    /// Removes what was begun and is no longer wanted.
    pub fn keep_only(&self, wanted: &[Sha256]) -> Result<(), Problem> {
        let failed = |source| Problem::file("the folder of downloads", source);
        for entry in fs::read_dir(&self.dir).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            let kept = Sha256::from_name(&name.to_string_lossy()).is_ok_and(|name| wanted.contains(&name));
            if !kept {
                files::remove(&entry.path())?;
            }
        }
        Ok(())
    }

    /// Breaks off after five minutes, so that a server that sends slowly does not keep orders waiting: what came is kept
    /// for the next round.
    async fn resume_in_time(
        &self,
        path: &Path,
        source: &Source,
        object: &ObjectRef,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<bool, Problem> {
        match tokio::time::timeout(LONGEST, self.resume(path, source, object, progress)).await {
            Ok(done) => done,
            Err(_) => Err(LinkError::Silent.into()),
        }
    }

    /// Fetches what is missing of the file; true when there was a beginning already.
    async fn resume(
        &self,
        path: &Path,
        source: &Source,
        object: &ObjectRef,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<bool, Problem> {
        let failed = |source| Problem::file("a download", source);
        let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(path).map_err(failed)?;
        let mut done = file.metadata().map_err(failed)?.len();
        let resumed = done > 0;
        if done >= object.size {
            return Ok(resumed);
        }
        let (mut chunks, begin) = source.open_object(&object.sha256, done).await?;
        if begin != done {
            file.set_len(begin).map_err(failed)?;
            done = begin;
        }
        while let Some(chunk) = chunks.next().await? {
            done += chunk.len() as u64;
            if done > object.size {
                files::remove(path)?;
                return Err(Refusal::Endless.into());
            }
            file.write_all(&chunk).map_err(failed)?;
            progress(Progress { done, of: object.size });
        }
        if done < object.size && source.is_network() { Err(LinkError::Broken.into()) } else { Ok(resumed) }
    }

    fn is_whole(&self, path: &Path, object: &ObjectRef) -> Result<bool, Problem> {
        let failed = |source| Problem::file("a download", source);
        let mut file = File::open(path).map_err(failed)?;
        let sized = file.metadata().map_err(failed)?.len() == object.size;
        Ok(sized && hash(&mut file).map_err(failed)? == object.sha256)
    }
}

/// What a file has from where it stands on.
pub(super) fn hash(file: &mut File) -> io::Result<Sha256> {
    let mut context = Context::new(&SHA256);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => context.update(&buffer[..read]),
        }
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    Ok(Sha256::from_bytes(hash))
}
