//! The session as tables of events: no clock, no card, no disk.

mod case;
mod sign_in;
mod tablet;
mod tap;
mod walk;
