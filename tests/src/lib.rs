//! What the journeys and benches share: a region with an enrolled tablet, a display with a finger, invented residents.
#![allow(clippy::unwrap_used)] // For tests and benches only: one that cannot go on should panic.

pub mod bundled;
pub mod display;
pub mod feed;
pub mod glass;
pub mod memory;
pub mod place;
pub mod searching;
pub mod touched;
pub mod watched;

pub use kakari_generator as generator;
