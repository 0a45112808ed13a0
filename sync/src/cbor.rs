//! CBOR (RFC 8949) with the form's version before the content, and one way only to write each statement.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::WireError;

/// CBOR head of an array of two items; the version follows as one byte, being below 24.
const ARRAY_OF_TWO: u8 = 0x82;

/// Array of the form's version (below 24) and the content.
pub(crate) fn encode<T: Serialize>(form: u8, content: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    if ciborium::into_writer(&(form, content), &mut bytes).is_err() {
        unreachable!("wire forms have only CBOR types and a Vec takes every write");
    }
    bytes
}

/// Reads what [`encode`] wrote, at most `limit` bytes, and nothing else: an unknown form or field is refused, and so is
/// every other way to write the same (a field twice or out of order, a longer head of a number, an array without its
/// length, bytes as an array of numbers, bytes after the end). So no two readers can take the same bytes for different
/// statements, and a statement has one hash.
pub(crate) fn decode<T: Serialize + DeserializeOwned>(form: u8, bytes: &[u8], limit: usize) -> Result<T, WireError> {
    if bytes.len() > limit {
        return Err(WireError::TooLong);
    }
    match bytes {
        [ARRAY_OF_TWO, found, ..] if *found == form => {}
        [ARRAY_OF_TWO, 0..24, ..] => return Err(WireError::UnknownForm),
        _ => return Err(WireError::Malformed("not the CBOR of a wire form")),
    }
    let mut rest = bytes;
    let (_, content): (u8, T) = ciborium::from_reader(&mut rest).map_err(|_| WireError::Malformed("fields"))?;
    if encode(form, &content) == bytes {
        Ok(content)
    } else {
        Err(WireError::Malformed("not in its one way of writing"))
    }
}

/// A list of 32-byte keys, each as a byte string.
pub(crate) mod keys {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use serde_bytes::{ByteArray, Bytes};

    pub(crate) fn serialize<S: Serializer>(keys: &[[u8; 32]], serializer: S) -> Result<S::Ok, S::Error> {
        keys.iter().map(|key| Bytes::new(key)).collect::<Vec<_>>().serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<[u8; 32]>, D::Error> {
        let keys = Vec::<ByteArray<32>>::deserialize(deserializer)?;
        Ok(keys.into_iter().map(ByteArray::into_array).collect())
    }
}

/// Nothing, or a pair of a 32-byte key and a signature, both byte strings.
pub(crate) mod countersignature {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use serde_bytes::{ByteArray, ByteBuf, Bytes};

    type Pair = ([u8; 32], Vec<u8>);

    pub(crate) fn serialize<S: Serializer>(pair: &Option<Pair>, serializer: S) -> Result<S::Ok, S::Error> {
        pair.as_ref().map(|(key, signature)| (Bytes::new(key), Bytes::new(signature))).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Pair>, D::Error> {
        let pair = Option::<(ByteArray<32>, ByteBuf)>::deserialize(deserializer)?;
        Ok(pair.map(|(key, signature)| (key.into_array(), signature.into_vec())))
    }
}
