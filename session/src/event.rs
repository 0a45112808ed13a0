//! What can happen to the tablet.

use chrono::{DateTime, Utc};
use kakari_record::audit::AuditedRecord;
use kakari_record::model::Summary;
use kakari_record::photo::Face;
use kakari_record::seal::{KeyId, RecordId};

use crate::store_facts::{StoreFacts, StoreTrouble, WipeStage};
use crate::touch::Touch;

/// Numbers every request. An answer that carries an older number is dropped: a card pulled away never paints the next
/// patient's screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attempt(pub(crate) u64);

/// Now, as the runner saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The tablet's clock.
    pub utc: DateTime<Utc>,
    /// Milliseconds of a clock that never jumps.
    pub monotonic_ms: u64,
}

/// Everything the runner tells the session. Time comes as [`Event::Tick`], before other events and once a second.
#[derive(Debug)]
pub enum Event {
    /// Time goes on.
    Tick(Moment),
    /// The store is open.
    StoreOpened(StoreFacts),
    /// The store cannot be opened; the tablet goes on without it.
    StoreFailed(StoreTrouble),
    /// Sync changed something in the open store: records, roster, receipts, contact.
    StoreChanged(StoreFacts),
    /// The region has ordered this tablet to erase itself; the store is closed already.
    Wiped(WipeStage),
    /// The reader came, went, or its service did.
    ReaderChanged(ReaderState),
    /// A card was laid on the reader.
    CardArrived,
    /// The card was taken away.
    CardLeft,
    /// Something lies on the reader that does not answer.
    CardMute,
    /// Answer to [`crate::Effect::ReadStaffCard`].
    StaffCardRead(Attempt, StaffCardOutcome),
    /// Answer to [`crate::Effect::SignIn`].
    SignInAnswered(Attempt, SignInOutcome),
    /// Answer to [`crate::Effect::ReadPatientCard`].
    PatientCardRead(Attempt, Box<CardOutcome>),
    /// The audit row of this number is durable.
    AuditWritten(Attempt),
    /// The audit row of this number could not be written.
    AuditFailed(Attempt, StoreTrouble),
    /// The crew touched the glass.
    Touched(Touch),
}

/// The reader as the watcher sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReaderState {
    /// Not looked yet.
    Unknown,
    /// Ready.
    Ready,
    /// None plugged in.
    Missing,
    /// pcscd does not run.
    ServiceStopped,
    /// Plugged in, does not answer.
    Asleep,
}

/// What a card on the reader was when a staff card was asked for.
#[derive(Debug)]
pub enum StaffCardOutcome {
    /// A staff card of this region.
    Staff {
        /// Name on the card.
        name: String,
        /// Staff number on the card.
        staff_id: String,
        /// PIN tries left, where the card says.
        tries_left: Option<u8>,
    },
    /// Not usable for sign-in.
    Refused(CardTrouble),
}

/// What became of a sign-in.
#[derive(Debug)]
pub enum SignInOutcome {
    /// The runner holds the vault keys now.
    SignedIn(CrewMember),
    /// Wrong PIN.
    WrongPin {
        /// Tries left.
        tries_left: u8,
    },
    /// The PIN was not shown to the card: only one try is left, or the card does not say how many.
    LastTry,
    /// No tries left.
    Blocked,
    /// Genuine, but not on the roster.
    NotOnRoster,
    /// On the roster, but the card could not unwrap any vault key.
    NoKeys,
    /// The card or reader failed, or the card is refused.
    Refused(CardTrouble),
}

/// Somebody who signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrewMember {
    /// Staff number, for the audit.
    pub staff_id: String,
    /// Name, for the top bar.
    pub name: String,
    /// The card that they signed in with.
    pub card: CrewCard,
}

/// What a roster knows of a staff card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrewCard {
    /// Its key.
    pub key: KeyId,
    /// Its certificate's serial number, big-endian: what a revocation names.
    pub serial: Vec<u8>,
}

/// What became of reading a patient's card.
#[derive(Debug)]
pub enum CardOutcome {
    /// The record is open.
    Opened(OpenRecord),
    /// A genuine card; nobody of that number is in the store.
    NothingStored,
    /// A genuine card of somebody who is here, but not the card registered here.
    NotRegistered,
    /// No patient card, or one that is refused.
    Refused(CardTrouble),
    /// The record is there and does not open, or not with these keys.
    NotOpened(OpeningTrouble),
    /// The store failed.
    Store(StoreTrouble),
}

/// The photo beside a record, as it came out of the store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum OpenPhoto {
    /// There is none.
    #[default]
    None,
    /// Opened and decoded. Wiped on drop.
    Opened(Face),
    /// There is one, and it does not open. The record is shown without it.
    NotOpened,
}

/// An opened record. Dropping it wipes the summary and the photo.
#[derive(Debug)]
pub struct OpenRecord {
    /// Which record.
    pub id: RecordId,
    /// Which version of it.
    pub version: u64,
    /// What it says.
    pub summary: Summary,
    /// The face, for the identity check alone.
    pub photo: OpenPhoto,
}

impl OpenRecord {
    pub(crate) fn audited(&self) -> AuditedRecord {
        AuditedRecord::new(self.id, self.version)
    }
}

/// Why a card did not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardTrouble {
    /// Taken away before it was read.
    TornAway,
    /// It does not answer.
    NoAnswer,
    /// Another program holds the reader.
    Busy,
    /// The reader or its service failed.
    Reader,
    /// It answered what no card of ours answers.
    Malformed,
    /// Its certificate has run out.
    Expired,
    /// Its certificate begins later, or the tablet's clock is behind.
    NotYetValid,
    /// Signed by another region, or forged.
    OtherRegion,
    /// On the region's list of refused cards.
    Revoked,
    /// A My Number card.
    MyNumberCard,
    /// A driving licence.
    DrivingLicence,
    /// Another card of which nothing is known.
    NotOurs,
    /// A staff card where a patient's was wanted.
    StaffCard,
    /// A patient's card where a staff card was wanted.
    PatientCard,
}

/// Why a stored record does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpeningTrouble {
    /// The keys do not fit or a bit was changed.
    NotOpened,
    /// Sealed by a later version of the program.
    Newer,
    /// The crew's roster entry has no key of that epoch.
    NoKey,
}
