//! A card that another program uses, and two cards at once: nothing is read until it is plain what to read.

use kakari_record::audit::{AuditKind, CardRefusal};

use super::Session;
use crate::Effect;
use crate::event::{CardOutcome, CardTrouble, Event, SignInOutcome, StaffCardOutcome};
use crate::problem::Problem;
use crate::state::{Other, SignIn, Stage, State};

impl Session {
    /// Keeps whether the card was in use when it was last asked.
    pub(super) fn note_busy(&mut self, event: &Event) {
        let busy = |trouble: &CardTrouble| *trouble == CardTrouble::Busy;
        self.card_busy = match event {
            Event::StaffCardRead(_, StaffCardOutcome::Refused(trouble)) => busy(trouble),
            Event::SignInAnswered(_, SignInOutcome::Refused(trouble)) => busy(trouble),
            Event::PatientCardRead(_, outcome) => matches!(&**outcome, CardOutcome::Refused(trouble) if busy(trouble)),
            Event::StaffCardRead(..) | Event::SignInAnswered(..) | Event::CardArrived | Event::CardLeft => false,
            _ => self.card_busy,
        };
    }

    /// What came to nothing is tried again without laying the card again; unless the crew has turned to something else,
    /// which a late card must not take from under their hands.
    pub(super) fn card_free(&mut self) -> Vec<Effect> {
        self.stay_awake();
        let elsewhere = matches!(self.state, State::Check(_) | State::Reason(_) | State::Search(_) | State::Reading(_));
        if std::mem::take(&mut self.card_busy) && self.card_present && !elsewhere {
            self.card_arrived()
        } else {
            Vec::new()
        }
    }

    /// Neither card is read until one is left; what is being read is dropped. A patient in sight stays as they are.
    pub(super) fn second_card(&mut self) -> Vec<Effect> {
        self.card_present = false;
        self.card_busy = false;
        let refused = matches!(self.state, State::Reading(_) | State::Standby(_));
        match &mut self.state {
            State::SignIn(sign_in) => {
                if matches!(sign_in.stage, Stage::ReadingCard(_)) {
                    sign_in.stage = Stage::NoCard;
                }
            }
            State::Case(case) => {
                if matches!(case.other, Other::Reading(_) | Other::Recording(..)) {
                    case.other = Other::None;
                }
            }
            _ => {}
        }
        self.card_left_locked();
        let mut effects = self.card_hindered(CardTrouble::TwoCards);
        if refused {
            effects.push(self.audit(AuditKind::CardRefused { reason: CardRefusal::TwoCards }));
        }
        effects
    }

    /// The card that remains is read, unless it is known already: the patient's in sight, or one whose PIN is typed.
    pub(super) fn second_card_left(&mut self) -> Vec<Effect> {
        self.stay_awake();
        let known = match &self.state {
            State::Check(check) => check.card_present,
            State::Case(case) => case.card_present,
            State::SignIn(SignIn { stage: Stage::Pin(_) | Stage::Verifying(..), .. }) => true,
            _ => false,
        };
        if !known {
            return self.card_arrived();
        }
        self.card_present = true;
        self.forget_two_cards();
        Vec::new()
    }

    /// There is one card again.
    pub(super) fn forget_two_cards(&mut self) {
        let problem = match &mut self.state {
            State::SignIn(sign_in) => &mut sign_in.problem,
            State::Check(check) => &mut check.problem,
            State::Case(case) => &mut case.problem,
            State::Locked(locked) => &mut locked.problem,
            State::Fallback(fallback) => &mut fallback.problem,
            _ => return,
        };
        problem.take_if(|said| {
            matches!(said, Problem::Card(CardTrouble::TwoCards) | Problem::StaffCard(CardTrouble::TwoCards))
        });
    }
}
