//! What a reader's antenna or contacts meet: a chip that takes APDUs, or one that speaks its own language on the air.

use std::sync::{Mutex, PoisonError};

use crate::chip::Chip;

/// How a card is spoken to. In the order in which a reader looks for cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Technology {
    Contact,
    TypeA,
    TypeB,
    Felica,
}

/// A chip that speaks frames of its own (FeliCa, memory cards), which a reader must translate to and from APDUs.
pub(crate) trait Air: Send {
    /// What `FF CA 00 00 00` gives.
    fn id(&self) -> Vec<u8>;

    /// What `FF CA 01 00 00` gives, if anything: a FeliCa card's PMm.
    fn make(&self) -> Option<Vec<u8>> {
        None
    }

    /// It came into a field.
    fn insert(&mut self) {}

    /// Its power was switched.
    fn power(&mut self) {}

    /// A frame without its checksum, and the answer; `None` is silence.
    fn hear(&mut self, frame: &[u8]) -> Option<Vec<u8>>;
}

pub(crate) enum Body {
    /// Gets every command, also those that a real reader answers itself.
    Raw(Chip),
    /// Takes APDUs (ISO/IEC 14443-4), and has an identifier that is made up anew at every insertion.
    Apdus { chip: Chip, technology: Technology, id: Mutex<Vec<u8>>, make_id: fn() -> Vec<u8> },
    /// Anything else.
    Air { air: Mutex<Box<dyn Air>>, technology: Technology },
}

impl Body {
    pub(crate) fn apdus(chip: Chip, technology: Technology, make_id: fn() -> Vec<u8>) -> Self {
        Self::Apdus { chip, technology, id: Mutex::new(make_id()), make_id }
    }

    pub(crate) fn air(technology: Technology, air: impl Air + 'static) -> Self {
        Self::Air { air: Mutex::new(Box::new(air)), technology }
    }

    pub(crate) fn technology(&self) -> Technology {
        match self {
            Self::Raw(_) => Technology::Contact,
            Self::Apdus { technology, .. } | Self::Air { technology, .. } => *technology,
        }
    }

    pub(crate) fn insert(&self) {
        match self {
            Self::Raw(chip) => chip.power(),
            Self::Apdus { chip, id, make_id, .. } => {
                *id.lock().unwrap_or_else(PoisonError::into_inner) = make_id();
                chip.power();
            }
            Self::Air { air, .. } => {
                let mut air = air.lock().unwrap_or_else(PoisonError::into_inner);
                air.insert();
                air.power();
            }
        }
    }

    pub(crate) fn power(&self) {
        match self {
            Self::Raw(chip) | Self::Apdus { chip, .. } => chip.power(),
            Self::Air { air, .. } => air.lock().unwrap_or_else(PoisonError::into_inner).power(),
        }
    }

    pub(crate) fn id(&self) -> Vec<u8> {
        match self {
            Self::Raw(_) => Vec::new(),
            Self::Apdus { id, .. } => id.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            Self::Air { air, .. } => air.lock().unwrap_or_else(PoisonError::into_inner).id(),
        }
    }

    pub(crate) fn make(&self) -> Option<Vec<u8>> {
        match self {
            Self::Raw(_) | Self::Apdus { .. } => None,
            Self::Air { air, .. } => air.lock().unwrap_or_else(PoisonError::into_inner).make(),
        }
    }

    /// An APDU or a frame, whichever the card speaks.
    pub(crate) fn hear(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Raw(chip) | Self::Apdus { chip, .. } => Some(chip.answer(bytes)),
            Self::Air { air, .. } => air.lock().unwrap_or_else(PoisonError::into_inner).hear(bytes),
        }
    }
}
