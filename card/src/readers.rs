//! What is known about readers and the cards on them, and what of it is news.

use std::collections::BTreeMap;

use crate::card_here::{CardHere, Presence};
use crate::known::Known;

/// News of readers and cards. Each is told once.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ReaderEvent {
    /// A reader is there and works.
    Ready {
        /// Its name.
        reader: String,
    },
    /// A reader is gone or does not work. Its card, if any, was told as left before.
    Gone {
        /// Its name.
        reader: String,
    },
    /// No wanted reader is left. Also told at the start if there is none.
    NoReader,
    /// The PC/SC service does not run or does not answer. All cards and readers were told as gone before.
    ServiceStopped,
    /// Something lies on the reader that does not speak.
    Mute {
        /// The reader's name.
        reader: String,
    },
    /// A card was laid on a reader.
    CardArrived(CardHere),
    /// A card lies on the reader, and another program holds it for itself alone. Told instead of
    /// [`CardArrived`](Self::CardArrived), which follows when that program lets go.
    InUse {
        /// The reader's name.
        reader: String,
    },
    /// It was taken away, or exchanged for another which is told next.
    CardLeft {
        /// Which insertion ended.
        presence: Presence,
    },
}

/// What a reader shows at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    Empty,
    Card {
        event_count: u32,
    },
    /// There is a card, and another program holds it for itself alone.
    HeldCard {
        event_count: u32,
    },
    MuteCard {
        event_count: u32,
    },
    Unavailable,
}

/// Turns sights into news.
#[derive(Default)]
pub(crate) struct Tracker {
    readers: BTreeMap<String, Known>,
    told_none: bool,
    told_stopped: bool,
}

impl Tracker {
    /// Every wanted reader that is listed, with what it shows. Readers not among them are gone.
    pub(crate) fn observe(&mut self, sights: &[(String, Sight)]) -> Vec<ReaderEvent> {
        let mut news = Vec::new();
        self.told_stopped = false;
        let is_here = |name: &String| sights.iter().any(|(seen, sight)| seen == name && *sight != Sight::Unavailable);
        let gone: Vec<String> = self.readers.keys().filter(|name| !is_here(name)).cloned().collect();
        for reader in gone {
            self.lose(reader, &mut news);
        }
        for (reader, sight) in sights {
            self.see(reader, *sight, &mut news);
        }
        if self.readers.is_empty() && !self.told_none {
            self.told_none = true;
            news.push(ReaderEvent::NoReader);
        }
        news
    }

    /// The service is gone, and with it everything it told us.
    pub(crate) fn service_stopped(&mut self) -> Vec<ReaderEvent> {
        let mut news = Vec::new();
        while let Some(reader) = self.readers.keys().next().cloned() {
            self.lose(reader, &mut news);
        }
        self.told_none = false;
        if !self.told_stopped {
            self.told_stopped = true;
            news.push(ReaderEvent::ServiceStopped);
        }
        news
    }

    fn lose(&mut self, reader: String, news: &mut Vec<ReaderEvent>) {
        if let Some(known) = self.readers.remove(&reader) {
            known.leave(news);
            news.push(ReaderEvent::Gone { reader });
        }
    }

    fn see(&mut self, reader: &str, sight: Sight, news: &mut Vec<ReaderEvent>) {
        if sight == Sight::Unavailable {
            return;
        }
        let before = self.readers.remove(reader).unwrap_or_else(|| {
            self.told_none = false;
            news.push(ReaderEvent::Ready { reader: reader.to_owned() });
            Known::Empty
        });
        let after = before.become_like(reader, sight, news);
        self.readers.insert(reader.to_owned(), after);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(events: &[ReaderEvent]) -> Vec<&'static str> {
        events
            .iter()
            .map(|event| match event {
                ReaderEvent::Ready { .. } => "ready",
                ReaderEvent::Gone { .. } => "gone",
                ReaderEvent::NoReader => "no reader",
                ReaderEvent::ServiceStopped => "stopped",
                ReaderEvent::Mute { .. } => "mute",
                ReaderEvent::CardArrived(_) => "arrived",
                ReaderEvent::InUse { .. } => "in use",
                ReaderEvent::CardLeft { .. } => "left",
            })
            .collect()
    }

    fn one(sight: Sight) -> Vec<(String, Sight)> {
        vec![("A".to_owned(), sight)]
    }

    #[test]
    fn a_swap_nobody_saw_happen_is_told_as_left_and_arrived() {
        let mut tracker = Tracker::default();
        assert_eq!(told(&tracker.observe(&one(Sight::Card { event_count: 1 }))), ["ready", "arrived"]);
        assert!(told(&tracker.observe(&one(Sight::Card { event_count: 1 }))).is_empty());
        assert_eq!(told(&tracker.observe(&one(Sight::Card { event_count: 3 }))), ["left", "arrived"]);
    }

