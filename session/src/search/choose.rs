//! Somebody of the list: the birth year typed again, the record opened, and then the identity check as with a card.

use kakari_record::audit::{Access, AuditKind};
use zeroize::Zeroizing;

use super::Search;
use super::answer::Answer;
use super::year::{DIGITS, Stage, Year};
use crate::Effect;
use crate::event::{Attempt, CardOutcome, OpenRecord};
use crate::problem::Problem;
use crate::session::Session;
use crate::state::State;
use crate::store_facts::SearchTally;
use crate::touch::Touch;

/// How often a birth year can be typed wrong in one break-glass.
const TRIES: u8 = 3;

impl Session {
    /// The list goes. Without a birth date there is no year to ask for; the identity check says that it is not known.
    pub(super) fn choose(&mut self, place: usize) -> Vec<Effect> {
        let (now, stopped) = (self.now_ms(), self.searched.is_stopped_opening());
        let State::Search(search) = &mut self.state else { return Vec::new() };
        let Answer::Shown(listed) = &search.answer else { return Vec::new() };
        let Some(candidate) = listed.households().iter().flatten().nth(place).cloned() else { return Vec::new() };
        if stopped {
            return self.break_off_search(Problem::SearchStopped);
        }
        let knows_year = candidate.entry.birth_date.is_some();
        let digits = Zeroizing::new(Vec::with_capacity(DIGITS));
        (search.answer, search.problem) = (Answer::NotAsked, None);
        search.year = Some(Box::new(Year { candidate, digits, stage: Stage::Typing }));
        self.began_ms = Some(now);
        if knows_year { Vec::new() } else { self.open_chosen() }
    }

    pub(super) fn year_touched(&mut self, touch: Touch) -> Vec<Effect> {
        let State::Search(search) = &mut self.state else { return Vec::new() };
        let Some(year) = &mut search.year else { return Vec::new() };
        if !matches!(year.stage, Stage::Typing) {
            return Vec::new();
        }
        match touch {
            Touch::Digit(digit @ 0..=9) if year.digits.len() < DIGITS => year.digits.push(b'0' + digit),
            Touch::EraseDigit => drop(year.digits.pop()),
            Touch::SubmitPin if year.digits.len() == DIGITS => return self.submit_year(),
            _ => {}
        }
        Vec::new()
    }

    fn submit_year(&mut self) -> Vec<Effect> {
        let attempt = self.next_attempt();
        let State::Search(search) = &mut self.state else { return Vec::new() };
        let Some(year) = &mut search.year else { return Vec::new() };
        search.problem = None;
        if year.is_right() {
            return self.open_chosen();
        }
        year.digits = Zeroizing::new(Vec::with_capacity(DIGITS));
        year.stage = Stage::Wrong(attempt);
        let record = *year.candidate.record.as_bytes();
        vec![self.audit_as(attempt, AuditKind::BirthYearWrong { record })]
    }

    fn open_chosen(&mut self) -> Vec<Effect> {
        let (attempt, may) = (self.next_attempt(), self.is_break_glass());
        let State::Search(search) = &mut self.state else { return Vec::new() };
        let Some(year) = search.year.as_mut().filter(|_| may) else { return Vec::new() };
        year.stage = Stage::Opening(attempt);
        vec![Effect::OpenFound(attempt, year.candidate.record)]
    }

    /// Judged as if a card had brought it. A record that the choice was not of is not shown.
    pub(crate) fn found_opened(&mut self, attempt: Attempt, outcome: CardOutcome) -> Vec<Effect> {
        let State::Search(search) = &self.state else { return Vec::new() };
        let Some(year) = &search.year else { return Vec::new() };
        if !matches!(year.stage, Stage::Opening(pending) if pending == attempt) {
            return Vec::new();
        }
        let chosen = year.candidate.record;
        let outcome = match outcome {
            CardOutcome::Opened(record) if record.id != chosen => {
                CardOutcome::NotOpened(crate::event::OpeningTrouble::NotOpened)
            }
            outcome => outcome,
        };
        match self.judge(outcome) {
            Ok(record) => self.record_found(attempt, record),
            Err((problem, reason)) => {
                let problem = match problem {
                    Problem::NothingStored { .. } | Problem::NotRegistered { .. } => Problem::FoundGone,
                    problem => problem,
                };
                self.state = self.back_to_search(Some(problem));
                vec![self.audit(AuditKind::FoundRefused { record: *chosen.as_bytes(), reason })]
            }
        }
    }

    fn record_found(&mut self, attempt: Attempt, record: OpenRecord) -> Vec<Effect> {
        let record = OpenRecord { access: Access::Search, copy: None, ..record };
        let kind = AuditKind::RecordOpened {
            record: record.audited(),
            access: record.access,
            took_ms: self.took_ms(),
            neighbour: None,
        };
        let limit = self.searched.expect(attempt, SearchTally { people: 0, opened: 1 });
        let (rows, effects) = self.counted_rows(attempt, kind, limit);
        if let State::Search(search) = &mut self.state
            && let Some(year) = &mut search.year
        {
            year.stage = Stage::Recording(rows, record);
        }
        effects
    }

    pub(super) fn year_written(&mut self, attempt: Attempt) -> Vec<Effect> {
        let State::Search(search) = &mut self.state else { return Vec::new() };
        let Some(year) = &mut search.year else { return Vec::new() };
        match std::mem::replace(&mut year.stage, Stage::Typing) {
            Stage::Wrong(pending) if pending == attempt => return self.year_was_wrong(),
            Stage::Recording(mut rows, record) => {
                rows.retain(|pending| *pending != attempt);
                if rows.is_empty() {
                    self.state = self.check_of(record);
                } else {
                    year.stage = Stage::Recording(rows, record);
                }
            }
            other => year.stage = other,
        }
        Vec::new()
    }

    fn year_was_wrong(&mut self) -> Vec<Effect> {
        let Some(glass) = &mut self.break_glass else { return Vec::new() };
        glass.wrong_years += 1;
        let tries_left = TRIES.saturating_sub(glass.wrong_years);
        if tries_left == 0 {
            return self.break_off_search(Problem::WrongYears);
        }
        if let State::Search(search) = &mut self.state {
            search.problem = Some(Problem::WrongYear { tries_left });
        }
        Vec::new()
    }
}

impl Search {
    /// What was opened and not written down goes; the year can be typed again.
    pub(super) fn year_failed(&mut self, attempt: Attempt, problem: Problem) {
        let Some(year) = &mut self.year else { return };
        let waited = match &year.stage {
            Stage::Wrong(pending) => *pending == attempt,
            Stage::Recording(rows, _) => rows.contains(&attempt),
            Stage::Typing | Stage::Opening(_) => false,
        };
        if waited {
            year.digits = Zeroizing::new(Vec::with_capacity(DIGITS));
            year.stage = Stage::Typing;
            self.problem = Some(problem);
            // Without a year to type, the list is asked for again.
            if year.candidate.entry.birth_date.is_none() {
                (self.year, self.asked) = (None, None);
            }
        }
    }
}
