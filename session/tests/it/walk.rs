//! Random walks: whatever happens in whatever order, nobody sees what they must not.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::TimeDelta;
use kakari_record::audit::AuditKind;
use kakari_session::touch::{Basis, Touch};
use kakari_session::view::{CheckPhoto, Screen, View};
use kakari_session::{
    Attempt, CardOutcome, CardTrouble, Effect, Event, Lease, ReaderState, RosterState, Session, SignInOutcome,
    StaffCardOutcome, StoreFacts, StoreTrouble, WipeStage,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::tablet::{audit_attempt, crew, face, facts, moment, patient, patient_words, roster};

/// Walks, and how many of them must have shown a summary for the property to mean something.
const WALKS: u32 = 800;
const AT_LEAST_SHOWN: u32 = 300;

/// One random thing that happens. Numbers pick among the requests that wait for an answer.
#[derive(Clone, Debug)]
enum Step {
    /// A whole sign-in, answered well: random touches alone hardly ever reach six digits.
    SignIn,
    /// A whole tap of one patient up to the summary, answered well.
    Open(u8),
    Wait(u32),
    Card(bool),
    Reader(bool),
    /// Sync brings a roster, with or without who may be signed in.
    Roster(bool),
    /// The region was heard so many days ago; the lease is thirty.
    Heard(u8),
    /// The tablet is erased by order, or it is enrolled anew.
    Erased(bool),
    Answer {
        which: u8,
        patient: u8,
        good: bool,
    },
    Touch(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => Just(Step::SignIn),
        2 => (1..4_u8).prop_map(Step::Open),
        1 => (0..400_000_u32).prop_map(Step::Wait),
        4 => any::<bool>().prop_map(Step::Card),
        1 => any::<bool>().prop_map(Step::Reader),
        1 => prop::bool::weighted(0.7).prop_map(Step::Roster),
        1 => prop_oneof![0..30_u8, 30..40_u8].prop_map(Step::Heard),
        1 => prop::bool::weighted(0.3).prop_map(Step::Erased),
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
    unveiled_rows: u32,
    keys_held: bool,
    lease_over: bool,
    /// The lease ended while a case was open, which outlives it.
    keys_went: bool,
    erased: bool,
    now: u64,
}

impl World {
    fn new() -> Self {
        let mut world = Self {
            session: Session::new("北町救急1"),
            waiting: Vec::new(),
            shown_rows: HashSet::new(),
            unveiled_rows: 0,
            keys_held: false,
            lease_over: false,
            keys_went: false,
            erased: false,
            now: 0,
        };
        world.send(Event::Tick(moment(0)));
        world.send(Event::ReaderChanged(ReaderState::Ready));
        world.send(Event::StoreOpened(facts()));
        world
    }

    fn send(&mut self, event: Event) {
        for effect in self.session.update(event) {
            let asks = matches!(effect, Effect::ReadStaffCard(_) | Effect::SignIn(..) | Effect::ReadPatientCard(_));
            assert!(!(asks && self.erased), "an erased tablet asks a card");
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
            Step::SignIn => self.sign_in(),
            Step::Open(n) => self.open(n),
            Step::Card(true) => self.send(Event::CardArrived),
            Step::Card(false) => self.send(Event::CardLeft),
            Step::Reader(ready) => {
                self.send(Event::ReaderChanged(if ready { ReaderState::Ready } else { ReaderState::Missing }));
            }
            Step::Touch(n) => self.send(Event::Touched(TOUCHES[usize::from(n) % TOUCHES.len()])),
            Step::Roster(admits) => {
                if self.erased {
                    return;
                }
                self.lease_over = false;
                let staff: &[_] = if admits { &[("S0001", 1), ("S0002", 2)] } else { &[("S0002", 2)] };
                let roster = RosterState::Believed(Arc::new(roster(staff, &[])));
                self.send(Event::StoreChanged(StoreFacts { roster, ..facts() }));
            }
            Step::Heard(days) => self.heard(days),
            Step::Erased(true) => {
                self.erased = true;
                self.send(Event::Wiped(WipeStage::Done));
            }
            Step::Erased(false) if self.erased => {
                (self.erased, self.lease_over) = (false, false);
                self.send(Event::StoreOpened(facts()));
            }
            Step::Erased(false) => {}
            Step::Answer { which, patient, good } => self.answer(which, patient, good),
        }
    }

    fn heard(&mut self, days: u8) {
        if self.erased {
            return;
        }
        self.lease_over = days >= 30;
        let lease = Lease { days: 30, left: TimeDelta::days(30 - i64::from(days)), wraps_erased: false };
        self.send(Event::StoreChanged(StoreFacts { lease: Some(lease), ..facts() }));
        self.keys_went |= self.lease_over && self.session.shown().is_some();
    }

    fn sign_in(&mut self) {
        self.send(Event::CardArrived);
        self.answer_all(3);
        TOUCHES[..7].iter().for_each(|touch| self.send(Event::Touched(*touch)));
        self.answer_all(3);
    }

    fn open(&mut self, n: u8) {
        self.send(Event::CardArrived);
        self.answer_all(n);
        self.send(Event::Touched(Touch::Confirm(Basis::PatientConsents)));
        self.answer_all(n);
    }

    fn answer_all(&mut self, n: u8) {
        for _ in 0..20 {
            self.answer(0, n, true);
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
            Effect::ReadStaffCard(attempt) if good => Event::StaffCardRead(
                attempt,
                StaffCardOutcome::Staff { name: "佐藤".into(), staff_id: "S0001".into(), tries_left: Some(n) },
            ),
            Effect::ReadStaffCard(attempt) => {
                Event::StaffCardRead(attempt, StaffCardOutcome::Refused(CardTrouble::TornAway))
            }
            Effect::SignIn(attempt, _) if good => {
                (self.keys_held, self.keys_went) = (true, false);
                Event::SignInAnswered(attempt, SignInOutcome::SignedIn(crew()))
            }
            Effect::SignIn(attempt, _) => Event::SignInAnswered(attempt, SignInOutcome::WrongPin { tries_left: 2 }),
            Effect::ReadPatientCard(attempt) => Event::PatientCardRead(attempt, Box::new(self.card(n, good))),
            Effect::Audit(attempt, kind, _) => self.audit_answer(attempt, &kind, good),
            _ => return,
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
        match kind {
            AuditKind::RecordShown { record, .. } => drop(self.shown_rows.insert(record.id)),
            AuditKind::UntoldShown { .. } => self.unveiled_rows += 1,
            _ => {}
        }
        Event::AuditWritten(attempt)
    }

    /// What must hold after every step. Returns whether a summary was on the glass.
    fn check(&self) -> Result<bool, TestCaseError> {
        let view = self.session.view();
        let words = patient_words(&view.screen);
        let on_glass: Vec<u8> = (1..4).filter(|n| words.contains(&format!("P{n}"))).collect();
        prop_assert!(on_glass.len() <= 1, "patients {on_glass:?} on one screen");
        prop_assert!(!elsewhere(&view).contains("P1") && !elsewhere(&view).contains("P2"), "words outside their place");
        prop_assert_eq!(
            words.contains("胃癌"),
            self.unveiled_rows > 0 && words.contains("胃癌"),
            "untold without a row"
        );
        self.check_faces(&view, on_glass.first().copied())?;
        prop_assert!(!(self.lease_over && self.keys_held), "keys after the end of the lease");
        prop_assert!(
            !self.erased || matches!(view.screen, Screen::SignIn(_)),
            "more than a sign-in on an erased tablet"
        );
        match (&view.screen, on_glass.first()) {
            (Screen::Summary(_) | Screen::Details(_), Some(n)) => {
                prop_assert!(self.shown_rows.contains(&[*n; 16]), "a summary without its audit row");
                prop_assert!(self.keys_held || self.keys_went, "a summary without a crew");
                Ok(true)
            }
            (Screen::Check(_), Some(_)) => {
                prop_assert!(self.keys_held, "a check without a crew");
                Ok(false)
            }
            (_, Some(_)) => Err(TestCaseError::fail("patient words outside a patient's screen")),
            (_, None) => Ok(false),
        }
    }
}

impl World {
    /// A face is on the identity check of its own patient, and nothing holds it that is not on the way there.
    fn check_faces(&self, view: &View, on_glass: Option<u8>) -> Result<(), TestCaseError> {
        let held = format!("{:?}", self.session).matches("Face(").count();
        let most = match &view.screen {
            Screen::Check(check) => {
                let own = on_glass.map(|n| CheckPhoto::Shown(face(n)));
                prop_assert!(own.as_ref() == Some(&check.photo), "another face than the patient's");
                1
            }
            Screen::Reading(_) => 1,
            // Another patient's record may be waiting for a check of its own.
            Screen::Summary(summary) => usize::from(summary.other_card.is_some()),
            Screen::Details(details) => usize::from(details.other_card.is_some()),
            _ => 0,
        };
        prop_assert!(held <= most, "{held} faces are held on {}", view.screen.name());
        Ok(())
    }
}

/// Every word that is not a patient's own place: the bar, notices, prompts.
fn elsewhere(view: &View) -> String {
    let notice = match &view.screen {
        Screen::SignIn(view) => format!("{view:?}"),
        Screen::Standby(view) => format!("{view:?}"),
        Screen::Check(view) => format!("{:?}", view.notice),
        Screen::Summary(view) => format!("{:?}", view.notice),
        Screen::Starting(words) | Screen::Reading(words) => words.clone(),
        _ => String::new(),
    };
    format!("{:?} {notice}", view.bar)
}

#[test]
fn no_walk_shows_a_record_without_crew_card_and_audit_row() {
    let shown = std::cell::Cell::new(0_u32);
    let mut runner = TestRunner::new(Config { cases: WALKS, ..Config::default() });
    let walked = runner.run(&steps(), |steps| {
        let (mut world, mut reached) = (World::new(), false);
        for step in &steps {
            world.step(step);
            reached |= world.check()?;
        }
        shown.set(shown.get() + u32::from(reached));
        Ok(())
    });
    walked.unwrap_or_else(|error| panic!("{error}"));
    println!("{WALKS} walks, {} of them with a summary on the glass: 0 broke a rule", shown.get());
    assert!(shown.get() >= AT_LEAST_SHOWN, "only {} walks reached a summary", shown.get());
}
