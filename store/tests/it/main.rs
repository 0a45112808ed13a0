//! The encrypted store on real SQLCipher files.

#![allow(clippy::print_stdout)] // A test says the figure that it holds.

mod audit;
mod children;
mod counted;
mod damage;
mod device;
mod directory;
mod full;
mod killed;
mod lookup;
mod made;
mod migrated;
mod opening;
mod photo;
mod proof;
mod read_through;
mod region;
mod registered;
mod sync;
mod tamper;
mod used_code;
mod wiped;
