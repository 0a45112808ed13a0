//! A document's bytes: read, named by its kind, packed to be kept.

use std::io;

use kakari_record::fhir::{FhirError, LARGEST, Reading, read_document};
use kakari_sync::Sha256;
use serde::Deserialize;

use super::IngestError;

const LEVEL: i32 = 9;
const LONGEST_KIND: usize = 64;

/// A document that is readable.
pub(super) struct Incoming {
    pub(super) reading: Reading,
    pub(super) kind: String,
    pub(super) sha256: Sha256,
    pub(super) packed: Vec<u8>,
}

#[derive(Deserialize)]
struct Bundle {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    entry: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    resource: Option<Resource>,
}

#[derive(Deserialize)]
#[serde(tag = "resourceType")]
enum Resource {
    Composition {
        #[serde(rename = "type")]
        kind: Option<Concept>,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Concept {
    #[serde(default)]
    coding: Vec<Coding>,
}

#[derive(Deserialize)]
struct Coding {
    code: Option<String>,
}

/// Reads on a thread where it may take its time.
pub(super) async fn read(document: Vec<u8>) -> Result<Result<Incoming, FhirError>, IngestError> {
    let read = tokio::task::spawn_blocking(move || {
        let reading = match read_document(&document) {
            Ok(reading) => reading,
            Err(error) => return Ok(Err(error)),
        };
        let packed = zstd::bulk::compress(&document, LEVEL).map_err(|_| IngestError::Fault)?;
        Ok(Ok(Incoming { reading, kind: kind_of(&document), sha256: Sha256::of(&document), packed }))
    });
    read.await.map_err(|_| IngestError::Fault)?
}

/// The document in `packed`, as it came.
pub fn unpack(packed: &[u8]) -> io::Result<Vec<u8>> {
    zstd::bulk::decompress(packed, LARGEST)
}

/// The Composition's code, else the Bundle's type; `resources` for NDJSON.
fn kind_of(document: &[u8]) -> String {
    let bundle: Option<Bundle> = serde_json::from_slice(document).ok();
    let Some(bundle) = bundle else { return "resources".to_owned() };
    let code = bundle.entry.into_iter().find_map(|entry| match entry.resource? {
        Resource::Composition { kind } => kind?.coding.into_iter().find_map(|coding| coding.code),
        Resource::Other => None,
    });
    let short = |text: &String| {
        !text.is_empty() && text.len() <= LONGEST_KIND && text.bytes().all(|byte| byte.is_ascii_graphic())
    };
    code.filter(short).or(bundle.kind.filter(short)).unwrap_or_else(|| "document".to_owned())
}
