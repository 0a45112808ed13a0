//! Journeys through the real PC/SC stack, the real store and the real program; one binary.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)] // A test that cannot go on should panic, and says its figure.

mod arrows;
mod bad_input;
mod cards;
mod everybody;
mod faults;
mod leaks;
mod photo;
mod sign_in;
mod tap;
mod thief;
mod trouble;
mod window;
