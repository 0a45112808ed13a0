//! Consent to viewing in an emergency: given, withdrawn, or not recorded.

use super::bundle::{Document, Resource};
use super::contact::relation;
use super::directive::is_directive;
use super::origin::first_day;
use super::reference::Target;
use super::{FhirError, Reason, name, node::Node, value};
use crate::model::{Consent, PartialDate};

/// Purposes that cover a crew at the scene; a consent for something else (research) is not this consent.
const PURPOSES: [&str; 5] = ["ETREAT", "TREAT", "BTG", "HSYSADMIN", "CAREMGT"];

/// Purposes of a rule inside a consent that lets the crew see although the consent as a whole denies.
const EMERGENCY: [&str; 3] = ["ETREAT", "TREAT", "BTG"];

/// A consent with the date that it is compared by.
type Dated = (Option<PartialDate>, Consent);

/// The newest statement counts; of two with the same date, the withdrawal.
pub(super) fn read(document: &Document<'_>) -> Result<Consent, FhirError> {
    let mut newest: Option<Dated> = None;
    for resource in document.all("Consent") {
        if is_directive(document, resource)? {
            continue;
        }
        let Some(candidate) = one(document, resource)? else { continue };
        // A withdrawal without a date cannot be older than anything.
        let rank = |(on, consent): &Dated| {
            let withdrawn = matches!(consent, Consent::Withdrawn { .. });
            (on.is_none() && withdrawn, *on, withdrawn)
        };
        if newest.as_ref().is_none_or(|best| rank(&candidate) > rank(best)) {
            newest = Some(candidate);
        }
    }
    Ok(newest.map_or(Consent::NotRecorded, |(_, consent)| consent))
}

fn one(document: &Document<'_>, resource: &Resource<'_>) -> Result<Option<Dated>, FhirError> {
    let node = &resource.node;
    document.check_patient(resource, "patient")?;
    let status = node.text("status")?;
    if document.is_mistake(resource, status) {
        return Ok(None);
    }
    let leave_out = |reason| {
        document.remark(node.path(), reason);
        Ok(None)
    };
    if value::status_in(node, "scope")?.is_some_and(|scope| scope != "patient-privacy") {
        return leave_out(Reason::NotInSummary);
    }
    let rule = node.object("provision")?;
    let purposes = rule.as_ref().map_or(Ok(Vec::new()), purposes)?;
    if !purposes.is_empty() && !purposes.iter().any(|purpose| PURPOSES.contains(purpose)) {
        return leave_out(Reason::NotInSummary);
    }
    let kind = rule.as_ref().map_or(Ok(None), |rule| rule.text("type"))?;
    let end = rule.as_ref().map_or(Ok(None), end)?;
    let on = first_day(node, &["dateTime"])?;
    let ended = is_over(document, end);
    let excepted = rule.as_ref().map_or(Ok(false), |rule| permits_emergency(document, rule))?;
    match (status, kind) {
        (Some("inactive" | "rejected"), _) => Ok(Some(inactive(document, on, end))),
        (Some("active"), Some("deny")) if !excepted => Ok(Some((on, Consent::Withdrawn { on }))),
        (Some("active"), Some("permit" | "deny") | None) if ended => leave_out(Reason::NotInForce),
        (Some("active"), Some("permit" | "deny") | None) => {
            Ok(Some((on, Consent::Given { on, by: by(document, resource)? })))
        }
        _ => leave_out(Reason::NotInForce),
    }
}

/// A consent that is no longer in force ended with its period. One whose period would still run was ended earlier, on a
/// day that nobody wrote down: it counts from its own date and is shown as of the document.
fn inactive(document: &Document<'_>, on: Option<PartialDate>, end: Option<PartialDate>) -> Dated {
    let today = document.day();
    match end {
        Some(end) if end.earliest() > today.earliest() => (on, Consent::Withdrawn { on: Some(today) }),
        _ => (end.or(on), Consent::Withdrawn { on: end.or(on) }),
    }
}

/// Whether a rule inside this one lets a crew see, in force on the day of the document.
fn permits_emergency(document: &Document<'_>, rule: &Node<'_>) -> Result<bool, FhirError> {
    for inner in rule.list("provision")? {
        let emergency = purposes(&inner)?.iter().any(|purpose| EMERGENCY.contains(purpose));
        if emergency && inner.text("type")? == Some("permit") && !is_over(document, end(&inner)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn purposes<'a>(rule: &Node<'a>) -> Result<Vec<&'a str>, FhirError> {
    let mut purposes = Vec::new();
    for purpose in rule.list("purpose")? {
        purposes.extend(purpose.text("code")?);
    }
    Ok(purposes)
}

fn end(rule: &Node<'_>) -> Result<Option<PartialDate>, FhirError> {
    rule.object("period")?.map_or(Ok(None), |period| period.day("end"))
}

fn is_over(document: &Document<'_>, end: Option<PartialDate>) -> bool {
    end.is_some_and(|end| end.earliest() < document.day().earliest())
}

/// Who agreed, when it was not the patient.
fn by<'a>(document: &Document<'a>, resource: &Resource<'a>) -> Result<Option<String>, FhirError> {
    for performer in resource.node.list("performer")? {
        match document.follow_at(resource, &performer)? {
            Some(Target::Words(words)) => return Ok(Some(words.to_owned())),
            Some(Target::Resource(found)) if found.kind == "RelatedPerson" => {
                return Ok(relation(&found.node)?.or(name::person(&found.node)?));
            }
            _ => {}
        }
    }
    Ok(None)
}
