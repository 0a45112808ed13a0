//! The signed feed and the receipts.
//!
//! Reads are static files that the region signed: a [`Head`] names, by SHA-256, every other object (packs of sealed
//! rows, the snapshot's manifest, the roster, dictionaries, orders, digests), so a file from anywhere is either the one
//! that was meant or refused. Writes are requests: audit rows out, a signed [`Receipt`] back.
//!
//! Without features this is the wire forms for both ends (docs/FORMATS.md). The feature `client` is the tablet's end.
//! Nothing here holds a key that opens a record.

mod cbor;
#[cfg(feature = "client")]
pub mod client;
pub mod digests;
pub mod enrol;
mod frame;
mod head;
mod orders;
mod pack;
mod receipt;
mod release;
mod report;
mod signed;
mod snapshot;

pub use frame::{BadFrame, Frame};
pub use head::{DeltaRef, DictionaryRef, DigestsRef, Head, ObjectRef, RosterRef, Sha256, SnapshotRef};
pub use orders::{MassWipe, Order, OrderKind, Orders, Settings};
pub use pack::{Pack, PackKind, PackName, PackWriter};
pub use receipt::{AuditBatch, Receipt};
pub use release::{Release, ReleaseKeys, ReleaseRef, SignedRelease, Version};
pub use report::{TabletReport, UnappliedRow};
pub use signed::{Signed, Statement, WireError};
pub use snapshot::{Manifest, PartRef};

/// Name of the one object of a feed that changes: the signed [`Head`]. Every other object is named by the lower-case
/// hexadecimal SHA-256 of its bytes.
pub const HEAD_NAME: &str = "head";
