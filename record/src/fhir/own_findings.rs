//! Our own Observations read back. Each says which block it is of, so nothing about it is guessed, sorted or joined.

use super::bundle::{Document, Resource};
use super::observation::Findings;
use super::origin::first_day;
use super::reference::Target;
use super::{FhirError, node::Node, own, value};
use crate::model::{
    Baseline, BaselineKind, Block, BloodType, Infection, Lab, LabKind, Origin, PartialDate, Pregnancy, Subject,
};

/// What our own Observations say, in their order.
#[derive(Default)]
pub(super) struct OwnFindings {
    blood_type: Option<BloodType>,
    labs: Vec<Lab>,
    infections: Vec<Infection>,
    pregnancies: Vec<Pregnancy>,
    baseline: Vec<Baseline>,
}

impl OwnFindings {
    /// Takes an Observation that says which block it is of; false for any other, and for one that is not final.
    pub(super) fn take<'a>(&mut self, document: &Document<'a>, resource: &Resource<'a>) -> Result<bool, FhirError> {
        let node = &resource.node;
        let (Some(block), Some("final")) = (own::block(node)?, node.text("status")?) else { return Ok(false) };
        document.check_patient(resource, "subject")?;
        if block == own::DUE {
            // Its pregnancy refers to it.
            return Ok(true);
        }
        let Some(words) = words(node)? else { return Ok(false) };
        let date = first_day(node, &["effectiveDateTime"])?;
        let origin = document.origin(resource, &["performer"], &["effectiveDateTime"])?;
        match Subject::named(block) {
            Some(Subject::Labs) => self.labs.push(lab(node, words, date, origin)?),
            Some(Subject::Infections) => self.infections.extend(infection(node, words, date, origin)?),
            Some(Subject::Pregnancy) => self.pregnancies.push(pregnancy(document, resource, origin)?),
            Some(Subject::Baseline) => {
                let kind = BaselineKind::General;
                self.baseline.push(own::complete(node, Baseline { kind, text: words, origin })?);
            }
            None if block == own::BLOOD_TYPE => self.blood_type = Some(BloodType { text: words, origin }),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Puts them before what other Observations say.
    pub(super) fn add_to(self, findings: &mut Findings) {
        findings.blood_type = self.blood_type.or(findings.blood_type.take());
        put_before(self.labs, &mut findings.labs);
        put_before(self.infections, &mut findings.infections);
        put_before(self.pregnancies, &mut findings.pregnancy);
        put_before(self.baseline, &mut findings.baseline);
    }
}

fn put_before<T>(mut ours: Vec<T>, block: &mut Block<T>) {
    if ours.is_empty() {
        return;
    }
    if let Block::Known(others) = block {
        ours.append(others);
    }
    *block = Block::Known(ours);
}

/// The value in the three forms that `write` gives it.
fn words(node: &Node<'_>) -> Result<Option<String>, FhirError> {
    if let Some(quantity) = node.object("valueQuantity")? {
        return value::measure_words(&quantity);
    }
    if let Some(coded) = value::coded_in(node, "valueCodeableConcept")? {
        return Ok(Some(coded.text));
    }
    Ok(node.text("valueString")?.map(value::plain))
}

fn lab(node: &Node<'_>, value: String, date: Option<PartialDate>, origin: Origin) -> Result<Lab, FhirError> {
    // The kind itself is in the extension.
    own::complete(node, Lab { kind: LabKind::Other(String::new()), value, date, origin })
}

fn infection(
    node: &Node<'_>,
    result: String,
    date: Option<PartialDate>,
    origin: Origin,
) -> Result<Option<Infection>, FhirError> {
    let Some(name) = value::coded_in(node, "code")? else { return Ok(None) };
    // Positive unless the extension says otherwise: the safer of the two.
    own::complete(node, Infection { name: name.text, result, positive: true, date, origin }).map(Some)
}

fn pregnancy<'a>(document: &Document<'a>, resource: &Resource<'a>, origin: Origin) -> Result<Pregnancy, FhirError> {
    let mut due: Option<PartialDate> = None;
    for member in resource.node.list("hasMember")? {
        if let Some(Target::Resource(found)) = document.follow_at(resource, &member)? {
            due = due.or(first_day(&found.node, &["valueDateTime"])?);
        }
    }
    Ok(Pregnancy { due, note: value::notes(&resource.node)?, origin })
}
