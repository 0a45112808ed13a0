//! What is known about a patient: the summary, its documents and its seal.
//!
//! No files, sockets or threads: bytes and values in, bytes and values out.

pub mod cbor;
pub mod codes;
pub mod model;
pub mod seal;
