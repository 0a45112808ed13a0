//! A Bundle opened: its resources, whose document it is, and when it was written.

use std::cell::RefCell;
use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::node::{Node, day_in_japan};
use super::{Denial, FhirError, Reason, Remark};
use crate::model::PartialDate;

/// One resource of the Bundle, or one contained in it.
#[derive(Clone)]
pub(super) struct Resource<'a> {
    pub(super) kind: &'a str,
    pub(super) node: Node<'a>,
    /// The entry's resource: where `#id` is looked up.
    pub(super) holder: Node<'a>,
    pub(super) full_url: Option<&'a str>,
}

impl Resource<'_> {
    /// True for one that lives inside another.
    pub(super) fn is_contained(&self) -> bool {
        !self.node.is(&self.holder)
    }
}

/// An opened Bundle. Remarks are collected as its parts are read.
pub(super) struct Document<'a> {
    pub(super) resources: Vec<Resource<'a>>,
    pub(super) composition: Option<Resource<'a>>,
    pub(super) patient: Resource<'a>,
    /// When it was written.
    pub(super) as_of: DateTime<Utc>,
    denials: RefCell<Vec<Denial>>,
    remarks: RefCell<Vec<Remark>>,
}

impl<'a> Document<'a> {
    pub(super) fn open(value: &'a Value) -> Result<Self, FhirError> {
        let bundle = Node::root(value);
        check_kind(&bundle)?;
        let resources = resources(&bundle)?;
        let composition = resources.iter().find(|resource| resource.kind == "Composition").cloned();
        let patient = whose(&resources, composition.as_ref())?;
        let as_of = written(&bundle, composition.as_ref(), &resources)?;
        Ok(Self { resources, composition, patient, as_of, denials: RefCell::default(), remarks: RefCell::default() })
    }

    /// The resources of one kind, in the document's order.
    pub(super) fn all(&self, kind: &str) -> impl Iterator<Item = &Resource<'a>> {
        self.resources.iter().filter(move |resource| resource.kind == kind)
    }

    /// The day it was written, in Japan.
    pub(super) fn day(&self) -> PartialDate {
        day_in_japan(self.as_of)
    }

    pub(super) fn remark(&self, path: &str, reason: Reason) {
        self.remarks.borrow_mut().push(Remark { path: path.to_owned(), reason });
    }

    pub(super) fn deny(&self, denial: Denial) {
        self.denials.borrow_mut().push(denial);
    }

    pub(super) fn into_notes(self) -> (Vec<Denial>, Vec<Remark>) {
        (self.denials.into_inner(), self.remarks.into_inner())
    }
}

fn check_kind(bundle: &Node<'_>) -> Result<(), FhirError> {
    if bundle.text("resourceType")? != Some("Bundle") {
        return Err(bundle.wrong("resourceType", "expected Bundle"));
    }
    match bundle.text("type")? {
        Some("document" | "collection" | "transaction" | "batch" | "searchset") => Ok(()),
        _ => Err(bundle.wrong("type", "expected document, collection or transaction")),
    }
}

fn resources<'a>(bundle: &Node<'a>) -> Result<Vec<Resource<'a>>, FhirError> {
    let (mut all, mut urls) = (Vec::new(), HashSet::new());
    for entry in bundle.list("entry")? {
        let Some(node) = entry.object("resource")? else { continue };
        // A transaction that deletes a resource does not state it.
        let request = entry.object("request")?;
        if request.map_or(Ok(None), |request| request.text("method"))? == Some("DELETE") {
            continue;
        }
        let kind = node.text("resourceType")?.ok_or_else(|| node.wrong("resourceType", "missing"))?;
        let full_url = entry.text("fullUrl")?;
        if full_url.is_some_and(|url| !urls.insert(url)) {
            return Err(entry.wrong("fullUrl", "an earlier entry has the same"));
        }
        all.push(Resource { kind, holder: node.clone(), node, full_url });
    }
    if all.is_empty() {
        return Err(bundle.wrong("entry", "no resources"));
    }
    Ok(all)
}

/// The one patient: the composition's subject, or the only Patient.
fn whose<'a>(all: &[Resource<'a>], composition: Option<&Resource<'a>>) -> Result<Resource<'a>, FhirError> {
    if let Some(composition) = composition
        && let Some(subject) = super::reference::target_in(all, composition, "subject")?
    {
        let wrong = || composition.node.wrong("subject", "expected a reference to a Patient");
        return (subject.kind == "Patient").then_some(subject).ok_or_else(wrong);
    }
    let mut patients = all.iter().filter(|resource| resource.kind == "Patient");
    match (patients.next(), patients.next()) {
        (Some(only), None) => Ok(only.clone()),
        (None, _) => super::reference::contained_patient(all)?.ok_or_else(|| FhirError::at("entry", "no Patient")),
        (Some(_), Some(second)) => {
            Err(FhirError::at(second.node.path(), "a second Patient, and no Composition says whose document this is"))
        }
    }
}

fn written(
    bundle: &Node<'_>,
    composition: Option<&Resource<'_>>,
    all: &[Resource<'_>],
) -> Result<DateTime<Utc>, FhirError> {
    if let Some(composition) = composition
        && let Some(time) = composition.node.moment("date")?
    {
        return Ok(time);
    }
    let updated = |node: &Node<'_>| node.object("meta")?.map_or(Ok(None), |meta| meta.moment("lastUpdated"));
    if let Some(time) = bundle.moment("timestamp")?.or(updated(bundle)?) {
        return Ok(time);
    }
    let mut newest = None;
    for resource in all {
        newest = newest.max(updated(&resource.node)?);
    }
    newest.ok_or_else(|| bundle.wrong("timestamp", "missing, and nothing else says when this was written"))
}
