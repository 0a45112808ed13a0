//! Our side of the card against the real pcscd and an independent PIV card.
#![allow(clippy::unwrap_used, missing_docs)] // A test that cannot go on should panic.

mod attributes;
mod copy;
mod faults;
mod foreign;
mod fuzz;
mod healing;
mod held;
mod issuing;
mod kinds;
mod lite_s;
mod live_fuzz;
mod objects;
mod others;
mod patient;
mod plain;
mod points;
mod raw;
mod readers;
mod resume;
mod service;
mod staff;
mod support;
mod usb_reader;
mod vpcd;
