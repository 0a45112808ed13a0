//! One test binary for the crate.

mod alerts;
mod alerts_table;
mod display;
mod fhir;
mod formulary;
mod handover;
mod merge;
mod photo;
mod seal;
mod strategy;
