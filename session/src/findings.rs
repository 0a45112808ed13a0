//! What the runner finds when it looks round the tablet: figures and names of devices, nobody's data.

use chrono::{DateTime, Utc};

use crate::battery::{LOW, VERY_LOW};
use crate::store_facts::StoreTrouble;
use crate::view::Mark;

/// Answer to [`crate::Effect::LookRound`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings {
    /// The reader that works; none when none does.
    pub reader: Option<String>,
    /// What is known of it, or of one that is plugged in and cannot work.
    pub reader_facts: ReaderFacts,
    /// The store and its audit.
    pub store: Result<StoreFindings, StoreTrouble>,
    /// The region; none where this tablet belongs to none, as in training.
    pub region: Option<RegionFindings>,
    /// Where the store's key lies.
    pub keys: KeyPlace,
    /// Free room where the store is, in MB.
    pub disk_free_mb: Option<u64>,
    /// The program's version.
    pub version: String,
}

/// A reader's make. What is not told stands empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReaderFacts {
    /// Who made it.
    pub vendor: Option<String>,
    /// The version of its own program, as its maker writes it.
    pub firmware: Option<String>,
    /// Its serial number.
    pub serial: Option<String>,
    /// The drivers that this tablet has, with their versions.
    pub drivers: Vec<String>,
    /// What keeps it from working as it should.
    pub trouble: Option<ReaderFault>,
}

/// What is wrong with a reader by its make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReaderFault {
    /// Its own program is older than the driver takes.
    OldFirmware,
    /// It has no field: cards that are laid on it are not seen.
    ContactOnly,
    /// Plugged in, of a make for which Linux has no driver.
    NotSupported,
    /// More than one driver claims it, and they behave differently.
    TwoDrivers,
}

/// What the store says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreFindings {
    /// Residents in it, as they were counted when they were applied.
    pub records: u64,
    /// Rows that could not be taken, and wait for a newer program.
    pub set_aside: u64,
    /// Rows of the audit.
    pub audit_rows: u64,
    /// Of them, rows that the region signed for.
    pub audit_receipted: u64,
    /// Of them, rows that the region holds in another form.
    pub audit_in_conflict: u64,
    /// What is wrong with the audit, in both languages; none while it is whole.
    pub audit_fault: Option<(String, String)>,
}

/// What is known of the region and of the program that speaks with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionFindings {
    /// When the region was last heard, by its own clock.
    pub heard: Option<DateTime<Utc>>,
    /// How far the region's clock goes before the tablet's.
    pub ahead_seconds: Option<i64>,
    /// What was refused last, in both languages, and has not been taken since.
    pub refused: Option<(String, String)>,
    /// Days that the tablet's certificate is valid; none before its first contact.
    pub certificate_days: Option<i64>,
    /// True when the program that syncs has been seen within a minute.
    pub syncing: bool,
    /// What its last rounds did.
    pub last_round: Option<RoundFindings>,
}

/// What a round of sync did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundFindings {
    /// When it ended, by the tablet's clock.
    pub at: DateTime<Utc>,
    /// Records put or replaced.
    pub put: u64,
    /// Records removed.
    pub removed: u64,
    /// Rows of the audit that were receipted.
    pub receipted: u64,
    /// Why it did not do all that was due, in both languages.
    pub failed: Option<(String, String)>,
}

/// Where the key of the store lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// Given by the system at the start of the program (a systemd credential).
    Credential,
    /// A file that only its owner reads: weaker, for whoever has the disk has it too.
    File,
}

/// What the bar tells of the tablet. Parts that this tablet cannot know are `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gauges {
    /// The emptiest battery.
    pub battery: Option<Battery>,
    /// Whether any network link is up.
    pub link: Option<bool>,
}

/// A battery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Battery {
    /// What is in it.
    pub percent: u8,
    /// It is being charged.
    pub charging: bool,
}

impl Battery {
    /// Whether it lasts: charging makes it good, whatever is in it.
    pub(crate) fn mark(self) -> Mark {
        match self.percent {
            _ if self.charging => Mark::Good,
            percent if percent <= VERY_LOW => Mark::Bad,
            percent if percent <= LOW => Mark::Caution,
            _ => Mark::Good,
        }
    }
}

/// Something that another process does while the crew waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyncStage {
    /// Asked for; the other process has not answered.
    Asked,
    /// So many bytes of so many are here.
    Fetching {
        /// Which part.
        part: SyncPart,
        /// Bytes that are here.
        done: u64,
        /// Bytes that it has.
        of: u64,
    },
    /// Over.
    Done(RoundFindings),
    /// The other process does not answer.
    NoAnswer,
    /// No folder of a region's was found on a stick.
    NoBundle,
}

/// What is being fetched or sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncPart {
    /// Head, orders, roster: small.
    Notices,
    /// The audit goes out.
    Receipts,
    /// What changed.
    Changes,
    /// All records.
    Everything,
    /// Comparing.
    Comparing,
}
