//! The small words of the audit: why, how, on what basis.

use serde::{Deserialize, Serialize};

use crate::seal::RecordId;

/// How a record was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// By the patient's card.
    #[default]
    Card,
    /// By a search without a card (break-glass).
    Search,
    /// By a card that only says who it is and has proved itself by a MAC of the region's card key (FeliCa Lite-S).
    MacCard,
    /// By a card that only says who it is and could be a copy (カード未認証).
    UnprovenCard,
    /// From the copy that the patient's card carries itself; the card has proved its key.
    CardCopy,
}

impl Access {
    /// Whether a card led to the record, whatever it has proved.
    pub const fn by_card(self) -> bool {
        !matches!(self, Self::Search)
    }
}

/// Why a record may be searched for without a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakGlassReason {
    /// 意識障害
    Unconscious,
    /// 心肺停止
    CardiacArrest,
    /// カード不携帯
    NoCardWithPatient,
    /// カード破損
    CardBroken,
    /// 家族の求め
    FamilyAsks,
    /// その他
    Other,
}

impl BreakGlassReason {
    /// All of them, in the order of the screen.
    pub const ALL: [Self; 6] = [
        Self::Unconscious,
        Self::CardiacArrest,
        Self::NoCardWithPatient,
        Self::CardBroken,
        Self::FamilyAsks,
        Self::Other,
    ];
}

/// Why a search without a card ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakGlassEnd {
    /// The crew said so.
    ByCrew,
    /// Its time ran out.
    Expired,
    /// The case that it led to was closed.
    CaseClosed,
    /// The tablet was locked.
    Locked,
    /// The program started anew.
    Restarted,
    /// The limit of the shift was reached, or a birth year was typed wrong too often.
    Limit,
}

/// What a search asked by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermKind {
    /// The name by the rows of its kana.
    NameRows,
    /// The name in kana.
    NameKana,
    /// The birth date, or its year and month.
    BirthDate,
    /// An age, within five years.
    Age,
    /// The sex.
    Sex,
    /// A phone number.
    Phone,
    /// The 16-digit number.
    Number,
    /// An address.
    Address,
}

/// What became of a shift that searches more than usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitStage {
    /// Said, and the search goes on.
    Alerted,
    /// No more searches in this shift.
    Stopped,
}

/// How a record was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandoverWay {
    /// Read aloud.
    Spoken,
    /// As QR codes on the glass.
    Qr,
    /// As a FHIR document in a folder or on a stick.
    Document,
    /// As an A4 page in a folder or on a stick.
    Paper,
}

/// Why a one-time code did not start a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FallbackRefusal {
    /// No code of this tablet.
    WrongCode,
    /// It was used before.
    Used,
    /// Too many wrong codes in a row.
    TooManyTries,
    /// The roster has no codes for this tablet.
    NoCodes,
    /// A crew member who was named is not on the roster.
    NotOnRoster,
}

/// What a reviewer found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewVerdict {
    /// As it should be.
    Justified,
    /// To be asked about.
    Questioned,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
    /// It says only a number, and nobody is registered under it.
    Unregistered,
    /// It failed the proof that it is the region's: perhaps a copy.
    NotGenuine,
    /// Two cards lay there at once.
    TwoCards,
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
