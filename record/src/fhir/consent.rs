//! Consent to viewing in an emergency: given, withdrawn, or not recorded.

use super::bundle::{Document, Resource};
use super::contact::relation;
use super::directive::is_directive;
use super::origin::first_day;
use super::reference::Target;
use super::{FhirError, Reason, name, node::Node, value};
use crate::model::{Consent, PartialDate};

/// Purposes that cover a crew at the scene. A permit for something else (research, administration) is not this consent.
const EMERGENCY: [&str; 3] = ["ETREAT", "TREAT", "BTG"];

/// Purposes that surely do not touch a crew, also not where they are denied.
const ELSEWHERE: [&str; 8] = ["HRESCH", "CLINTRCH", "BIORCH", "HMARKT", "HPAYMT", "RECORDMGT", "METAMGT", "HTEST"];

/// A consent with the date that it is compared by.
type Dated = (Option<PartialDate>, Consent);

/// The newest statement counts; of two with the same date, the withdrawal.
pub(super) fn read(document: &Document<'_>) -> Result<Consent, FhirError> {
    let mut newest: Option<Dated> = None;
    for resource in document.all("Consent") {
        if is_directive(document, resource)? && !speaks_of_viewing(document, resource)? {
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

/// A refusal of viewing stays one, whatever else its words speak of (「蘇生時も閲覧拒否」).
fn speaks_of_viewing(document: &Document<'_>, resource: &Resource<'_>) -> Result<bool, FhirError> {
    let node = &resource.node;
    let privacy = value::status_in(node, "scope")? == Some("patient-privacy");
    Ok(privacy && refuses(document, node, node.object("provision")?.as_ref())?)
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
    let scope = value::status_in(node, "scope")?;
    let rule = node.object("provision")?;
    let purposes = rule.as_ref().map_or(Ok(Vec::new()), purposes)?;
    let end = rule.as_ref().map_or(Ok(None), end)?;
    let on = first_day(node, &["dateTime"])?;
    let elsewhere = !purposes.is_empty() && purposes.iter().all(|purpose| ELSEWHERE.contains(purpose));
    if matches!(scope, Some("research" | "adr")) || elsewhere {
        return leave_out(Reason::NotInSummary);
    }
    let ours = scope.is_none_or(|scope| scope == "patient-privacy") && covers_emergency(&purposes);
    let refused = refuses(document, node, rule.as_ref())?;
    match (status, refused) {
        (Some("inactive" | "rejected"), _) if ours || refused => Ok(Some(inactive(document, on, end))),
        (Some("active"), true) => Ok(Some((on, Consent::Withdrawn { on }))),
        _ if !ours => leave_out(Reason::NotInSummary),
        (Some("active"), false) if rule.as_ref().map_or(Ok(true), |rule| permits_crew(document, rule))? => {
            Ok(Some((on, Consent::Given { on, by: by(document, resource)? })))
        }
        _ => leave_out(Reason::NotInForce),
    }
}

/// Whether it denies as a whole, by an opt-out or by its rule without an exception for a crew, or by a rule inside a permit
/// that denies to a crew.
fn refuses(document: &Document<'_>, node: &Node<'_>, rule: Option<&Node<'_>>) -> Result<bool, FhirError> {
    let policy = value::coded_in(node, "policyRule")?;
    let opted_out = policy.is_some_and(|policy| policy.codings.iter().any(|coding| coding.code.starts_with("OPTOUT")));
    let Some(rule) = rule else { return Ok(opted_out) };
    let kind = rule.text("type")?;
    let permits = kind == Some("permit");
    if kind == Some("deny") || (opted_out && !permits) {
        return Ok(!permits_emergency(document, rule)?);
    }
    for inner in rule.list("provision")? {
        let purposes = purposes(&inner)?;
        let narrowed = ["actor", "class", "code", "data", "securityLabel"].iter().any(|key| inner.has(key));
        let crew = (covers_emergency(&purposes) && !(purposes.is_empty() && narrowed)) || names_a_crew(&inner)?;
        if inner.text("type")? == Some("deny") && crew && !is_over(document, self::end(&inner)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A rule without a purpose is about every purpose.
fn covers_emergency(purposes: &[&str]) -> bool {
    purposes.is_empty() || purposes.iter().any(|purpose| EMERGENCY.contains(purpose))
}

/// An actor 「救急隊」.
fn names_a_crew(rule: &Node<'_>) -> Result<bool, FhirError> {
    for actor in rule.list("actor")? {
        let role = value::coded_in(&actor, "role")?.is_some_and(|role| role.text.contains("救急"));
        let named = actor.object("reference")?.map_or(Ok(None), |reference| reference.text("display"))?;
        if role || named.is_some_and(|name| name.contains("救急")) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a permit is for everybody who treats (or for a crew by name), and in force on the day of the document.
fn permits_crew(document: &Document<'_>, rule: &Node<'_>) -> Result<bool, FhirError> {
    let anybody = rule.list("actor")?.is_empty() || names_a_crew(rule)?;
    Ok(anybody && has_begun(document, rule)? && !is_over(document, end(rule)?))
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
        if emergency && inner.text("type")? == Some("permit") && permits_crew(document, &inner)? {
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

/// A period that begins after the day of the document has not.
fn has_begun(document: &Document<'_>, rule: &Node<'_>) -> Result<bool, FhirError> {
    let start = rule.object("period")?.map_or(Ok(None), |period| period.day("start"))?;
    Ok(start.is_none_or(|start| start.earliest() <= document.day().earliest()))
}

fn is_over(document: &Document<'_>, end: Option<PartialDate>) -> bool {
    end.is_some_and(|end| end.earliest() < document.day().earliest())
}

/// Who agreed, when it was not the patient.
fn by<'a>(document: &Document<'a>, resource: &Resource<'a>) -> Result<Option<String>, FhirError> {
    for performer in resource.node.list("performer")? {
        match document.follow_at(resource, &performer)? {
            Some(Target::Words(words)) => return Ok(Some(value::plain(words))),
            Some(Target::Resource(found)) if found.kind == "RelatedPerson" => {
                return Ok(relation(&found.node)?.or(name::person(&found.node)?));
            }
            _ => {}
        }
    }
    Ok(None)
}
