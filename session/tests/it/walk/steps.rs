//! What happens: time, the world, the crew.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta};
use kakari_record::audit::BreakGlassReason;
use kakari_record::model::{Sex, Subject};
use kakari_session::touch::{Basis, Field, Touch};
use kakari_session::view::Screen;
use kakari_session::{Event, Lease, Moment, ReaderState, RosterState, StoreFacts, WipeStage};

use super::dice::Dice;
use super::station::station_touch;
use super::world::{CODE, World, stored, with_codes};
use crate::tablet::moment;

impl World {
    /// Time goes on by a clock that never jumps, and by one that does.
    pub(super) fn wait(&mut self, dice: &mut Dice) -> &'static str {
        let ms = match dice.below(10) {
            0 => dice.below(40 * 60_000),
            1 => dice.below(9 * 3_600_000),
            _ => dice.below(200_000),
        };
        self.now += ms;
        self.utc += TimeDelta::milliseconds(i64::try_from(ms).expect("small"));
        match dice.below(12) {
            0 => self.utc = DateTime::UNIX_EPOCH,
            1 => self.utc += TimeDelta::days(3653),
            2 => self.utc -= TimeDelta::hours(3),
            3 => self.utc = moment(self.now).utc,
            _ => {}
        }
        self.send(Event::Tick(Moment { utc: self.utc, monotonic_ms: self.now }));
        "time"
    }

    pub(super) fn card(&mut self, dice: &mut Dice) -> &'static str {
        self.send(dice.below(20).into_card_event());
        "card"
    }

    /// Reader, roster, lease, erasure, sync, a store that fails.
    pub(super) fn world_changes(&mut self, dice: &mut Dice) -> &'static str {
        match dice.below(8) {
            7 => self.full = dice.percent(50),
            0 => {
                let states = [ReaderState::Ready, ReaderState::Ready, ReaderState::Missing, ReaderState::Asleep];
                self.send(Event::ReaderChanged(dice.pick(&states)));
            }
            1 | 2 if !self.erased => self.roster(dice.percent(70)),
            3 if !self.erased => self.heard(dice.below(36)),
            4 if !self.erased => self.roster(true),
            5 if dice.percent(15) => {
                self.erased = true;
                self.send(Event::Wiped(WipeStage::Done));
            }
            6 if self.erased => {
                (self.erased, self.lease_over) = (false, false);
                self.send(Event::StoreOpened(StoreFacts { searched: self.tally, ..stored() }));
            }
            _ => {}
        }
        "the world"
    }

    pub(super) fn roster(&mut self, admits: bool) {
        self.lease_over = false;
        let staff: &[_] = if admits { &[("S0001", 1), ("S0002", 2)] } else { &[("S0002", 2)] };
        let roster = RosterState::Believed(Arc::new(with_codes(staff)));
        self.send(Event::StoreChanged(StoreFacts { roster, searched: self.tally, ..stored() }));
    }

    pub(super) fn heard(&mut self, days: u64) {
        let days = i64::try_from(days).expect("small");
        self.lease_over = days >= 30;
        let lease = Lease { days: 30, left: TimeDelta::days(30 - days), wraps_erased: false };
        self.send(Event::StoreChanged(StoreFacts { lease: Some(lease), searched: self.tally, ..stored() }));
    }

    /// A whole sign-in, answered well, also of a second crew member: random touches alone hardly ever reach six digits.
    pub(super) fn sign_in(&mut self, dice: &mut Dice) -> &'static str {
        if dice.percent(30) {
            self.send(Event::Touched(Touch::AddCrew));
        }
        let n = if dice.percent(30) { 2 } else { 1 };
        self.send(Event::CardArrived);
        self.answer_all(n);
        self.digits("123456");
        self.send(Event::Touched(Touch::SubmitPin));
        self.answer_all(n);
        self.send(Event::CardLeft);
        "a sign-in"
    }

    pub(super) fn digits(&mut self, digits: &str) {
        digits.bytes().for_each(|digit| self.send(Event::Touched(Touch::Digit(digit - b'0'))));
    }

    /// Locked, and a PIN or a code typed; answered well half of the time.
    pub(super) fn lock_and_reopen(&mut self, dice: &mut Dice) -> &'static str {
        if dice.percent(50) {
            self.send(Event::Touched(Touch::Lock));
        }
        let digits = if dice.percent(80) { "123456" } else { CODE };
        self.digits(digits);
        self.send(Event::Touched(Touch::SubmitPin));
        self.answer_some_or_all(dice);
        "a PIN on a locked tablet"
    }

    /// Two names and a one-time code.
    pub(super) fn start_by_code(&mut self, dice: &mut Dice) -> &'static str {
        if dice.percent(50) {
            self.end_shift();
        }
        self.send(Event::CardLeft);
        self.send(Event::Touched(Touch::OpenFallback));
        for place in [0, 1] {
            self.send(Event::Touched(Touch::PickStaff(place)));
        }
        self.digits(CODE);
        self.send(Event::Touched(Touch::SubmitPin));
        self.answer_some_or_all(dice);
        "a start by code"
    }

    /// What goes, in which way, to whom.
    pub(super) fn hand_over(&mut self, dice: &mut Dice) -> &'static str {
        self.send(Event::Touched(Touch::OpenHandover));
        if dice.percent(40) {
            self.send(Event::Touched(Touch::TickUntold));
            self.send(Event::Touched(Touch::TickUntold));
        }
        let ways = [Touch::ShowCodes, Touch::ShowCodes, Touch::SaveDocument, Touch::SavePaper];
        self.send(Event::Touched(dice.pick(&ways)));
        self.answer_some_or_all(dice);
        if dice.percent(50) {
            self.send(Event::Touched(Touch::HandedTo(0)));
            self.answer_some_or_all(dice);
        }
        "a hand-over"
    }

    /// No key is left after it, nor what a PIN could bring back.
    pub(super) fn end_shift(&mut self) -> &'static str {
        let at_rest = matches!(
            self.session.view().screen,
            Screen::Standby(_) | Screen::Locked(_) | Screen::SignIn(_) | Screen::Station(_)
        );
        let crew = !self.session.view().bar.crew.is_empty();
        self.send(Event::Touched(Touch::Wake));
        self.send(Event::Touched(Touch::EndShift));
        if at_rest && crew {
            self.try_out("shifts ended");
            assert!(!self.keys_held && !self.asleep && self.session.view().bar.crew.is_empty(), "keys after the shift");
        }
        "the end of a shift"
    }

    /// A whole tap of one patient up to the summary, answered well.
    pub(super) fn open(&mut self, n: u8) -> &'static str {
        self.send(Event::CardArrived);
        self.answer_all(n);
        self.send(Event::Touched(Touch::Confirm(Basis::PatientConsents)));
        self.answer_all(n);
        "a tap"
    }

    /// To the search and a name of five rows; answered well only half of the time.
    pub(super) fn search(&mut self, dice: &mut Dice) -> &'static str {
        if dice.percent(70) {
            self.send(Event::CardLeft);
            self.send(Event::Touched(Touch::NotThisPerson));
            self.send(Event::Touched(Touch::CloseCase));
        }
        self.send(Event::Touched(Touch::NoCard));
        self.send(Event::Touched(Touch::BreakGlass(BreakGlassReason::Unconscious)));
        self.answer_all(1 + dice.small(3));
        self.send(Event::Touched(Touch::SearchField(Field::NameRows)));
        for _ in 0..5 {
            let row = dice.pick(&['ア', 'カ', 'ヤ']);
            self.send(Event::Touched(Touch::Kana(row)));
        }
        if dice.percent(60) {
            self.answer_found(dice);
        }
        if dice.percent(40) {
            self.choose(dice);
            self.confirm(dice);
        }
        "a search"
    }

    /// Somebody of the list, and a birth year that is mostly right.
    pub(super) fn choose(&mut self, dice: &mut Dice) -> &'static str {
        self.send(Event::Touched(Touch::Choose(usize::from(dice.small(3)))));
        let year = if dice.percent(85) { [1, 9, 4, 0] } else { [1, 9, 4, 1] };
        year.into_iter().for_each(|digit| self.send(Event::Touched(Touch::Digit(digit))));
        self.send(Event::Touched(Touch::SubmitPin));
        if dice.percent(60) {
            self.answer_all(1);
        }
        "a choice"
    }

    pub(super) fn confirm(&mut self, dice: &mut Dice) -> &'static str {
        self.send(Event::Touched(Touch::Confirm(Basis::Emergency)));
        if dice.percent(60) {
            self.answer_all(1);
        }
        "a basis"
    }

    pub(super) fn touch(&mut self, dice: &mut Dice) -> &'static str {
        let touch = touch(dice);
        if touch == Touch::EndShift {
            return self.end_shift();
        }
        if dice.percent(30) {
            return self.touch_in(dice, touch);
        }
        self.send(Event::Touched(touch));
        "a touch"
    }

    /// A touch on what was seen a while ago: what was meant for one patient does nothing to the next.
    fn touch_in(&mut self, dice: &mut Dice, touch: Touch) -> &'static str {
        let now = |world: &Self| {
            (world.session.scene(), world.session.shown().map(|record| *record.id.as_bytes()), world.waiting.len())
        };
        let (before, late) = (now(self), self.scene != self.session.scene() && is_of_somebody(touch));
        self.send(Event::TouchedIn(self.scene, touch));
        if late {
            assert_eq!(now(self), before, "{touch:?} was meant for somebody else");
            self.try_out("late touches");
        }
        if dice.percent(50) {
            self.scene = self.session.scene();
        }
        "a touch on a scene"
    }
}

