//! Virtual cards on the real pcscd, for training, demonstration and tests.
//!
//! * [`Stack`] — a private pcscd of one's own: no root, no system service, several side by side. Its readers are
//!   [`VirtualReader`]s (driver `kakari-virtual-reader`), or the stock `vsmartcard-vpcd` ([`VpcdCard`]).
//! * [`VirtualCard`] — the crate `piv-authenticator`, an independent PIV implementation, with its storage in RAM.
//!   It starts blank and is personalised through PC/SC by [`kakari_card::issue`], as a real card is.
//! * [`in_own_process`] — runs a test in a child process that has the stack's address in its environment, because
//!   the PC/SC library reads it once per process.
//!
//! A program that shows virtual cards to the tablet starts a [`Stack`] and gives the tablet's process
//! [`SOCKET_VARIABLE`] = [`Stack::socket`]. The tablet then speaks PC/SC as ever and cannot tell.
//!
//! Nothing here may be installed on a tablet.

mod chip;
mod fault;
mod found;
mod own_process;
mod parts;
mod piv_chip;
mod stack;
mod virtual_card;
mod virtual_reader;
mod vpcd;

pub use fault::Fault;
pub use own_process::in_own_process;
pub use stack::{SOCKET_VARIABLE, Stack, StackError};
pub use virtual_card::VirtualCard;
pub use virtual_reader::VirtualReader;
pub use vpcd::VpcdCard;
