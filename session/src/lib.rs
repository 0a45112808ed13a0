//! What the tablet decides: states, events, effects and views.
//!
//! [`Session::update`] takes an [`Event`] and answers with [`Effect`]s; [`Session::view`] says what is to be seen. No
//! clock, file, thread, socket or toolkit is in here, so every path can be walked in a test within milliseconds.
//!
//! Two rules run through all of it. A record is shown only after the audit row of that showing is durable
//! ([`Event::AuditWritten`]). And each state owns the one patient it may show, so that leaving it wipes the summary and
//! an answer to an older [`Attempt`] paints nothing.

mod case;
mod effect;
mod event;
mod freshness;
mod lease;
mod panels;
mod problem;
mod screens;
mod session;
mod sign_in;
mod state;
mod store_facts;
mod sync;
mod tap;
pub mod touch;
pub mod view;

pub use effect::{Effect, PinDigits, PinSubmitted};
pub use event::{
    Attempt, CardOutcome, CardTrouble, CrewCard, CrewMember, Event, Moment, OpenPhoto, OpenRecord, OpeningTrouble,
    ReaderState, SignInOutcome, StaffCardOutcome,
};
pub use lease::LeaseState;
pub use session::Session;
pub use store_facts::{Lease, Receipts, RosterState, StoreFacts, StoreTrouble, WipeStage};
