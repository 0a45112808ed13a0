//! The tablet as it ships. These tests need root, `make image` and QEMU: `make image-check` runs them.
#![cfg(feature = "image")]
#![allow(clippy::unwrap_used, clippy::print_stdout)] // A test that cannot go on should panic, and says its figures.

mod fresh;
mod machine;
mod steps;
mod stuck;
mod update;
