//! What is written down of every use: who, when, which record, on what basis. Never the patient's name.

use chrono::{DateTime, Utc};
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use crate::seal::RecordId;

/// Hashed before every row, so that no other bytes can pass for one.
const CONTEXT: &[u8] = b"kakari audit v1\0";

/// What the first row of a chain points back to.
pub const CHAIN_BEGINNING: [u8; 32] = [0; 32];

/// The hash of row `sequence` (1 for the first): SHA-256 over context, sequence (u64 big-endian), the previous row's
/// hash, and the event's bytes as they are stored (docs/formats/audit-chain-v1.md).
pub fn chain(sequence: u64, previous: &[u8; 32], event: &[u8]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    context.update(CONTEXT);
    context.update(&sequence.to_be_bytes());
    context.update(previous);
    context.update(event);
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

/// One event of the audit, complete as it is chained and stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditEvent {
    /// What happened.
    pub kind: AuditKind,
    /// When, as far as this tablet knew, to the millisecond.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub at: DateTime<Utc>,
    /// Milliseconds since this boot of the program: orders events whatever the clock does.
    pub monotonic_ms: u64,
    /// Random number of this start of the program.
    pub boot: [u8; 16],
    /// Where the time came from.
    pub time_quality: TimeQuality,
    /// The tablet.
    pub tablet: String,
    /// The vehicle.
    pub vehicle: String,
    /// Staff numbers of the crew signed in.
    pub crew: Vec<String>,
    /// Version of the program.
    pub app: String,
}

/// How far the tablet's time can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeQuality {
    /// Only the tablet's own clock.
    OwnClock,
    /// The clock stands before the newest thing this tablet knows.
    Doubtful,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AuditKind {
    /// The program started.
    Started,
    /// The program stopped in order.
    Stopped,
    /// A crew member signed in.
    SignedIn,
    /// A sign-in failed.
    SignInFailed {
        /// Why.
        reason: SignInFailure,
        /// Whose card it was, where the card said; it proves nothing.
        staff_id: Option<String>,
    },
    /// Rows before this one could not be written.
    RowsLost {
        /// How many.
        rows: u64,
    },
    /// Keys and pixels were wiped.
    Locked {
        /// True when nobody had touched the tablet.
        automatic: bool,
    },
    /// A new roster no longer admits a crew member who was signed in; the tablet was locked.
    CrewRemoved {
        /// Who.
        staff_id: String,
    },
    /// The region was not heard for the length of the lease: the wraps of the vault keys were erased.
    LeaseEnded,
    /// A card was laid on the reader and did not lead to a record.
    CardRefused {
        /// Why.
        reason: CardRefusal,
    },
    /// A record was opened for the identity check.
    RecordOpened {
        /// Which.
        record: AuditedRecord,
    },
    /// The crew said that it is another person, or not known.
    IdentityRejected {
        /// Which record was closed.
        record: AuditedRecord,
    },
    /// The summary was shown.
    RecordShown {
        /// Which.
        record: AuditedRecord,
        /// Why it might be seen.
        basis: AuditBasis,
        /// Age of the information in seconds at that moment; none when the clock stood before it.
        age_seconds: Option<u64>,
        /// Blocks that could not be shown.
        unavailable: Vec<String>,
    },
    /// What the patient has not been told was shown after a second touch.
    UntoldShown {
        /// Of which record.
        record: AuditedRecord,
    },
    /// The case was closed, and the summary with it.
    CaseClosed {
        /// Which record was open.
        record: AuditedRecord,
        /// Why.
        reason: Closing,
    },
}

/// Which record, in which version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditedRecord {
    /// The random record id: says nothing about the patient.
    pub id: [u8; 16],
    /// Its version.
    pub version: u64,
}

impl AuditedRecord {
    /// Version `version` of record `id`.
    pub const fn new(id: RecordId, version: u64) -> Self {
        Self { id: *id.as_bytes(), version }
    }
}

/// Why a record might be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditBasis {
    /// 本人同意
    PatientConsents,
    /// 家族の求め
    FamilyAsks,
    /// 意識なし・緊急
    Emergency,
}

/// Why a sign-in failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInFailure {
    /// Wrong PIN.
    WrongPin,
    /// The card's PIN is blocked.
    PinBlocked,
    /// The card is not on the roster, or revoked, or of another region.
    NotOnRoster,
    /// The card could not unwrap any vault key.
    NoKeys,
    /// The card or the reader failed.
    CardFailed,
}

/// Why a card led to no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardRefusal {
    /// Nothing is stored for this card.
    NothingStored,
    /// The card is genuine but is not the one registered here for this resident.
    NotRegistered,
    /// Revoked.
    Revoked,
    /// Its certificate is not valid today.
    NotValidToday,
    /// Another region's card, or a forgery.
    OtherRegion,
    /// Not one of the region's cards.
    NotOurs,
    /// The resident has withdrawn consent.
    ConsentWithdrawn,
    /// It was pulled away too early, or did not answer.
    Torn,
    /// The record did not open.
    NotOpened,
}

/// Why a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closing {
    /// 事案を閉じる
    ByCrew,
    /// 別人だった
    WrongPerson,
    /// The crew switched to the patient of another card.
    Switched,
    /// The tablet was locked.
    Locked,
    /// Eight hours.
    Expired,
}
