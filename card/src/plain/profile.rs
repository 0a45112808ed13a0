//! Where a region's number-only cards hold their number.

/// One make of number-only card that a region uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardProfile {
    /// What the region calls it.
    pub name: String,
    /// Where the number is.
    pub place: Place,
    /// How it is written there.
    pub form: NumberForm,
    /// Its cards are FeliCa Lite-S cards that hold a key of the region's.
    pub has_key: bool,
}

/// Where on a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// In a block of a service of a FeliCa system, readable without a key.
    Felica {
        /// System code, as printed: 88B4 for Lite-S.
        system: u16,
        /// Service code, as printed: 000B for Lite-S's read-only service.
        service: u16,
        /// Block number.
        block: u8,
    },
    /// In the 16 bytes from this page on of a Type A memory card (MIFARE Ultralight and NTAG: page of 4 bytes).
    TypeA {
        /// Page number.
        page: u8,
    },
}

/// How the sixteen digits are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NumberForm {
    /// 16 ASCII digits.
    Ascii,
    /// 8 bytes, two digits each, the rest of the block zero or FF.
    Bcd,
}

/// Why a profile is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// Which setting, and what it may be.
    #[error("card profile '{name}': {what}")]
    Wrong {
        /// Of which profile.
        name: String,
        /// What is wrong and what is allowed.
        what: &'static str,
    },
}
