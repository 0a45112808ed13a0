//! 緊急閲覧: for how long records may be searched for without a card, and why.
//!
//! It lasts from its durable row for thirty minutes of the clock that never jumps, or until the case that it led to is
//! closed, the tablet is locked, or the program ends.

use kakari_record::audit::{Access, AuditKind, BreakGlassEnd, BreakGlassReason, Closing};

use crate::Effect;
use crate::event::{Attempt, Moment};
use crate::problem::Problem;
use crate::search::Search;
use crate::session::{Session, StoreStatus};
use crate::state::{Case, State};
use crate::store_facts::StoreTrouble;

/// How long a search may go on.
pub(crate) const MINUTES: u16 = 30;
const LENGTH_MS: u64 = MINUTES as u64 * 60 * 1000;
/// In the last minutes the same time can be asked for once more.
const LAST_MS: u64 = 5 * 60 * 1000;

/// Declared; it counts from the moment at which its row is durable.
#[derive(Debug)]
pub(crate) struct BreakGlass {
    pub(crate) reason: BreakGlassReason,
    /// By the clock that never jumps; counted from the touch, which is before the row.
    ends_ms: u64,
    /// The row of the reason, until it is durable: nothing can be searched before.
    starting: Option<Attempt>,
    /// The row of an extension, and when the time would end then.
    extending: Option<(Attempt, u64)>,
    /// Birth years that were typed wrong.
    pub(crate) wrong_years: u8,
}

impl Session {
    /// カードなし: to the reasons, or on to the search where one was given already.
    pub(crate) fn without_card(&mut self) -> Vec<Effect> {
        if !matches!(self.state, State::Standby(_)) || !self.can_search() {
            return Vec::new();
        }
        if self.is_break_glass() {
            self.state = State::Search(Box::default());
            return vec![Effect::PrepareSearch];
        }
        let stopped = self.searched.is_stopped().then_some(Problem::SearchStopped);
        self.state = State::Reason(stopped);
        Vec::new()
    }

    /// Whether records can be searched for at all now.
    pub(crate) fn can_search(&self) -> bool {
        matches!(self.store, StoreStatus::Open(_)) && !self.crew.is_empty() && !self.keys_gone && !self.lease_is_over()
    }

    pub(crate) fn begin_break_glass(&mut self, reason: BreakGlassReason) -> Vec<Effect> {
        if !matches!(self.state, State::Reason(_)) || self.break_glass.is_some() || !self.can_search() {
            return Vec::new();
        }
        if self.searched.is_stopped() {
            self.state = State::Reason(Some(Problem::SearchStopped));
            return Vec::new();
        }
        let attempt = self.next_attempt();
        self.state = State::Reason(None);
        self.break_glass = Some(BreakGlass {
            reason,
            ends_ms: self.now_ms() + LENGTH_MS,
            starting: Some(attempt),
            extending: None,
            wrong_years: 0,
        });
        vec![self.audit_as(attempt, AuditKind::BreakGlassStarted { reason, minutes: MINUTES })]
    }

    /// The same time once more, from now on, in the last minutes.
    pub(crate) fn extend_break_glass(&mut self) -> Vec<Effect> {
        if !self.can_extend() {
            return Vec::new();
        }
        let (attempt, now) = (self.next_attempt(), self.now_ms());
        let Some(glass) = &mut self.break_glass else { return Vec::new() };
        glass.extending = Some((attempt, now + LENGTH_MS));
        let kind = AuditKind::BreakGlassExtended { reason: glass.reason, minutes: MINUTES };
        vec![self.audit_as(attempt, kind)]
    }

    pub(crate) fn can_extend(&self) -> bool {
        let asked = self.break_glass.as_ref().is_some_and(|glass| glass.extending.is_some());
        self.is_nearly_over() && !asked
    }

    fn is_nearly_over(&self) -> bool {
        self.break_glass_left().is_some_and(|left| left <= LAST_MS)
    }

