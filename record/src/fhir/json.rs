//! JSON in, with rules that JSON does not have: no key twice (of two `code`s, one would be lost without a trace), no NUL
//! in a text, and limits, so that no document can exhaust the tablet's memory.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::FhirError;

/// A long record of a whole life has some 200,000 values; every value costs memory.
const MOST_VALUES: usize = 1_000_000;
/// A photo of 12 MB in base64; nothing else in a patient document comes near.
const LONGEST_TEXT: usize = 16 * 1024 * 1024;

/// What the documents of one reading may still hold, and which rule they broke.
pub(super) struct Budget {
    values: Cell<usize>,
    broken: Cell<Option<Rule>>,
}

#[derive(Clone, Copy)]
enum Rule {
    KeyTwice,
    Nul,
    Values,
    Text,
}

impl Default for Budget {
    fn default() -> Self {
        Self { values: Cell::new(MOST_VALUES), broken: Cell::new(None) }
    }
}

impl Budget {
    fn break_rule<E: Error>(&self, rule: Rule) -> E {
        self.broken.set(Some(rule));
        E::custom("refused")
    }

    fn count<E: Error>(&self) -> Result<(), E> {
        let left = self.values.get().checked_sub(1).ok_or_else(|| self.break_rule(Rule::Values))?;
        self.values.set(left);
        Ok(())
    }

    fn check<E: Error>(&self, text: &str) -> Result<(), E> {
        match text {
            long if long.len() > LONGEST_TEXT => Err(self.break_rule(Rule::Text)),
            broken if broken.contains('\0') => Err(self.break_rule(Rule::Nul)),
            _ => Ok(()),
        }
    }
}

/// Parses one value that stands on lines from `line`. Nesting deeper than serde_json's limit (128) is refused, so
/// nothing here can overflow the stack.
pub(super) fn parse(json: &[u8], line: usize, budget: &Budget) -> Result<Value, FhirError> {
    let mut parser = serde_json::Deserializer::from_slice(json);
    let parsed = Anything(budget).deserialize(&mut parser).and_then(|value| parser.end().map(|()| value));
    parsed.map_err(|broken| {
        let (line, column) = (line + broken.line().saturating_sub(1), broken.column());
        match budget.broken.take() {
            Some(Rule::KeyTwice) => FhirError::KeyTwice { line, column },
            Some(Rule::Values) => FhirError::TooMuch { what: "more than 1,000,000 values", line, column },
            Some(Rule::Text) => FhirError::TooMuch { what: "a text of more than 16 MB", line, column },
            Some(Rule::Nul) | None => FhirError::NotJson { line, column },
        }
    })
}

/// Takes in any value within its budget.
#[derive(Clone, Copy)]
struct Anything<'b>(&'b Budget);

impl<'de> DeserializeSeed<'de> for Anything<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.0.count()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Anything<'_> {
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
        self.0.check(value)?;
        Ok(value.into())
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            all.push(item);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            self.0.check(&key)?;
            if all.insert(key, entries.next_value_seed(self)?).is_some() {
                return Err(self.0.break_rule(Rule::KeyTwice));
            }
        }
        Ok(Value::Object(all))
    }
}
