//! What can happen, each with what is needed to judge it later.

use serde::{Deserialize, Serialize};

use super::{
    Access, AuditBasis, AuditedRecord, BreakGlassEnd, BreakGlassReason, CardRefusal, Closing, FallbackRefusal,
    HandoverWay, LimitStage, ReviewVerdict, SignInFailure, TermKind,
};
use crate::model::Subject;

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
    /// A record was opened for the identity check. Of a card that led to a record this is also the row that it was seen.
    RecordOpened {
        /// Which.
        record: AuditedRecord,
        /// How it was found.
        #[serde(default)]
        access: Access,
        /// Milliseconds from the card seen, or the candidate chosen, to here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        took_ms: Option<u32>,
        /// The feed of the neighbouring region whose record it is, where a card carried its copy; none for an own one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        neighbour: Option<[u8; 16]>,
    },
    /// The patient's card was taken off the reader while the record was open.
    CardRemoved {
        /// Which record.
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
        /// How it was found.
        #[serde(default)]
        access: Access,
        /// Milliseconds from the card seen, or the candidate chosen, to here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        took_ms: Option<u32>,
        /// Age of the information in seconds at that moment; none when the clock stood before it.
        age_seconds: Option<u64>,
        /// Seconds since the region was last heard, at that moment; none before it ever was, or when the clock stood
        /// before it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        feed_age_seconds: Option<u64>,
        /// Blocks that could not be shown.
        unavailable: Vec<String>,
        /// The feed of the neighbouring region whose record it is, where a card carried its copy; none for an own one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        neighbour: Option<[u8; 16]>,
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
    /// Told after the case, if at all: whether the record changed where the patient was taken.
    DestinationTold {
        /// True when it did.
        changed: bool,
    },
    /// The program ended without [`AuditKind::Stopped`] the last time; this row is the first since.
    CrashRecovered,
    /// Another version of the program wrote the rows before this one.
    Updated {
        /// Which.
        from: String,
    },
    /// The configuration is not what it was at the last start.
    ConfigChanged,
    /// The tablet was enrolled, or enrolled anew.
    Enrolled,
    /// The crew ended its shift.
    SignedOut,
    /// A PIN alone opened the locked tablet again within the shift.
    Reopened {
        /// Whose.
        staff_id: String,
    },
    /// A PIN did not open the locked tablet.
    ReopenFailed {
        /// Tries that are left before a staff card is needed.
        tries_left: u8,
    },
    /// Two rostered crew members began a shift without a staff card, by a supervisor's one-time code. Who they are stands
    /// in the event's crew.
    FallbackStarted {
        /// Which code; not the code.
        code: [u8; 8],
    },
    /// A one-time code did not start a shift.
    FallbackRefused {
        /// Why.
        reason: FallbackRefusal,
    },
    /// 緊急閲覧: records may be searched for without a card from now on.
    BreakGlassStarted {
        /// Why.
        reason: BreakGlassReason,
        /// For how long at most.
        minutes: u16,
    },
    /// The crew asked for the same time once more.
    BreakGlassExtended {
        /// Why.
        reason: BreakGlassReason,
        /// For how long at most, from now on.
        minutes: u16,
    },
    /// The search without a card is over.
    BreakGlassEnded {
        /// Why.
        reason: BreakGlassEnd,
    },
    /// A search without a card was answered.
    Searched {
        /// What was asked by.
        by: Vec<TermKind>,
        /// HMAC-SHA256 of the folded terms under the vault's `index` key, cut to 16 bytes: equal for equal searches.
        terms: [u8; 16],
        /// How many people were named; 0 also when there were too many to name.
        named: u8,
        /// Of them, people whom no earlier search of this shift had named.
        newly: u8,
        /// True when there were too many to name any.
        too_many: bool,
    },
    /// More was searched than a shift usually needs: the office is to look at it.
    SearchLimit {
        /// What became of it.
        stage: LimitStage,
        /// People named in this shift.
        people: u32,
        /// Records opened without a card in this shift.
        opened: u32,
    },
    /// A record that was found without a card was not shown.
    FoundRefused {
        /// Which.
        record: [u8; 16],
        /// Why, as of a card.
        reason: CardRefusal,
    },
    /// A candidate was chosen, and another birth year was typed than the candidate's.
    BirthYearWrong {
        /// Whose record would have opened.
        record: [u8; 16],
    },
    /// The record was handed over.
    HandedOver {
        /// Which.
        record: AuditedRecord,
        /// How.
        way: HandoverWay,
        /// What of it.
        sections: Vec<Subject>,
        /// True when it held what the patient has not been told.
        untold: bool,
        /// To whom, where that was said.
        receiver: Option<String>,
    },
    /// `kakari sync` brought something.
    SyncEnded {
        /// Rows applied.
        applied: u64,
        /// Rows set aside.
        set_aside: u64,
        /// Where the feed stands.
        sequence: u64,
    },
    /// Something of the feed was refused.
    FeedRefused {
        /// In the words of the refusal; nothing of a patient.
        reason: String,
    },
    /// The region ordered this tablet to erase itself.
    WipeOrdered,
    /// The clock moved against the one that never jumps.
    ClockStepped {
        /// By how many seconds, forward or back.
        by_seconds: i64,
    },
    /// Little room is left on the disk.
    DiskLow {
        /// Megabytes left.
        free_mb: u64,
    },
    /// The battery is nearly empty.
    BatteryLow {
        /// What is left of it, in per cent.
        percent: u8,
    },
    /// Rows before this one were kept in memory while the disk was full, and written late.
    RowsLate {
        /// How many.
        rows: u64,
    },
    /// What this chain was at a moment, signed by the tablet (docs/formats/audit-chain-v1.md).
    Checkpoint {
        /// The last row before this one.
        sequence: u64,
        /// Its hash.
        hash: [u8; 32],
        /// By the tablet key, 64 bytes.
        signature: Vec<u8>,
    },
    /// This audit was checked and is not whole.
    AuditFaulty {
        /// In how many places.
        faults: u64,
        /// The first of them, in words; nothing of a patient.
        first: String,
    },
    /// Rows were exported.
    AuditExported {
        /// The first.
        first: u64,
        /// The last.
        last: u64,
    },
    /// Somebody at the station looked at a use of break-glass.
    BreakGlassReviewed {
        /// The row of its [`AuditKind::BreakGlassStarted`].
        sequence: u64,
        /// What they found.
        verdict: ReviewVerdict,
        /// Staff number of who looked.
        reviewer: String,
    },
}
