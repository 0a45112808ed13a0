//! Journeys through the real PC/SC stack, the real store and the real program; one binary.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)] // A test that cannot go on should panic, and says its figure.

mod arrows;
mod audit;
mod bad_input;
mod card_kinds;
mod cards;
mod enrol_window;
mod enrolment;
mod everybody;
mod faults;
mod full_disk;
mod hand_over;
mod identifiers;
mod leaks;
mod noticing;
mod packaging;
mod photo;
mod region;
mod search;
mod shift;
mod sign_in;
mod sockets;
mod station;
mod station_online;
mod synced;
mod tap;
mod thief;
mod torn;
mod trouble;
mod whole_journey;
mod window;
mod window_without_card;
