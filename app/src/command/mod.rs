//! One file for each command. An `Err` is the one line that says what happened and what to do next.

pub(crate) mod check;
mod check_sync;
pub(crate) mod enrol;
mod enrol_words;
mod progress;
pub(crate) mod run;
pub(crate) mod sync;
mod sync_words;
pub(crate) mod tap;
