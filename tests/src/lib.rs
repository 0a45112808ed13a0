//! What the journeys and benches share: a region with an enrolled tablet, a display with a finger, invented residents.
#![allow(clippy::unwrap_used)] // For tests and benches only: one that cannot go on should panic.

pub mod bundled;
pub mod display;
pub mod enrolling;
pub mod feed;
pub mod finger;
pub mod glass;
pub mod line;
pub mod many_taps;
pub mod memory;
pub mod office;
pub mod page;
pub mod place;
pub mod searching;
pub mod touched;
pub mod watched;

pub use kakari_generator as generator;
