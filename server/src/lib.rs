//! The regional office's program. It reads what hospitals, pharmacies and other regions send, and says what becomes of
//! it.
//!
//! It runs where the documents are, not on a tablet: it links neither a screen nor a card reader nor the tablet's store.

pub mod cli;
mod output;
mod preview;
