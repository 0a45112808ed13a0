//! What can happen to the tablet.

use chrono::{DateTime, Utc};
use kakari_record::audit::review::BreakGlassUse;
use kakari_record::audit::usage::Usage;
use kakari_record::audit::{Access, AuditedRecord, FallbackRefusal};
use kakari_record::handover::{CopyOnCard, Provenance};
use kakari_record::model::Summary;
use kakari_record::photo::Face;
use kakari_record::seal::{DirectoryEntry, KeyId, RecordId};

use crate::findings::{Findings, Gauges, SyncStage};
use crate::scene::Scene;
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
    /// A card was laid on the reader, and another program holds it for itself alone.
    CardBusy,
    /// The card on the reader, which another program used when it was asked, is free again.
    CardFree,
    /// Beside the card on one reader, another was laid on a second: nobody can say which is meant.
    SecondCard,
    /// It was taken away; the card that remains is the one that was there before.
    SecondCardLeft,
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
    /// The disk is full: the audit row of this number is kept in memory, and written before every later row as soon as
    /// there is room. What it allows may be shown, with a notice that stays.
    AuditOwed(Attempt),
    /// Every row that waited in memory is on disk.
    RowsWritten,
    /// The audit was checked in the background and is not whole: where, in both languages.
    AuditFaulty {
        /// 「3件目から7件目が抜けています」
        japanese: String,
        /// "rows 3 to 7 are missing"
        english: String,
    },
    /// The crew touched the glass.
    Touched(Touch),
    /// The crew touched the glass while it showed this scene; if another one has come meanwhile, a touch that means
    /// somebody does nothing.
    TouchedIn(Scene, Touch),
    /// Answer to [`crate::Effect::Reopen`].
    ReopenAnswered(Attempt, ReopenOutcome),
    /// Answer to [`crate::Effect::StartFallback`].
    FallbackAnswered(Attempt, FallbackOutcome),
    /// Answer to [`crate::Effect::Search`].
    Searched(Attempt, SearchOutcome),
    /// Answer to [`crate::Effect::OpenFound`]. `NothingStored` when sync took the record away meanwhile.
    FoundOpened(Attempt, Box<CardOutcome>),
    /// Answer to [`crate::Effect::Save`].
    Saved(Attempt, SaveOutcome),
    /// What the bar tells of the tablet itself has changed.
    Gauges(Gauges),
    /// Answer to [`crate::Effect::LookRound`].
    LookedRound(Attempt, Box<Findings>),
    /// How far a sync is that was asked for; one more for each change.
    SyncStage(SyncStage),
    /// Answer to [`crate::Effect::ReadReview`], the oldest first.
    Reviewed(Attempt, Result<Vec<BreakGlassUse>, StoreTrouble>),
    /// Answer to [`crate::Effect::NoteRest`]: whether the mark is on the disk.
    RestNoted(bool),
    /// A version of the program that lies ready, or none any more.
    UpdateReady(Option<String>),
    /// Answer to [`crate::Effect::CountUsage`].
    Counted(Attempt, Result<Box<Usage>, StoreTrouble>),
}

/// What became of a PIN on a locked tablet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReopenOutcome {
    /// The runner holds the vault keys again.
    Reopened {
        /// Whose PIN it was.
        staff_id: String,
    },
    /// Nobody's of this crew.
    WrongPin {
        /// Tries left; at 0 the wrapped keys are gone and a staff card is needed.
        tries_left: u8,
    },
    /// The keys are gone: the shift is over, or its roster.
    Gone,
}

/// What became of a start by one-time code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FallbackOutcome {
    /// The runner holds the vault keys, and the code can never be used again.
    Started {
        /// The crew members that were named.
        crew: Vec<CrewMember>,
        /// Which code; not the code.
        code: [u8; 8],
    },
    /// It did not.
    Refused(FallbackRefusal),
    /// The store failed: the code could not be marked as used.
    Store(StoreTrouble),
}

/// What a search found.
#[derive(Debug)]
pub enum SearchOutcome {
    /// At most five households, the likeliest first; none when nobody fits.
    Found(Box<FoundPeople>),
    /// More than five: nobody is named.
    TooMany {
        /// As in [`FoundPeople::terms`].
        terms: [u8; 16],
    },
    /// The store failed, or the crew has no keys.
    Failed(StoreTrouble),
}

