//! Consent to viewing in an emergency: given, withdrawn, or not recorded.

use super::bundle::{Document, Resource};
use super::contact::relation;
use super::directive::is_directive;
use super::origin::first_day;
use super::reference::Target;
use super::{FhirError, Reason, name, value};
use crate::model::{Consent, PartialDate};

/// Purposes that cover a crew at the scene; a consent for something else (research) is not this consent.
const PURPOSES: [&str; 5] = ["ETREAT", "TREAT", "BTG", "HSYSADMIN", "CAREMGT"];

/// The newest statement counts; of two with the same date, the withdrawal.
pub(super) fn read(document: &Document<'_>) -> Result<Consent, FhirError> {
    let mut newest: Option<(Option<PartialDate>, bool, Consent)> = None;
    for resource in document.all("Consent") {
        if is_directive(resource)? {
            continue;
        }
        let Some(consent) = one(document, resource)? else { continue };
        let candidate = match &consent {
            Consent::Withdrawn { on } => (*on, true, consent),
            Consent::Given { on, .. } => (*on, false, consent),
            Consent::NotRecorded => continue,
        };
        // A withdrawal without a date cannot be older than anything.
        let rank =
            |(on, withdrawn, _): &(Option<PartialDate>, bool, Consent)| (on.is_none() && *withdrawn, *on, *withdrawn);
        if newest.as_ref().is_none_or(|best| rank(&candidate) > rank(best)) {
            newest = Some(candidate);
        }
    }
    Ok(newest.map_or(Consent::NotRecorded, |(_, _, consent)| consent))
}

fn one(document: &Document<'_>, resource: &Resource<'_>) -> Result<Option<Consent>, FhirError> {
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
    let provision = node.object("provision")?;
    let mut purposes = Vec::new();
    for purpose in provision.as_ref().map_or(Ok(Vec::new()), |provision| provision.list("purpose"))? {
        purposes.extend(purpose.text("code")?);
    }
    if !purposes.is_empty() && !purposes.iter().any(|purpose| PURPOSES.contains(purpose)) {
        return leave_out(Reason::NotInSummary);
    }
    let kind = provision.as_ref().map_or(Ok(None), |provision| provision.text("type"))?;
    let period = provision.map_or(Ok(None), |provision| provision.object("period"))?;
    let end = period.map_or(Ok(None), |period| period.day("end"))?;
    let on = first_day(node, &["dateTime"])?;
    let ended = end.is_some_and(|end| end.earliest() < document.day().earliest());
    match (status, kind) {
        (Some("inactive" | "rejected"), _) => Ok(Some(Consent::Withdrawn { on: end.or(on) })),
        (Some("active"), Some("deny")) => Ok(Some(Consent::Withdrawn { on })),
        (Some("active"), Some("permit") | None) if ended => leave_out(Reason::NotInForce),
        (Some("active"), Some("permit") | None) => Ok(Some(Consent::Given { on, by: by(document, resource)? })),
        _ => leave_out(Reason::NotInForce),
    }
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
