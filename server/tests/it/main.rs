//! The real program on real files and a real database.
#![allow(clippy::unwrap_used, missing_docs)] // A test that cannot go on should panic.

mod backup;
mod chain;
mod database;
#[cfg(feature = "desk")]
mod desk;
mod documents;
mod http;
mod ingest;
mod json;
mod keys;
mod merging;
mod ndjson;
mod office;
mod plain_cards;
mod program;
mod publish;
mod refusals;
mod region;
mod run;
mod tablets;
mod watch;
