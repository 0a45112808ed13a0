//! The whole emergency summary.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{
    Allergies, Allergy, Baseline, Block, Communication, Condition, Consent, Contact, Device, Dialysis, Directive,
    Disputed, Identity, Infection, Lab, Medicine, Pregnancy, PrimaryDoctor, Procedure, Unlisted, redacted,
};

/// Everything a crew may see about one resident. Wiped from memory when it is dropped.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// Who it is.
    pub identity: Identity,
    /// When the newest of its documents was written, to the second.
    #[zeroize(skip)]
    #[serde(with = "chrono::serde::ts_seconds")]
    pub as_of: DateTime<Utc>,
    /// The facility of that newest document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Allergies and intolerances.
    pub allergies: Allergies,
    /// Contraindicated drugs (薬剤禁忌).
    pub contraindications: Block<Allergy>,
    /// Medicines.
    pub medicines: Block<Medicine>,
    /// Diseases and past illnesses.
    pub conditions: Block<Condition>,
    /// Operations.
    pub procedures: Block<Procedure>,
    /// Implants and devices.
    pub devices: Block<Device>,
    /// Infection results.
    pub infections: Block<Infection>,
    /// Key laboratory values.
    pub labs: Block<Lab>,
    /// Pregnancy.
    pub pregnancy: Block<Pregnancy>,
    /// Dialysis.
    pub dialysis: Block<Dialysis>,
    /// The usual state.
    pub baseline: Block<Baseline>,
    /// Communication needs.
    pub communication: Block<Communication>,
    /// Advance directives.
    pub directives: Block<Directive>,
    /// Primary doctors.
    pub doctors: Block<PrimaryDoctor>,
    /// Whom to call.
    pub contacts: Block<Contact>,
    /// Consent to viewing in an emergency.
    pub consent: Consent,
    /// Statements of "none" against blocks in which something is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disputed: Vec<Disputed>,
    /// Blocks of which more was recorded than is listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unlisted: Vec<Unlisted>,
}

impl Summary {
    /// A summary of somebody of whom nothing is recorded: every block says so.
    pub fn nothing_recorded(identity: Identity, as_of: DateTime<Utc>) -> Self {
        Self {
            identity,
            as_of,
            source: None,
            allergies: Allergies::default(),
            contraindications: Block::NotRecorded,
            medicines: Block::NotRecorded,
            conditions: Block::NotRecorded,
            procedures: Block::NotRecorded,
            devices: Block::NotRecorded,
            infections: Block::NotRecorded,
            labs: Block::NotRecorded,
            pregnancy: Block::NotRecorded,
            dialysis: Block::NotRecorded,
            baseline: Block::NotRecorded,
            communication: Block::NotRecorded,
            directives: Block::NotRecorded,
            doctors: Block::NotRecorded,
            contacts: Block::NotRecorded,
            consent: Consent::NotRecorded,
            disputed: Vec::new(),
            unlisted: Vec::new(),
        }
    }
}

redacted!(Summary);
