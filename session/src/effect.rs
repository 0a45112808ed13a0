//! What the session asks of the runner.

use std::fmt;

use kakari_record::audit::AuditKind;
use kakari_record::handover::Chosen;
use kakari_record::seal::RecordId;
use kakari_record::search::Terms;
use zeroize::Zeroizing;

use crate::Attempt;
use crate::look::{Cue, Look};

/// One request. The runner answers with the event of the same attempt; answers may come late or never.
#[derive(Debug, PartialEq, Eq)]
pub enum Effect {
    /// Read the staff card on the reader, without its PIN.
    ReadStaffCard(Attempt),
    /// Verify the PIN, unwrap the vault keys and hold them.
    SignIn(Attempt, PinSubmitted),
    /// Read the card on the reader and open its record.
    ReadPatientCard(Attempt),
    /// Chain an audit row and say when it is durable.
    Audit(Attempt, AuditKind, Vec<String>),
    /// Wipe the vault keys, also what a PIN could bring back, and whatever a search has opened.
    ForgetKeys,
    /// Wipe the vault keys and whatever a search has opened; keep what only a PIN of this crew brings back.
    SleepKeys,
    /// Bring the vault keys back by a crew member's PIN alone.
    Reopen(Attempt, PinDigits),
    /// Unwrap the vault keys by a one-time code, for these staff numbers of the roster.
    StartFallback(Attempt, PinDigits, Vec<String>),
    /// A search may come: open the directory, beginning with what is likeliest.
    PrepareSearch,
    /// Search, and say who fits.
    Search(Attempt, Terms),
    /// Open this record without a card.
    OpenFound(Attempt, RecordId),
    /// Wipe whatever a search has opened.
    ForgetSearch,
    /// Write this for the hospital.
    Save(Attempt, SaveAs, Box<Chosen>),
    /// The lease is over: erase the wraps of the vault keys from the store, and nothing else.
    EraseWraps,
    /// Keep this for the next start.
    KeepLook(Look),
    /// Let this be heard.
    Sound(Cue),
    /// Look round the tablet.
    LookRound(Attempt),
    /// Ask the program that syncs for a round now.
    SyncNow,
    /// Ask it to read a stick.
    ImportBundle,
    /// Read the uses of break-glass from the audit.
    ReadReview(Attempt),
    /// Count the audit's figures.
    CountUsage(Attempt),
    /// Mark durably that the tablet rests: then the program ends, and is started anew with the version that lies ready.
    NoteRest,
    /// Take that mark away: somebody came.
    ForgetRest,
}

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaveAs {
    /// A FHIR document.
    Document,
    /// An A4 page (PDF).
    Paper,
}

/// A PIN as the crew submitted it.
#[derive(Debug, PartialEq, Eq)]
pub struct PinSubmitted {
    /// Its digits.
    pub digits: PinDigits,
    /// True only after the crew was told that this is the last try and submitted again.
    pub last_try_agreed: bool,
    /// True when somebody signed in before and stays: the keys that are held are kept, and a PIN of either opens the
    /// tablet again. False begins a shift: whatever another crew left goes.
    pub joins: bool,
}

/// The digits of a PIN. Wiped on drop, never printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PinDigits(pub(crate) Zeroizing<Vec<u8>>);

impl PinDigits {
    /// The digits as ASCII, for the card alone.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for PinDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PinDigits([redacted])")
    }
}
