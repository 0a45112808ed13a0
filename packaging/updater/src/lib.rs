//! Takes a signed release on a tablet, and keeps the version before it.
//!
//! Run as root, by systemd's units alone, with no network. What lies in the tablet user's folder is trusted with nothing:
//! it is opened without following any link, copied into root's own folder with limits, and only the copy is looked at.
//!
//! `take` checks and lays a version ready in a slot of its own; the program that is in force is not touched. `choose`,
//! before each start of the tablet, switches the link `current`, gives a new version three starts, and goes back when it
//! never started in order. `confirm` ends the trial. `state.toml` is the truth and the link follows it: both are only
//! ever replaced whole, the file first, so that a power cut leaves the old version or the new.

mod choose;
pub mod cli;
mod confirm;
mod decision;
mod durable;
mod facts;
mod foreign;
mod package;
mod places;
mod programs;
mod refusal;
mod release_keys;
mod slots;
mod state;
mod status;
mod sync;
mod take;

pub use state::{Failed, Fault, State, Trial};
