//! JSON in, with one rule more than JSON has: no key twice. Of two `code`s, one would be lost without a trace.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::FhirError;

/// Parses a document. Nesting deeper than serde_json's limit (128) is refused, so nothing here can overflow the stack.
pub(super) fn parse(json: &[u8]) -> Result<Value, FhirError> {
    let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
    let parsed: Result<NoKeyTwice, serde_json::Error> = serde_json::from_slice(json);
    parsed.map(|value| value.0).map_err(|broken| {
        let (line, column) = (broken.line(), broken.column());
        // Everything is welcome as data, so the only complaint about data is our own.
        if broken.is_data() { FhirError::KeyTwice { line, column } } else { FhirError::NotJson { line, column } }
    })
}

struct NoKeyTwice(Value);

impl<'de> Deserialize<'de> for NoKeyTwice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything).map(NoKeyTwice)
    }
}

struct Anything;

impl<'de> Visitor<'de> for Anything {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(NoKeyTwice(item)) = items.next_element()? {
            all.push(item);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some((key, NoKeyTwice(value))) = entries.next_entry::<String, NoKeyTwice>()? {
            if all.insert(key, value).is_some() {
                return Err(A::Error::custom("key twice"));
            }
        }
        Ok(Value::Object(all))
    }
}
