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
    /// Where the tablet's own keys lie, with which it signs its audit and speaks with the region; none before it has any.
    pub tablet_keys: Option<KeyPlace>,
    /// Whether the tablet was set back to an older state, as a counter in its TPM tells.
    pub counter: CounterFindings,
    /// What keeps its clock.
    pub clock: ClockFindings,
    /// The configuration says that the link is paid by the byte.
    pub metered: bool,
    /// Free room where the store is, in MB.
    pub disk_free_mb: Option<u64>,
    /// The program's version.
    pub version: String,
    /// Releases that wait, failed, or cannot be taken back.
    pub update: UpdateFindings,
}

/// What the program that takes releases has written down. All empty where there is none, as in training.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpdateFindings {
    /// The version that is taken at the next rest: nobody signed in, no case, the glass untouched for two minutes.
    pub ready: Option<String>,
    /// The version on trial: its first start in order has not been seen yet.
    pub trial: Option<String>,
    /// The last version that was given up, and why.
    pub failed: Option<(String, UpdateFault)>,
    /// A version that never started in order and cannot be taken back, for it has changed the stored data: for the office.
    pub stuck: Option<String>,
}

/// Why a version was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateFault {
    /// It did not start in order, three times in a row.
    NeverStarted,
    /// Its program was gone or empty.
    Broken,
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
    /// When the audit was read last.
    pub audit_checked_at: DateTime<Utc>,
    /// What came of reading the whole store.
    pub verified: Verified,
}

/// The whole store, read page by page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// It is being read.
    Running,
    /// Every page is what was written, and there are as many records as were applied.
    Sound {
        /// When it was read.
        at: DateTime<Utc>,
        /// Records, counted one by one.
        counted: u64,
        /// How old they are; none of no records.
        sealed: Option<SealedTimes>,
    },
    /// A page is not what was written, or records are missing.
    Unsound {
        /// When it was read.
        at: DateTime<Utc>,
    },
}

/// When the region made the records that are here: figures over all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedTimes {
    /// Half of the records are older.
    pub median: DateTime<Utc>,
    /// One in twenty is older.
    pub p95: DateTime<Utc>,
}

/// What keeps the tablet's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClockFindings {
    /// Whether the system says that a time server sets it; none where it cannot be asked.
    pub synchronised: Option<bool>,
    /// By how many seconds it was moved since the program started, more than a minute.
    pub moved_seconds: Option<i64>,
}

/// Whether what this tablet has trusted was set back, by a counter in its TPM that only counts up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CounterFindings {
    /// No TPM, or none is used.
    #[default]
    None,
    /// The tablet has trusted what the counter says.
    Sound,
    /// The tablet has trusted more than its files say: somebody put older ones back.
    Behind,
    /// The counter is another one than was noted: the TPM was cleared or replaced.
    Another,
    /// The counter does not answer.
    Away,
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

/// Where a key lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// In this tablet's TPM, or sealed by it: the disk in another machine opens nothing.
    Tpm,
    /// Given by the system at the start of the program (a systemd credential), and sealed with something else: whoever
    /// has the whole disk may have it too.
    Credential,
    /// A file that only its owner reads: weaker, for whoever has the disk has it too.
    File,
}

/// What the bar tells of the tablet. Parts that this tablet cannot know are `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gauges {
    /// The emptiest battery.
    pub battery: Option<Battery>,
    /// The network link that is up.
    pub link: Option<Link>,
    /// What ModemManager says of the modem; none without one, or when it does not answer.
    pub modem: Option<Modem>,
}

/// The best network link that is up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// None is.
    Down,
    /// A modem's.
    Mobile,
    /// A wireless network's.
    Wireless,
    /// A cable's.
    Wired,
}

/// A modem for mobile networks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modem {
    /// How far it is.
    pub state: ModemState,
    /// The network's name as the modem tells it; empty before it is registered.
    pub operator: String,
    /// Strength of the signal in per cent, where there is one.
    pub signal: Option<u8>,
    /// 「LTE」, 「5G」, 「3G」
    pub access: &'static str,
}

/// How far a modem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModemState {
    /// No SIM is in it, or none that works.
    NoSim,
    /// The SIM wants its PIN.
    Locked,
    /// It is switched off.
    Off,
    /// It does not work.
    Failed,
    /// It looks for a network.
    Searching,
    /// In a network, and no data goes.
    Registered,
    /// Data can go.
    Connected,
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
    /// A newer version of the program.
    Program,
}
