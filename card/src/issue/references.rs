//! PUK and PIN: from the factory's to ours, also when an earlier attempt broke off in between.
//!
//! A PUK has a counter that no standard command asks for. So it is guessed only where the guess is well-founded: the
//! factory's on a card that nobody has begun with, ours where an earlier attempt may have set it. Ours is tried by setting the PIN with
//! it, which costs nothing when it is right. The PIN itself is never guessed: whoever has the PUK sets it.

use zeroize::Zeroizing;

use super::steps::{Begins, Step};
use super::{IssueError, Order};
use crate::CardError;
use crate::apdu::{Command, Instruction, Status};
use crate::pin::Pin;
use crate::piv::Piv;

const FACTORY_PIN: &str = "123456";
const FACTORY_PUK: &str = "12345678";
const PIN_REFERENCE: u8 = 0x80;
const PUK_REFERENCE: u8 = 0x81;
/// Cards give three tries or more, and an attempt that broke off has spent one at most.
const MOST_TRIES: u8 = 2;

pub(super) fn replace(piv: &mut Piv, order: &Order, begins: &mut Begins<'_>) -> Result<(), IssueError> {
    let pin = order.pin.as_ref();
    let Some(puk) = &order.new_puk else {
        return pin.map_or(Ok(()), |pin| {
            begins(Step::Pin)?;
            change(piv, PIN_REFERENCE, &factory(FACTORY_PIN)?, pin)
        });
    };
    if order.puk_tries > MOST_TRIES {
        return Err(IssueError::PukInDoubt);
    }
    begins(Step::Puk)?;
    if let (1.., Some(pin)) = (order.puk_tries, pin) {
        match set_pin(piv, puk, pin)? {
            Status::Done => return Ok(()),
            Status::TriesLeft(0 | 1) | Status::Blocked => return Err(IssueError::PukInDoubt),
            _ => {}
        }
    }
    change(piv, PUK_REFERENCE, &factory(FACTORY_PUK)?, puk)?;
    let Some(pin) = pin else { return Ok(()) };
    begins(Step::Pin)?;
    if set_pin(piv, puk, pin)? == Status::Done { Ok(()) } else { Err(IssueError::NotFactoryPin) }
}

/// RESET RETRY COUNTER: the PUK and a new PIN, whatever the old one was.
fn set_pin(piv: &mut Piv, puk: &Pin, pin: &Pin) -> Result<Status, CardError> {
    let data = Zeroizing::new([*puk.padded(), *pin.padded()].concat());
    let command = Command::new(Instruction::ResetRetryCounter, 0, PIN_REFERENCE, &data);
    Ok(piv.exchange("RESET RETRY COUNTER", &command)?.status())
}

fn change(piv: &mut Piv, reference: u8, old: &Pin, new: &Pin) -> Result<(), IssueError> {
    let data = Zeroizing::new([*old.padded(), *new.padded()].concat());
    let command = Command::new(Instruction::ChangeReference, 0, reference, &data);
    let answer = piv.exchange("CHANGE REFERENCE DATA", &command)?;
    if answer.status() == Status::Done { Ok(()) } else { Err(IssueError::NotFactoryPin) }
}

fn factory(digits: &str) -> Result<Pin, IssueError> {
    Pin::new(digits).ok_or(IssueError::NotFactoryPin)
}
