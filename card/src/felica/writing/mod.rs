//! Making a blank FeliCa Lite-S card a resident's: the number, the region's key, and the lock (FeliCa Lite-S User's
//! Manual, issuing and memory configuration).
//!
//! Number, key version, key, proof, lock, proof: in this order, so that what is on the card tells where an interrupted
//! writing stands. It is simply begun again. Nothing is locked that has not proved itself.

#[cfg(test)]
mod tests;
mod writer;

use super::frame::{ANY_SYSTEM, Idm};
use super::way::Way;
use super::{Mismatch, Reach, Step};
use crate::apdu::Status;
use crate::certificate::CardNumber;
use crate::plain::{LiteSId, LiteSKey, PlainKind, read_identifier};
use crate::quirks::ways_of;
use crate::{CardError, Conversation};
use writer::Writer;

/// PMm's second byte: RC-S966, and FeliCa Link that plays one.
const LITE_S: std::ops::RangeInclusive<u8> = 0xF1..=0xF2;
/// PC/SC part 3, GET DATA: PMm.
const GET_PMM: [u8; 5] = [0xFF, 0xCA, 1, 0, 0];

/// What is to be on the card.
pub struct LiteSOrder<'a> {
    /// Whose card.
    pub number: &'a CardNumber,
    /// The key's version: the vault epoch that it is derived from.
    pub key_version: u16,
    /// The card's key, of its ID block and this version.
    pub key: &'a dyn Fn(&LiteSId) -> LiteSKey,
}

/// What was found or made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiteSWritten {
    /// Written and locked now.
    Now,
    /// It was this already, and proved it.
    Before,
}

/// Why a card is not a resident's now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LiteSError {
    /// The conversation broke; begin again with the same card.
    #[error(transparent)]
    Card(#[from] CardError),
    /// Something else, or through a reader that takes no writing to it.
    #[error("not a FeliCa Lite-S card, or this reader cannot write to one")]
    NotLiteS,
    /// Two cards.
    #[error("two cards answer: lay one alone on the reader")]
    TwoCards,
    /// There is another number on it.
    #[error("the card carries another number: take a blank one")]
    OtherNumber,
    /// Locked under another version of the key.
    #[error("the card was written with the key of epoch {0}: take a blank one, and register this one as replaced")]
    OtherVersion(u16),
    /// The card took a block not.
    #[error("the card does not take block {0:02X}h: take another one")]
    Refused(u8),
    /// Not locked.
    #[error("the card does not prove the key that was written; it is not locked: lay it on again")]
    NotProved,
    /// Locked, by somebody else or with another key.
    #[error("the card is locked and does not prove the region's key: it cannot be used")]
    Unusable,
}

type Written<T> = Result<T, LiteSError>;

impl Conversation {
    /// Makes the FeliCa Lite-S card of this conversation a resident's. About twelve exchanges, six of them writes.
    ///
    /// # Errors
    /// See [`LiteSError`]. Finish the conversation also on success.
    pub fn write_lite_s(&mut self, order: &LiteSOrder<'_>) -> Written<LiteSWritten> {
        let id = read_identifier(&mut self.piv, PlainKind::Felica)?;
        let idm: Idm = id.and_then(|id| id.try_into().ok()).ok_or(LiteSError::NotLiteS)?;
        for way in ways_of(&self.reader) {
            let Ok(mut reach) = Reach::open(&mut self.piv, way)? else { continue };
            let is_one = is_lite_s(&mut reach, way, &idm)?;
            let written = is_one.then(|| Writer { reach: &mut reach, idm, order }.run());
            if let Some(Err(LiteSError::Card(broken))) = written {
                return Err(broken.into());
            }
            reach.close()?;
            match written {
                Some(Err(LiteSError::NotLiteS)) | None => {}
                Some(written) => return written,
            }
        }
        Err(LiteSError::NotLiteS)
    }
}

fn is_lite_s(reach: &mut Reach<'_>, way: Way, idm: &Idm) -> Written<bool> {
    let pmm = if way == Way::Storage {
        let answer = reach.reader().raw("GET PMM", &GET_PMM)?;
        (answer.status() == Status::Done).then(|| answer.data.get(1).copied()).flatten()
    } else {
        match known(reach.poll(ANY_SYSTEM)) {
            Ok(Some(polled)) if polled.idm == *idm => Some(polled.pmm[1]),
            Ok(Some(_)) => return Err(LiteSError::TwoCards),
            Ok(None) | Err(LiteSError::NotLiteS) => None,
            Err(error) => return Err(error),
        }
    };
    Ok(pmm.is_some_and(|chip| LITE_S.contains(&chip)))
}

fn known<T>(step: Step<T>) -> Written<T> {
    step?.map_err(|mismatch| match mismatch {
        Mismatch::Way => LiteSError::NotLiteS,
        Mismatch::TwoCards => LiteSError::TwoCards,
    })
}
