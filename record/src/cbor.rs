//! The summary as bytes: CBOR (RFC 8949), the array `[format version, summary]`.
//!
//! A form this program does not know is refused whole: a summary read in part would look complete.

use zeroize::Zeroizing;

use crate::model::Summary;

/// The form written by this version.
pub const FORMAT_VERSION: u8 = 1;

/// CBOR head of an array of two items; the version follows as one byte, being below 24.
const ARRAY_OF_TWO: u8 = 0x82;

/// Why bytes are not a summary.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CborError {
    /// Written by a later version of Kakari.
    #[error("summary format {0} is newer than this program")]
    UnknownVersion(u8),
    /// Not a summary of the version it claims. The cause is not kept: it may quote the patient's words.
    #[error("not a summary")]
    Malformed,
}

/// Writes a summary. The buffer is wiped when it is dropped.
pub fn encode(summary: &Summary) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(2048));
    match ciborium::into_writer(&(FORMAT_VERSION, summary), &mut *bytes) {
        Ok(()) => bytes,
        Err(_) => unreachable!("a summary has only CBOR types and a Vec takes every write"),
    }
}

/// Reads a summary written by [`encode`].
pub fn decode(bytes: &[u8]) -> Result<Summary, CborError> {
    match bytes {
        [ARRAY_OF_TWO, FORMAT_VERSION, ..] => {}
        [ARRAY_OF_TWO, version @ 0..24, ..] => return Err(CborError::UnknownVersion(*version)),
        _ => return Err(CborError::Malformed),
    }
    let mut rest = bytes;
    let (_, summary): (u8, Summary) = ciborium::from_reader(&mut rest).map_err(|_| CborError::Malformed)?;
    if rest.is_empty() { Ok(summary) } else { Err(CborError::Malformed) }
}
