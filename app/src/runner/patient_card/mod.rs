//! The way of a tap: the card says who it is, the store has the sealed record, the card answers, the record opens.
//!
//! Which way it is depends on the card: [`piv`] for one that holds a key, [`copy`] for what such a card carries itself,
//! [`plain`] for one that only says a number.

mod copy;
mod newer;
mod open;
mod piv;
mod plain;
mod torn_copy;

use std::time::Instant;

use kakari_card::{CardError, CardHere, Conversation, Laid};
use kakari_record::seal::SealError;
use kakari_session::{CardOutcome, CardTrouble, OpenRecord, OpeningTrouble};

use super::card_desk::Tools;
use super::journal::Step;
use super::opening::Trust;
use super::troubles::{card_trouble, foreign_trouble, refusal_trouble};

pub(super) use self::open::open_photo;
pub(super) use self::torn_copy::TornCopy;

/// A step that ends the tap, with the outcome that it has.
enum End {
    Card(CardError),
    /// The card broke off where it was only asked for its copy.
    Copy(CardError),
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

impl From<SealError> for End {
    fn from(error: SealError) -> Self {
        Self::Outcome(not_opened(error))
    }
}

/// What a tap is held against and leaves behind.
struct Tap<'a> {
    tools: &'a Tools,
    trust: &'a Trust,
    /// Whether the copy on a card of the own region is looked for.
    copies: bool,
    steps: Vec<Step>,
}

/// Reads the card and opens its record. Nothing comes out unless the same card was there from the first exchange to
/// the last. Blocks for as long as the card takes, at most its deadline for each exchange.
pub(super) fn read(tools: &Tools, trust: &Trust, card: &CardHere) -> (CardOutcome, Vec<Step>) {
    let mut tap = Tap { tools, trust, copies: true, steps: Vec::new() };
    let mut done = tap.read(card);
    // A copy is something more: where it cannot be read, the record is opened as if the card had none.
    if matches!(&done, Err(End::Copy(error)) if is_of_copy(error)) {
        tap = Tap { copies: false, steps: Vec::new(), ..tap };
        done = tap.read(card);
    }
    let outcome = match done {
        Ok(record) => CardOutcome::Opened(record),
        Err(End::Card(error) | End::Copy(error)) => {
            tracing::info!(%error, "a card was not read");
            CardOutcome::Refused(card_trouble(&error))
        }
        Err(End::Outcome(outcome)) => outcome,
    };
    (outcome, tap.steps)
}

impl Tap<'_> {
    fn read(&mut self, card: &CardHere) -> Result<OpenRecord, End> {
        let began = Instant::now();
        let mut conversation = self.tools.talker.connect(card)?;
        self.steps.push(Step::new("connect", began.elapsed()));
        match conversation.identify(&self.trust.authority, self.trust.card_time())? {
            Laid::Patient(patient) => self.by_key(conversation, &patient),
            Laid::Plain(plain) => self.by_number(conversation, &plain),
            Laid::Staff(_) => Err(CardTrouble::StaffCard.into()),
            Laid::Foreign(kind) => Err(foreign_trouble(kind).into()),
            Laid::Refused(refusal) => Err(refusal_trouble(refusal).into()),
            Laid::Blank => Err(CardTrouble::BlankCard.into()),
            _ => Err(CardTrouble::NotOurs.into()),
        }
    }

    fn is_revoked(&self, serial: &[u8]) -> bool {
        self.trust.roster.as_ref().is_some_and(|roster| roster.is_revoked(serial))
    }

    /// The same card is still there: from here on what it said may be used.
    fn finish(&mut self, conversation: Conversation) -> Result<(), CardError> {
        let exchanges = conversation.finish()?;
        self.steps.extend(exchanges.into_iter().map(|exchange| Step {
            name: exchange.name.to_owned(),
            micros: exchange.micros,
            card: true,
        }));
        Ok(())
    }
}

/// The card answered, and not with what was asked for: it may be asked for the rest once more.
fn is_of_copy(error: &CardError) -> bool {
    matches!(error, CardError::Malformed { .. } | CardError::Refused { .. })
}

pub(super) fn not_opened(error: SealError) -> CardOutcome {
    tracing::warn!(%error, "a stored record does not open");
    unopened(&error)
}

/// What the crew is told; what it was that did not open, whoever asks has logged.
fn unopened(error: &SealError) -> CardOutcome {
    CardOutcome::NotOpened(match error {
        SealError::UnknownVersion(_) | SealError::UnknownDictionary(_) => OpeningTrouble::Newer,
        SealError::NoKeyForEpoch(_) => OpeningTrouble::NoKey,
        _ => OpeningTrouble::NotOpened,
    })
}
