//! The card whose copy was last not heard to its end.

use std::cell::Cell;

use kakari_record::seal::KeyId;

/// A copy takes many exchanges, and a card that was lifted in the middle of them is usually laid on again at once: then its
/// stored record comes without waiting for a copy.
#[derive(Debug, Default)]
pub(in crate::runner) struct TornCopy(Cell<Option<KeyId>>);

impl TornCopy {
    pub(super) fn note(&self, card: KeyId) {
        self.0.set(Some(card));
    }

    /// Whether it was this card; told once, whichever card asks.
    pub(super) fn take(&self, card: KeyId) -> bool {
        self.0.take() == Some(card)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_copy_is_passed_over_at_the_next_tap_of_its_card_and_of_no_other() {
        let (card, other) = (KeyId::derive(&[4; 65]), KeyId::derive(&[5; 65]));
        let torn = TornCopy::default();
        assert!(!torn.take(card));
        torn.note(card);
        assert!(torn.take(card) && !torn.take(card), "the tap after the next asks again");
        torn.note(card);
        assert!(!torn.take(other) && !torn.take(card));
    }
}
