//! One test binary for the crate.

mod alerts;
mod alerts_table;
mod card_copy;
mod chosen;
mod display;
mod english;
mod fallback;
mod fhir;
mod formulary;
mod handover;
mod merge;
mod neighbour;
mod photo;
mod played_card;
mod seal;
mod search;
mod strategy;
mod usage;
