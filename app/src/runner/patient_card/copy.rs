//! What a patient's card carries itself: the sealed copy of its record, for a tablet that has no record or an old one.
//!
//! Of a neighbouring region's card it is all there is. Of an own card it is read only where the store may be behind, and
//! shown only if it was sealed after the newest word of the region that the tablet has believed: what the region has taken
//! away since, a card does not bring back.

use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, Utc};
use kakari_card::{CardError, Conversation, PatientCard};
use kakari_record::audit::Access;
use kakari_record::seal::{CardCopy, CopyKey, KeyId, SealError, SharedX, VerifiedCopy};
use kakari_session::{CardCopyFacts, CardOutcome, CardTrouble, Neighbour, OpenPhoto, OpenRecord, OpeningTrouble};
use kakari_store::Found;

use super::newer::{Known, sealed_at};
use super::open::{dictionary, is_of};
use super::{End, Tap, unopened};
use crate::runner::journal::Step;

/// A tablet that was synced within this time knows more than any card.
const FRESH: Duration = Duration::from_secs(24 * 60 * 60);

impl Tap<'_> {
    /// The copy on an own card, where it may say more than the store. One that is damaged or not the region's is none.
    pub(super) fn own_copy(
        &self,
        conversation: &mut Conversation,
        patient: &PatientCard,
        found: &Found,
    ) -> Result<Option<VerifiedCopy>, End> {
        let stored = match found {
            Found::Record { record, .. } => Some(record.header()),
            _ => None,
        };
        let (Some(synced_at), Some(heard_at)) = (self.trust.synced_at, self.trust.heard_at) else { return Ok(None) };
        let card = KeyId::derive(&patient.public_key);
        let was_torn = self.tools.torn_copy.take(card);
        if !self.copies || stored.is_some() && (was_torn || !self.is_behind(synced_at)) {
            return Ok(None);
        }
        let known = Known { feed: self.trust.feed, heard_at, stored };
        let wanted = |beginning: &[u8]| CardCopy::peek(beginning).is_some_and(|header| known.is_less_than(&header));
        let read = conversation.read_copy(wanted).map_err(|error| self.broke_at_copy(card, error))?;
        let Some(bytes) = read else { return Ok(None) };
        let copy = CardCopy::decode(&bytes)
            .and_then(|copy| copy.verify(&self.trust.region_key, self.trust.feed, &patient.public_key));
        // The header is believed only now; it must not have changed on the way.
        Ok(copy
            .inspect_err(|error| tracing::warn!(%error, "a copy on a card is not believed"))
            .ok()
            .filter(|copy| known.is_less_than(copy.header())))
    }

    pub(super) fn broke_at_copy(&self, card: KeyId, error: CardError) -> End {
        self.tools.torn_copy.note(card);
        End::Copy(error)
    }

    fn is_behind(&self, synced_at: DateTime<Utc>) -> bool {
        self.trust.card_time().duration_since(SystemTime::from(synced_at)).is_ok_and(|since| since > FRESH)
    }

    /// Nothing is stored for this card. Opening the copy is also its proof; where it does not open, the card is asked apart.
    pub(super) fn by_own_copy(
        &mut self,
        mut conversation: Conversation,
        patient: &PatientCard,
        copy: &VerifiedCopy,
        found: &Found,
    ) -> Result<OpenRecord, End> {
        let genuine = conversation.prove_key(&patient.public_key)?;
        let answer = conversation.agree(copy.enc())?;
        self.finish(conversation)?;
        if !genuine {
            return Err(CardTrouble::Malformed.into());
        }
        let opened = self.open_own_copy(copy, patient, &SharedX::new(*answer.expose()));
        opened.map_err(|error| {
            tracing::warn!(%error, "a copy on a card does not open");
            self.genuine_without_record(found)
        })
    }

    pub(super) fn open_own_copy(
        &mut self,
        copy: &VerifiedCopy,
        patient: &PatientCard,
        answer: &SharedX,
    ) -> Result<OpenRecord, SealError> {
        let key = self.tools.keys.with(|keys| Ok(keys.of_epoch(copy.header().epoch)?.copy_key()))?;
        self.open_copy(copy, patient, answer, &key, None)
    }

    /// A card of a region that this one trusts: its copy, or nothing.
    pub(super) fn by_neighbours_copy(
        &mut self,
        mut conversation: Conversation,
        patient: &PatientCard,
        feed: [u8; 16],
    ) -> Result<OpenRecord, End> {
        let roster = self.trust.roster.as_deref();
        let neighbour = roster.and_then(|roster| roster.neighbours.iter().find(|one| one.feed == feed));
        let neighbour = neighbour.ok_or(CardTrouble::OtherRegion)?;
        let bytes = conversation.read_copy(|_| true)?.ok_or(CardTrouble::NoCopy)?;
        let copy = CardCopy::decode(&bytes)
            .and_then(|copy| copy.verify(&neighbour.region_key, neighbour.feed(), &patient.public_key))
            .map_err(not_believed)?;
        let answer = conversation.agree(copy.enc())?;
        self.finish(conversation)?;
        let own = self.trust.feed;
        let key =
            self.tools.keys.with(|keys| neighbour.copy_key(own, copy.header().epoch, keys)).map_err(not_opened_copy)?;
        let region = Some(Neighbour { feed: neighbour.feed, name: neighbour.name.clone() });
        let opened = self.open_copy(&copy, patient, &SharedX::new(*answer.expose()), &key, region);
        opened.map_err(|error| match error {
            // What the region signed is whole, and the key is right: it is the card that answers wrongly.
            SealError::NotOpened => CardTrouble::NotGenuine.into(),
            error => not_opened_copy(error),
        })
    }

    fn open_copy(
        &mut self,
        copy: &VerifiedCopy,
        patient: &PatientCard,
        answer: &SharedX,
        key: &CopyKey,
        region: Option<Neighbour>,
    ) -> Result<OpenRecord, SealError> {
        let began = Instant::now();
        let header = copy.header();
        let dictionary = dictionary(self.trust, header.dictionary)?;
        let summary = copy.open(&patient.public_key, answer, key, dictionary)?;
        self.steps.push(Step::new("open", began.elapsed()));
        if !is_of(&summary, patient.number.expose()) {
            return Err(SealError::Malformed("another number than the card's"));
        }
        let sealed_at = sealed_at(header).ok_or(SealError::Malformed("time"))?;
        Ok(OpenRecord {
            id: header.record,
            version: header.version,
            summary,
            photo: OpenPhoto::None,
            access: Access::CardCopy,
            copy: Some(CardCopyFacts { region, sealed_at }),
        })
    }
}

fn not_opened_copy(error: SealError) -> End {
    tracing::warn!(%error, "a copy on a neighbour's card does not open");
    End::Outcome(unopened(&error))
}

/// Of a neighbour's card.
fn not_believed(error: SealError) -> End {
    tracing::warn!(%error, "a copy on a neighbour's card is not believed");
    match unopened(&error) {
        newer @ CardOutcome::NotOpened(OpeningTrouble::Newer) => End::Outcome(newer),
        _ => CardTrouble::CopyDamaged.into(),
    }
}
