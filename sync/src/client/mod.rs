//! The tablet's end: it fetches, verifies and applies a region's feed, sends audit rows until they have receipts, and
//! tells truly what came of it.
//!
//! Nothing here holds a key that opens a record: rows are sealed on arrival and stay so. A [`Client`] belongs to a
//! process of its own; it blocks on the store and waits for one connection at a time.

mod data;
mod device_tls;
mod download;
pub mod enrol;
mod files;
mod identity;
mod keys;
mod link;
mod meet;
mod orders;
mod outcome;
mod packs;
mod patient;
mod problem;
mod receipts;
mod reconcile;
mod refusal;
mod release;
pub mod renew;
mod report;
mod round;
mod run;
pub mod schedule;
mod source;
mod staging;
mod status;
pub mod tls;
pub mod trust;
pub mod wiped;

pub use download::{Downloads, Progress};
pub use identity::{Certificate, Identity, StateDir};
pub use link::{Answer, Link};
pub use outcome::{Conditions, Failure, Origin, Outcome, Step, StepProgress, Waits, WipeOrder};
pub use problem::{LinkError, Problem, TlsFault};
pub use refusal::{Refusal, Words};
pub use release::ProgramFacts;
pub use round::{Client, Tell};
pub use run::Ended;
pub use source::{FetchedHead, Source};
pub use status::Status;
