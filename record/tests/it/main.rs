//! One test binary for the crate.

mod alerts;
mod display;
mod fhir;
mod seal;