    #[test]
    fn a_count_that_catches_up_with_its_card_is_no_news() {
        let mut tracker = Tracker::default();
        tracker.observe(&one(Sight::Empty));
        assert_eq!(told(&tracker.observe(&one(Sight::Card { event_count: 6 }))), ["arrived"]);
        assert!(tracker.observe(&one(Sight::Card { event_count: 7 })).is_empty());
        assert_eq!(told(&tracker.observe(&one(Sight::Card { event_count: 9 }))), ["left", "arrived"]);
    }

    #[test]
    fn a_swap_seen_in_two_steps_is_still_a_swap() {
        let mut tracker = Tracker::default();
        tracker.observe(&one(Sight::Card { event_count: 7 }));
        assert!(tracker.observe(&one(Sight::Card { event_count: 8 })).is_empty());
        assert_eq!(told(&tracker.observe(&one(Sight::Card { event_count: 9 }))), ["left", "arrived"]);
    }

    #[test]
    fn presences_grow_and_a_card_that_left_knows_it() {
        let mut tracker = Tracker::default();
        let arrived = |events: Vec<ReaderEvent>| {
            events.into_iter().find_map(
                |event| {
                    if let ReaderEvent::CardArrived(card) = event { Some(card) } else { None }
                },
            )
        };
        let first = arrived(tracker.observe(&one(Sight::Card { event_count: 1 }))).unwrap();
        assert!(!first.has_left());
        let second = arrived(tracker.observe(&one(Sight::Card { event_count: 3 }))).unwrap();
        assert!(first.has_left() && !second.has_left() && second.presence > first.presence);
    }

    #[test]
    fn a_reader_that_fails_takes_its_card_with_it() {
        let mut tracker = Tracker::default();
        tracker.observe(&one(Sight::Card { event_count: 1 }));
        assert_eq!(told(&tracker.observe(&one(Sight::Unavailable))), ["left", "gone", "no reader"]);
        assert!(told(&tracker.observe(&one(Sight::Unavailable))).is_empty());
        assert_eq!(told(&tracker.observe(&one(Sight::Empty))), ["ready"]);
    }

    #[test]
    fn a_stopped_service_is_told_once_and_forgets_every_card() {
        let mut tracker = Tracker::default();
        tracker.observe(&one(Sight::Card { event_count: 1 }));
        assert_eq!(told(&tracker.service_stopped()), ["left", "gone", "stopped"]);
        assert!(tracker.service_stopped().is_empty());
        assert_eq!(told(&tracker.observe(&one(Sight::Card { event_count: 1 }))), ["ready", "arrived"]);
    }

    #[test]
    fn no_reader_at_the_start_is_told_once() {
        let mut tracker = Tracker::default();
        assert_eq!(told(&tracker.observe(&[])), ["no reader"]);
        assert!(tracker.observe(&[]).is_empty());
    }

    #[test]
    fn a_mute_card_is_told_once_per_insertion() {
        let mut tracker = Tracker::default();
        assert_eq!(told(&tracker.observe(&one(Sight::MuteCard { event_count: 1 }))), ["ready", "mute"]);
        assert!(tracker.observe(&one(Sight::MuteCard { event_count: 1 })).is_empty());
        assert_eq!(told(&tracker.observe(&one(Sight::MuteCard { event_count: 3 }))), ["mute"]);
    }
    #[test]
    fn a_card_that_another_program_holds_arrives_when_that_program_lets_go() {
        let mut tracker = Tracker::default();
        assert_eq!(told(&tracker.observe(&one(Sight::HeldCard { event_count: 1 }))), ["ready", "in use"]);
        assert!(tracker.observe(&one(Sight::HeldCard { event_count: 1 })).is_empty());
        assert_eq!(told(&tracker.observe(&one(Sight::Card { event_count: 1 }))), ["arrived"]);
    }

    #[test]
    fn a_card_held_after_it_arrived_stays_the_same_card() {
        let mut tracker = Tracker::default();
        tracker.observe(&one(Sight::Card { event_count: 1 }));
        assert!(tracker.observe(&one(Sight::HeldCard { event_count: 1 })).is_empty());
        assert!(tracker.observe(&one(Sight::Card { event_count: 1 })).is_empty());
        assert_eq!(told(&tracker.observe(&one(Sight::HeldCard { event_count: 3 }))), ["left", "in use"]);
        assert_eq!(told(&tracker.observe(&one(Sight::Empty))), [""; 0]);
    }
}
