//! The tablet's encrypted cache of sealed records, and its audit chain.
//!
//! One SQLCipher file (raw key, WAL, `synchronous=FULL`). Its key opens the file but no record: rows are sealed
//! ([`kakari_record::seal`]) and looked up by tokens that say nothing. A [`Store`] belongs to one thread and blocks.

mod audit;
mod error;
mod key;
mod load;
mod lookup;
mod schema;
mod store;

pub use audit::{AuditFault, AuditHead, AuditRow};
pub use error::{KeyError, OpenError, StoreError};
pub use kakari_record::seal::Row;
pub use key::StoreKey;
pub use lookup::{Found, StoredPhoto};
pub use store::{Facts, Store};
