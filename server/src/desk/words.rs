//! What went wrong with a card, and what to do: one sentence each.

use kakari_card::issue::{IssueError, Step};
use kakari_card::{CardError, ForeignKind, Laid, Refusal};

const AGAIN: &str = "lay the same card on again and run the same command";

/// A step as it is told while it is done.
pub(crate) const fn doing(step: Step) -> &'static str {
    match step {
        Step::Key => "the card makes its key (this can take some seconds; leave it where it is)",
        Step::Certificate => "writing its certificate",
        Step::Puk => "replacing the factory's PUK",
        Step::Pin => "replacing the factory's PIN",
        Step::ManagementKey => "replacing the factory's management key",
    }
}

/// Why the conversation with a card broke.
pub(super) fn broken(error: CardError) -> String {
    match error {
        CardError::Removed | CardError::Torn => format!("the card was taken away: {AGAIN}"),
        CardError::Changed => format!("another card came in between, or another program spoke to this one: {AGAIN}"),
        CardError::NoAnswer => format!("the card does not answer any more: take it away, {AGAIN}"),
        CardError::Mute => format!("the card does not speak: lay it flat; {AGAIN}"),
        CardError::Busy => format!("another program holds the card: end it; {AGAIN}"),
        CardError::ReaderGone => format!("the reader is gone: plug it in; {AGAIN}"),
        CardError::ServiceStopped => format!("the card service (pcscd) stopped: systemctl restart pcscd; {AGAIN}"),
        error => format!("{error}: {AGAIN}"),
    }
}

/// Why a card was not issued.
pub(super) fn not_issued(error: &IssueError) -> String {
    match error {
        IssueError::Card(CardError::Refused { step, status }) => {
            format!("the card refused {step} ({status:04X}): cards of this kind may not be fit")
        }
        IssueError::Card(error) => broken(*error),
        IssueError::WrongManagementKey => {
            "the card does not take the factory's management key: it is not a blank card. Nothing on it was changed"
                .to_owned()
        }
        IssueError::ManagementKeyStays => {
            "the card cannot be given a management key of its own, and with the factory's anybody could erase it"
                .to_owned()
        }
        IssueError::NotFactoryPin => "the card's PUK is not the factory's: somebody used this card before".to_owned(),
        IssueError::PukInDoubt => "its PUK may have only one try left, which is not spent on a guess".to_owned(),
        IssueError::TooLong(_) => "the name is too long for a card: about 40 characters fit".to_owned(),
        error => error.to_string(),
    }
}

/// Why a card of this kind cannot be issued at all; `None` for one that may.
pub(super) fn unfit(laid: &Laid) -> Option<String> {
    let why = match laid {
        Laid::Blank | Laid::Patient(_) | Laid::Staff(_) => return None,
        Laid::Foreign(ForeignKind::MyNumber) => "this is a My Number card: nothing was read or written".to_owned(),
        Laid::Foreign(ForeignKind::DrivingLicence) => {
            "this is a driving licence: nothing was read or written".to_owned()
        }
        Laid::Refused(Refusal::OtherRegion) => {
            "this card was issued by another region, or by somebody else: it stays theirs".to_owned()
        }
        Laid::Refused(Refusal::Expired) => "this card has run out: cards are not issued twice".to_owned(),
        Laid::Refused(_) => "this card has a certificate that is not of the agreed form".to_owned(),
        _ => "this card has no PIV application (not a PIV card)".to_owned(),
    };
    Some(format!("{why}. Take a blank card"))
}
