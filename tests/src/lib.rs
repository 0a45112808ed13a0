//! Journeys across the crates, pictures of screens, benches.

pub mod generator;
