//! What the compiler of the pages makes. Not part of the contract: the tests look through it.

#![allow(missing_docs, unreachable_pub, clippy::all, clippy::unwrap_used, clippy::todo)]

slint::include_modules!();