    /// A case that was opened by its patient's card stays open, whatever becomes of the search.
    pub(crate) fn ends_soon(&self, case: &Case) -> bool {
        case.access == Access::Search && self.is_nearly_over()
    }

    pub(crate) fn can_extend_case(&self, case: &Case) -> bool {
        case.access == Access::Search && self.can_extend()
    }

    /// Milliseconds that are left; none while nothing may be searched.
    pub(crate) fn break_glass_left(&self) -> Option<u64> {
        let glass = self.break_glass.as_ref().filter(|glass| glass.starting.is_none())?;
        glass.ends_ms.checked_sub(self.now_ms()).filter(|left| *left > 0)
    }

    pub(crate) fn is_break_glass(&self) -> bool {
        self.break_glass_left().is_some()
    }

    /// Its rows, as they become durable.
    pub(crate) fn break_glass_written(&mut self, attempt: Attempt) -> Vec<Effect> {
        let Some(glass) = &mut self.break_glass else { return Vec::new() };
        if let Some((_, ends_ms)) = glass.extending.take_if(|(pending, _)| *pending == attempt) {
            glass.ends_ms = ends_ms;
        }
        if glass.starting.take_if(|pending| *pending == attempt).is_none() {
            return Vec::new();
        }
        if matches!(self.state, State::Reason(_)) {
            self.state = State::Search(Box::default());
        }
        vec![Effect::PrepareSearch]
    }

    /// What is not written down has not been declared.
    pub(crate) fn break_glass_failed(&mut self, attempt: Attempt, trouble: StoreTrouble) {
        let Some(glass) = &mut self.break_glass else { return };
        glass.extending.take_if(|(pending, _)| *pending == attempt);
        if glass.starting == Some(attempt) {
            self.break_glass = None;
            if matches!(self.state, State::Reason(_)) {
                self.state = State::Reason(Some(Problem::AuditNotWritten(trouble)));
            }
        }
    }

    /// Looked at whenever time goes on. What was found by the search goes with it.
    pub(crate) fn mind_break_glass(&mut self, now: Moment) -> Vec<Effect> {
        if self.break_glass.as_ref().is_none_or(|glass| glass.ends_ms > now.monotonic_ms) {
            return Vec::new();
        }
        let over = Some(Problem::BreakGlassOver);
        let mut effects = Vec::new();
        match &self.state {
            State::Case(case) if case.access == Access::Search => {
                effects = self.end_case(Closing::Expired);
                self.state = State::Standby(over);
                // A crew at work is not locked out besides.
                self.stay_awake();
            }
            State::Check(check) if check.access == Access::Search => self.state = State::Standby(over),
            State::Standby(None) => self.state = State::Standby(over),
            State::Search(_) | State::Reason(_) => self.state = State::Reason(over),
            _ => {}
        }
        effects.extend(self.end_break_glass(BreakGlassEnd::Expired));
        effects
    }

    /// Ends it if it is declared; the screens of the search go, and what they hold is wiped.
    pub(crate) fn end_break_glass(&mut self, reason: BreakGlassEnd) -> Vec<Effect> {
        if self.break_glass.take().is_none() {
            return Vec::new();
        }
        if matches!(self.state, State::Search(_)) {
            self.state = State::Standby(None);
        }
        vec![self.audit(AuditKind::BreakGlassEnded { reason }), Effect::ForgetSearch]
    }

    /// The same, back to the reasons with what led there.
    pub(crate) fn break_off_search(&mut self, problem: Problem) -> Vec<Effect> {
        let effects = self.end_break_glass(BreakGlassEnd::Limit);
        self.state = State::Reason(Some(problem));
        effects
    }

    /// A fresh search, where one is still allowed: after somebody was looked at and was not the one.
    pub(crate) fn back_to_search(&self, problem: Option<Problem>) -> State {
        if self.is_break_glass() { State::Search(Box::new(Search::after(problem))) } else { State::Standby(problem) }
    }
}
