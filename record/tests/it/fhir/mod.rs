//! FHIR in: every resident and both public documents by heart, bad input, and no false "none".

mod audit;
mod bad_input;
mod harm;
mod intruder;
mod japanese;
mod kinds_jp;
mod kinds_world;
mod never_none;
mod public;
mod reading;
pub(crate) mod render;
pub(crate) mod residents;
mod statuses;
mod subset;
mod two_people;
mod unlisted;
mod validated;
mod values;
mod weak_none;
mod written;
