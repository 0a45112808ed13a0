//! What a store keeps of one resident, and how that changes.

use super::{Opener, RecordId, SealedDirectoryEntry, SealedPhoto, SealedRecord, Token};

/// One resident's row, all of it sealed or keyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The record.
    pub record: SealedRecord,
    /// The photo that was sealed beside it.
    pub photo: Option<SealedPhoto>,
    /// The token of the resident's common number.
    pub card_token: Token,
    /// One opener per card.
    pub openers: Vec<Opener>,
    /// Other tokens to find it by.
    pub tokens: Vec<Token>,
    /// Its entry in the directory.
    pub directory: SealedDirectoryEntry,
}

/// Which cards open a record that stays as it is: giving or taking a card never seals a record anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardChange {
    /// The record.
    pub record: RecordId,
    /// The version whose content key the openers wrap.
    pub version: u64,
    /// The token of the resident's common number.
    pub card_token: Token,
    /// One opener per card, in the place of all that were there.
    pub openers: Vec<Opener>,
}

/// Why a record is taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Removal {
    /// The resident withdrew consent.
    Withdrawn,
    /// The resident died.
    Deceased,
    /// The resident moved to another region.
    Moved,
}

/// One change of a region's records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A new record, or a newer version of one.
    Put(Row),
    /// Other cards for the version that is there.
    Cards(CardChange),
    /// A record is taken away with everything beside it.
    Remove {
        /// Which.
        record: RecordId,
        /// Why.
        reason: Removal,
    },
}

impl Change {
    /// Which record changes.
    pub const fn record(&self) -> RecordId {
        match self {
            Self::Put(row) => row.record.header().record,
            Self::Cards(cards) => cards.record,
            Self::Remove { record, .. } => *record,
        }
    }
}
