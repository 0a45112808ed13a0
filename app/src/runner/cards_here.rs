//! The cards on the wanted readers: one of them is asked, and with two lying there none is.

use kakari_card::{CardHere, Presence};
use kakari_session::Event;

/// In the order in which they were laid on.
#[derive(Default)]
pub(super) struct CardsHere(Vec<CardHere>);

impl CardsHere {
    /// The one that is asked.
    pub(super) fn current(&self) -> Option<&CardHere> {
        self.0.first()
    }

    pub(super) fn arrived(&mut self, card: CardHere) -> Event {
        self.0.push(card);
        if self.0.len() == 1 { Event::CardArrived } else { Event::SecondCard }
    }

    /// What its leaving means: with two left the crew has been told already.
    pub(super) fn left(&mut self, presence: Presence) -> Vec<Event> {
        let was_current = self.0.first().is_some_and(|card| card.presence == presence);
        let before = self.0.len();
        self.0.retain(|card| card.presence != presence);
        match (before, self.0.len()) {
            (1, 0) => vec![Event::CardLeft],
            (2, 1) if was_current => vec![Event::CardLeft, Event::CardArrived],
            (2, 1) => vec![Event::SecondCardLeft],
            // The first of three: what was asked of it is over, and there are still too many.
            (3.., 2..) if was_current => vec![Event::CardLeft, Event::SecondCard],
            _ => Vec::new(),
        }
    }

    /// The card is free again that was in use when it was asked.
    pub(super) fn free(&self, presence: Presence) -> Option<Event> {
        let alone = self.0.len() == 1 && self.0.first().is_some_and(|card| card.presence == presence);
        alone.then_some(Event::CardFree)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(events: &[Event]) -> Vec<String> {
        events.iter().map(|event| format!("{event:?}")).collect()
    }

    #[test]
    fn one_card_comes_and_goes() {
        let (mut cards, card) = (CardsHere::default(), CardHere::on("a reader"));
        assert!(matches!(cards.arrived(card.clone()), Event::CardArrived));
        assert!(matches!(cards.free(card.presence), Some(Event::CardFree)));
        assert_eq!(names(&cards.left(card.presence)), ["CardLeft"]);
        assert!(cards.current().is_none() && cards.free(card.presence).is_none());
        assert_eq!(names(&cards.left(card.presence)), [""; 0], "a late leaving is nobody's");
    }

    #[test]
    fn of_two_cards_the_one_that_remains_is_the_known_one_or_a_new_one() {
        let (first, second) = (CardHere::on("a reader"), CardHere::on("another"));
        let two = || {
            let mut cards = CardsHere::default();
            cards.arrived(first.clone());
            assert!(matches!(cards.arrived(second.clone()), Event::SecondCard));
            assert!(cards.free(first.presence).is_none(), "neither is asked");
            cards
        };
        let mut cards = two();
        assert_eq!(names(&cards.left(second.presence)), ["SecondCardLeft"]);
        assert_eq!(cards.current().map(|card| card.presence), Some(first.presence));
        let mut cards = two();
        assert_eq!(names(&cards.left(first.presence)), ["CardLeft", "CardArrived"]);
        assert_eq!(cards.current().map(|card| card.presence), Some(second.presence));
    }

    #[test]
    fn of_three_cards_none_is_asked_until_one_is_left() {
        let [first, second, third] = ["a", "b", "c"].map(CardHere::on);
        let mut cards = CardsHere::default();
        cards.arrived(first.clone());
        cards.arrived(second.clone());
        assert!(matches!(cards.arrived(third), Event::SecondCard));
        assert_eq!(names(&cards.left(first.presence)), ["CardLeft", "SecondCard"]);
        assert_eq!(names(&cards.left(second.presence)), ["CardLeft", "CardArrived"]);
    }
}
