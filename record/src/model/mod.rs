//! The emergency summary: what is known about one resident, by whom it was said, and what is *not* known.
//!
//! Nothing here can be printed by accident: every type that holds patient data has a redacted `Debug`.

mod allergy;
mod block;
mod care;
mod condition;
mod device;
mod findings;
mod identity;
mod lacking;
mod medicine;
mod origin;
mod stated;
mod subject;
mod summary;
mod told;

pub use allergy::{Allergies, Allergy, AllergyCategory, CategoryAbsence, Criticality, Severity, Verification};
pub use block::{Absence, Block, Unavailability};
pub use care::{Consent, Contact, Directive, PrimaryDoctor};
pub use condition::{Condition, ConditionStatus};
pub use device::{Device, DeviceKind, Procedure};
pub use findings::{
    Baseline, BaselineKind, Communication, CommunicationKind, Dialysis, Infection, Lab, LabKind, Pregnancy,
};
pub use identity::{BloodType, CommonNumber, Identity, NotACommonNumber, Sex};
pub use medicine::{Medicine, MedicineStatus};
pub use origin::{AlsoStated, Coded, Coding, Origin, PartialDate, PartialDateError};
pub use stated::Stated;
pub use subject::{Disputed, Subject, Unlisted};
pub use summary::Summary;

/// Gives types that hold patient data a `Debug` that tells their name and nothing else.
macro_rules! redacted {
    ($($name:ty),+ $(,)?) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }
    )+};
}
pub(crate) use redacted;
