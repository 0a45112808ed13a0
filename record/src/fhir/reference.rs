//! References: by `fullUrl`, relative, `urn:uuid:`, `urn:oid:`, contained, by number, and conditional.
//!
//! Hard ones refuse the document when they lead nowhere: whom an item is about, what a section lists, which medicine is
//! meant. Soft ones (who wrote it, where) leave a remark and stay unknown.

use super::bundle::{Document, Resource};
use super::index::{Hit, Index};
use super::{FhirError, READ, Reason, node::Node, whose};

/// What a `Reference` leads to.
pub(super) enum Target<'a> {
    /// A resource of this document.
    Resource(Resource<'a>),
    /// Words only: a display.
    Words(&'a str),
}

/// The result of looking for it.
pub(super) enum Found<'a> {
    /// A resource of this document.
    Resource(Resource<'a>),
    /// More than one resource answers to it.
    Several,
    /// It asks for something that is not here.
    Nowhere,
    /// It asks for nothing: a display alone, or not even that.
    NotAsked,
}

impl FhirError {
    /// A reference that nothing answers to.
    pub(super) fn dangling(reference: &Node<'_>) -> Self {
        let address = reference.text_if("reference").unwrap_or_default();
        Self::Dangling { path: reference.path().to_owned(), target: known_kind(address) }
    }

    /// A reference that more than one resource answers to.
    pub(super) fn ambiguous(reference: &Node<'_>) -> Self {
        Self::at(reference.path(), "more than one resource of this document answers to it")
    }
}

impl<'a> Document<'a> {
    /// Follows the reference under `key` of a resource, softly.
    pub(super) fn follow(&self, from: &Resource<'a>, key: &str) -> Result<Option<Target<'a>>, FhirError> {
        from.node.object(key)?.map_or(Ok(None), |reference| self.follow_at(from, &reference))
    }

    /// Follows a `Reference` object that stands somewhere in `from`, softly.
    pub(super) fn follow_at(&self, from: &Resource<'a>, at: &Node<'a>) -> Result<Option<Target<'a>>, FhirError> {
        let display = at.text("display")?.map(Target::Words);
        Ok(match look(&self.index, from, at)? {
            Found::Resource(found) => Some(Target::Resource(found)),
            Found::NotAsked => display,
            Found::Nowhere | Found::Several => {
                if display.is_none() {
                    self.remark(at.path(), Reason::LeadsNowhere);
                }
                display
            }
        })
    }

    /// Follows the reference under `key`, hard; its display stands in for what is not there.
    pub(super) fn follow_or_refuse(&self, from: &Resource<'a>, key: &str) -> Result<Option<Target<'a>>, FhirError> {
        let Some(reference) = from.node.object(key)? else { return Ok(None) };
        let display = reference.text("display")?.map(Target::Words);
        match look(&self.index, from, &reference)? {
            Found::Resource(found) => Ok(Some(Target::Resource(found))),
            Found::NotAsked => Ok(display),
            Found::Nowhere => display.map(Some).ok_or_else(|| FhirError::dangling(&reference)),
            Found::Several => Err(FhirError::ambiguous(&reference)),
        }
    }

    /// The resource that a section lists. One that is missing would make a part of the record look whole.
    pub(super) fn listed(&self, from: &Resource<'a>, entry: &Node<'a>) -> Result<Option<Resource<'a>>, FhirError> {
        match look(&self.index, from, entry)? {
            Found::Resource(found) => Ok(Some(found)),
            Found::Nowhere if asks_for_what_is_not_read(entry) => {
                self.remark(entry.path(), Reason::LeadsNowhere);
                Ok(None)
            }
            Found::Nowhere => Err(FhirError::dangling(entry)),
            Found::Several => Err(FhirError::ambiguous(entry)),
            Found::NotAsked => Ok(None),
        }
    }

    /// Refuses a resource that is about somebody else: another person's allergy must never be shown.
    pub(super) fn check_patient(&self, resource: &Resource<'a>, key: &'static str) -> Result<(), FhirError> {
        let Some(reference) = resource.node.object(key)? else { return Ok(()) };
        if reference.text("type")?.is_some_and(|kind| kind != "Patient" && !kind.ends_with("/Patient")) {
            return Err(resource.node.wrong(key, "expected a reference to a Patient"));
        }
        let ours = match look(&self.index, resource, &reference)? {
            Found::Resource(subject) if !self.is_family_number(&reference)? => self.is_patient(&subject)?,
            Found::NotAsked => true,
            Found::Resource(_) => false,
            _ if self.is_family_number(&reference)? => false,
            _ if self.is_patients_number(&reference)? => true,
            // All Patients of a document are one person.
            Found::Several if asks_for_patient(&reference) => true,
            Found::Several => return Err(FhirError::ambiguous(&reference)),
            Found::Nowhere if reference.has("reference") => return Err(FhirError::dangling(&reference)),
            Found::Nowhere => false,
        };
        if ours { Ok(()) } else { Err(resource.node.wrong(key, "not this document's patient")) }
    }

    /// Refuses a document whose Compositions, or Patients contained in what names no subject, are about somebody else.
    pub(super) fn check_people(&self) -> Result<(), FhirError> {
        for resource in &self.resources {
            if resource.kind == "Composition" {
                self.check_patient(resource, "subject")?;
            }
            if resource.node.has("subject") || resource.node.has("patient") {
                continue;
            }
            for node in resource.node.list_if("contained") {
                let inner = Resource { kind: "Patient", node, ..resource.clone() };
                if inner.node.text_if("resourceType") == Some("Patient") && !self.is_patient(&inner)? {
                    return Err(FhirError::at(inner.node.path(), "a second Patient; one document is about one person"));
                }
            }
        }
        Ok(())
    }

    /// An insurance number with the name of somebody else: it is the number of a family.
    fn is_family_number(&self, reference: &Node<'a>) -> Result<bool, FhirError> {
        let Some(asked) = reference.object("identifier")?.filter(|_| !reference.has("reference")) else {
            return Ok(false);
        };
        let insurance = asked.text("system")?.is_none_or(|system| system.ends_with(INSURANCE));
        Ok(insurance && asked.has("value") && !whose::is_named(&self.patient.node, reference.text("display")?)?)
    }

    /// The document's own Patient, another entry of the same person (one that is not was refused), or a contained copy
    /// (JP-CLINS sends each item with one).
    fn is_patient(&self, subject: &Resource<'a>) -> Result<bool, FhirError> {
        let ours = &self.patient;
        if subject.node.is(&ours.node) {
            return Ok(true);
        }
        let copy = subject.is_contained() || ours.is_contained();
        Ok(subject.kind == "Patient" && (!copy || whose::is_same_person(&subject.node, &ours.node)?))
    }

    /// A reference by `identifier` alone, against the patient's own numbers; without a system, by the value.
    fn is_patients_number(&self, reference: &Node<'a>) -> Result<bool, FhirError> {
        let Some(asked) = reference.object("identifier")? else { return Ok(false) };
        let (system, value) = (asked.text("system")?, asked.text("value")?);
        let ours = whose::numbers(&self.patient.node)?;
        Ok(ours
            .iter()
            .any(|(known, number)| Some(*number) == value && system.is_none_or(|system| is_same_system(system, known))))
    }
}

const INSURANCE: &str = "/JP_Insurance_memberID";

/// JP-CLINS has written the system of the insurance number in more than one way.
fn is_same_system(one: &str, other: &str) -> bool {
    one == other || (one.ends_with(INSURANCE) && other.ends_with(INSURANCE))
}

/// True for a visit, an insurance and the like, by the type that the reference names: nothing of it would be read.
fn asks_for_what_is_not_read(reference: &Node<'_>) -> bool {
    let address = reference.text_if("reference").unwrap_or_default();
    let by_address = address.split_once('/').map(|(kind, _)| kind).filter(|_| !address.contains(':'));
    let kind = reference.text_if("type").or(by_address);
    // What gathers others may hold what is read.
    let gathers = matches!(kind, Some("List" | "Group" | "Bundle"));
    !gathers && kind.is_some_and(|kind| !READ.contains(&kind) && kind.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// True for `Patient/id`.
pub(super) fn asks_for_patient(reference: &Node<'_>) -> bool {
    reference.text_if("reference").is_some_and(|address| address.starts_with("Patient/"))
}

/// Looks for what a `Reference` asks for.
pub(super) fn look<'a>(index: &Index<'a>, from: &Resource<'a>, reference: &Node<'a>) -> Result<Found<'a>, FhirError> {
    let Some(address) = reference.text("reference")? else { return by_number(index, reference) };
    if let Some(id) = address.strip_prefix('#') {
        return Ok(index.contained(&from.holder, id).map_or(Found::Nowhere, Found::Resource));
    }
    let address = address.split("/_history/").next().unwrap_or(address);
    if let Some(found) = index.by_url(address) {
        return Ok(Found::Resource(found));
    }
    if let Some(id) = address.strip_prefix("urn:uuid:").or(address.strip_prefix("urn:oid:")) {
        return Ok(index.by_bare_id(id).into());
    }
    Ok(match address.split_once('?') {
        Some((kind, query)) if !kind.contains('/') => conditional(index, kind, query),
        Some(_) => Found::Nowhere,
        None if address.contains("://") => absolute(index, address),
        None => relative(index, from, address),
    })
}

/// A logical reference: the number of somebody or something, perhaps of one that is here.
fn by_number<'a>(index: &Index<'a>, reference: &Node<'a>) -> Result<Found<'a>, FhirError> {
    let Some(asked) = reference.object("identifier")? else { return Ok(Found::NotAsked) };
    let Some(value) = asked.text("value")? else { return Ok(Found::NotAsked) };
    let system = asked.text("system")?.unwrap_or_default();
    Ok(index.by_number(reference.text("type")?, system, value).into())
}

/// `Practitioner?identifier=system|value`, as transactions have it.
fn conditional<'a>(index: &Index<'a>, kind: &str, query: &str) -> Found<'a> {
    let Some(token) = query.strip_prefix("identifier=").filter(|token| !token.contains('&')) else {
        return Found::Nowhere;
    };
    let token = token.replace("%7C", "|").replace("%7c", "|").replace("%3A", ":").replace("%2F", "/");
    let (system, value) = token.split_once('|').unwrap_or(("", &token));
    index.by_number(Some(kind), system, value).into()
}

