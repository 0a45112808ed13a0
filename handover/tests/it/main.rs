//! The page and the codes, read back by programs that are not ours.

#![allow(clippy::print_stdout)] // A test says the figure that it holds.
#![expect(clippy::unwrap_used)]

mod codes;
mod paper;
mod samples;
