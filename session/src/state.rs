//! Where the tablet is. Each state owns what only it may show; leaving it drops and wipes that.

use kakari_record::audit::Access;

use crate::effect::PinDigits;
use crate::event::{Attempt, Moment, OpenRecord};
use crate::handover::Handover;
use crate::problem::Problem;
use crate::search::Search;
use crate::shift::{Fallback, Locked};
use crate::station::Station;
use crate::touch::Basis;

#[derive(Debug)]
pub(crate) enum State {
    SignIn(SignIn),
    Standby(Option<Problem>),
    Reading(Reading),
    Check(Box<Check>),
    Case(Box<Case>),
    /// Locked within a shift; the crew stays.
    Locked(Locked),
    /// Two names and a one-time code.
    Fallback(Box<Fallback>),
    /// Why a record is searched for without a card.
    Reason(Option<Problem>),
    /// The search, from the reason's row on.
    Search(Box<Search>),
    /// A page round the work.
    Station(Box<Station>),
}

/// Somebody signs in.
#[derive(Debug, Default)]
pub(crate) struct SignIn {
    pub(crate) stage: Stage,
    pub(crate) problem: Option<Problem>,
    /// Where a sign-in that is left goes back to.
    pub(crate) back: Back,
}

/// Whom a sign-in was begun beside.
#[derive(Debug, Default)]
pub(crate) enum Back {
    /// Nobody is signed in.
    #[default]
    Nobody,
    /// The first crew member, who stays.
    Standby,
    /// A locked crew, which goes once somebody else has signed in.
    Locked(Locked),
}

#[derive(Debug, Default)]
pub(crate) enum Stage {
    /// No usable staff card on the reader.
    #[default]
    NoCard,
    /// The card is being asked who it is.
    ReadingCard(Attempt),
    /// The holder types.
    Pin(PinEntry),
    /// The card checks the PIN.
    Verifying(Attempt, PinEntry),
}

#[derive(Debug)]
pub(crate) struct PinEntry {
    pub(crate) holder: String,
    pub(crate) tries_left: Option<u8>,
    pub(crate) digits: PinDigits,
    /// The crew has been told that this is the last try.
    pub(crate) warned: bool,
}

/// A patient's card is on the reader.
#[derive(Debug)]
pub(crate) enum Reading {
    /// It is being read.
    Card(Attempt),
    /// It is read; its audit row is not durable yet, so nothing is shown.
    Recording(Attempt, OpenRecord),
}

/// Is this the person?
#[derive(Debug)]
pub(crate) struct Check {
    pub(crate) record: OpenRecord,
    pub(crate) access: Access,
    pub(crate) card_present: bool,
    /// A basis was touched; the summary waits for its audit row.
    pub(crate) pending: Option<(Attempt, Basis)>,
    pub(crate) problem: Option<Problem>,
}

/// The summary of one patient is open.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) record: OpenRecord,
    pub(crate) access: Access,
    pub(crate) basis: Basis,
    pub(crate) since: Moment,
    pub(crate) card_present: bool,
    pub(crate) page: Page,
    pub(crate) handover: Handover,
    pub(crate) veil: Veil,
    pub(crate) other: Other,
    pub(crate) problem: Option<Problem>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    Summary,
    Details,
    Handover,
}

/// What the patient has not been told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Veil {
    Drawn,
    /// The second touch came; shown once its audit row is durable.
    Lifting(Attempt),
    Lifted,
}

/// Another card while a case is open.
#[derive(Debug)]
pub(crate) enum Other {
    None,
    Reading(Attempt),
    Recording(Attempt, OpenRecord),
    Offered(OpenRecord),
    Refused(Problem),
}
