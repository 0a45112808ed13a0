//! The regional office's program. It reads what hospitals, pharmacies and other regions send, and says what becomes of
//! it.
//!
//! It runs where the documents are, not on a tablet: it links neither a screen nor the tablet's store, and a card reader
//! only with the feature `desk`, for the office where cards are issued.

mod backup;
pub mod change;
pub mod cli;
mod command;
pub mod config;
pub mod db;
#[cfg(feature = "desk")]
mod desk;
pub mod founding;
pub mod http;
pub mod ingest;
pub mod keys;
pub mod office;
pub mod office_log;
mod output;
mod patience;
mod preview;
pub mod publish;
pub mod release;
pub mod watch;
