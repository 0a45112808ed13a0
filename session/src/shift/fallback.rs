//! A start without a staff card: two names of the roster, and a supervisor's one-time code.

use kakari_record::audit::{AuditKind, FallbackRefusal};
use kakari_record::seal::{FallbackCode, RosterEntry};

use super::Way;
use super::locked::CODE_DIGITS;
use crate::Effect;
use crate::effect::PinDigits;
use crate::event::{Attempt, FallbackOutcome};
use crate::problem::Problem;
use crate::session::{Session, StoreStatus};
use crate::state::{Back, SignIn, Stage, State};
use crate::store_facts::RosterState;

/// Names on one page.
pub(super) const PAGE: usize = 8;
/// Who begins a shift without a staff card.
pub(super) const TWO: usize = 2;
/// Wrong codes in a row before the pause.
const TRIES: u8 = 5;
/// The pause.
const PAUSE_MS: u64 = 15 * 60 * 1000;

/// A start without a staff card.
#[derive(Debug, Default)]
pub(crate) struct Fallback {
    pub(super) page: usize,
    /// Staff numbers, in the order of their touches.
    pub(super) chosen: Vec<String>,
    pub(crate) digits: PinDigits,
    pending: Option<Attempt>,
    pub(crate) problem: Option<Problem>,
}

/// Wrong codes in a row, over every start that was begun and left.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CodeTries {
    wrong: u8,
    /// By the clock that never jumps.
    paused_until_ms: Option<u64>,
}

impl Fallback {
    /// Whether the code is being tried.
    pub(crate) fn is_pending(&self) -> bool {
        self.pending.is_some()
    }
}

impl Session {
    /// Whether there are codes to start by, and nobody is signed in or about to be.
    pub(crate) fn can_fallback(&self) -> bool {
        let waits = matches!(
            &self.state,
            State::SignIn(SignIn { stage: Stage::NoCard | Stage::ReadingCard(_), back: Back::Nobody, .. })
        );
        let codes = matches!(self.store_roster(), Some(roster) if !roster.fallback.is_empty());
        waits && codes && self.can_sign_in()
    }

    fn store_roster(&self) -> Option<&kakari_record::seal::Roster> {
        match &self.store {
            StoreStatus::Open(facts) => match &facts.roster {
                RosterState::Believed(roster) => Some(roster),
                RosterState::Missing | RosterState::NotBelieved => None,
            },
            _ => None,
        }
    }

    pub(super) fn staff(&self) -> &[RosterEntry] {
        self.store_roster().map_or(&[], |roster| &roster.staff)
    }

    pub(super) fn open_fallback(&mut self) -> Vec<Effect> {
        if self.can_fallback() {
            self.state = State::Fallback(Box::default());
        }
        Vec::new()
    }

    /// Chosen, or not any more. A third name changes nothing: one of the two has to go first.
    pub(super) fn pick_staff(&mut self, index: usize) -> Vec<Effect> {
        let Some(staff_id) = self.staff().get(index).map(|entry| entry.staff_id.clone()) else { return Vec::new() };
        let State::Fallback(fallback) = &mut self.state else { return Vec::new() };
        if fallback.is_pending() {
            return Vec::new();
        }
        match fallback.chosen.iter().position(|chosen| *chosen == staff_id) {
            Some(place) => drop(fallback.chosen.remove(place)),
            None if fallback.chosen.len() < TWO => fallback.chosen.push(staff_id),
            None => {}
        }
        Vec::new()
    }

    pub(super) fn turn_staff(&mut self, pages: i8) -> Vec<Effect> {
        let last = self.staff().len().div_ceil(PAGE).saturating_sub(1);
        if let State::Fallback(fallback) = &mut self.state {
            fallback.page = fallback.page.saturating_add_signed(pages.into()).min(last);
        }
        Vec::new()
    }

    /// A digit that was misheard is told here, and costs no try.
    pub(crate) fn submit_code(&mut self) -> Vec<Effect> {
        let (attempt, left) = (self.next_attempt(), self.pause_left());
        let State::Fallback(fallback) = &mut self.state else { return Vec::new() };
        let whole = fallback.chosen.len() == TWO && fallback.digits.0.len() == CODE_DIGITS;
        if fallback.is_pending() || !whole {
            return Vec::new();
        }
        if let Some(minutes) = left {
            fallback.problem = Some(Problem::CodePaused { minutes });
            return Vec::new();
        }
        if FallbackCode::parse(&fallback.digits.0).is_err() {
            fallback.problem = Some(Problem::CodeMistyped);
            return Vec::new();
        }
        let digits = std::mem::take(&mut fallback.digits);
        (fallback.pending, fallback.problem) = (Some(attempt), None);
        vec![Effect::StartFallback(attempt, digits, fallback.chosen.clone())]
    }

    pub(crate) fn fallback_answered(&mut self, attempt: Attempt, outcome: FallbackOutcome) -> Vec<Effect> {
        let waits = matches!(&self.state, State::Fallback(fallback) if fallback.pending == Some(attempt));
        match outcome {
            FallbackOutcome::Started { crew, code } if waits && !self.lease_is_over() => {
                self.code_tries = CodeTries::default();
                self.begin_shift(crew, Way::Code);
                let mut effects = vec![self.audit(AuditKind::FallbackStarted { code })];
                // The roster changed while the code was tried.
                if !self.crew.iter().all(|member| self.admits(member)) {
                    effects.extend(self.sign_everybody_out(Some(Problem::CrewRemoved)));
                }
                effects
            }
            FallbackOutcome::Started { code, .. } => {
                let mut effects = vec![self.audit(AuditKind::FallbackStarted { code })];
                effects.extend(self.wipe_late_keys());
                effects
            }
            FallbackOutcome::Refused(reason) => {
                let problem = self.count_refusal(reason);
                self.fallback_failed(waits, problem);
                vec![self.audit(AuditKind::FallbackRefused { reason })]
            }
            FallbackOutcome::Store(trouble) => {
                self.fallback_failed(waits, Problem::CodeNotMarked(trouble));
                Vec::new()
            }
        }
    }

    fn fallback_failed(&mut self, waits: bool, problem: Problem) {
        if let State::Fallback(fallback) = &mut self.state
            && waits
        {
            (fallback.pending, fallback.problem) = (None, Some(problem));
        }
    }

    /// Wrong codes count; one that was used before, or is for nobody here, is no guess.
    fn count_refusal(&mut self, reason: FallbackRefusal) -> Problem {
        if reason != FallbackRefusal::WrongCode {
            return Problem::CodeRefused { reason, tries_left: 0 };
        }
        self.code_tries.wrong += 1;
        if self.code_tries.wrong < TRIES {
            return Problem::CodeRefused { reason, tries_left: TRIES - self.code_tries.wrong };
        }
        let now = self.now.map_or(0, |now| now.monotonic_ms);
        self.code_tries = CodeTries { wrong: 0, paused_until_ms: Some(now + PAUSE_MS) };
        Problem::CodePaused { minutes: PAUSE_MS / 60_000 }
    }

    /// Minutes of the pause that are left, the last one begun counting as one.
    fn pause_left(&self) -> Option<u64> {
        let now = self.now.map_or(0, |now| now.monotonic_ms);
        let left = self.code_tries.paused_until_ms?.saturating_sub(now);
        (left > 0).then(|| left.div_ceil(60_000))
    }
}
