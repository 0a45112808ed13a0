//! A card that holds a key: the record opens with what it answers.

use std::time::Instant;

use kakari_card::{CardError, Conversation, IssuedBy, PatientCard};
use kakari_record::model::{CommonNumber, Unavailability};
use kakari_record::seal::{KeyId, Opener, Roster, SealError, SealedRecord, SharedX, Token, VerifiedCopy};
use kakari_session::{CardOutcome, CardTrouble, OpenPhoto, OpenRecord, OpeningTrouble};
use kakari_store::{Found, StoredPhoto};

use super::open::{Proof, own_record};
use super::{End, Tap};
use crate::runner::journal::Step;

/// What the store has for this card.
struct Stored {
    record: SealedRecord,
    opener: Opener,
    photo: StoredPhoto,
}

impl Tap<'_> {
    pub(super) fn by_key(&mut self, conversation: Conversation, patient: &PatientCard) -> Result<OpenRecord, End> {
        // Its number is another region's: it says nothing here, and neither do this region's refused cards.
        if let IssuedBy::Neighbour(feed) = patient.issued_by {
            return self.by_neighbours_copy(conversation, patient, feed);
        }
        if self.is_revoked(patient.certificate_serial.as_bytes()) {
            return Err(CardTrouble::Revoked.into());
        }
        let mut conversation = conversation;
        let found = self.look_up(patient)?;
        let copy = self.own_copy(&mut conversation, patient, &found)?;
        match found {
            Found::Record { record, opener, photo } => {
                self.by_record(conversation, patient, &Stored { record, opener, photo }, copy)
            }
            found => match copy {
                Some(copy) => self.by_own_copy(conversation, patient, &copy, &found),
                None => Err(self.nothing(conversation, patient, &found)?),
            },
        }
    }

    /// The stored record, unless the copy is a newer version of it from which nothing was left out. The card is asked for
    /// both, so that a copy which does not open takes nothing away.
    fn by_record(
        &mut self,
        mut conversation: Conversation,
        patient: &PatientCard,
        stored: &Stored,
        copy: Option<VerifiedCopy>,
    ) -> Result<OpenRecord, End> {
        let of_copy = copy.as_ref().map(|copy| conversation.agree(copy.enc())).transpose();
        let of_copy = of_copy.map_err(|error| self.broke_at_copy(KeyId::derive(&patient.public_key), error))?;
        let answer = conversation.agree(stored.opener.enc())?;
        self.finish(conversation)?;
        if let (Some(copy), Some(of_copy)) = (copy, of_copy) {
            match self.open_own_copy(&copy, patient, &SharedX::new(*of_copy.expose())) {
                Ok(record) => match instead_of_stored(record, &stored.photo) {
                    Some(record) => return Ok(record),
                    None => tracing::info!("a newer copy on a card is not whole; the stored record is shown"),
                },
                Err(error) => {
                    tracing::warn!(%error, "a newer copy on a card does not open; the stored record is shown")
                }
            }
        }
        let answer = SharedX::new(*answer.expose());
        self.open_stored(stored, patient, &answer).map_err(End::from)
    }

    fn open_stored(
        &mut self,
        stored: &Stored,
        patient: &PatientCard,
        answer: &SharedX,
    ) -> Result<OpenRecord, SealError> {
        let Stored { record, opener, photo } = stored;
        let proof = Proof::Key(patient.number.expose());
        own_record(self.trust, record, photo, &proof, &mut self.steps, |record| {
            self.tools.keys.with(|keys| record.unlock_with_card(opener, &patient.public_key, answer, keys))
        })
    }

    /// Looks under every vault key in use, the newest first.
    fn look_up(&mut self, patient: &PatientCard) -> Result<Found, End> {
        let began = Instant::now();
        let number: CommonNumber = patient.number.expose().parse().map_err(|_| CardTrouble::Malformed)?;
        let keys = &self.tools.keys;
        let tokens: Vec<Token> = keys.with(|keys| keys.iter().map(|key| Token::of_card(key, &number)).collect());
        let found = self.tools.store.find(tokens, KeyId::derive(&patient.public_key)).map_err(CardOutcome::Store);
        self.steps.push(Step::new("look-up", began.elapsed()));
        found.map_err(End::Outcome)
    }

    /// With no record to open, the card still has to prove that it is the one its certificate names.
    pub(super) fn nothing(
        &mut self,
        mut conversation: Conversation,
        patient: &PatientCard,
        found: &Found,
    ) -> Result<End, CardError> {
        let genuine = conversation.prove_key(&patient.public_key)?;
        conversation.finish()?;
        Ok(if genuine { self.genuine_without_record(found) } else { CardTrouble::Malformed.into() })
    }

    /// What is said of a genuine card that led to no record.
    pub(super) fn genuine_without_record(&self, found: &Found) -> End {
        End::Outcome(match found {
            Found::OtherCard => CardOutcome::NotRegistered,
            // Sealed under an epoch that this crew lacks, it could not have been found.
            _ if !self.is_covered() => CardOutcome::NotOpened(OpeningTrouble::NoKey),
            _ => CardOutcome::NothingStored,
        })
    }

    /// Whether a key of every epoch in use is here. No key at all finds nothing, whatever is stored.
    pub(super) fn is_covered(&self) -> bool {
        let epochs = self.trust.roster.as_deref().map(Roster::epochs).unwrap_or_default();
        self.tools.keys.with(|keys| keys.iter().next().is_some() && keys.covers(&epochs))
    }
}

/// A copy from which something was left out takes the place of no whole record. No copy carries a photo: where the region
/// has one, it is not to be said that there is none.
fn instead_of_stored(copy: OpenRecord, photo: &StoredPhoto) -> Option<OpenRecord> {
    if copy.summary.lacks(Unavailability::NotOnCard) {
        return None;
    }
    let photo = if matches!(photo, StoredPhoto::None) { OpenPhoto::None } else { OpenPhoto::NotOpened };
    Some(OpenRecord { photo, ..copy })
}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use kakari_record::audit::Access;
    use kakari_record::model::{Block, Identity, Sex, Summary};
    use kakari_record::seal::RecordId;

    use super::*;

    #[test]
    fn beside_a_stored_record_only_a_whole_copy_is_taken_and_its_photo_is_missed() {
        let identity = Identity {
            number: None,
            name: "山田 花子".to_owned(),
            kana: None,
            sex: Sex::Female,
            birth_date: None,
            address: None,
            phones: Vec::new(),
            blood_type: None,
        };
        let copy = |shortened: bool| {
            let mut summary = Summary::nothing_recorded(identity.clone(), Utc::now());
            if shortened {
                summary.contacts = Block::Unavailable(Unavailability::NotOnCard);
            }
            let id = RecordId::make().expect("random");
            OpenRecord { id, version: 4, summary, photo: OpenPhoto::None, access: Access::CardCopy, copy: None }
        };
        assert!(instead_of_stored(copy(true), &StoredPhoto::None).is_none());
        let photo = |stored| instead_of_stored(copy(false), &stored).map(|record| record.photo);
        assert!(matches!(photo(StoredPhoto::None), Some(OpenPhoto::None)));
        assert!(matches!(photo(StoredPhoto::Unreadable), Some(OpenPhoto::NotOpened)));
    }
}
