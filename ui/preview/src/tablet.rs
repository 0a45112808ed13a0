//! A session whose runner is played here: whatever it asks for that has one answer gets it at once.

use chrono::{DateTime, TimeDelta};
use kakari_session::findings::Findings;
use kakari_session::look::Look;
use kakari_session::touch::{Basis, Touch};
use kakari_session::view::View;
use kakari_session::{
    Attempt, CardOutcome, Effect, Event, Moment, OpenRecord, ReaderState, Session, SignInOutcome, StaffCardOutcome,
};

use crate::Case;
use crate::{crew, station};

/// 2026-11-20 02:14 in Tokyo, in seconds since 1970.
const NOW: i64 = 1_795_108_440;
/// Its last digit is the check digit.
const CODE: &str = "0000079927398713";

pub(crate) struct Tablet {
    session: Session,
    effects: Vec<Effect>,
    now_ms: u64,
    case: Case,
    /// What looking round it finds.
    pub(crate) round: fn(Case) -> Findings,
    /// What becomes of an audit row.
    pub(crate) audit: fn(Attempt) -> Event,
}

/// That many milliseconds after the tablet was switched on.
pub(crate) fn moment(ms: u64) -> Moment {
    let start = DateTime::from_timestamp(NOW, 0).unwrap_or_default();
    Moment { utc: start + TimeDelta::milliseconds(i64::try_from(ms).unwrap_or(i64::MAX)), monotonic_ms: ms }
}

impl Tablet {
    /// Switched on; the store is not open yet.
    pub(crate) fn switched_on(look: Look, case: Case) -> Self {
        let session = Session::new(case.pick("北1", "北町救急1", "長岡京消防本部 高度救助救急21"));
        let session =
            session.with_look(look).with_receivers(crew::receivers(case)).with_place_to_save(case != Case::Empty);
        let mut tablet = Self {
            session,
            effects: Vec::new(),
            now_ms: 0,
            case,
            round: station::findings,
            audit: Event::AuditWritten,
        };
        tablet.send(Event::Tick(moment(0)));
        tablet
    }

    /// The store open, the reader ready.
    pub(crate) fn started(look: Look, case: Case) -> Self {
        let mut tablet = Self::switched_on(look, case);
        tablet.send(Event::ReaderChanged(ReaderState::Ready));
        tablet.send(Event::StoreOpened(crew::facts(case)));
        if case != Case::Empty {
            tablet.send(Event::Gauges(crew::gauges(case)));
        }
        tablet
    }

    /// One member signed in; two unless there is as little as can be.
    pub(crate) fn signed_in(look: Look, case: Case) -> Self {
        let mut tablet = Self::started(look, case);
        tablet.sign_in(0);
        if case != Case::Empty {
            tablet.touch(Touch::AddCrew);
            tablet.sign_in(1);
        }
        tablet
    }

    /// The member of this place lays the card on, types a PIN and takes the card away.
    pub(crate) fn sign_in(&mut self, place: usize) {
        self.lay_staff_card(place, Some(3));
        self.type_digits("123456");
        self.touch(Touch::SubmitPin);
        self.answer_sign_in(SignInOutcome::SignedIn(crew::member(self.case, place)));
        self.send(Event::CardLeft);
    }

    pub(crate) fn lay_staff_card(&mut self, place: usize, tries_left: Option<u8>) {
        let member = crew::member(self.case, place);
        let staff = StaffCardOutcome::Staff { name: member.name, staff_id: member.staff_id, tries_left };
        self.answer_staff_card(staff);
    }

    pub(crate) fn answer_staff_card(&mut self, outcome: StaffCardOutcome) {
        self.send(Event::CardArrived);
        let asked = self.asked(|effect| match effect {
            Effect::ReadStaffCard(attempt) => Some(*attempt),
            _ => None,
        });
        self.send(Event::StaffCardRead(asked, outcome));
    }

    pub(crate) fn answer_sign_in(&mut self, outcome: SignInOutcome) {
        let asked = self.asked(|effect| match effect {
            Effect::SignIn(attempt, _) => Some(*attempt),
            _ => None,
        });
        self.send(Event::SignInAnswered(asked, outcome));
    }

    /// The identity check is on the glass.
    pub(crate) fn check(&mut self, record: OpenRecord) {
        self.lay_patient_card(CardOutcome::Opened(record));
    }

    /// The summary is on the glass.
    pub(crate) fn show(&mut self, record: OpenRecord) {
        self.check(record);
        self.touch(Touch::Confirm(Basis::PatientConsents));
    }

    pub(crate) fn lay_patient_card(&mut self, outcome: CardOutcome) {
        self.send(Event::CardArrived);
        let asked = self.asked(|effect| match effect {
            Effect::ReadPatientCard(attempt) => Some(*attempt),
            _ => None,
        });
        self.send(Event::PatientCardRead(asked, Box::new(outcome)));
    }

    pub(crate) fn touch(&mut self, touch: Touch) {
        self.send(Event::Touched(touch));
    }

    pub(crate) fn type_digits(&mut self, digits: &str) {
        digits.bytes().for_each(|digit| self.touch(Touch::Digit(digit.wrapping_sub(b'0'))));
    }

    /// A code that a supervisor could have read out.
    pub(crate) fn type_code(&mut self, digits: usize) {
        self.type_digits(&CODE[..digits]);
    }

    pub(crate) fn wait(&mut self, ms: u64) {
        self.now_ms += ms;
        self.send(Event::Tick(moment(self.now_ms)));
    }

    pub(crate) fn send(&mut self, event: Event) {
        let effects = self.session.update(event);
        for effect in effects {
            let answer = match &effect {
                Effect::Audit(attempt, ..) => Some((self.audit)(*attempt)),
                Effect::LookRound(attempt) => Some(Event::LookedRound(*attempt, Box::new((self.round)(self.case)))),
                Effect::ReadReview(attempt) => Some(Event::Reviewed(*attempt, Ok(station::uses(self.case)))),
                Effect::CountUsage(attempt) => Some(Event::Counted(*attempt, Ok(Box::new(station::usage(self.case))))),
                _ => None,
            };
            self.effects.push(effect);
            answer.into_iter().for_each(|answer| self.send(answer));
        }
    }

    /// The number of the last request of a kind.
    pub(crate) fn asked(&self, pick: impl Fn(&Effect) -> Option<Attempt>) -> Attempt {
        self.effects.iter().rev().find_map(pick).expect("the session asks for it")
    }

    pub(crate) fn view(&self) -> View {
        self.session.view()
    }
}
