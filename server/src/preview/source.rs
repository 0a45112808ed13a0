//! One file as it was given: looked at before it is read, and never read beyond what a document may have.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use kakari_record::fhir::{FhirError, LARGEST};

/// A file that was read.
pub(crate) struct Source {
    /// The name that it was given by; `standard input` for `-`.
    pub(crate) name: String,
    /// All of it.
    pub(crate) text: String,
}

/// Why a file, or a document made of several, is not taken in. Each is one line with what to do next.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("cannot be read: {0}; check the name and whether you may read it")]
    Unreadable(#[source] io::Error),
    #[error("is a folder; name the documents in it, for example {0}/*.json")]
    Folder(String),
    #[error("{0}; attachments do not belong into a document: have its sender leave them out")]
    TooLarge(#[source] FhirError),
    #[error("is empty; have its sender send it again")]
    Empty,
    #[error("not UTF-8 from byte {0} on; FHIR is always UTF-8: have its sender send it so, without converting it here")]
    NotUtf8(usize),
    #[error("{0}; nothing of it was taken: have its sender correct it")]
    Document(#[source] FhirError),
}

impl Source {
    /// Reads one file, or standard input for `-`. At most [`LARGEST`] bytes are ever in memory.
    pub(crate) fn read(path: &Path) -> Result<Self, Refusal> {
        let bytes = if path == Path::new("-") { read_at_most(io::stdin().lock(), 0)? } else { read_file(path)? };
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(Refusal::Empty);
        }
        let text = String::from_utf8(bytes).map_err(|error| Refusal::NotUtf8(error.utf8_error().valid_up_to()))?;
        Ok(Self { name: shown(path), text })
    }
}

/// A file's name as it is told.
pub(crate) fn shown(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}

fn read_file(path: &Path) -> Result<Vec<u8>, Refusal> {
    let about = path.metadata().map_err(Refusal::Unreadable)?;
    if about.is_dir() {
        return Err(Refusal::Folder(path.display().to_string().trim_end_matches('/').to_owned()));
    }
    let bytes = usize::try_from(about.len()).unwrap_or(usize::MAX);
    if bytes > LARGEST {
        return Err(too_large(bytes));
    }
    read_at_most(File::open(path).map_err(Refusal::Unreadable)?, bytes)
}

/// A pipe or a device does not tell its length before it is read.
fn read_at_most(from: impl Read, expected: usize) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::with_capacity(expected + 1);
    from.take(LARGEST as u64 + 1).read_to_end(&mut bytes).map_err(Refusal::Unreadable)?;
    if bytes.len() > LARGEST { Err(too_large(bytes.len())) } else { Ok(bytes) }
}

/// More than [`LARGEST`].
pub(super) fn too_large(bytes: usize) -> Refusal {
    Refusal::TooLarge(FhirError::TooLarge { bytes, limit: LARGEST })
}
