//! Sign-in with a staff card.

use kakari_card::{CardError, CardHere, Conversation, Laid, Pin, PinOutcome, StaffCard};
use kakari_record::seal::{KeyId, Keyring, RosterEntry, SealError, SharedX};
use kakari_session::{CardTrouble, CrewCard, CrewMember, PinSubmitted, SignInOutcome, StaffCardOutcome};

use super::card_desk::{Later, Tools};
use super::crew_keys::Ticket;
use super::opening::Trust;
use super::troubles::{card_trouble, foreign_trouble, refusal_trouble};

/// Asks the card who it is and how many tries are left; spends none.
pub(super) fn read(tools: &Tools, trust: &Trust, card: &CardHere) -> StaffCardOutcome {
    let mut outcome = Err(CardTrouble::Reader);
    let whole = tools.talker.connect(card).and_then(|mut conversation| {
        outcome = identify(&mut conversation, trust)?;
        conversation.finish()
    });
    match (whole, outcome) {
        (Err(error), _) => StaffCardOutcome::Refused(not_read(&error)),
        (Ok(_), Err(trouble)) => StaffCardOutcome::Refused(trouble),
        (Ok(_), Ok(staff)) => StaffCardOutcome::Staff {
            name: staff.name.0.clone(),
            staff_id: staff.staff_id.0.clone(),
            tries_left: staff.tries_left,
        },
    }
}

/// Verifies the PIN and unwraps the vault keys; holds them only when the same card was there to the end. A PIN that the
/// card refused stays refused, whatever came after: the try is spent.
pub(super) fn sign_in(
    tools: &Tools,
    trust: &Trust,
    ticket: Ticket,
    card: &CardHere,
    submitted: &PinSubmitted,
) -> (SignInOutcome, Option<Later>) {
    let mut verified = Verified::No(SignInOutcome::Refused(CardTrouble::Reader));
    let whole = tools.talker.connect(card).and_then(|mut conversation| {
        verified = match identify(&mut conversation, trust)? {
            Ok(staff) => verify(&mut conversation, trust, &staff, submitted)?,
            Err(trouble) => Verified::No(SignInOutcome::Refused(trouble)),
        };
        conversation.finish()
    });
    match (whole, verified) {
        (_, Verified::No(spent @ (SignInOutcome::WrongPin { .. } | SignInOutcome::Blocked))) => (spent, None),
        (Err(error), _) => (SignInOutcome::Refused(not_read(&error)), None),
        (Ok(_), Verified::No(outcome)) => (outcome, None),
        (Ok(_), Verified::Yes(member, keys)) => {
            let ticket = tools.keys.hold(ticket, keys.clone(), submitted.joins);
            let (staff_id, pin) = (member.staff_id.clone(), submitted.digits.clone());
            (SignInOutcome::SignedIn(member), ticket.map(|ticket| Later { ticket, staff_id, pin, keys }))
        }
    }
}

fn not_read(error: &CardError) -> CardTrouble {
    tracing::info!(%error, "a card was not read");
    card_trouble(error)
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
            let serial = staff.certificate_serial.as_bytes().to_vec();
            let card = CrewCard { key: entry.key_id(), serial };
            let member = CrewMember { staff_id: entry.staff_id.clone(), name: entry.name.clone(), card };
            Ok(Verified::Yes(member, keys))
        }
        Err(UnwrapError::Card(error)) => Err(error),
        Err(UnwrapError::Seal) => Ok(Verified::No(SignInOutcome::NoKeys)),
    }
}

/// The roster's entry for this very card.
fn entry_of<'a>(trust: &'a Trust, staff: &StaffCard) -> Option<&'a RosterEntry> {
    let roster = trust.roster.as_ref()?;
    let entry = roster.staff_with_key(KeyId::derive(&staff.public_key))?;
    (entry.staff_id == staff.staff_id.0).then_some(entry)
}

fn identify(conversation: &mut Conversation, trust: &Trust) -> Result<Result<StaffCard, CardTrouble>, CardError> {
    Ok(match conversation.identify(&trust.authority, trust.card_time())? {
        Laid::Staff(staff) => {
            let serial = staff.certificate_serial.as_bytes();
            let revoked = trust.roster.as_ref().is_some_and(|roster| roster.is_revoked(serial));
            if revoked { Err(CardTrouble::Revoked) } else { Ok(staff) }
        }
        Laid::Patient(_) => Err(CardTrouble::PatientCard),
        // One that only says a number is no staff card, whatever it is registered for.
        Laid::Plain(plain) if plain.number.is_some() => Err(CardTrouble::PatientCard),
        Laid::Plain(plain) => Err(foreign_trouble(plain.looks_like)),
        Laid::Blank => Err(CardTrouble::BlankCard),
        Laid::Foreign(kind) => Err(foreign_trouble(kind)),
        Laid::Refused(refusal) => Err(refusal_trouble(refusal)),
        _ => Err(CardTrouble::NotOurs),
    })
}
