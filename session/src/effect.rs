//! What the session asks of the runner.

use std::fmt;

use kakari_record::audit::AuditKind;
use zeroize::Zeroizing;

use crate::Attempt;

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
    /// Wipe the vault keys.
    ForgetKeys,
    /// The lease is over: erase the wraps of the vault keys from the store, and nothing else.
    EraseWraps,
}

/// A PIN as the crew submitted it.
#[derive(Debug, PartialEq, Eq)]
pub struct PinSubmitted {
    /// Its digits.
    pub digits: PinDigits,
    /// True only after the crew was told that this is the last try and submitted again.
    pub last_try_agreed: bool,
}

/// The digits of a PIN. Wiped on drop, never printed.
#[derive(Clone, PartialEq, Eq)]
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
