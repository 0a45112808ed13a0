//! What must hold for any bytes at all: a check for each reader of bytes that come from elsewhere.
//!
//! The fuzz targets run them on what a fuzzer makes up (`fuzz/`, docs/fuzzing.md), the ordinary tests on the committed
//! seeds and on everything that was found before. A check panics when something does not hold.

mod copy;
mod fhir;
mod keys;
mod roster;
mod sealed;
pub mod seeds;
mod summary;
mod wire;

pub use copy::card_copy;
pub use fhir::fhir_document;
pub use roster::{believed_roster, roster};
pub use sealed::{Way, opens, sealed_record};
pub use summary::summary_bytes;
pub use wire::{audit_batch, enrol_request, head, orders, pack};
