//! Whose document it is. One that holds two people is refused: an item without a subject could be either's.

use unicode_normalization::UnicodeNormalization;

use super::bundle::Resource;
use super::index::Index;
use super::reference::{Found, asks_for_patient, look};
use super::{FhirError, Reason, Remark, name, node::Node};

/// The one patient: the composition's subject, or the only Patient, or the copies of it that the resources contain.
pub(super) fn patient<'a>(
    all: &[Resource<'a>],
    index: &Index<'a>,
    composition: Option<&Resource<'a>>,
    remarks: &mut Vec<Remark>,
) -> Result<Resource<'a>, FhirError> {
    let subject = composition.map_or(Ok(None), |composition| subject(index, composition))?;
    let mut patients = all.iter().filter(|resource| resource.kind == "Patient").peekable();
    let ours = match subject.or_else(|| patients.peek().map(|first| (*first).clone())) {
        Some(patient) => patient,
        None => contained(all)?.ok_or_else(|| FhirError::at("entry", "no Patient"))?,
    };
    for other in patients.filter(|other| !other.node.is(&ours.node)) {
        if !is_same_entry(other, &ours)? {
            return Err(FhirError::at(other.node.path(), "a second Patient; one document is about one person"));
        }
        remarks.push(Remark { path: other.node.path().to_owned(), reason: Reason::Twice });
    }
    Ok(ours)
}

fn subject<'a>(index: &Index<'a>, composition: &Resource<'a>) -> Result<Option<Resource<'a>>, FhirError> {
    let Some(reference) = composition.node.object("subject")? else { return Ok(None) };
    match look(index, composition, &reference)? {
        Found::Resource(subject) if subject.kind == "Patient" => Ok(Some(subject)),
        Found::Resource(_) => Err(composition.node.wrong("subject", "expected a reference to a Patient")),
        Found::Nowhere if reference.has("reference") => Err(FhirError::dangling(&reference)),
        Found::Several if !asks_for_patient(&reference) => Err(FhirError::ambiguous(&reference)),
        _ => Ok(None),
    }
}

/// The first Patient contained in a resource, for a document that has none of its own.
fn contained<'a>(all: &[Resource<'a>]) -> Result<Option<Resource<'a>>, FhirError> {
    for resource in all {
        for node in resource.node.list("contained")? {
            if node.text("resourceType")? == Some("Patient") {
                let holder = resource.node.clone();
                return Ok(Some(Resource { kind: "Patient", node, holder, full_url: resource.full_url }));
            }
        }
    }
    Ok(None)
}

/// Two Patient entries about one person: they share a number, or an id without numbers or addresses that differ.
fn is_same_entry(one: &Resource<'_>, other: &Resource<'_>) -> Result<bool, FhirError> {
    if differ(&one.node, &other.node)? {
        return Ok(false);
    }
    if let Some(same) = same_number(&one.node, &other.node)? {
        return Ok(same);
    }
    let elsewhere = one.full_url.is_some() && other.full_url.is_some() && one.full_url != other.full_url;
    let id = one.node.text("id")?;
    Ok(!elsewhere && id.is_some() && id == other.node.text("id")?)
}

/// The same number in some system; without one to compare, the same name and the same whole birth date.
pub(super) fn is_same_person(one: &Node<'_>, other: &Node<'_>) -> Result<bool, FhirError> {
    if differ(one, other)? {
        return Ok(false);
    }
    if let Some(same) = same_number(one, other)? {
        return Ok(same);
    }
    let birth = one.date("birthDate")?;
    let whole = birth.is_some_and(|date| date.day().is_some());
    Ok(whole && birth == other.date("birthDate")? && name::person(one)? == name::person(other)?)
}

/// True for two people whatever number they share: a family may share its insurance, and two systems an id.
fn differ(one: &Node<'_>, other: &Node<'_>) -> Result<bool, FhirError> {
    let births = (one.date("birthDate")?, other.date("birthDate")?);
    let sex = |node: &Node<'_>| node.text_if("gender").filter(|sex| *sex != "unknown").map(str::to_lowercase);
    let (ours, theirs) = (name::names(one)?, name::names(other)?);
    let apart = |one: Option<String>, other: Option<String>| {
        one.zip(other).is_some_and(|(one, other)| folded(&one) != folded(&other))
    };
    Ok(matches!(births, (Some(a), Some(b)) if a.day().is_some() && b.day().is_some() && a != b)
        || apart(sex(one), sex(other))
        || (apart(ours.written, theirs.written) && apart(ours.kana, theirs.kana)))
}

/// A name without blanks, and wide letters as narrow ones.
fn folded(name: &str) -> String {
    name.nfkc().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase()
}

/// True when a display names the patient, or there is nothing to compare.
pub(super) fn is_named(patient: &Node<'_>, display: Option<&str>) -> Result<bool, FhirError> {
    let names = name::names(patient)?;
    let known: Vec<String> = names.written.iter().chain(&names.kana).map(|name| folded(name)).collect();
    Ok(known.is_empty() || display.is_none_or(|display| known.contains(&folded(display))))
}

/// Whether they share a number; `None` when no system has a number for both.
fn same_number(one: &Node<'_>, other: &Node<'_>) -> Result<Option<bool>, FhirError> {
    let known = numbers(other)?;
    let mut comparable = None;
    for (system, value) in numbers(one)? {
        for (_, theirs) in known.iter().filter(|(known, _)| *known == system) {
            if value == *theirs {
                return Ok(Some(true));
            }
            comparable = Some(false);
        }
    }
    Ok(comparable)
}

/// The numbers of a patient with their systems.
pub(super) fn numbers<'a>(patient: &Node<'a>) -> Result<Vec<(&'a str, &'a str)>, FhirError> {
    let mut all = Vec::new();
    for identifier in patient.list("identifier")? {
        if let (Some(system), Some(value)) = (identifier.text("system")?, identifier.text("value")?) {
            all.push((system, value));
        }
    }
    Ok(all)
}
