//! The real program on real files.
#![allow(clippy::unwrap_used, missing_docs)] // A test that cannot go on should panic.

mod documents;
mod json;
mod merging;
mod ndjson;
mod refusals;
mod run;
