//! A card that another program holds for itself alone.

use std::thread;
use std::time::Duration;

use pcsc::{Context, Protocols, Scope, ShareMode};

use crate::worker::{Target, leave};
use crate::{CardError, CardHere};

/// PC/SC wakes nobody when a program lets go of a card.
const ASK_AGAIN: Duration = Duration::from_millis(200);

/// Waits until the other program lets go (true), or the card or the service is gone. The watcher has to be watching: it
/// is who knows that a card has left.
pub(crate) fn is_let_go(target: &Target, card: &CardHere) -> bool {
    let Ok(context) = Context::establish(Scope::User) else { return false };
    while !card.has_left() {
        match context.connect(&target.reader, ShareMode::Shared, Protocols::ANY).map_err(CardError::from) {
            Ok(open) => return leave(open).is_ok() && !card.has_left(),
            Err(CardError::Busy) => thread::sleep(ASK_AGAIN),
            Err(_) => return false,
        }
    }
    false
}
