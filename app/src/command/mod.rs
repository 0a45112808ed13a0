//! One file for each command. An `Err` is the one line that says what happened and what to do next.

pub(crate) mod audit;
pub(crate) mod check;
mod check_sync;
pub(crate) mod enrol;
mod enrol_words;
pub(crate) mod hand_over;
mod progress;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod search;
pub(crate) mod sync;
mod sync_audit;
mod sync_words;
pub(crate) mod tap;
pub(crate) mod touch;
