//! The encrypted store on real SQLCipher files.

#![allow(clippy::print_stdout)] // A test says the figure that it holds.

mod audit;
mod damage;
mod lookup;
mod opening;
mod photo;
mod region;
