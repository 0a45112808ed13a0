//! The keys in the TPM, on an emulated one that is cut off, moved, replaced and locked out.

#![allow(clippy::print_stdout)] // A test says the figure that it holds.

mod counter;
mod cuts;
mod key;
mod moved;
mod seal_key;
mod sealed;
mod swtpm;
