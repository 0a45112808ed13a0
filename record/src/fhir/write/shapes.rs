//! FHIR data types out of the summary's words. What is absent is `null` and goes with [`tidy`].

use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use serde_json::{Number, Value, json};

use crate::fhir::name::REPRESENTATION;
use crate::fhir::value::{number_words, unit_words};
use crate::model::{Coded, PartialDate};

const ABSENT: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
const TOKYO_SECONDS: i32 = 9 * 3600;

/// The value without `null`s and without arrays and objects that held nothing else.
pub(super) fn tidy(value: Value) -> Value {
    let there = |value: &Value| match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    };
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(tidy).filter(there).collect()),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(k, v)| (k, tidy(v))).filter(|(_, v)| there(v)).collect())
        }
        other => other,
    }
}

/// A `CodeableConcept` with the sender's words and codes.
pub(super) fn coded(coded: &Coded) -> Value {
    let coding = |coding: &crate::model::Coding| {
        let system = Some(&coding.system).filter(|system| !system.is_empty());
        json!({"system": system, "code": coding.code})
    };
    json!({"text": coded.text, "coding": coded.codings.iter().map(coding).collect::<Vec<_>>()})
}

/// A `CodeableConcept` of words alone.
pub(super) fn words(text: &str) -> Value {
    json!({ "text": text })
}

/// A `CodeableConcept` of one code.
pub(super) fn concept(system: &str, code: &str, text: &str) -> Value {
    json!({"coding": [{"system": system, "code": code}], "text": text})
}

/// A `CodeableConcept` of a status: a code without words.
pub(super) fn status(system: &str, code: &str) -> Value {
    json!({"coding": [{"system": format!("http://terminology.hl7.org/CodeSystem/{system}"), "code": code}]})
}

/// An element that has to be there although nobody said what it is.
pub(super) fn unknown() -> Value {
    json!({"extension": [{"url": ABSENT, "valueCode": "unknown"}]})
}

/// [`unknown`] for an element that is absent, nothing for one that is there.
pub(super) fn unknown_unless(there: bool) -> Value {
    if there { Value::Null } else { unknown() }
}

pub(super) fn date(date: Option<PartialDate>) -> Value {
    date.map_or(Value::Null, |date| json!(date.to_string()))
}

/// FHIR `dateTime` in Japan.
pub(super) fn in_japan(time: DateTime<Utc>) -> String {
    let tokyo = FixedOffset::east_opt(TOKYO_SECONDS);
    tokyo.map_or_else(
        || time.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        |tokyo| time.with_timezone(&tokyo).to_rfc3339_opts(SecondsFormat::AutoSi, false),
    )
}

pub(super) fn notes(note: Option<&str>) -> Value {
    note.map_or(Value::Null, |note| json!([{ "text": note }]))
}

/// A name as it is written, marked as such, so that one in kana is not taken for the reading of another.
pub(super) fn human_name(text: &str) -> Value {
    marked_name("IDE", text)
}

/// A name with its representation: `IDE` as written, `SYL` in kana.
pub(super) fn marked_name(mark: &str, text: &str) -> Value {
    json!({"extension": [{"url": REPRESENTATION, "valueCode": mark}], "text": text})
}

/// Phones, the preferred one first.
pub(super) fn phones(numbers: &[String]) -> Value {
    let phone = |(i, number): (usize, &String)| json!({"system": "phone", "value": number, "rank": i + 1});
    Value::Array(numbers.iter().enumerate().map(phone).collect())
}

/// 「2錠」 as a `Quantity`; `None` when the reader would not read the very same words from it.
pub(super) fn dose(text: &str) -> Option<Value> {
    let (number, unit) = split(text)?;
    quantity(number, unit)
}

/// 「7.5 %」 as a `Quantity`, on the same terms.
pub(super) fn measure(text: &str) -> Option<Value> {
    let (number, unit) = split(text)?;
    let unit = if unit.is_empty() { unit } else { unit.strip_prefix(' ')? };
    quantity(number, unit)
}

/// 「1mg」 or 「100単位/mL」 as a `Ratio`, on the same terms.
pub(super) fn strength(text: &str) -> Option<Value> {
    let (number, unit) = split(text)?;
    let (unit, per) = unit.split_once('/').map_or((unit, None), |(unit, per)| (unit, Some(per)));
    if per.is_some_and(|per| !["mL", "g", "L"].contains(&per)) {
        return None;
    }
    Some(json!({"numerator": quantity(number, unit)?, "denominator": {"value": 1, "unit": per}}))
}

fn quantity(number: &str, unit: &str) -> Option<Value> {
    let value: f64 = number.replace(',', "").parse().ok()?;
    let same = number_words(value) == number && unit_words(unit) == unit && unit.trim() == unit && value < 1e9;
    let whole = format!("{value}").parse::<u32>().ok().map(Number::from);
    let value = whole.or_else(|| Number::from_f64(value))?;
    let unit = Some(unit).filter(|unit| !unit.is_empty());
    same.then(|| json!({"value": value, "unit": unit}))
}

/// The number in front and the rest.
fn split(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').unwrap_or(text.len());
    Some(text.split_at(end)).filter(|(number, _)| !number.is_empty())
}
