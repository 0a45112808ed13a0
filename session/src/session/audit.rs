//! Rows of the audit: each is asked for under a number, and what waits for it goes on once it is durable.

use kakari_record::audit::AuditKind;

use super::Session;
use crate::Effect;
use crate::event::Attempt;
use crate::problem::Problem;
use crate::state::{Other, Reading, State, Veil};
use crate::store_facts::StoreTrouble;

impl Session {
    pub(crate) fn next_attempt(&mut self) -> Attempt {
        self.last_attempt = Attempt(self.last_attempt.0 + 1);
        self.last_attempt
    }

    pub(crate) fn audit(&mut self, kind: AuditKind) -> Effect {
        let attempt = self.next_attempt();
        self.audit_as(attempt, kind)
    }

    pub(crate) fn audit_as(&self, attempt: Attempt, kind: AuditKind) -> Effect {
        Effect::Audit(attempt, kind, self.crew.iter().map(|member| member.staff_id.clone()).collect())
    }

    pub(super) fn audit_written(&mut self, attempt: Attempt) -> Vec<Effect> {
        self.searched.answered(attempt, true);
        let mut effects = self.break_glass_written(attempt);
        effects.extend(self.row_written(attempt));
        effects
    }

    fn row_written(&mut self, attempt: Attempt) -> Vec<Effect> {
        match &self.state {
            State::Reading(Reading::Recording(pending, _)) if *pending == attempt => self.begin_check(),
            State::Check(check) if check.pending.is_some_and(|(pending, _)| pending == attempt) => self.open_case(),
            State::Case(_) => self.case_audit_written(attempt),
            State::Search(_) => self.search_written(attempt),
            State::Station(_) => self.station_written(attempt),
            _ => Vec::new(),
        }
    }

    /// Nothing is shown whose row is not on disk; what waited for it is dropped and wiped.
    pub(super) fn audit_failed(&mut self, attempt: Attempt, trouble: StoreTrouble) -> Vec<Effect> {
        self.searched.answered(attempt, false);
        self.break_glass_failed(attempt, trouble);
        self.search_failed(attempt, trouble);
        let problem = Problem::AuditNotWritten(trouble);
        match &mut self.state {
            State::Reading(Reading::Recording(pending, _)) if *pending == attempt => {
                self.state = State::Standby(Some(problem));
            }
            State::Check(check) => {
                check.pending.take_if(|(pending, _)| *pending == attempt);
                check.problem = Some(problem);
            }
            State::Case(case) => {
                if matches!(&case.other, Other::Recording(pending, _) if *pending == attempt) {
                    case.other = Other::None;
                }
                if case.veil == Veil::Lifting(attempt) {
                    case.veil = Veil::Drawn;
                }
                case.handover.audit_failed(attempt);
                case.problem = Some(problem);
            }
            State::Standby(notice) => *notice = Some(problem),
            State::SignIn(sign_in) => sign_in.problem = Some(problem),
            State::Locked(locked) => locked.problem = Some(problem),
            State::Station(station) => station.audit_failed(attempt, problem),
            State::Reading(_) | State::Fallback(_) | State::Reason(_) | State::Search(_) => {}
        }
        Vec::new()
    }
}
