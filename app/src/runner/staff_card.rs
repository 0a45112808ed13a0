//! Sign-in with a staff card.

use std::time::SystemTime;

use kakari_card::{CardError, CardHere, Conversation, Laid, Pin, PinOutcome, StaffCard};
use kakari_record::seal::{KeyId, Keyring, RosterEntry, SealError, SharedX};
use kakari_session::{CardTrouble, CrewMember, PinSubmitted, SignInOutcome, StaffCardOutcome};

use super::card_desk::Tools;
use super::store_desk::Trust;
use super::troubles::{card_trouble, foreign_trouble, refusal_trouble};

/// Asks the card who it is and how many tries are left; spends none.
pub(super) fn read(tools: &Tools, trust: &Trust, card: &CardHere) -> StaffCardOutcome {
    let outcome = converse(tools, card, |conversation| {
        Ok(identify(conversation, trust)?
            .map(|staff| StaffCardOutcome::Staff { name: staff.name.0.clone(), tries_left: staff.tries_left }))
    });
    outcome.unwrap_or_else(StaffCardOutcome::Refused)
}

/// Verifies the PIN and unwraps the vault keys; holds them only when the same card was there to the end.
pub(super) fn sign_in(tools: &Tools, trust: &Trust, card: &CardHere, submitted: &PinSubmitted) -> SignInOutcome {
    let outcome = converse(tools, card, |conversation| {
        Ok(match identify(conversation, trust)? {
            Ok(staff) => Ok(verify(conversation, trust, &staff, submitted)?),
            Err(trouble) => Err(trouble),
        })
    });
    match outcome {
        Ok(Verified::Yes(member, keys)) => {
            tools.keys.hold(keys);
            SignInOutcome::SignedIn(member)
        }
        Ok(Verified::No(outcome)) => outcome,
        Err(trouble) => SignInOutcome::Refused(trouble),
    }
}

enum Verified {
    Yes(CrewMember, Keyring),
    No(SignInOutcome),
}

/// The card or the seal failed while keys were unwrapped.
enum UnwrapError {
    Card(CardError),
    Seal,
}

impl From<SealError> for UnwrapError {
    fn from(_: SealError) -> Self {
        Self::Seal
    }
}

fn verify(
    conversation: &mut Conversation,
    trust: &Trust,
    staff: &StaffCard,
    submitted: &PinSubmitted,
) -> Result<Verified, CardError> {
    let Some(entry) = entry_of(trust, staff) else { return Ok(Verified::No(SignInOutcome::NotOnRoster)) };
    let digits = std::str::from_utf8(submitted.digits.expose()).unwrap_or_default();
    let Some(pin) = Pin::new(digits) else { return Ok(Verified::No(SignInOutcome::Refused(CardTrouble::Malformed))) };
    let shown = if submitted.last_try_agreed {
        conversation.verify_pin_spending_last_try(&pin)?
    } else {
        conversation.verify_pin(&pin)?
    };
    match shown {
        PinOutcome::Accepted => unwrap(conversation, trust, entry, staff),
        PinOutcome::Wrong { tries_left } => Ok(Verified::No(SignInOutcome::WrongPin { tries_left })),
        PinOutcome::LastTry => Ok(Verified::No(SignInOutcome::LastTry)),
        PinOutcome::Blocked => Ok(Verified::No(SignInOutcome::Blocked)),
    }
}

fn unwrap(
    conversation: &mut Conversation,
    trust: &Trust,
    entry: &RosterEntry,
    staff: &StaffCard,
) -> Result<Verified, CardError> {
    let Some(roster) = &trust.roster else { return Ok(Verified::No(SignInOutcome::NotOnRoster)) };
    let keys = roster.unwrap_all(entry, &staff.public_key, |point| {
        let answer = conversation.agree_staff(point).map_err(UnwrapError::Card)?;
        Ok(SharedX::new(*answer.expose()))
    });
    match keys {
        Ok(keys) => {
            let member = CrewMember { staff_id: entry.staff_id.clone(), name: entry.name.clone() };
            Ok(Verified::Yes(member, keys))
        }
        Err(UnwrapError::Card(error)) => Err(error),
        Err(UnwrapError::Seal) => Ok(Verified::No(SignInOutcome::NotOnRoster)),
    }
}

/// The roster's entry for this very card.
fn entry_of<'a>(trust: &'a Trust, staff: &StaffCard) -> Option<&'a RosterEntry> {
    let roster = trust.roster.as_ref()?;
    let entry = roster.staff_with_key(KeyId::derive(&staff.public_key))?;
    (entry.staff_id == staff.staff_id.0).then_some(entry)
}

fn identify(conversation: &mut Conversation, trust: &Trust) -> Result<Result<StaffCard, CardTrouble>, CardError> {
    Ok(match conversation.identify(&trust.authority, SystemTime::now())? {
        Laid::Staff(staff) => {
            let serial = staff.certificate_serial.as_bytes();
            let revoked = trust.roster.as_ref().is_some_and(|roster| roster.is_revoked(serial));
            if revoked { Err(CardTrouble::Revoked) } else { Ok(staff) }
        }
        Laid::Patient(_) => Err(CardTrouble::PatientCard),
        Laid::Foreign(kind) => Err(foreign_trouble(kind)),
        Laid::Refused(refusal) => Err(refusal_trouble(refusal)),
        _ => Err(CardTrouble::NotOurs),
    })
}

/// One conversation; what it yields counts only when its end found the same card.
fn converse<T>(
    tools: &Tools,
    card: &CardHere,
    talk: impl FnOnce(&mut Conversation) -> Result<Result<T, CardTrouble>, CardError>,
) -> Result<T, CardTrouble> {
    let whole = || {
        let mut conversation = tools.talker.connect(card)?;
        let yielded = talk(&mut conversation)?;
        conversation.finish()?;
        Ok(yielded)
    };
    whole().unwrap_or_else(|error: CardError| {
        tracing::info!(%error, "a card was not read");
        Err(card_trouble(&error))
    })
}
