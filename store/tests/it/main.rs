//! The encrypted store on real SQLCipher files.

mod audit;
mod damage;
mod lookup;
mod opening;
mod region;
