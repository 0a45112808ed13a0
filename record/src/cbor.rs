//! The summary as bytes: CBOR (RFC 8949), the array `[format version, summary]`.
//!
//! A form this program does not know is refused whole: a summary read in part would look complete.

use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::model::Summary;

/// The form written by this version.
pub const FORMAT_VERSION: u8 = 2;

/// CBOR head of an array of two items; the version follows as one byte, being below 24.
const ARRAY_OF_TWO: u8 = 0x82;

/// Why bytes are not what they must be.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CborError {
    /// Written by another version of Kakari.
    #[error("format {0} is not the one that this program reads")]
    UnknownVersion(u8),
    /// Not of the form that its version has. The cause is not kept: it may quote the patient's words.
    #[error("not of the form that its version has")]
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
    decode_versioned(FORMAT_VERSION, bytes)
}

/// Reads the array `[version, value]`, whole: another version, an unknown field or a byte too many is refused. What
/// passes through memory on the way is wiped.
pub fn decode_versioned<T: DeserializeOwned>(version: u8, bytes: &[u8]) -> Result<T, CborError> {
    match bytes {
        [ARRAY_OF_TWO, found, ..] if *found == version => {}
        [ARRAY_OF_TWO, found @ 0..24, ..] => return Err(CborError::UnknownVersion(*found)),
        _ => return Err(CborError::Malformed),
    }
    let mut rest = bytes;
    let mut scratch = Zeroizing::new([0; 4096]);
    let (_, value): (u8, T) =
        ciborium::from_reader_with_buffer(&mut rest, &mut *scratch).map_err(|_| CborError::Malformed)?;
    if rest.is_empty() { Ok(value) } else { Err(CborError::Malformed) }
}
