//! What is known about a patient: the summary, its documents and its seal.
//!
//! No files, sockets or threads: bytes and values in, bytes and values out.

pub mod alerts;
pub mod audit;
pub mod cbor;
pub mod codes;
pub mod device_key;
pub mod display;
pub mod fhir;
pub mod formulary;
pub mod handover;
pub mod language;
pub mod merge;
pub mod model;
pub mod photo;
pub mod seal;
pub mod search;
mod table;
