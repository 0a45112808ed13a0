//! One file for each command. An `Err` is the one line that says what happened and what to do next.

pub(crate) mod check;
pub(crate) mod run;
pub(crate) mod tap;
