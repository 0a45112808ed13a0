//! Where a feed comes from: the region's server, or a folder of the same files on a USB stick.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::{Link, LinkError, Problem, Refusal, link};
use crate::{HEAD_NAME, Head, Sha256};

const CHUNK: usize = 64 * 1024;

/// Where a feed comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// Over the network; `url` without a slash at its end.
    Http {
        /// How.
        link: Link,
        /// Where: the object's name follows after a slash.
        url: String,
    },
    /// From a folder.
    Folder(PathBuf),
}

/// A head as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchedHead {
    /// It is still the one with the ETag that was named.
    Unchanged,
    /// Its bytes, not believed yet, and its ETag.
    New {
        /// At most [`Head::MAX_LEN`].
        bytes: Vec<u8>,
        /// To name the next time; none from a folder.
        etag: Option<String>,
    },
}

/// An object's bytes as they come.
pub(crate) enum Chunks {
    Http(reqwest::Response, Link),
    File(File),
}

impl Source {
    /// Fetches the head.
    pub async fn fetch_head(&self, etag: Option<&str>) -> Result<FetchedHead, Problem> {
        match self {
            Self::Http { link, url } => {
                let answer = link.get(&format!("{url}/{HEAD_NAME}"), etag, Head::MAX_LEN).await?;
                if answer.status == 304 && etag.is_some() {
                    return Ok(FetchedHead::Unchanged);
                }
                let etag = answer.etag.clone();
                Ok(FetchedHead::New { bytes: answer.into_body()?, etag })
            }
            Self::Folder(dir) => {
                let mut bytes = Vec::new();
                let file = open(&dir.join(HEAD_NAME), 0)?;
                let read = file.take(Head::MAX_LEN as u64 + 1).read_to_end(&mut bytes);
                read.map_err(|source| Problem::file("the bundle's head", source))?;
                let sized = bytes.len() <= Head::MAX_LEN;
                if sized { Ok(FetchedHead::New { bytes, etag: None }) } else { Err(Refusal::Endless.into()) }
            }
        }
    }

    /// Opens an object from byte `from` on; the second item is the byte with which it really begins: `from` or 0.
    pub(crate) async fn open_object(&self, name: &Sha256, from: u64) -> Result<(Chunks, u64), Problem> {
        match self {
            Self::Http { link, url } => {
                let (response, begin) = link.stream(&format!("{url}/{name}"), from).await?;
                Ok((Chunks::Http(response, link.clone()), begin))
            }
            Self::Folder(dir) => Ok((Chunks::File(open(&dir.join(name.name()), from)?), from)),
        }
    }

    /// Whether bytes from here cost something on a metered link.
    pub const fn is_network(&self) -> bool {
        matches!(self, Self::Http { .. })
    }
}

impl Chunks {
    /// The next piece; none at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>, Problem> {
        match self {
            Self::Http(response, link) => {
                let chunk = response.chunk().await.map_err(link::explain)?;
                link.count(chunk.as_ref().map_or(0, |chunk| chunk.len()));
                Ok(chunk.map(|chunk| chunk.to_vec()))
            }
            Self::File(file) => {
                let mut bytes = Vec::with_capacity(CHUNK);
                let read = file.take(CHUNK as u64).read_to_end(&mut bytes);
                read.map_err(|source| Problem::file("an object of the bundle", source))?;
                Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
            }
        }
    }
}

/// Opens a plain file: no link and no pipe, which a stick may hold to lead elsewhere or to wait for ever.
fn open(path: &Path, from: u64) -> Result<File, Problem> {
    let failed = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::NotFound => LinkError::Missing.into(),
        _ => Problem::file("a file of the bundle", source),
    };
    let plain = fs::symlink_metadata(path).map_err(failed)?.is_file();
    if !plain {
        return Err(LinkError::Nonsense("not a plain file").into());
    }
    let mut file = File::open(path).map_err(failed)?;
    file.seek(SeekFrom::Start(from)).map_err(failed)?;
    Ok(file)
}
