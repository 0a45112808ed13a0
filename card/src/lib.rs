//! PC/SC readers and the cards laid on them.
//!
//! Three files hold three things apart: [`apdu`] knows bytes, [`link`] carries them, and `piv` is the exchange
//! of NIST SP 800-73-4. Above them:
//!
//! * [`Watcher`] — tells of readers and cards coming and going, also of a PC/SC that dies or hangs, and gives each
//!   insertion a [`Presence`] that only grows, so that a late answer can be recognised and dropped.
//! * [`Talker`] — opens a [`Conversation`] with the card that is there. Every call that PC/SC may block on runs
//!   on a thread of its own under a deadline; a thread that hangs is abandoned, the caller is told
//!   [`CardError::NoAnswer`] and the next conversation gets a new one.
//! * [`Conversation`] — one transaction on one handle: identify the card, agree on a key, finish. Whatever goes
//!   wrong on the way makes the whole conversation worthless; nothing partial comes out of it.
//! * [`CardAuthority`] — checks the certificate a card shows against the region's card keys.
//!
//! An expected "no" (a foreign card, an expired one, a wrong PIN) is a value: [`Laid`], [`Refusal`],
//! [`PinOutcome`]. A broken thing is a [`CardError`]. Neither carries a number, a name, a PIN or card bytes in its
//! `Debug` form, and this crate logs none.
//!
//! With the feature `issue` the crate also personalises blank cards ([`issue`](mod@issue)); the tablet is built without it.
//!
//! # One tap
//!
//! ```no_run
//! use std::time::SystemTime;
//! use kakari_card::{CardAuthority, CardError, CardHere, Laid, Talker};
//!
//! # fn sealed_point(_: &kakari_card::KeyId) -> [u8; 65] { [4; 65] }
//! fn tap(talker: &Talker, card: &CardHere, authority: &CardAuthority) -> Result<(), CardError> {
//!     let mut conversation = talker.connect(card)?;
//!     let Laid::Patient(patient) = conversation.identify(authority, SystemTime::now())? else {
//!         return Ok(()); // say what it is instead
//!     };
//!     let shared = conversation.agree(&sealed_point(&patient.key_id))?;
//!     conversation.finish()?; // only now may anything be opened and shown
//!     let _key_schedule_input = shared.expose();
//!     Ok(())
//! }
//! ```
//!
//! # Cost of a patient card
//!
//! Four exchanges after the connection, never more: SELECT, GET DATA, at most one GET RESPONSE (certificates stay
//! under [`LARGEST_CERTIFICATE`] bytes), GENERAL AUTHENTICATE.

#![cfg_attr(test, allow(clippy::unwrap_used))] // A test that cannot go on should panic.

pub mod apdu;
mod application;
mod card_here;
mod certificate;
mod choice;
mod conversation;
mod copy;
mod error;
pub mod felica;
mod foreign;
mod held;
mod kind;
mod known;
pub mod link;
mod look;
mod pattern;
mod pin;
mod piv;
pub mod plain;
mod point;
mod quirks;
mod reader_facts;
mod readers;
#[cfg(any(test, feature = "test-link"))]
pub mod scripted;
mod talker;
mod threads;
mod watcher;
mod worker;

#[cfg(feature = "issue")]
pub mod issue;

pub use card_here::{CardHere, Presence};
pub use certificate::{
    CardAuthority, CardNumber, CertificateSerial, IssuedBy, LARGEST_CERTIFICATE, Refusal, StaffId, StaffName,
};
pub use conversation::{Conversation, Laid, PatientCard, StaffCard};
pub use copy::{COPY_OBJECT, LONGEST_COPY, copy_object};
pub use error::CardError;
pub use kind::ForeignKind;
pub use pattern::ReaderPattern;
pub use pin::{Pin, PinOutcome};
pub use piv::Exchange;
pub use plain::{
    CardProfile, LiteSId, LiteSKey, MacProof, NumberForm, Place, PlainCard, PlainKind, ProfileError, ProfileWords,
};
pub use point::{KeyId, POINT_LEN, SharedX, key_id};
pub use quirks::ReaderCare;
pub use reader_facts::ReaderFacts;
pub use readers::ReaderEvent;
pub use talker::Talker;
pub use watcher::Watcher;
