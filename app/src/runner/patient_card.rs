//! The way of a tap: the card says who it is, the store has the sealed record, the card answers, the record opens.

use std::time::Instant;

use kakari_card::{CardError, CardHere, Conversation, Laid, PatientCard};
use kakari_record::audit::Access;
use kakari_record::model::CommonNumber;
use kakari_record::seal::{ContentKey, Header, KeyId, Opener, Roster, SealError, SealedRecord, SharedX, Token};
use kakari_session::{CardOutcome, CardTrouble, OpenPhoto, OpenRecord, OpeningTrouble};
use kakari_store::{Found, StoredPhoto};

use super::card_desk::Tools;
use super::journal::Step;
use super::opening::Trust;
use super::troubles::{card_trouble, foreign_trouble, refusal_trouble};

/// A step that ends the tap, with the outcome that it has.
enum End {
    Card(CardError),
    Outcome(CardOutcome),
}

impl From<CardError> for End {
    fn from(error: CardError) -> Self {
        Self::Card(error)
    }
}

impl From<CardTrouble> for End {
    fn from(trouble: CardTrouble) -> Self {
        Self::Outcome(CardOutcome::Refused(trouble))
    }
}

/// Reads the card and opens its record. Nothing comes out unless the same card was there from the first exchange to
/// the last. Blocks for as long as the card takes, at most its deadline for each exchange.
pub(super) fn read(tools: &Tools, trust: &Trust, card: &CardHere) -> (CardOutcome, Vec<Step>) {
    let mut steps = Vec::new();
    let outcome = match try_read(tools, trust, card, &mut steps) {
        Ok(record) => CardOutcome::Opened(record),
        Err(End::Card(error)) => {
            tracing::info!(%error, "a card was not read");
            CardOutcome::Refused(card_trouble(&error))
        }
        Err(End::Outcome(outcome)) => outcome,
    };
    (outcome, steps)
}

fn try_read(tools: &Tools, trust: &Trust, card: &CardHere, steps: &mut Vec<Step>) -> Result<OpenRecord, End> {
    let began = Instant::now();
    let mut conversation = tools.talker.connect(card)?;
    steps.push(Step::new("connect", began.elapsed()));
    let patient = identify(&mut conversation, trust)?;
    let (record, opener, photo) = match look_up(tools, &patient, steps).map_err(End::Outcome)? {
        Found::Record { record, opener, photo } => (record, opener, photo),
        found => {
            let epochs = trust.roster.as_deref().map(Roster::epochs).unwrap_or_default();
            // No key at all finds nothing, whatever is stored.
            let covered = tools.keys.with(|keys| keys.iter().next().is_some() && keys.covers(&epochs));
            return Err(prove_genuine(conversation, &patient, &found, covered)?);
        }
    };
    let answer = conversation.agree(opener.enc())?;
    exchanges(conversation.finish()?, steps);
    let answer = SharedX::new(*answer.expose());
    let stored = Stored { record, opener, photo };
    open(tools, trust, &stored, &patient, &answer, steps).map_err(|error| End::Outcome(not_opened(error)))
}

/// What the store has for this card.
struct Stored {
    record: SealedRecord,
    opener: Opener,
    photo: StoredPhoto,
}

fn identify(conversation: &mut Conversation, trust: &Trust) -> Result<PatientCard, End> {
    let patient = match conversation.identify(&trust.authority, trust.card_time())? {
        Laid::Patient(patient) => patient,
        Laid::Staff(_) => return Err(CardTrouble::StaffCard.into()),
        Laid::Foreign(kind) => return Err(foreign_trouble(kind).into()),
        Laid::Refused(refusal) => return Err(refusal_trouble(refusal).into()),
        _ => return Err(CardTrouble::NotOurs.into()),
    };
    let serial = patient.certificate_serial.as_bytes();
    if trust.roster.as_ref().is_some_and(|roster| roster.is_revoked(serial)) {
        return Err(CardTrouble::Revoked.into());
    }
    Ok(patient)
}

