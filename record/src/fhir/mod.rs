//! FHIR R4 in and out. In: one document becomes one summary, or one error and nothing else.
//!
//! A Bundle (`document`, `collection`, `transaction`, `batch`, `searchset`) or NDJSON of JP Core, JP-CLINS or IPS
//! resources is read into the emergency subset; what has no place there is left out with a [`Remark`]. References
//! resolve by `fullUrl`, `Type/id`, `urn:uuid:`, number and contained `#id`. No message and no remark quotes a value of
//! the document.
//!
//! "None" comes only from an explicit statement: see `absence`, the one place that makes it.

mod absence;
mod allergy;
pub mod audit;
mod baseline;
mod blood;
mod bundle;
mod card;
mod checkup;
mod clean;
mod communication;
mod condition;
mod consent;
mod contact;
mod denial;
mod device;
mod directive;
mod doctor;
mod dosage;
mod entries;
mod error;
mod index;
mod jlac;
mod json;
mod lines;
mod medicine;
mod name;
mod narrative;
mod newest;
mod node;
mod observation;
mod origin;
mod outcome;
mod own;
mod own_findings;
mod panel;
mod patient;
mod photo;
mod place;
mod procedure;
mod product;
mod reference;
mod repeats;
mod supply;
mod topic;
mod unit;
mod usage;
mod usage_code;
mod value;
mod whole;
mod whose;
mod write;
mod written;

pub use error::{FhirError, Reason, Remark};
pub use write::{NotWritten, write_chosen, write_document};

use self::bundle::{Document, Resource};
use self::lines::Content;
use crate::model::{Block, Coded, Origin, Subject, Summary, redacted};
use crate::photo::Photo;

/// Bytes of the largest document that is read. No patient document is larger; attachments belong elsewhere.
pub const LARGEST: usize = 64 * 1024 * 1024;

/// Stands for the words of an item that nothing names; two of these need not be the same thing.
pub(crate) const UNNAMED: &str = "(名称の記載なし)";

/// Kinds of resources that are read, or that others refer to.
const READ: [&str; 22] = [
    "AllergyIntolerance",
    "CareTeam",
    "Composition",
    "Condition",
    "Consent",
    "Device",
    "DeviceUseStatement",
    "DocumentReference",
    "Flag",
    "Location",
    "Medication",
    "MedicationDispense",
    "MedicationRequest",
    "MedicationStatement",
    "Observation",
    "Organization",
    "Patient",
    "Practitioner",
    "PractitionerRole",
    "Procedure",
    "RelatedPerson",
    "Substance",
];

/// A document that was taken in.
pub struct Reading {
    /// What the crew may see.
    pub summary: Summary,
    /// The face, to compare in the identity check.
    pub photo: Option<Photo>,
    /// What it says is *not* so, for items that other documents may state.
    pub denials: Vec<Denial>,
    /// What was left out or taken differently, in no particular order.
    pub remarks: Vec<Remark>,
}

/// A statement that an item is not so. Alone it says nothing; beside another document that states the item it counts.
#[derive(Clone, PartialEq, Eq)]
pub struct Denial {
    /// The block that the item would be in.
    pub subject: Subject,
    /// The item's words and codes.
    pub name: Coded,
    /// Refuted, or written by mistake.
    pub kind: DenialKind,
    /// Who denied it, and when.
    pub origin: Origin,
}

/// How an item is denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DenialKind {
    /// `refuted`: looked into and found not to be so.
    Refuted,
    /// `entered-in-error`: its sender takes it back.
    Mistake,
}

redacted!(Denial);

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").field("summary", &self.summary).field("remarks", &self.remarks.len()).finish()
    }
}

/// Reads one FHIR R4 Bundle in JSON, or NDJSON with one resource in each line, about one patient. All or nothing.
///
/// # Errors
///
/// The first thing that is wrong, with its path (`entry[3].resource.birthDate`, `line[3].birthDate`): not JSON, not a
/// Bundle, more than any document holds, a value of the wrong shape, a reference to nothing, a second patient.
pub fn read_document(json: &[u8]) -> Result<Reading, FhirError> {
    if json.len() > LARGEST {
        return Err(FhirError::TooLarge { bytes: json.len(), limit: LARGEST });
    }
    let content = Content::parse(json)?;
    let mut document = Document::open(&content)?;
    document.check_people()?;
    document.check_sections()?;
    document.find_roles()?;
    let mut summary = summary(&document)?;
    narrative::veil(&document, &mut summary)?;
    summary.unlisted = document.unlisted();
    let photo = photo::read(&document);
    document.remark_the_rest()?;
    let (denials, remarks) = document.into_notes();
    Ok(Reading { summary, photo, denials, remarks })
}

fn summary(document: &Document<'_>) -> Result<Summary, FhirError> {
    let mut identity = patient::read(document)?;
    let findings = observation::read(document)?;
    identity.blood_type = findings.blood_type;
    let mut summary = Summary::nothing_recorded(identity, document.as_of);
    summary.source = document.facility()?;
    let (allergies, mut contraindicated) = allergy::read(document)?;
    let (medicines, forbidden) = medicine::read(document, findings.medicines)?;
    contraindicated.extend(forbidden);
    summary.allergies = allergies;
    // No format has a statement that nothing is contraindicated.
    summary.contraindications = Block::from_items(contraindicated);
    summary.medicines = medicines;
    summary.conditions = condition::read(document, findings.illnesses)?;
    let (procedures, treatments) = procedure::read(document)?;
    summary.procedures = procedures;
    summary.devices = device::read(document)?;
    summary.dialysis = procedure::dialysis_block(treatments, &summary.devices);
    summary.infections = findings.infections;
    summary.labs = findings.labs;
    summary.pregnancy = findings.pregnancy;
    summary.baseline = findings.baseline;
    summary.communication = communication::read(document)?;
    summary.directives = directive::read(document)?;
    summary.doctors = doctor::read(document)?;
    summary.contacts = contact::read(document)?;
    summary.consent = consent::read(document)?;
    own::finish(document, &mut summary)?;
    Ok(summary)
}

impl<'a> Document<'a> {
    /// The words for an item; one that nothing names is kept and says so.
    fn named(&self, resource: &Resource<'a>, name: Option<Coded>) -> Coded {
        name.unwrap_or_else(|| {
            self.remark(resource.node.path(), Reason::NoName);
            Coded::from_text(UNNAMED)
        })
    }

    /// Remarks on a status that is none of the known ones; it is read as if nothing was said.
    fn know(&self, node: &node::Node<'a>, key: &str, status: Option<&str>, known: &[&str]) {
        if status.is_some_and(|status| !known.contains(&status) && status != "entered-in-error") {
            self.remark(&node.path_of(key), Reason::UnknownStatus);
        }
    }

    /// Remarks on resources that nothing reads.
    fn remark_the_rest(&self) -> Result<(), FhirError> {
        for resource in &self.resources {
            let path = resource.node.path();
            let plain_document = resource.kind == "DocumentReference" && !directive::is_directive(self, resource)?;
            if plain_document || !READ.contains(&resource.kind) {
                self.remark(path, Reason::NotInSummary);
            }
        }
        Ok(())
    }
}
