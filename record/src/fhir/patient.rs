//! Patient: who it is.

use super::bundle::Document;
use super::{FhirError, name, node::Node, value};
use crate::codes;
use crate::model::{CommonNumber, Identity, Sex};

/// The identity, without the blood type that an Observation tells.
pub(super) fn read(document: &Document<'_>) -> Result<Identity, FhirError> {
    let patient = &document.patient.node;
    let names = name::names(patient)?;
    Ok(Identity {
        number: number(patient)?,
        name: names.written.ok_or_else(|| patient.wrong("name", "missing, or has neither text nor family name"))?,
        kana: names.kana,
        sex: sex(patient)?,
        birth_date: patient.date("birthDate")?,
        address: address(patient)?,
        phones: value::phones(patient)?,
        blood_type: None,
    })
}

fn number(patient: &Node<'_>) -> Result<Option<CommonNumber>, FhirError> {
    let mut found: Option<CommonNumber> = None;
    for identifier in patient.list("identifier")? {
        if identifier.text("system")? != Some(codes::COMMON_NUMBER) {
            continue;
        }
        let digits = identifier.text("value")?.unwrap_or_default();
        let wrong = |_| identifier.wrong("value", "not a common number (expected 16 digits)");
        let number: CommonNumber = digits.parse().map_err(wrong)?;
        if found.as_ref().is_some_and(|earlier| *earlier != number) {
            return Err(identifier.wrong("value", "a second common number for the same patient"));
        }
        found = Some(number);
    }
    Ok(found)
}

fn sex(patient: &Node<'_>) -> Result<Sex, FhirError> {
    match patient.text("gender")? {
        Some("female") => Ok(Sex::Female),
        Some("male") => Ok(Sex::Male),
        Some("other") => Ok(Sex::Other),
        Some("unknown") | None => Ok(Sex::Unknown),
        Some(_) => Err(patient.wrong("gender", "expected female, male, other or unknown")),
    }
}

/// The home address in one line: its text, else its parts, from large to small in Japan and the other way elsewhere.
fn address(patient: &Node<'_>) -> Result<Option<String>, FhirError> {
    let mut best: Option<(bool, String)> = None;
    for address in patient.list("address")? {
        let usage = address.text("use")?;
        if usage == Some("old") {
            continue;
        }
        let Some(line) = one_line(&address)? else { continue };
        let home = usage == Some("home");
        if best.as_ref().is_none_or(|(best_home, _)| home && !best_home) {
            best = Some((home, line));
        }
    }
    Ok(best.map(|(_, line)| line))
}

fn one_line(address: &Node<'_>) -> Result<Option<String>, FhirError> {
    if let Some(text) = address.text("text")? {
        return Ok(Some(value::plain(text)).filter(|line| !line.is_empty()));
    }
    let lines = address.texts("line")?;
    let (state, city) = (address.text("state")?, address.text("city")?);
    let japanese = city.or(state).is_some_and(value::is_east_asian);
    let line = if japanese {
        state.into_iter().chain(city).chain(lines).collect::<Vec<_>>().concat()
    } else {
        let town: Vec<&str> = address.text("postalCode")?.into_iter().chain(city).collect();
        let town = Some(town.join(" ")).filter(|town| !town.is_empty());
        let parts = lines.iter().map(|line| (*line).to_owned()).chain(town);
        parts
            .chain(state.map(str::to_owned))
            .chain(address.text("country")?.map(str::to_owned))
            .collect::<Vec<_>>()
            .join(", ")
    };
    Ok(Some(value::plain(&line)).filter(|line| !line.is_empty()))
}
