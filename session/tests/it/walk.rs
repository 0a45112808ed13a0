//! Random walks: whatever happens in whatever order, nobody sees what they must not.

use std::collections::HashSet;

use kakari_record::audit::AuditKind;
use kakari_session::touch::{Basis, Touch};
use kakari_session::view::Screen;
use kakari_session::{
    Attempt, CardOutcome, CardTrouble, Effect, Event, ReaderState, Session, SignInOutcome, StaffCardOutcome,
    StoreTrouble,
};
use proptest::prelude::*;

use crate::tablet::{audit_attempt, crew, facts, moment, patient, patient_words};

/// One random thing that happens. Numbers pick among the requests that wait for an answer.
#[derive(Clone, Debug)]
enum Step {
    Wait(u32),
    Card(bool),
    Reader(bool),
    Answer { which: u8, patient: u8, good: bool },
    Touch(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        1 => (0..400_000_u32).prop_map(Step::Wait),
        4 => any::<bool>().prop_map(Step::Card),
        1 => any::<bool>().prop_map(Step::Reader),
        8 => (any::<u8>(), 1..4_u8, prop::bool::weighted(0.8)).prop_map(|(which, patient, good)| {
            Step::Answer { which, patient, good }
        }),
        8 => any::<u8>().prop_map(Step::Touch),
    ];
    prop::collection::vec(step, 1..120)
}

const TOUCHES: [Touch; 19] = [
    Touch::Digit(1),
    Touch::Digit(2),
    Touch::Digit(3),
    Touch::Digit(4),
    Touch::Digit(5),
    Touch::Digit(6),
    Touch::SubmitPin,
    Touch::SubmitPin,
    Touch::Confirm(Basis::Emergency),
    Touch::Confirm(Basis::FamilyAsks),
    Touch::NotThisPerson,
    Touch::OpenDetails,
    Touch::CloseDetails,
    Touch::ShowVeiled,
    Touch::SwitchPatient,
    Touch::StayWithPatient,
    Touch::CloseCase,
    Touch::WasAnotherPerson,
    Touch::Lock,
];

/// The world around the session: what was asked and not answered, which rows are on disk, who is signed in.
struct World {
    session: Session,
    waiting: Vec<Effect>,
    shown_rows: HashSet<[u8; 16]>,
    keys_held: bool,
    now: u64,
}

impl World {
    fn new() -> Self {
        let mut world = Self {
            session: Session::new("北町救急1"),
            waiting: Vec::new(),
            shown_rows: HashSet::new(),
            keys_held: false,
            now: 0,
        };
        world.send(Event::Tick(moment(0)));
        world.send(Event::ReaderChanged(ReaderState::Ready));
        world.send(Event::StoreOpened(facts()));
        world
    }

