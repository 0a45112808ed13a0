//! Several documents of one resident become one summary.
//!
//! Pure: no clock, and the order in which the documents are given does not matter. The rules, in short:
//!
//! - The newest statement about a thing leads; every older one stays in its `origin.also`, with what it says otherwise.
//! - What could hurt when it was overruled in silence is shown side by side instead ([`item::Item::replaces`]): two
//!   prescribers' doses, two shunt arms, a positive result under a newer negative one.
//! - "None" is taken only when nothing and nobody speaks against it, else it stands in [`Summary::disputed`].
//! - An item leaves only when the facility that stated it takes it back in a later document, and an old laboratory value
//!   when two newer ones are there; both with a [`MergeRemark`].

mod allergy;
mod block;
mod care;
mod condition;
mod consent;
mod denial;
mod device;
mod documents;
mod engine;
mod findings;
mod identity;
mod index;
mod item;
mod medicine;
mod person;
mod remark;
mod spelling;
mod state;

pub use remark::{Difference, MergeError, MergeReason, MergeRemark};

use self::documents::Documents;
use crate::fhir::Reading;
use crate::model::{Subject, Summary};
use crate::photo::Photo;

/// One resident's documents in one summary.
#[derive(Debug)]
pub struct Merged {
    /// What the crew may see.
    pub summary: Summary,
    /// The face, from the newest document that has one.
    pub photo: Option<Photo>,
    /// What of which document is not in the summary, or stands there otherwise.
    pub remarks: Vec<MergeRemark>,
}

/// Merges the documents of one resident, given in any order. One document alone stays as it is, but for what it itself
/// refutes, and for a line about something that another of its lines marks as not told to the patient. What the reader left out stays in [`Reading::remarks`]: take that before.
///
/// # Errors
///
/// No documents at all, or two that are not about the same person, or that nothing shows to be.
pub fn merge(readings: Vec<Reading>) -> Result<Merged, MergeError> {
    person::check(&readings)?;
    let photo = newest_photo(&readings);
    let mut documents = Documents::newest_first(readings);
    let Some(newest) = documents.newest() else { return Err(MergeError::NoDocuments) };
    let (as_of, source) = (newest.as_of, newest.source.clone());
    let mut summary = Summary::nothing_recorded(identity::merged(&mut documents), as_of);
    summary.source = source;
    summary.contraindications = documents.block(Subject::Contraindications, |one| &mut one.contraindications);
    summary.allergies = allergy::merged(&mut documents, &summary.contraindications);
    summary.medicines = documents.block(Subject::Medicines, |one| &mut one.medicines);
    summary.conditions = documents.block(Subject::Conditions, |one| &mut one.conditions);
    summary.procedures = documents.block(Subject::Procedures, |one| &mut one.procedures);
    summary.devices = documents.block(Subject::Devices, |one| &mut one.devices);
    summary.infections = documents.block(Subject::Infections, |one| &mut one.infections);
    summary.labs = documents.block(Subject::Labs, |one| &mut one.labs);
    summary.pregnancy = documents.block(Subject::Pregnancy, |one| &mut one.pregnancy);
    summary.dialysis = documents.block(Subject::Dialysis, |one| &mut one.dialysis);
    summary.baseline = documents.block(Subject::Baseline, |one| &mut one.baseline);
    summary.communication = documents.block(Subject::Communication, |one| &mut one.communication);
    summary.directives = documents.block(Subject::Directives, |one| &mut one.directives);
    summary.doctors = documents.block(Subject::Doctors, |one| &mut one.doctors);
    summary.contacts = documents.block(Subject::Contacts, |one| &mut one.contacts);
    summary.consent = consent::merged(&mut documents);
    summary.unlisted = documents.unlisted.iter().copied().collect();
    let (disputed, remarks) = documents.into_notes();
    summary.disputed = disputed;
    Ok(Merged { summary, photo, remarks })
}

/// Of two documents of the same second the picture itself decides, so that the order in which they came never does.
fn newest_photo(readings: &[Reading]) -> Option<Photo> {
    let with_photo = readings.iter().filter_map(|reading| Some((reading.summary.as_of, reading.photo.as_ref()?)));
    with_photo.max_by_key(|(as_of, photo)| (*as_of, photo.jpeg())).map(|(_, photo)| photo.clone())
}
