//! What may go wrong with a card, on order.

use crate::VirtualCard;

/// A fault at one exchange of a card. Exchanges count from one at each insertion.
#[derive(Clone)]
pub enum Fault {
    /// The card is torn away instead of answering.
    Tear,
    /// No answer, until the card is taken away.
    Hang,
    /// The answer arrives cut to this many bytes.
    Truncate(usize),
    /// Another card is laid on instead of the answer.
    SwapBefore(VirtualCard),
    /// The answer arrives, and at once the card is exchanged for another.
    SwapAfter(VirtualCard),
}
