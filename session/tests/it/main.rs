//! The session as tables of events: no clock, no card, no disk.

#![allow(clippy::print_stdout)] // A test says the figure that it holds.

mod battery;
mod break_glass;
mod case;
mod english;
mod english_crew;
mod fallback;
mod handover;
mod hindered;
mod panels;
mod problems;
mod search;
mod shift;
mod sign_in;
mod station;
mod sync;
mod tablet;
mod tap;
mod update;
mod walk;
mod worth;
