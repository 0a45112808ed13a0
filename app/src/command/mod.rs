//! One file for each command. An `Err` is the one line that says what happened and what to do next.

pub(crate) mod audit;
pub(crate) mod check;
pub(crate) mod enrol;
pub(crate) mod hand_over;
mod progress;
pub(crate) mod prove_store;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod search;
mod start;
pub(crate) mod sync;
mod sync_audit;
mod sync_program;
mod sync_round;
mod sync_status;
mod sync_words;
pub(crate) mod tap;
pub(crate) mod touch;