fn is_of_somebody(touch: Touch) -> bool {
    matches!(
        touch,
        Touch::Confirm(_)
            | Touch::NotThisPerson
            | Touch::WasAnotherPerson
            | Touch::CloseCase
            | Touch::SwitchPatient
            | Touch::StayWithPatient
            | Touch::Choose(_)
            | Touch::ShowVeiled
            | Touch::Dismiss
            | Touch::OpenDetails
            | Touch::OpenHandover
            | Touch::TickUntold
            | Touch::ShowCodes
            | Touch::SaveDocument
            | Touch::SavePaper
            | Touch::HandedTo(_)
    )
}

trait CardEvent {
    fn into_card_event(self) -> Event;
}

impl CardEvent for u64 {
    fn into_card_event(self) -> Event {
        match self {
            0..4 => Event::CardMute,
            4..8 => Event::CardLeft,
            8 => Event::CardBusy,
            9 => Event::CardFree,
            10 => Event::SecondCard,
            11 => Event::SecondCardLeft,
            _ => Event::CardArrived,
        }
    }
}

/// Every touch there is; what ends things is rarer.
fn touch(dice: &mut Dice) -> Touch {
    let fields = [Field::NameRows, Field::NameKana, Field::Age, Field::BirthDate, Field::Phone, Field::Number];
    let bases = [Basis::PatientConsents, Basis::FamilyAsks, Basis::Emergency];
    let place = usize::from(dice.small(4));
    let field = if dice.percent(10) { Field::Address } else { dice.pick(&fields) };
    let often = [
        Touch::Digit(dice.small(10)),
        Touch::Digit(dice.small(10)),
        Touch::SubmitPin,
        Touch::Confirm(dice.pick(&bases)),
        Touch::Kana(dice.pick(&['ア', 'ヤ', 'タ', 'ダ', 'ー'])),
        Touch::SearchField(field),
        Touch::SearchSex(Some(Sex::Female)),
        Touch::Choose(place),
        Touch::NoCard,
        Touch::BreakGlass(dice.pick(&BreakGlassReason::ALL)),
        Touch::ExtendBreakGlass,
        Touch::OpenDetails,
        Touch::ShowVeiled,
        Touch::SwitchPatient,
        Touch::OpenHandover,
        Touch::TickSection(dice.pick(&Subject::ALL)),
        Touch::TickUntold,
        Touch::ShowCodes,
        Touch::Dismiss,
    ];
    let seldom = [
        Touch::EraseDigit,
        Touch::EraseKana,
        Touch::NotThisPerson,
        Touch::WasAnotherPerson,
        Touch::CloseDetails,
        Touch::HideVeiled,
        Touch::StayWithPatient,
        Touch::CloseCase,
        Touch::Lock,
        Touch::AddCrew,
        Touch::Cancel,
        Touch::EndShift,
        Touch::OpenFallback,
        Touch::PickStaff(place),
        Touch::TurnStaff(1),
        Touch::EndBreakGlass,
        Touch::SearchSex(None),
        Touch::ClearSearch,
        Touch::CloseHandover,
        Touch::HideCodes,
        Touch::NextCode,
        Touch::SaveDocument,
        Touch::SavePaper,
        Touch::HandedTo(0),
        Touch::DestinationChanged(true),
        Touch::Wake,
    ];
    if dice.percent(15) {
        return station_touch(dice);
    }
    if dice.percent(80) { dice.pick(&often) } else { dice.pick(&seldom) }
}
