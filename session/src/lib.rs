//! What the tablet decides: states, events, effects and views.
//!
//! [`Session::update`] takes an [`Event`] and answers with [`Effect`]s; [`Session::view`] says what is to be seen. No
//! clock, file, thread, socket or toolkit is in here, so every path can be walked in a test within milliseconds.
//!
//! Two rules run through all of it. A record is shown only after the audit row of that showing is durable
//! ([`Event::AuditWritten`]). And each state owns the one patient it may show, so that leaving it wipes the summary and
//! an answer to an older [`Attempt`] paints nothing.

mod age_clock;
mod battery;
mod break_glass;
mod card_worth;
mod case;
mod effect;
mod enrolment;
mod event;
pub mod findings;
mod freshness;
mod handover;
mod lease;
pub mod look;
mod panels;
mod problem;
mod scene;
mod screens;
mod search;
mod session;
mod shift;
mod sign_in;
mod state;
mod state_lines;
pub mod station;
mod store_facts;
mod sync;
mod tap;
pub mod touch;
mod update;
pub mod view;

pub use effect::{Effect, PinDigits, PinSubmitted, SaveAs};
pub use event::{
    Attempt, Candidate, CardCopyFacts, CardOutcome, CardTrouble, CrewCard, CrewMember, Event, FallbackOutcome,
    FoundPeople, Moment, Neighbour, OpenPhoto, OpenRecord, OpeningTrouble, ReaderState, ReopenOutcome, SaveOutcome,
    SaveTrouble, SearchOutcome, SignInOutcome, StaffCardOutcome,
};
pub use lease::LeaseState;
pub use problem::every_notice;
pub use scene::Scene;
pub use session::Session;
pub use store_facts::{Lease, Receipts, RosterState, SearchTally, StoreFacts, StoreTrouble, WipeStage};
