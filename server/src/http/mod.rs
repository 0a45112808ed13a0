//! The server: two listeners, one for whoever has a certificate of the region, one for tablets that come to get theirs.
//!
//! It keeps nothing between requests but answers a few seconds old, so several may run side by side on one database. What
//! a role may reach is here, in [`routes`]; whether who asks still is of that role is looked up for every request.

mod audit;
mod enrol;
mod feed;
mod fhir;
mod identity;
mod listener;
mod office;
mod range;
mod refusal;
mod routes;
mod running;
mod shaking;
mod standing;
mod tablet;
mod tls;
mod unknown;

pub use feed::FeedFiles;
pub use running::{Running, ServeError, Shared, start};
pub use tls::TlsError;
