//! CBOR (RFC 8949) with the form's version before the content.

use ciborium::Value;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::WireError;

/// Array of the form's version and the content.
pub(crate) fn encode<T: Serialize>(form: u8, content: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    if ciborium::into_writer(&(form, content), &mut bytes).is_err() {
        unreachable!("wire forms have only CBOR types and a Vec takes every write");
    }
    bytes
}

/// Reads what [`encode`] wrote; an unknown form or field and bytes after the end are refused.
pub(crate) fn decode<T: DeserializeOwned>(form: u8, bytes: &[u8]) -> Result<T, WireError> {
    let mut rest = bytes;
    let (found, content): (u8, Value) =
        ciborium::from_reader(&mut rest).map_err(|_| WireError::Malformed("not the CBOR of a wire form"))?;
    if found != form {
        return Err(WireError::UnknownForm);
    }
    if !rest.is_empty() {
        return Err(WireError::Malformed("bytes after the end"));
    }
    content.deserialized().map_err(|_| WireError::Malformed("fields"))
}
