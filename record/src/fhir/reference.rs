//! References: by fullUrl, relative, `urn:uuid`, and contained.

use super::bundle::{Document, Resource};
use super::{FhirError, name, node::Node};

/// What a `Reference` leads to.
pub(super) enum Target<'a> {
    /// A resource of this Bundle.
    Resource(Resource<'a>),
    /// Words only: a display, or an address outside the Bundle that has a display.
    Words(&'a str),
}

impl<'a> Document<'a> {
    /// Follows the reference under `key` of a resource.
    pub(super) fn follow(&self, from: &Resource<'a>, key: &str) -> Result<Option<Target<'a>>, FhirError> {
        let Some(reference) = from.node.object(key)? else { return Ok(None) };
        follow(&self.resources, from, &reference)
    }

    /// Follows a `Reference` object that stands somewhere in `from`.
    pub(super) fn follow_at(&self, from: &Resource<'a>, at: &Node<'a>) -> Result<Option<Target<'a>>, FhirError> {
        follow(&self.resources, from, at)
    }

    /// Refuses a resource that is about somebody else: another person's allergy must never be shown.
    pub(super) fn check_patient(&self, resource: &Resource<'a>, key: &'static str) -> Result<(), FhirError> {
        match target_in(&self.resources, resource, key)? {
            Some(subject) if !self.is_patient(&subject)? => {
                Err(resource.node.wrong(key, "not this document's patient"))
            }
            _ => Ok(()),
        }
    }

    /// The document's own Patient, or a contained copy of it (JP-CLINS sends each item with one).
    fn is_patient(&self, subject: &Resource<'a>) -> Result<bool, FhirError> {
        let ours = &self.patient;
        if subject.node.is(&ours.node) {
            return Ok(true);
        }
        Ok(subject.kind == "Patient" && subject.is_contained() && same_person(&subject.node, &ours.node)?)
    }
}

/// The same number in some system; without one to compare, the same name and the same whole birth date.
fn same_person(one: &Node<'_>, other: &Node<'_>) -> Result<bool, FhirError> {
    let mut comparable = false;
    for identifier in one.list("identifier")? {
        for known in other.list("identifier")? {
            let system = identifier.text("system")?;
            if system.is_some() && system == known.text("system")? {
                comparable = true;
                if identifier.text("value")? == known.text("value")? {
                    return Ok(true);
                }
            }
        }
    }
    if comparable {
        return Ok(false);
    }
    let birth = one.date("birthDate")?;
    let whole = birth.is_some_and(|date| date.day().is_some());
    Ok(whole && birth == other.date("birthDate")? && name::person(one)? == name::person(other)?)
}

/// The resource that the reference under `key` leads to.
pub(super) fn target_in<'a>(
    all: &[Resource<'a>],
    from: &Resource<'a>,
    key: &str,
) -> Result<Option<Resource<'a>>, FhirError> {
    let Some(reference) = from.node.object(key)? else { return Ok(None) };
    match follow(all, from, &reference)? {
        Some(Target::Resource(resource)) => Ok(Some(resource)),
        // A subject that is not in the Bundle cannot be compared with the Patient that is.
        Some(Target::Words(_)) if reference.has("reference") => Err(dangling(&reference, "resource")),
        _ => Ok(None),
    }
}

fn follow<'a>(
    all: &[Resource<'a>],
    from: &Resource<'a>,
    reference: &Node<'a>,
) -> Result<Option<Target<'a>>, FhirError> {
    let display = reference.text("display")?;
    let Some(address) = reference.text("reference")? else { return Ok(display.map(Target::Words)) };
    if let Some(id) = address.strip_prefix('#') {
        let found = contained(from, id)?.ok_or_else(|| dangling(reference, "contained"))?;
        return Ok(Some(Target::Resource(found)));
    }
    let address = address.split("/_history/").next().unwrap_or(address);
    if let Some(found) = all.iter().find(|resource| resource.full_url == Some(address)) {
        return Ok(Some(Target::Resource(found.clone())));
    }
    if let Some(found) = by_id(all, from, address, reference)? {
        return Ok(Some(Target::Resource(found)));
    }
    let outside = address.starts_with("http://") || address.starts_with("https://");
    match display.filter(|_| outside) {
        Some(words) => Ok(Some(Target::Words(words))),
        None => Err(dangling(reference, known_kind(address))),
    }
}

fn contained<'a>(from: &Resource<'a>, id: &str) -> Result<Option<Resource<'a>>, FhirError> {
    for node in from.holder.list("contained")? {
        if node.text("id")? == Some(id) {
            let kind = node.text("resourceType")?.ok_or_else(|| node.wrong("resourceType", "missing"))?;
            return Ok(Some(Resource { kind, node, holder: from.holder.clone(), full_url: None }));
        }
    }
    Ok(None)
}

/// `Type/id` beside the referrer's own base, else anywhere in the Bundle; `urn:uuid:` by id.
fn by_id<'a>(
    all: &[Resource<'a>],
    from: &Resource<'a>,
    address: &str,
    reference: &Node<'a>,
) -> Result<Option<Resource<'a>>, FhirError> {
    let (kind, id) = match address.strip_prefix("urn:uuid:") {
        Some(id) => (None, id),
        None => match address.split_once('/') {
            Some((kind, id)) if !address.contains(':') => (Some(kind), id),
            _ => return Ok(None),
        },
    };
    let base = from.full_url.and_then(|url| url.rsplitn(3, '/').nth(2));
    let beside = base.map(|base| format!("{base}/{address}"));
    if let Some(found) = all.iter().find(|resource| beside.is_some() && resource.full_url == beside.as_deref()) {
        return Ok(Some(found.clone()));
    }
    let mut found = None;
    for resource in all.iter().filter(|resource| kind.is_none_or(|kind| kind == resource.kind)) {
        if resource.node.text("id")? == Some(id) && found.replace(resource).is_some() {
            return Err(FhirError::at(reference.path(), "more than one resource of this Bundle answers to it"));
        }
    }
    Ok(found.cloned())
}

fn dangling(reference: &Node<'_>, target: &'static str) -> FhirError {
    FhirError::Dangling { path: reference.path().to_owned(), target }
}

/// The first Patient contained in a resource, for a Bundle that has none of its own.
pub(super) fn contained_patient<'a>(all: &[Resource<'a>]) -> Result<Option<Resource<'a>>, FhirError> {
    for resource in all {
        for node in resource.node.list("contained")? {
            if node.text("resourceType")? == Some("Patient") {
                return Ok(Some(Resource { kind: "Patient", node, holder: resource.node.clone(), full_url: None }));
            }
        }
    }
    Ok(None)
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
    KINDS.into_iter().find(|kind| address.starts_with(&format!("{kind}/"))).unwrap_or("resource")
}
