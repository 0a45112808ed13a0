//! Memory cards in a conversation: who they are, whether they are genuine, and whether they are still the same.

use super::felica::{Reached, Seen, look};
use super::identifier::{is_made_up, read_identifier};
use super::number::number_in;
use super::{CardProfile, LiteSId, LiteSKey, MacProof, Place, PlainCard, PlainKind, proof};
use crate::apdu::Status;
use crate::certificate::CardNumber;
use crate::kind::ForeignKind;
use crate::piv::Piv;
use crate::quirks::ways_of;
use crate::{CardError, Conversation, Laid};

/// A memory card as it was at the beginning of the conversation.
pub(crate) struct Plain {
    kind: PlainKind,
    id: Vec<u8>,
    reached: Option<Reached>,
}

impl Conversation {
    pub(crate) fn identify_felica(&mut self) -> Result<Laid, CardError> {
        let id = match self.begin_plain(PlainKind::Felica, ForeignKind::Felica)? {
            Ok(id) => id,
            Err(foreign) => return Ok(Laid::Foreign(foreign)),
        };
        let Ok(idm) = <[u8; 8]>::try_from(&id[..]) else { return Ok(Laid::Foreign(ForeignKind::Felica)) };
        let (reached, looks_like) = match look(&mut self.piv, &idm, &self.profiles, &ways_of(&self.reader))? {
            Seen::Other(ForeignKind::TwoCards) => return Ok(Laid::Foreign(ForeignKind::TwoCards)),
            Seen::Other(kind) => (None, kind),
            Seen::Number(reached) => (Some(reached), ForeignKind::Felica),
        };
        let number = reached.as_ref().map(|reached| reached.number.clone());
        let has_key = reached.as_ref().is_some_and(|reached| reached.has_key);
        self.plain = Some(Plain { kind: PlainKind::Felica, id: id.clone(), reached });
        Ok(Laid::Plain(PlainCard { kind: PlainKind::Felica, id, number, has_key, looks_like }))
    }

    /// `has_pages`: its pages are read without a key.
    pub(crate) fn identify_type_a(&mut self, has_pages: bool) -> Result<Laid, CardError> {
        let id = match self.begin_plain(PlainKind::TypeA, ForeignKind::MemoryCard)? {
            Ok(id) => id,
            Err(foreign) => return Ok(Laid::Foreign(foreign)),
        };
        let number = if has_pages { read_pages(&mut self.piv, &self.profiles)? } else { None };
        let looks_like = ForeignKind::MemoryCard;
        Ok(Laid::Plain(PlainCard { kind: PlainKind::TypeA, id, number, has_key: false, looks_like }))
    }

    /// The identifier, unless it is one that says nothing.
    fn begin_plain(&mut self, kind: PlainKind, else_: ForeignKind) -> Result<Result<Vec<u8>, ForeignKind>, CardError> {
        let Some(id) = read_identifier(&mut self.piv, kind)? else { return Ok(Err(else_)) };
        if is_made_up(kind, &id) {
            return Ok(Err(ForeignKind::ChangingIdentifier));
        }
        self.plain = Some(Plain { kind, id: id.clone(), reached: None });
        Ok(Ok(id))
    }

    pub(crate) fn prove_plain(
        &mut self,
        key_of: impl FnOnce(&LiteSId) -> Option<LiteSKey>,
    ) -> Result<MacProof, CardError> {
        match self.plain.as_ref().and_then(|plain| plain.reached.as_ref()) {
            Some(reached) => proof::prove(&mut self.piv, reached, &ways_of(&self.reader), key_of),
            None => Err(CardError::Malformed { what: "not a Lite-S card" }),
        }
    }

    /// A memory card answers with the same identifier as at the beginning.
    pub(crate) fn same_plain(&mut self) -> Result<(), CardError> {
        let Some(plain) = &self.plain else { return Ok(()) };
        let now = read_identifier(&mut self.piv, plain.kind)?;
        if now.as_ref() == Some(&plain.id) { Ok(()) } else { self.piv.fail(CardError::Changed) }
    }
}

/// `FF B0`: the 16 bytes from each profile's page on.
fn read_pages(piv: &mut Piv, profiles: &[CardProfile]) -> Result<Option<CardNumber>, CardError> {
    for profile in profiles {
        let Place::TypeA { page } = profile.place else { continue };
        let answer = piv.raw("READ PAGES", &[0xFF, 0xB0, 0, page, 16])?;
        let block = (answer.status() == Status::Done).then(|| <&[u8; 16]>::try_from(&answer.data[..]).ok()).flatten();
        let number = block.and_then(|block| number_in(block, profile.form));
        if number.is_some() {
            return Ok(number);
        }
    }
    Ok(None)
}
