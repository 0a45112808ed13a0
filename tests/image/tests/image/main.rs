//! The tablet as it ships. These tests need root, `make image` and QEMU: `make image-check` runs them.
#![cfg(feature = "image")]
#![allow(clippy::unwrap_used)] // A test that cannot go on should panic.

mod fresh;
mod machine;