/// People who fit.
pub struct FoundPeople {
    /// One or several people at one address or phone.
    pub households: Vec<Vec<Candidate>>,
    /// HMAC of the folded terms, for the audit.
    pub terms: [u8; 16],
    /// Residents that this search could not see: without a kana name, birth date or sex that it asks by.
    pub unsearchable: u64,
    /// Others fit whose names are similar to what was typed; with them there would have been too many to name.
    pub similar_left_out: bool,
}

/// Somebody who fits. Wiped on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Which record.
    pub record: RecordId,
    /// Who.
    pub entry: DirectoryEntry,
}

/// What became of a file for the hospital.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SaveOutcome {
    /// It is on the disk or stick, durable.
    Saved {
        /// Its name, without the folder; nothing of a patient in it.
        file: String,
    },
    /// It is not, and nothing of it is left there.
    NotSaved(SaveTrouble),
}

/// Why no file was written for the hospital.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaveTrouble {
    /// No folder is configured, or it is not there.
    NoPlace,
    /// The folder is there, and no stick is in it.
    NotMounted,
    /// No room is left on it.
    Full,
    /// It could not be written.
    Failed,
    /// Its patient withdrew consent.
    Withdrawn,
}

impl std::fmt::Debug for FoundPeople {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FoundPeople({} households)", self.households.len())
    }
}

impl std::fmt::Debug for Candidate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Candidate([redacted])")
    }
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
    /// What led to it, and how much that proves.
    pub access: Access,
    /// Where it was read when that was not this tablet's store.
    pub copy: Option<CardCopyFacts>,
}

/// A record that was read from the patient's card itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardCopyFacts {
    /// Which neighbouring region wrote it; none for this tablet's own.
    pub region: Option<Neighbour>,
    /// When it was written.
    pub sealed_at: DateTime<Utc>,
}

/// A neighbouring region. Its record ids are its own choice, and mean nothing without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Its feed.
    pub feed: [u8; 16],
    /// Its name.
    pub name: String,
}

impl OpenRecord {
    pub(crate) fn audited(&self) -> AuditedRecord {
        AuditedRecord::new(self.id, self.version)
    }

    /// The feed of the neighbouring region whose record it is.
    pub(crate) fn neighbour(&self) -> Option<[u8; 16]> {
        Some(self.copy.as_ref()?.region.as_ref()?.feed)
    }

    /// How a hospital is told that it was come by.
    pub(crate) fn provenance(&self, access: Access) -> Provenance {
        let copy = self.copy.as_ref().map(|copy| CopyOnCard { region: copy.region_name(), written: copy.sealed_at });
        Provenance { unproven_card: access == Access::UnprovenCard, copy }
    }
}

impl CardCopyFacts {
    /// The name of the neighbouring region; none for the own.
    pub(crate) fn region_name(&self) -> Option<String> {
        self.region.as_ref().map(|region| region.name.clone())
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
    /// A card for trains and buses (Suica, PASMO and others), or the same in a phone.
    TransitCard,
    /// A bank's card or a credit card.
    BankCard,
    /// A residence card (在留カード).
    ResidenceCard,
    /// A passport.
    Passport,
    /// A FeliCa or MIFARE card that says a number which nobody here is registered under, or none.
    UnregisteredCard,
    /// A card whose identifier changes with every tap (Type B, a phone): it cannot stand for a patient.
    ChangingIdentifier,
    /// A card of the region's make on which nothing was issued, or whose issuing was interrupted.
    BlankCard,
    /// Two cards lie on the reader, or on two readers.
    TwoCards,
    /// A card that says it is a region's FeliCa Lite-S card and fails its proof: it may be a copy.
    NotGenuine,
    /// Of a region that this one trusts, and without the copy that could be read here.
    NoCopy,
    /// Of a region that this one trusts, and its copy is not what that region wrote.
    CopyDamaged,
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
    /// The card's number is registered for more than one person: nobody can say whose it is.
    Several,
}