    fn send(&mut self, event: Event) {
        for effect in self.session.update(event) {
            match effect {
                Effect::ForgetKeys => self.keys_held = false,
                Effect::Audit(_, AuditKind::CaseClosed { record, .. }, _) => {
                    self.shown_rows.remove(&record.id);
                }
                other => self.waiting.push(other),
            }
        }
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Wait(ms) => {
                self.now += u64::from(ms);
                self.send(Event::Tick(moment(self.now)));
            }
            Step::Card(true) => self.send(Event::CardArrived),
            Step::Card(false) => self.send(Event::CardLeft),
            Step::Reader(ready) => {
                self.send(Event::ReaderChanged(if ready { ReaderState::Ready } else { ReaderState::Missing }));
            }
            Step::Touch(n) => self.send(Event::Touched(TOUCHES[usize::from(n) % TOUCHES.len()])),
            Step::Answer { which, patient, good } => self.answer(which, patient, good),
        }
    }

    /// Answers one waiting request, not always the oldest.
    fn answer(&mut self, which: u8, n: u8, good: bool) {
        if self.waiting.is_empty() {
            return;
        }
        let effect = self.waiting.remove(usize::from(which) % self.waiting.len());
        let written = audit_attempt(&effect);
        let event = match effect {
            Effect::ReadStaffCard(attempt) if good => {
                Event::StaffCardRead(attempt, StaffCardOutcome::Staff { name: "佐藤".into(), tries_left: Some(n) })
            }
            Effect::ReadStaffCard(attempt) => {
                Event::StaffCardRead(attempt, StaffCardOutcome::Refused(CardTrouble::TornAway))
            }
            Effect::SignIn(attempt, _) if good => {
                self.keys_held = true;
                Event::SignInAnswered(attempt, SignInOutcome::SignedIn(crew()))
            }
            Effect::SignIn(attempt, _) => Event::SignInAnswered(attempt, SignInOutcome::WrongPin { tries_left: 2 }),
            Effect::ReadPatientCard(attempt) => Event::PatientCardRead(attempt, Box::new(self.card(n, good))),
            Effect::Audit(attempt, kind, _) => self.audit_answer(attempt, &kind, good),
            Effect::ForgetKeys => return,
        };
        assert!(written.is_none() || matches!(event, Event::AuditWritten(_) | Event::AuditFailed(..)));
        self.send(event);
    }

    /// A record opens only while the runner holds the keys.
    fn card(&self, n: u8, good: bool) -> CardOutcome {
        match (good, self.keys_held) {
            (true, true) => CardOutcome::Opened(patient(n)),
            (true, false) => CardOutcome::NotOpened(kakari_session::OpeningTrouble::NoKey),
            (false, _) => CardOutcome::Refused(CardTrouble::TornAway),
        }
    }

    fn audit_answer(&mut self, attempt: Attempt, kind: &AuditKind, good: bool) -> Event {
        if !good {
            return Event::AuditFailed(attempt, StoreTrouble::Full);
        }
        if let AuditKind::RecordShown { record, .. } = kind {
            self.shown_rows.insert(record.id);
        }
        Event::AuditWritten(attempt)
    }

    /// What must hold after every step.
    fn check(&self) -> Result<(), TestCaseError> {
        let screen = self.session.view().screen;
        let words = patient_words(&screen);
        let on_glass: Vec<u8> = (1..4).filter(|n| words.contains(&format!("P{n}"))).collect();
        prop_assert!(on_glass.len() <= 1, "patients {on_glass:?} on one screen");
        match (&screen, on_glass.first()) {
            (Screen::Summary(_) | Screen::Details(_), Some(n)) => {
                prop_assert!(self.shown_rows.contains(&[*n; 16]), "a summary without its audit row");
                prop_assert!(self.keys_held, "a summary without a crew");
            }
            (Screen::Check(_), Some(_)) => prop_assert!(self.keys_held, "a check without a crew"),
            (_, Some(_)) => prop_assert!(false, "patient words outside a patient's screen"),
            (_, None) => {}
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn no_walk_shows_a_record_without_crew_card_and_audit_row(steps in steps()) {
        let mut world = World::new();
        for step in &steps {
            world.step(step);
            world.check()?;
        }
    }
}

/// A walk that often reaches a summary, so that the property above is not true of empty screens only.
#[test]
fn the_walks_do_reach_summaries() {
    let mut world = World::new();
    let answer = |patient| Step::Answer { which: 0, patient, good: true };
    world.step(&answer(1));
    world.step(&Step::Card(true));
    world.step(&answer(3));
    for digit in 0..7 {
        world.step(&Step::Touch(digit));
    }
    for _ in 0..3 {
        world.step(&answer(1));
    }
    world.step(&Step::Card(true));
    for _ in 0..3 {
        world.step(&answer(1));
    }
    world.step(&Step::Touch(8));
    for _ in 0..3 {
        world.step(&answer(1));
    }
    assert!(matches!(world.session.view().screen, Screen::Summary(_)));
    world.check().expect("holds");
}
