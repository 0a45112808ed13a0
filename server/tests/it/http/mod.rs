//! The server over real TLS and a real database.

mod crew;
mod enrol;
mod feed;
mod fhir;
mod office;
mod peers;
mod receipts;
mod standing;
mod world;

pub(crate) use world::World;
