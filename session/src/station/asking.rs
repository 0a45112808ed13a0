//! What these pages ask the runner for, and when they ask again.

use chrono::{DateTime, Utc};

use crate::Effect;
use crate::event::{Attempt, Event, Moment};
use crate::findings::SyncStage;
use crate::problem::Problem;
use crate::session::Session;
use crate::state::State;
use crate::store_facts::StoreTrouble;

use super::{Station, StationPage};

/// What changes by itself is asked for anew after this.
const AGAIN_MS: u64 = 5_000;
/// An answer that has not come in this time will not come.
const LOST_MS: u64 = 30_000;

/// Something that the runner is asked for. What it answered last stays until it answers anew.
#[derive(Debug)]
pub(super) struct Asked<T> {
    pending: Option<Attempt>,
    asked_ms: u64,
    pub(super) answer: Option<T>,
    /// By the tablet's clock.
    pub(super) answered_at: Option<DateTime<Utc>>,
}

impl<T> Default for Asked<T> {
    fn default() -> Self {
        Self { pending: None, asked_ms: 0, answer: None, answered_at: None }
    }
}

impl<T> Asked<T> {
    /// True while the runner is at it.
    pub(super) fn is_pending(&self) -> bool {
        self.pending.is_some()
    }

    fn ask(&mut self, attempt: Attempt, now_ms: u64) {
        (self.pending, self.asked_ms) = (Some(attempt), now_ms);
    }

    fn is_due(&self, now_ms: u64) -> bool {
        let wait = if self.is_pending() { LOST_MS } else { AGAIN_MS };
        now_ms.saturating_sub(self.asked_ms) >= wait
    }

    /// An answer to anything but the last question changes nothing. The trouble, if that is what came.
    fn take(
        &mut self,
        attempt: Attempt,
        answer: Result<T, StoreTrouble>,
        at: Option<DateTime<Utc>>,
    ) -> Option<StoreTrouble> {
        self.pending.take_if(|pending| *pending == attempt)?;
        match answer {
            Ok(answer) => {
                (self.answer, self.answered_at) = (Some(answer), at);
                None
            }
            Err(trouble) => Some(trouble),
        }
    }
}

impl Session {
    /// What the page that is on the glass needs.
    pub(super) fn ask_for_page(&mut self) -> Vec<Effect> {
        let (now_ms, of_tablet) = (self.now_ms(), self.crew.is_empty());
        let (first, second) = (self.next_attempt(), self.next_attempt());
        let State::Station(station) = &mut self.state else { return Vec::new() };
        match station.page {
            StationPage::Sync | StationPage::Checks => {
                station.round.ask(first, now_ms);
                let mut effects = vec![Effect::LookRound(first)];
                if station.page == StationPage::Sync && !of_tablet {
                    station.usage.ask(second, now_ms);
                    effects.push(Effect::CountUsage(second));
                }
                effects
            }
            StationPage::Review => {
                station.review.ask(first, now_ms);
                vec![Effect::ReadReview(first)]
            }
            StationPage::Usage => {
                station.usage.ask(first, now_ms);
                vec![Effect::CountUsage(first)]
            }
            StationPage::Cases | StationPage::Settings => Vec::new(),
        }
    }

    /// もう一度: while the runner is at it already, it is not asked twice.
    pub(super) fn look_again(&mut self) -> Vec<Effect> {
        let State::Station(station) = &mut self.state else { return Vec::new() };
        let busy = match station.page {
            StationPage::Sync | StationPage::Checks => station.round.is_pending(),
            StationPage::Review => station.review.is_pending(),
            StationPage::Usage => station.usage.is_pending(),
            StationPage::Cases | StationPage::Settings => true,
        };
        station.problem = None;
        if busy { Vec::new() } else { self.ask_for_page() }
    }

    /// What is on the glass is kept up while somebody may be looking at it.
    pub(crate) fn mind_station(&mut self, now: Moment) -> Vec<Effect> {
        self.mind_sync(now);
        if self.is_dim() {
            return Vec::new();
        }
        let attempt = self.next_attempt();
        let State::Station(station) = &mut self.state else { return Vec::new() };
        let of_round = matches!(station.page, StationPage::Sync | StationPage::Checks);
        if !of_round || !station.round.is_due(now.monotonic_ms) {
            return Vec::new();
        }
        station.round.ask(attempt, now.monotonic_ms);
        vec![Effect::LookRound(attempt)]
    }

    pub(crate) fn station_answered(&mut self, event: Event) -> Vec<Effect> {
        if let Event::SyncStage(stage) = event {
            return self.sync_answered(stage);
        }
        let at = self.now.map(|now| now.utc);
        let State::Station(station) = &mut self.state else { return Vec::new() };
        let Station { round, review, usage, .. } = &mut **station;
        let trouble = match event {
            Event::LookedRound(attempt, findings) => round.take(attempt, Ok(*findings), at),
            Event::Reviewed(attempt, answer) => review.take(attempt, answer, at),
            Event::Counted(attempt, answer) => usage.take(attempt, answer.map(|usage| *usage), at),
            _ => None,
        };
        if let Some(trouble) = trouble {
            station.say(Problem::Store(trouble));
        }
        Vec::new()
    }

    /// How far a sync is; once it is over, what it did is looked at.
    fn sync_answered(&mut self, stage: SyncStage) -> Vec<Effect> {
        let over = matches!(stage, SyncStage::Done(_));
        self.note_sync(stage);
        let here = matches!(&self.state, State::Station(station) if station.page == StationPage::Sync);
        if over && here { self.ask_for_page() } else { Vec::new() }
    }

    /// A review that is durable is read back from where it was written.
    pub(crate) fn station_written(&mut self, attempt: Attempt) -> Vec<Effect> {
        let State::Station(station) = &mut self.state else { return Vec::new() };
        if station.reviewing.take_if(|pending| *pending == attempt).is_none() {
            return Vec::new();
        }
        let (now_ms, next) = (self.now_ms(), self.next_attempt());
        if let State::Station(station) = &mut self.state {
            station.review.ask(next, now_ms);
        }
        vec![Effect::ReadReview(next)]
    }
}
