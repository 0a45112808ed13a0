//! What the journeys and benches share: a region with an enrolled tablet, a display with a finger, invented residents.
#![allow(clippy::unwrap_used)] // For tests and benches only: one that cannot go on should panic.

pub mod display;
pub mod glass;
pub mod place;

pub use kakari_generator as generator;
