//! A card that only says a number: it identifies, and proves nothing unless it holds a key of the region's.
//!
//! The record opens through the vault's slot with the signed-in crew, as after a search; the crew is told what the card is
//! worth.

use std::time::Instant;

use kakari_card::{CardError, Conversation, MacProof, PlainCard, PlainKind};
use kakari_record::audit::Access;
use kakari_record::model::CommonNumber;
use kakari_record::seal::{PlainCardId, PlainCardKind, Roster, Token, VaultKey};
use kakari_session::{CardOutcome, CardTrouble, OpenRecord, OpeningTrouble};
use kakari_store::Registered;

use super::open::{Proof, own_record};
use super::{End, Tap};
use crate::runner::journal::Step;
use crate::runner::troubles::foreign_trouble;

impl Tap<'_> {
    pub(super) fn by_number(&mut self, mut conversation: Conversation, card: &PlainCard) -> Result<OpenRecord, End> {
        // Also where it says a number: a card whose identifier changes could never be refused.
        let id = identifier(card).ok_or(CardTrouble::ChangingIdentifier)?;
        if self.is_revoked(&id.revocation()) {
            return Err(CardTrouble::Revoked.into());
        }
        let access = if card.has_key { self.prove(&mut conversation)? } else { Some(Access::UnprovenCard) };
        self.finish(conversation)?;
        // Said only of a card that lay there to the end: one that was lifted is asked for again.
        let access = access.ok_or(CardTrouble::NotGenuine)?;
        let number = card.number.as_ref().map(|number| number.expose());
        match self.registered(&id, number)? {
            Registered::One { record, photo } => {
                let proof = Proof::Number { access, number };
                let unlocked = own_record(self.trust, &record, &photo, &proof, &mut self.steps, |record| {
                    self.tools.keys.with(|keys| record.unlock_with_vault(keys))
                });
                unlocked.map_err(End::from)
            }
            Registered::Several => Err(End::Outcome(CardOutcome::NotOpened(OpeningTrouble::Several))),
            Registered::Nobody => Err(self.nobody(card)),
        }
    }

    /// A card that says it holds a key must prove it, unless there is none of its version here to hold it against. `None`
    /// for one that cannot be what it says.
    fn prove(&self, conversation: &mut Conversation) -> Result<Option<Access>, End> {
        let epochs = self.trust.roster.as_deref().map(Roster::epochs).unwrap_or_default();
        let mut was_given = false;
        let proof = conversation.prove_mac(|card| {
            self.tools.keys.with(|keys| {
                let newest = keys.iter().map(VaultKey::epoch).chain(epochs.last().copied()).max();
                was_given = is_version(card.key_version, newest);
                Some(keys.of_epoch(card.key_version.into()).ok()?.lite_s_card_key(&card.id_block))
            })
        });
        let proof = proof.map_err(not_heard)?;
        Ok(access_by(proof, was_given))
    }

    /// Looks for its number where it says one, else for its identifier; under every vault key in use.
    fn registered(&mut self, id: &PlainCardId, number: Option<&str>) -> Result<Registered, End> {
        let began = Instant::now();
        let number: Option<CommonNumber> = number.map(str::parse).transpose().map_err(|_| CardTrouble::Malformed)?;
        let tokens: Vec<Token> = self.tools.keys.with(|keys| {
            let of = |key| match &number {
                Some(number) => Token::of_card(key, number),
                None => Token::of_plain_card(key, id),
            };
            keys.iter().map(of).collect()
        });
        let found = self.tools.store.find_registered(tokens).map_err(CardOutcome::Store);
        self.steps.push(Step::new("look-up", began.elapsed()));
        found.map_err(End::Outcome)
    }

    /// A card of a make that the region uses is a patient's whose record is not here; of any other it is said what it is.
    fn nobody(&self, card: &PlainCard) -> End {
        let other = foreign_trouble(card.looks_like);
        match &card.number {
            _ if !self.is_covered() => End::Outcome(CardOutcome::NotOpened(OpeningTrouble::NoKey)),
            Some(_) => End::Outcome(CardOutcome::NothingStored),
            None => other.into(),
        }
    }
}

fn identifier(card: &PlainCard) -> Option<PlainCardId> {
    let kind = match card.kind {
        PlainKind::Felica => PlainCardKind::Felica,
        PlainKind::TypeA => PlainCardKind::TypeA,
    };
    PlainCardId::new(kind, &card.id)
}

/// Whether the region may have given cards a key of this version: its epochs begin with 1.
fn is_version(version: u16, newest: Option<u32>) -> bool {
    version > 0 && newest.is_some_and(|newest| u32::from(version) <= newest)
}

/// An answer to a challenge that is no answer was garbled on the way, as a card is lifted: it is asked for again, and its
/// content is not called wrong.
fn not_heard(error: CardError) -> End {
    match error {
        CardError::Malformed { .. } | CardError::Refused { .. } => {
            tracing::info!(%error, "the proof of a card was not heard");
            CardTrouble::NoAnswer.into()
        }
        error => error.into(),
    }
}

const fn access_by(proof: MacProof, was_given: bool) -> Option<Access> {
    match proof {
        MacProof::Proved => Some(Access::MacCard),
        MacProof::NoKeyHere if was_given => Some(Access::UnprovenCard),
        MacProof::NoKeyHere | MacProof::Failed => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_version_that_the_region_has_had_excuses_a_card_from_its_proof() {
        for (version, newest, opens) in
            [(1, Some(2), true), (2, Some(2), true), (0, Some(2), false), (3, Some(2), false), (0xFFFF, Some(2), false)]
        {
            let access = access_by(MacProof::NoKeyHere, is_version(version, newest));
            assert_eq!(access, opens.then_some(Access::UnprovenCard), "version {version}");
        }
        assert!(!is_version(1, None), "a crew without any key");
        assert_eq!(access_by(MacProof::Failed, true), None);
    }

    #[test]
    fn a_proof_that_was_not_heard_asks_for_the_card_again() {
        for error in [CardError::Malformed { what: "FeliCa answer" }, CardError::Refused { step: "RC", status: 0x6300 }]
        {
            let said = not_heard(error);
            assert!(matches!(said, End::Outcome(CardOutcome::Refused(CardTrouble::NoAnswer))));
        }
        assert!(matches!(not_heard(CardError::Changed), End::Card(CardError::Changed)));
    }
}
