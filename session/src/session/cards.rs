//! A card comes and goes: what that means where the tablet is.

use std::mem;

use kakari_record::audit::AuditKind;

use super::Session;
use crate::Effect;
use crate::event::{CardTrouble, OpenRecord};
use crate::problem::Problem;
use crate::state::{Check, State};

impl Session {
    pub(super) fn card_arrived(&mut self) -> Vec<Effect> {
        self.card_present = true;
        self.destination_asked = false;
        self.forget_two_cards();
        self.began_ms = self.now.map(|now| now.monotonic_ms);
        self.stay_awake();
        match self.state {
            State::SignIn(_) => self.look_for_staff_card(),
            State::Locked(_) => self.card_on_locked(),
            State::Fallback(_) => self.card_on_fallback(),
            State::Standby(_) | State::Reading(_) | State::Check(_) | State::Reason(_) | State::Search(_) => {
                self.read_patient_card()
            }
            State::Case(_) => self.read_other_card(),
            State::Station(_) => self.card_on_station(),
        }
    }

    /// Of an open record's own card there is a row that it was taken away.
    pub(super) fn card_left(&mut self) -> Vec<Effect> {
        self.card_present = false;
        self.card_left_locked();
        let taken = match &mut self.state {
            State::SignIn(sign_in) => {
                sign_in.card_left();
                None
            }
            State::Check(check) => mem::take(&mut check.card_present).then(|| check.record.audited()),
            State::Case(case) => mem::take(&mut case.card_present).then(|| case.record.audited()),
            _ => None,
        };
        taken.map(|record| self.audit(AuditKind::CardRemoved { record })).into_iter().collect()
    }

    pub(super) fn card_mute(&mut self) -> Vec<Effect> {
        self.card_hindered(CardTrouble::NoAnswer)
    }

    /// A card that cannot be asked: the problem is said where the tablet is, and whoever is in sight stays.
    pub(super) fn card_hindered(&mut self, trouble: CardTrouble) -> Vec<Effect> {
        self.stay_awake();
        let problem = Some(Problem::Card(trouble));
        let staff = Some(Problem::StaffCard(trouble));
        match &mut self.state {
            State::SignIn(sign_in) => sign_in.problem = staff,
            State::Standby(notice) => *notice = problem,
            State::Reading(_) => self.state = State::Standby(problem),
            State::Check(check) => check.problem = problem,
            State::Case(case) => case.problem = problem,
            State::Locked(locked) => locked.problem = staff,
            State::Fallback(fallback) => fallback.problem = staff,
            State::Reason(notice) => *notice = problem,
            State::Search(search) => search.problem = problem,
            State::Station(_) => self.card_hindered_on_station(trouble),
        }
        Vec::new()
    }

    /// The check of a record whose opening is on disk.
    pub(crate) fn check_of(&self, record: OpenRecord) -> State {
        let access = record.access;
        let card_present = self.card_present && access.by_card();
        State::Check(Box::new(Check { record, access, card_present, pending: None, problem: None }))
    }
}
