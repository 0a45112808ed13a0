//! Virtual cards on the real pcscd, for training, demonstration and tests.
//!
//! * [`Stack`] — a private pcscd of one's own: no root, no system service, several side by side. Its readers are
//!   [`VirtualReader`]s (driver `kakari-virtual-reader`), or the stock `vsmartcard-vpcd` ([`VpcdCard`]).
//! * [`VirtualCard`] — the crate `piv-authenticator`, an independent PIV implementation, with its storage in RAM.
//!   It starts blank and is personalised through PC/SC by [`kakari_card::issue`], as a real card is.
//!   The others that people carry are written here from their public specifications: FeliCa Lite-S ([`LiteS`]), transit,
//!   MIFARE, Type B, My Number card, licence, passport, bank card, phones. They share no code with what reads them.
//! * [`ReaderModel`] — what a reader answers itself (class FF), by its make; [`LinkModel`] — how long an exchange takes.
//! * [`UsbReader`] — the reader of a virtual machine: the guest reaches the card through its own USB bus and driver.
//! * [`in_own_process`] — runs a test in a child process that has the stack's address in its environment, because
//!   the PC/SC library reads it once per process.
//!
//! A program that shows virtual cards to the tablet starts a [`Stack`] and gives the tablet's process
//! [`SOCKET_VARIABLE`] = [`Stack::socket`]. The tablet then speaks PC/SC as ever and cannot tell.
//!
//! Nothing here may be installed on a tablet.

#![cfg_attr(test, allow(clippy::unwrap_used))] // A test that cannot go on should panic.

mod atr;
mod body;
mod cards;
mod chip;
mod fault;
mod felica;
mod found;
mod front;
mod link_model;
mod memory;
mod others;
mod own_process;
mod parts;
mod piv_chip;
mod reader_facts;
mod reader_state;
mod stack;
mod together;
mod usb_reader;
mod virtual_card;
mod virtual_reader;
mod vpcd;

pub use fault::Fault;
pub use felica::LiteS;
pub use front::ReaderModel;
pub use link_model::LinkModel;
pub use own_process::in_own_process;
pub use reader_facts::ReaderFacts;
pub use stack::{SOCKET_VARIABLE, Stack, StackError};
pub use together::Together;
pub use usb_reader::UsbReader;
pub use virtual_card::{Heard, VirtualCard};
pub use virtual_reader::VirtualReader;
pub use vpcd::VpcdCard;
