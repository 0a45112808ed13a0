//! The way to one card.

use zeroize::Zeroizing;

use crate::CardError;

/// An open way to one card, and to that card only.
///
/// The tablet's implementation is the PC/SC worker behind [`Talker`](crate::Talker); the other one replays
/// recorded and torn exchanges in tests.
pub trait Link: Send {
    /// Sends one APDU (at least four bytes) and returns the card's raw answer with its status word.
    /// Blocks until the answer or the link's deadline. The answer may be of any length, also empty: PC/SC
    /// reports a torn exchange as success.
    ///
    /// # Errors
    /// After any error the link is of no more use.
    fn transmit(&mut self, command: &[u8]) -> Result<Zeroizing<Vec<u8>>, CardError>;

    /// Answer To Reset of the card, as the reader gave it.
    fn atr(&self) -> &[u8];

    /// Succeeds only if the card has not left since the link was opened.
    ///
    /// # Errors
    /// [`CardError::Changed`] or [`CardError::Removed`] when it has.
    fn same_card(&mut self) -> Result<(), CardError>;

    /// From now on the card is reset when the link lets go of it, whatever the way out: it has seen a PIN.
    fn reset_at_end(&mut self);

    /// Lets go of the card, without resetting it unless [`Link::reset_at_end`] was called. Dropping the link does the
    /// same without waiting.
    ///
    /// # Errors
    /// When the service did not acknowledge.
    fn leave(&mut self) -> Result<(), CardError>;
}
