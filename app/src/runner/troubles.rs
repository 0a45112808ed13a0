//! The one place where errors of cards and store become what the session knows.

use kakari_card::{CardError, ForeignKind, Refusal};
use kakari_session::{CardOutcome, CardTrouble, StoreTrouble};
use kakari_store::{KeyError, OpenError, StoreError};

pub(super) fn torn() -> CardOutcome {
    CardOutcome::Refused(CardTrouble::TornAway)
}

pub(super) fn card_trouble(error: &CardError) -> CardTrouble {
    match error {
        CardError::Removed | CardError::Torn | CardError::Changed => CardTrouble::TornAway,
        CardError::NoAnswer | CardError::Mute => CardTrouble::NoAnswer,
        CardError::Busy => CardTrouble::Busy,
        CardError::Malformed { .. } | CardError::Refused { .. } | CardError::InvalidPoint => CardTrouble::Malformed,
        _ => CardTrouble::Reader,
    }
}

pub(super) fn refusal_trouble(refusal: Refusal) -> CardTrouble {
    match refusal {
        Refusal::Expired => CardTrouble::Expired,
        Refusal::NotYetValid => CardTrouble::NotYetValid,
        Refusal::OtherRegion => CardTrouble::OtherRegion,
        _ => CardTrouble::Malformed,
    }
}

pub(super) fn foreign_trouble(kind: ForeignKind) -> CardTrouble {
    match kind {
        ForeignKind::MyNumber => CardTrouble::MyNumberCard,
        ForeignKind::DrivingLicence => CardTrouble::DrivingLicence,
        ForeignKind::ResidenceCard => CardTrouble::ResidenceCard,
        ForeignKind::Passport => CardTrouble::Passport,
        ForeignKind::Bank => CardTrouble::BankCard,
        ForeignKind::Transit => CardTrouble::TransitCard,
        ForeignKind::Felica | ForeignKind::MemoryCard => CardTrouble::UnregisteredCard,
        ForeignKind::ChangingIdentifier => CardTrouble::ChangingIdentifier,
        ForeignKind::TwoCards => CardTrouble::TwoCards,
        _ => CardTrouble::NotOurs,
    }
}

pub(super) fn key_trouble(error: &KeyError) -> StoreTrouble {
    tracing::error!(%error, "the store key cannot be used");
    StoreTrouble::NoKey
}

pub(super) fn open_trouble(error: &OpenError) -> StoreTrouble {
    tracing::error!(%error, "the store does not open");
    match error {
        OpenError::Missing(_) => StoreTrouble::Missing,
        OpenError::WrongKey => StoreTrouble::WrongKey,
        OpenError::Damaged => StoreTrouble::Damaged,
        OpenError::WrongKeyOrDamaged => StoreTrouble::WrongKeyOrDamaged,
        OpenError::Newer { .. } => StoreTrouble::Newer,
        _ => StoreTrouble::Refused,
    }
}

pub(crate) fn store_trouble(error: &StoreError) -> StoreTrouble {
    match error {
        StoreError::Damaged => StoreTrouble::Damaged,
        StoreError::Full => StoreTrouble::Full,
        StoreError::NewerSet => StoreTrouble::Newer,
        _ => StoreTrouble::Refused,
    }
}
