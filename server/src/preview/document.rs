//! From files to documents: a Bundle is one document, all NDJSON files together are one.

use std::path::PathBuf;

use kakari_record::fhir::{LARGEST, Reading, read_document};
use serde::{Deserialize, Serialize};

use super::place::Place;
use super::source::{Refusal, Source, shown, too_large};
use crate::output;

/// More files or bytes than these take long enough to say how far the work is.
const MANY_FILES: usize = 20;
const MANY_BYTES: u64 = 16 * 1024 * 1024;

/// A document that was read.
pub(crate) struct Document {
    /// Its file, or its files.
    pub(crate) place: Place,
    /// What was in it.
    pub(crate) reading: Reading,
}

/// Documents that were read, and those that were refused.
#[derive(Default)]
pub(crate) struct Read {
    pub(crate) documents: Vec<Document>,
    pub(crate) refused: Vec<Refused>,
}

/// A file that was refused, and why: one line.
#[derive(Serialize)]
pub(crate) struct Refused {
    pub(crate) file: String,
    pub(crate) error: String,
}

/// NDJSON files one after the other. A bulk export has one for each kind of resource: only together do their references
/// resolve.
#[derive(Default)]
struct Lines {
    /// Each file with its number of lines.
    files: Vec<(String, usize)>,
    text: String,
}

/// What tells a resource on a line from a Bundle.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "resourceType")]
    resource_type: Option<String>,
}

/// Reads all files. Every refusal is found, not only the first.
pub(crate) fn read_all(files: &[PathBuf]) -> Read {
    let (mut read, mut lines) = (Read::default(), Lines::default());
    let bytes: u64 = files.iter().filter_map(|file| file.metadata().ok()).map(|about| about.len()).sum();
    let tell = files.len() > MANY_FILES || bytes > MANY_BYTES;
    for (place, file) in files.iter().enumerate() {
        if tell {
            output::say(&format!("reading {} of {}: {}", place + 1, files.len(), shown(file)));
        }
        let taken = match Source::read(file) {
            Ok(source) if is_ndjson(&source) => lines.add(source),
            Ok(source) => {
                read.take(Place::File(source.name), source.text.as_bytes());
                Ok(())
            }
            Err(refusal) => Err(refusal),
        };
        read.refused.extend(taken.err().map(|why| Refused { file: shown(file), error: why.to_string() }));
    }
    if !lines.files.is_empty() {
        read.take(Place::Lines(lines.files), lines.text.as_bytes());
    }
    read
}

impl Read {
    fn take(&mut self, place: Place, json: &[u8]) {
        match read_document(json) {
            Ok(reading) => self.documents.push(Document { place, reading }),
            Err(error) => {
                let (file, error) = place.of_error(error);
                self.refused.push(Refused { file, error: Refusal::Document(error).to_string() });
            }
        }
    }
}

impl Lines {
    fn add(&mut self, source: Source) -> Result<(), Refusal> {
        let bytes = self.text.len() + source.text.len();
        if bytes > LARGEST {
            return Err(too_large(bytes));
        }
        // Lines are kept as they are, blank ones too, so that their numbers stay.
        let text = source.text.trim_start_matches('\u{FEFF}');
        self.text.push_str(text);
        if !text.ends_with('\n') {
            self.text.push('\n');
        }
        self.files.push((source.name, text.lines().count()));
        Ok(())
    }
}

/// By its name, or because it has lines of which the first is a whole resource that is no Bundle.
fn is_ndjson(source: &Source) -> bool {
    if [".ndjson", ".jsonl"].iter().any(|ending| source.name.to_ascii_lowercase().ends_with(ending)) {
        return true;
    }
    let mut lines = source.text.lines().map(str::trim).filter(|line| !line.is_empty());
    let (Some(first), Some(_)) = (lines.next(), lines.next()) else { return false };
    let head: Option<Head> = serde_json::from_str(first).ok();
    head.and_then(|head| head.resource_type).is_some_and(|kind| kind != "Bundle")
}
