//! The tablet's encrypted cache of sealed records, its audit chain, and what sync knows.
//!
//! SQLCipher files under one raw key (WAL, `synchronous=FULL`): a main file `kakari.db`, and set files
//! `kakari.db.set-<n>`, of which the main file names the one that is live (docs/adr/0008-sets-of-records.md). The key opens
//! the files but no record: rows are sealed ([`kakari_record::seal`]) and looked up by tokens that say nothing. A
//! [`Store`] belongs to one thread and blocks; another process may have the same store open, and one of them syncs.

mod apply;
mod audit;
mod audit_check;
mod audit_fault;
mod changed;
mod checkpoint;
mod counted;
mod database;
mod directory;
mod error;
mod files;
mod gap;
mod key;
mod lease;
mod load;
mod lookup;
mod proof;
mod read_through;
mod receipts;
mod registered;
mod reserve;
mod roster;
mod rows;
mod schema;
mod schema_note;
mod set;
mod set_aside;
mod stage;
mod store;
mod sync_state;
mod trusted;
mod used_code;
mod uses;
pub mod wipe;

pub use apply::{Applied, Delta};
pub use audit::{AuditFault, AuditHead, AuditRow};
pub use audit_check::AuditCheck;
pub use audit_fault::ChainFault;
pub use checkpoint::{AuditSigner, CHECKPOINT_EVERY, DueCheckpoint, SignedCheckpoint};
pub use counted::{CounterState, RollbackCounter};
pub use directory::{DirectoryReader, DirectoryRow, SetStamp};
pub use error::{KeyError, OpenError, StoreError};
pub use gap::Gap;
pub use kakari_record::seal::{CardChange, Change, Removal, Row};
pub use key::StoreKey;
pub use lease::Contact;
pub use lookup::{Found, StoredPhoto};
pub use proof::{Proof, ProofError, prove};
pub use read_through::{ReadThrough, SealedTimes};
pub use receipts::{AuditRun, ReceiptState};
pub use registered::Registered;
pub use schema_note::newest_schema;
pub use set::Cursor;
pub use set_aside::SetAside;
pub use stage::{CountDiffers, SnapshotId, Staging};
pub use store::{Facts, Store};
pub use sync_state::{SyncSettings, SyncState};
pub use trusted::Trusted;