/// An address that no entry has as its own: only resources without any address can be meant, all on one server.
fn absolute<'a>(index: &Index<'a>, address: &'a str) -> Found<'a> {
    let Some((base, kind, id)) = parts(address) else { return Found::Nowhere };
    match index.by_id(kind, id) {
        Hit::One(found) if found.full_url.is_none() && index.is_our_server(base) => Found::Resource(found),
        _ => Found::Nowhere,
    }
}

/// `Type/id` beside the referrer's own base, else anywhere but on another server.
fn relative<'a>(index: &Index<'a>, from: &Resource<'a>, address: &'a str) -> Found<'a> {
    let base = from.full_url.and_then(parts).map(|(base, _, _)| base);
    if let Some(found) = base.and_then(|base| index.by_url(&format!("{base}/{address}"))) {
        return Found::Resource(found);
    }
    let Some((kind, id)) = address.split_once('/') else { return Found::Nowhere };
    match index.by_id(kind, id) {
        Hit::One(found) => {
            let theirs = found.full_url.and_then(parts).map(|(base, _, _)| base);
            let elsewhere = base.is_some() && theirs.is_some() && base != theirs;
            if elsewhere { Found::Nowhere } else { Found::Resource(found) }
        }
        other => other.into(),
    }
}

/// Server, kind and id of an absolute address.
fn parts(url: &str) -> Option<(&str, &str, &str)> {
    let (before, id) = url.rsplit_once('/')?;
    let (base, kind) = before.rsplit_once('/')?;
    base.contains("://").then_some((base, kind, id))
}

impl<'a> From<Hit<'a>> for Found<'a> {
    fn from(hit: Hit<'a>) -> Self {
        match hit {
            Hit::One(resource) => Self::Resource(resource),
            Hit::Several => Self::Several,
            Hit::Nothing => Self::Nowhere,
        }
    }
}

/// Only names from this list reach a message; an address may hold a patient's number.
fn known_kind(address: &str) -> &'static str {
    const KINDS: [&str; 12] = [
        "Patient",
        "PractitionerRole",
        "Practitioner",
        "Organization",
        "Medication",
        "Device",
        "RelatedPerson",
        "AllergyIntolerance",
        "Condition",
        "Observation",
        "Location",
        "MedicationRequest",
    ];
    if address.starts_with('#') {
        return "contained";
    }
    let asks = |kind: &&str| address.strip_prefix(*kind).is_some_and(|rest| rest.starts_with(['/', '?']));
    KINDS.into_iter().find(asks).unwrap_or("resource")
}
