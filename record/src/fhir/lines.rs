//! One Bundle, or NDJSON: one resource in each line, as bulk exports come.

use serde_json::Value;

use super::{FhirError, json};

/// What a file holds.
pub(super) enum Content {
    /// One JSON value.
    One(Value),
    /// One value in each line that is not blank, with the line's number from 1.
    Lines(Vec<(usize, Value)>),
}

impl Content {
    /// Parses a file. It is NDJSON when its first line that is not blank is a whole object and more lines follow, or
    /// when it is a single resource that is no Bundle. A byte order mark and Windows line ends are welcome.
    pub(super) fn parse(file: &[u8]) -> Result<Self, FhirError> {
        let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
        let mut lines = (1..).zip(file.split(|byte| *byte == b'\n')).filter(|(_, line)| !line.trim_ascii().is_empty());
        if let (Some((number, first)), Some(_)) = (lines.next(), lines.next()) {
            let budget = json::Budget::default();
            if let Ok(value @ Value::Object(_)) = json::parse(first, number, &budget) {
                return Self::rest(file, (number, value), &budget);
            }
        }
        let value = json::parse(file, 1, &json::Budget::default())?;
        let single = value.get("resourceType").is_some_and(|kind| kind.is_string() && kind != "Bundle");
        Ok(if single { Self::Lines(vec![(1, value)]) } else { Self::One(value) })
    }

    fn rest(file: &[u8], first: (usize, Value), budget: &json::Budget) -> Result<Self, FhirError> {
        let mut all = vec![first];
        for (number, line) in (1..).zip(file.split(|byte| *byte == b'\n')).skip(all[0].0) {
            if !line.trim_ascii().is_empty() {
                all.push((number, json::parse(line, number, budget)?));
            }
        }
        Ok(Self::Lines(all))
    }
}
