//! A place in a JSON document that knows its path, so that every refusal can name it.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use serde_json::Value;

use super::FhirError;
use crate::model::PartialDate;

/// Japan has no summer time.
const TOKYO_SECONDS: i32 = 9 * 3600;

const NOT_A_DATE: &str = "not a date (expected YYYY, YYYY-MM or YYYY-MM-DD)";
const NOT_A_TIME: &str = "not a date or time (expected YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss+zz:zz)";

/// A JSON object and its path from the document's root.
#[derive(Clone)]
pub(super) struct Node<'a> {
    value: &'a Value,
    path: String,
}

impl<'a> Node<'a> {
    /// The root; its path is empty.
    pub(super) fn root(value: &'a Value) -> Self {
        Self { value, path: String::new() }
    }

    /// A value somewhere else, under a path of its own.
    pub(super) fn at(value: &'a Value, path: String) -> Self {
        Self { value, path }
    }

    /// Tells this place in the document from every other.
    pub(super) fn place(&self) -> *const Value {
        self.value
    }

    /// True for the same content.
    pub(super) fn same_content(&self, other: &Node<'_>) -> bool {
        self.value == other.value
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The path of a child, whether it exists or not.
    pub(super) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    pub(super) fn wrong(&self, key: &str, problem: &'static str) -> FhirError {
        FhirError::at(&self.path_of(key), problem)
    }

    /// True for the very same place in the document.
    pub(super) fn is(&self, other: &Node<'_>) -> bool {
        std::ptr::eq(self.value, other.value)
    }

    fn raw(&self, key: &str) -> Option<&'a Value> {
        self.value.get(key).filter(|value| !value.is_null())
    }

    /// True when `test` holds for a key and its value, here or anywhere below.
    pub(super) fn any_below(&self, test: fn(&str, &Value) -> bool) -> bool {
        fn any(value: &Value, test: fn(&str, &Value) -> bool) -> bool {
            match value {
                Value::Object(all) => all.iter().any(|(key, value)| test(key, value) || any(value, test)),
                Value::Array(all) => all.iter().any(|value| any(value, test)),
                _ => false,
            }
        }
        any(self.value, test)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.raw(key).is_some()
    }

    /// True when something stands under `key`, and not an empty list.
    pub(super) fn has_some(&self, key: &str) -> bool {
        self.raw(key).is_some_and(|value| value.as_array().is_none_or(|list| !list.is_empty()))
    }

    /// The object under `key`.
    pub(super) fn object(&self, key: &str) -> Result<Option<Node<'a>>, FhirError> {
        match self.raw(key) {
            None => Ok(None),
            Some(value) if value.is_object() => Ok(Some(Node { value, path: self.path_of(key) })),
            Some(_) => Err(self.wrong(key, "expected an object")),
        }
    }

    /// The object under `key`, if that is what is there.
    pub(super) fn object_if(&self, key: &str) -> Option<Node<'a>> {
        self.raw(key).filter(|value| value.is_object()).map(|value| Node { value, path: self.path_of(key) })
    }

    /// The objects in the array under `key`; none when it is absent.
    pub(super) fn list(&self, key: &str) -> Result<Vec<Node<'a>>, FhirError> {
        let Some(value) = self.raw(key) else { return Ok(Vec::new()) };
        let Value::Array(items) = value else { return Err(self.wrong(key, "expected an array")) };
        let child = |(i, value): (usize, &'a Value)| {
            let path = format!("{}[{i}]", self.path_of(key));
            if value.is_object() { Ok(Node { value, path }) } else { Err(FhirError::at(&path, "expected an object")) }
        };
        items.iter().enumerate().filter(|(_, value)| !value.is_null()).map(child).collect()
    }

    /// The objects in the array under `key`; whatever else is there is passed over.
    pub(super) fn list_if(&self, key: &str) -> impl Iterator<Item = Node<'a>> {
        let path = self.path_of(key);
        let items = self.raw(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let objects = items.iter().enumerate().filter(|(_, value)| value.is_object());
        objects.map(move |(i, value)| Node { value, path: format!("{path}[{i}]") })
    }

    /// The text under `key`, if that is what is there, without surrounding blanks.
    pub(super) fn text_if(&self, key: &str) -> Option<&'a str> {
        self.raw(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
    }

    /// The strings in the array under `key`.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<&'a str>, FhirError> {
        let Some(value) = self.raw(key) else { return Ok(Vec::new()) };
        let Value::Array(items) = value else { return Err(self.wrong(key, "expected an array")) };
        let text = |(i, value): (usize, &'a Value)| {
            value.as_str().ok_or_else(|| FhirError::at(&format!("{}[{i}]", self.path_of(key)), "expected a text"))
        };
        items.iter().enumerate().filter(|(_, value)| !value.is_null()).map(text).collect()
    }

    /// The text under `key` without surrounding blanks; a blank one counts as absent.
    pub(super) fn text(&self, key: &str) -> Result<Option<&'a str>, FhirError> {
        match self.raw(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.trim()).filter(|text| !text.is_empty())),
            Some(_) => Err(self.wrong(key, "expected a text")),
        }
    }

    pub(super) fn boolean(&self, key: &str) -> Result<Option<bool>, FhirError> {
        match self.raw(key) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.wrong(key, "expected true or false")),
        }
    }

    pub(super) fn number(&self, key: &str) -> Result<Option<f64>, FhirError> {
        match self.raw(key) {
            None => Ok(None),
            Some(value) => value.as_f64().map(Some).ok_or_else(|| self.wrong(key, "expected a number")),
        }
    }

    /// The number under `key`, if that is what is there.
    pub(super) fn number_if(&self, key: &str) -> Option<f64> {
        self.raw(key).and_then(Value::as_f64)
    }

    /// FHIR `date`.
    pub(super) fn date(&self, key: &str) -> Result<Option<PartialDate>, FhirError> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| self.wrong(key, NOT_A_DATE))
    }

    /// FHIR `dateTime` as a calendar date in Japan.
    pub(super) fn day(&self, key: &str) -> Result<Option<PartialDate>, FhirError> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        if !text.contains('T') {
            return text.parse().map(Some).map_err(|_| self.wrong(key, NOT_A_TIME));
        }
        let time = DateTime::parse_from_rfc3339(text).map_err(|_| self.wrong(key, NOT_A_TIME))?;
        Ok(Some(day_in_japan(time.to_utc())))
    }

    /// FHIR `dateTime` or `instant` as a moment; a date alone is its first moment in Japan.
    pub(super) fn moment(&self, key: &str) -> Result<Option<DateTime<Utc>>, FhirError> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        if text.contains('T') {
            let time = DateTime::parse_from_rfc3339(text).map_err(|_| self.wrong(key, NOT_A_TIME))?;
            return Ok(Some(time.to_utc()));
        }
        let date: PartialDate = text.parse().map_err(|_| self.wrong(key, NOT_A_TIME))?;
        Ok(first_moment(date.earliest()))
    }
}

/// The calendar date in Japan at a moment.
pub(super) fn day_in_japan(time: DateTime<Utc>) -> PartialDate {
    let local = FixedOffset::east_opt(TOKYO_SECONDS).map(|tokyo| time.with_timezone(&tokyo).date_naive());
    PartialDate::from(local.unwrap_or_else(|| time.date_naive()))
}

fn first_moment(day: NaiveDate) -> Option<DateTime<Utc>> {
    let tokyo = FixedOffset::east_opt(TOKYO_SECONDS)?;
    day.and_hms_opt(0, 0, 0)?.and_local_timezone(tokyo).single().map(|time| time.to_utc())
}
