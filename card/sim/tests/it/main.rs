//! Our side of the card against the real pcscd and an independent PIV card.
#![allow(clippy::unwrap_used, missing_docs)] // A test that cannot go on should panic.

mod faults;
mod foreign;
mod fuzz;
mod issuing;
mod patient;
mod points;
mod readers;
mod service;
mod staff;
mod support;
mod vpcd;
