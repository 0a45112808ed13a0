//! What is heard and seen at the edge of the glass when a card is laid on: that it was seen, and how it went.

use crate::Effect;
use crate::event::Event;
use crate::look::Cue;
use crate::session::Session;
use crate::state::{Other, SignIn, Stage, State};

use super::{Station, TestCard};

/// How long the edge stays for a card that is read at once.
const SEEN_MS: u64 = 400;

/// What an event can mean to whoever holds the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Arrived,
    Mute,
    /// The card, or the row that its record waits for, was answered.
    Answered,
    Other,
}

/// Where the card was before an event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CardBefore {
    kind: Kind,
    reading: bool,
}

impl Session {
    pub(crate) fn card_before(&self, event: &Event) -> CardBefore {
        let kind = match event {
            Event::CardArrived | Event::CardFree | Event::SecondCardLeft => Kind::Arrived,
            Event::CardMute | Event::CardBusy | Event::SecondCard => Kind::Mute,
            Event::StaffCardRead(..)
            | Event::PatientCardRead(..)
            | Event::AuditWritten(_)
            | Event::AuditOwed(_)
            | Event::AuditFailed(..) => Kind::Answered,
            _ => Kind::Other,
        };
        CardBefore { kind, reading: self.is_reading() }
    }

    /// A card that nothing is asked of, as on an erased tablet, is not said to be seen.
    pub(crate) fn cue(&mut self, before: CardBefore, effects: &mut Vec<Effect>) {
        let over = before.reading && !self.is_reading();
        if over || before.kind == Kind::Mute {
            self.card_seen_ms = None;
        }
        let heard = match before.kind {
            Kind::Arrived if self.is_reading() => {
                self.card_seen_ms = Some(self.now_ms());
                Some(Cue::CardSeen)
            }
            Kind::Mute => Some(Cue::Trouble),
            Kind::Answered if over => Some(if self.is_read_well() { Cue::Done } else { Cue::Trouble }),
            _ => None,
        };
        let Some(cue) = heard.filter(|_| self.look.sound) else { return };
        // Heard before anything else is done: the crew waits for it with the card in hand.
        let place = if cue == Cue::CardSeen { 0 } else { effects.len() };
        effects.insert(place, Effect::Sound(cue));
    }

    /// While it is being read, and long enough to be seen where it is read at once.
    pub(crate) fn card_is_seen(&self) -> bool {
        let just = |since: u64| self.now_ms().saturating_sub(since) < SEEN_MS;
        self.card_seen_ms.is_some_and(|since| self.is_reading() || just(since))
    }

    /// A card is being read, or its record waits for the row that allows it to be seen.
    fn is_reading(&self) -> bool {
        match &self.state {
            State::Reading(_) | State::SignIn(SignIn { stage: Stage::ReadingCard(_), .. }) => true,
            State::Case(case) => matches!(case.other, Other::Reading(_) | Other::Recording(..)),
            State::Locked(locked) => locked.is_reading(),
            State::Station(station) => station.testing.is_some(),
            _ => false,
        }
    }

    fn is_read_well(&self) -> bool {
        match &self.state {
            State::Check(_) | State::SignIn(SignIn { stage: Stage::Pin(_), .. }) => true,
            State::Case(case) => matches!(case.other, Other::None | Other::Offered(_)),
            State::Station(station) => self.test_went_well(station),
            _ => false,
        }
    }

    fn test_went_well(&self, station: &Station) -> bool {
        matches!(station.test_card, Some(TestCard::Answered { kind, .. }) if super::check_device::answers(kind))
    }
}
