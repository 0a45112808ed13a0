//! One reader as it was last seen, and what the next sight of it means.

use crate::card_here::CardHere;
use crate::readers::{ReaderEvent, Sight};

/// What a reader was last known to show.
pub(crate) enum Known {
    Empty,
    Card(CardHere),
    /// Held by another program before it was told as arrived.
    Held {
        event_count: u32,
    },
    Mute {
        event_count: u32,
    },
}

/// Whether two counts, both read while a card was there, are of one insertion.
///
/// Each insertion and each removal adds one, so an exchange of cards adds two. But pcscd writes "present" before it
/// adds: who reads between the two sees the new card under the old count, and one more a moment later. For the same
/// reason the first count seen must be kept and not be brought up to date: two steps of one are an exchange.
pub(crate) fn is_one_insertion(earlier: u32, later: u32) -> bool {
    later.wrapping_sub(earlier) & EVENT_COUNTER <= 1
}

/// PC/SC keeps the lower 16 bits.
const EVENT_COUNTER: u32 = 0xFFFF;

impl Known {
    /// What it shows now; what of that is news is told.
    pub(crate) fn become_like(self, reader: &str, sight: Sight, news: &mut Vec<ReaderEvent>) -> Self {
        match (self, sight) {
            // Held by another program after it arrived, it is still the same card.
            (Self::Card(card), Sight::Card { event_count } | Sight::HeldCard { event_count })
                if card.event_count.is_some_and(|first| is_one_insertion(first, event_count)) =>
            {
                Self::Card(card)
            }
            (Self::Held { event_count: first }, Sight::HeldCard { event_count })
                if is_one_insertion(first, event_count) =>
            {
                Self::Held { event_count: first }
            }
            (Self::Mute { event_count: first }, Sight::MuteCard { event_count })
                if is_one_insertion(first, event_count) =>
            {
                Self::Mute { event_count: first }
            }
            (before, Sight::Card { event_count }) => {
                before.leave(news);
                let card = CardHere::new(reader, Some(event_count));
                news.push(ReaderEvent::CardArrived(card.clone()));
                Self::Card(card)
            }
            (before, Sight::HeldCard { event_count }) => {
                before.leave(news);
                news.push(ReaderEvent::InUse { reader: reader.to_owned() });
                Self::Held { event_count }
            }
            (before, Sight::MuteCard { event_count }) => {
                before.leave(news);
                news.push(ReaderEvent::Mute { reader: reader.to_owned() });
                Self::Mute { event_count }
            }
            (before, Sight::Empty | Sight::Unavailable) => {
                before.leave(news);
                Self::Empty
            }
        }
    }

    /// Whatever was there is there no more.
    pub(crate) fn leave(self, news: &mut Vec<ReaderEvent>) {
        if let Self::Card(card) = self {
            card.leave();
            news.push(ReaderEvent::CardLeft { presence: card.presence });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_one_insertion_differ_by_one_at_most_and_only_upwards() {
        assert!(is_one_insertion(0xFFFF, 0) && is_one_insertion(3, 3));
        assert!(!is_one_insertion(0xFFFF, 1) && !is_one_insertion(3, 2));
    }
}
