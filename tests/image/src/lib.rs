//! The tablet as it ships: packages in a fresh Debian root, and that root booted in a virtual machine.
//!
//! * [`Machine`] — the disk of `make image` in QEMU with a TPM ([`Tpm`]), a display, a finger and a USB card reader.
//! * [`Guest`] — a root shell inside. It comes with the test's own initrd: the disk holds nothing of it.
//! * [`Town`] — a region with cards and a bundle of its feed on a stick, to enrol the tablet as its office does.
//! * [`WriteLog`] — everything that a machine wrote to its disk, and the disks that a power cut leaves.
//! * [`FreshRoot`] — a Debian root of its own, to install and remove packages in.
#![allow(clippy::unwrap_used)] // For tests only: one that cannot go on should panic.

mod disk;
mod fresh_root;
mod guest;
mod initrd;
mod machine;
mod made;
mod picture;
mod qmp;
mod town;
mod tpm;
mod write_log;

pub use disk::Disk;
pub use fresh_root::{FreshRoot, Ran};
pub use guest::Guest;
pub use machine::Machine;
pub use made::{image_dir, need, next_package, package, repository};
pub use picture::Picture;
pub use town::Town;
pub use tpm::Tpm;
pub use write_log::{Left, WriteLog};