/// Looks under every vault key in use, the newest first.
fn look_up(tools: &Tools, patient: &PatientCard, steps: &mut Vec<Step>) -> Result<Found, CardOutcome> {
    let began = Instant::now();
    let number: CommonNumber =
        patient.number.expose().parse().map_err(|_| CardOutcome::Refused(CardTrouble::Malformed))?;
    let tokens: Vec<Token> = tools.keys.with(|keys| keys.iter().map(|key| Token::of_card(key, &number)).collect());
    let found = tools.store.find(tokens, KeyId::derive(&patient.public_key)).map_err(CardOutcome::Store);
    steps.push(Step::new("look-up", began.elapsed()));
    found
}

/// With no record to open, the card still has to prove that it is the one its certificate names.
fn prove_genuine(
    mut conversation: Conversation,
    patient: &PatientCard,
    found: &Found,
    covered: bool,
) -> Result<End, CardError> {
    let genuine = conversation.prove_key(&patient.public_key)?;
    conversation.finish()?;
    Ok(match (genuine, found) {
        (false, _) => CardTrouble::Malformed.into(),
        (true, Found::OtherCard) => End::Outcome(CardOutcome::NotRegistered),
        // Sealed under an epoch that this crew lacks, it could not have been found.
        (true, _) if !covered => End::Outcome(CardOutcome::NotOpened(OpeningTrouble::NoKey)),
        (true, _) => End::Outcome(CardOutcome::NothingStored),
    })
}

fn open(
    tools: &Tools,
    trust: &Trust,
    stored: &Stored,
    patient: &PatientCard,
    answer: &SharedX,
    steps: &mut Vec<Step>,
) -> Result<OpenRecord, SealError> {
    let began = Instant::now();
    let Stored { record, opener, photo } = stored;
    let header = record.header();
    let dictionary = trust.dictionaries.iter().find(|known| known.id() == header.dictionary);
    let dictionary = dictionary.ok_or(SealError::UnknownDictionary(header.dictionary))?;
    let key = tools.keys.with(|keys| record.unlock_with_card(opener, &patient.public_key, answer, keys))?;
    let opened = record.open(&key, dictionary)?;
    steps.push(Step::new("open", began.elapsed()));
    let own = opened.identity.number.as_ref().is_some_and(|number| number.digits() == patient.number.expose());
    if header.feed != trust.feed || !own {
        return Err(SealError::NotOpened);
    }
    let photo = open_photo(photo, header, &key, steps);
    Ok(OpenRecord {
        id: header.record,
        version: header.version,
        summary: opened,
        photo,
        access: Access::Card,
        copy: None,
    })
}

/// Whatever is wrong with a photo, its record is shown.
pub(super) fn open_photo(photo: &StoredPhoto, header: &Header, key: &ContentKey, steps: &mut Vec<Step>) -> OpenPhoto {
    let began = Instant::now();
    let sealed = match photo {
        StoredPhoto::None => return OpenPhoto::None,
        StoredPhoto::Unreadable => return OpenPhoto::NotOpened,
        StoredPhoto::Sealed(sealed) => sealed,
    };
    let face = match sealed.open(header, key).map(|photo| photo.decode()) {
        Ok(Ok(face)) => OpenPhoto::Opened(face),
        Ok(Err(error)) => {
            tracing::warn!(%error, "a photo cannot be decoded");
            OpenPhoto::NotOpened
        }
        Err(error) => {
            tracing::warn!(%error, "a photo does not open");
            OpenPhoto::NotOpened
        }
    };
    steps.push(Step::new("photo", began.elapsed()));
    face
}

fn exchanges(exchanges: Vec<kakari_card::Exchange>, steps: &mut Vec<Step>) {
    steps.extend(exchanges.into_iter().map(|exchange| Step {
        name: exchange.name.to_owned(),
        micros: exchange.micros,
        card: true,
    }));
}

pub(super) fn not_opened(error: SealError) -> CardOutcome {
    tracing::warn!(%error, "a stored record does not open");
    CardOutcome::NotOpened(match error {
        SealError::UnknownVersion(_) | SealError::UnknownDictionary(_) => OpeningTrouble::Newer,
        SealError::NoKeyForEpoch(_) => OpeningTrouble::NoKey,
        _ => OpeningTrouble::NotOpened,
    })
}
