//! What the last tap cost, step by step. No patient data.

use std::time::{Duration, Instant};

use kakari_card::CardHere;
use serde::Serialize;

use crate::clock;

/// One step of a tap.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Step {
    /// What was done: the name of a card exchange, or `look-up`, `open`, `audit`, `session`, `view`.
    pub(crate) name: String,
    /// How long it took, in microseconds.
    pub(crate) micros: u64,
    /// True for an exchange with the card.
    pub(crate) card: bool,
}

impl Step {
    pub(super) fn new(name: impl Into<String>, took: Duration) -> Self {
        Self { name: name.into(), micros: micros(took), card: false }
    }
}

/// The steps since the last card was seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal {
    seen_us: Option<u64>,
    seen_at: Option<Instant>,
    steps: Vec<Step>,
    touches: u64,
}

impl Journal {
    pub(super) fn card_seen(&mut self, card: &CardHere) {
        self.seen_us = Some(clock::monotonic_us().saturating_sub(micros(card.seen_at.elapsed())));
        self.seen_at = Some(card.seen_at);
        self.steps.clear();
    }

    pub(super) fn touched(&mut self) {
        self.touches += 1;
    }

    /// How many touches have been seen so far.
    pub(crate) fn touches(&self) -> u64 {
        self.touches
    }

    /// Something was asked for without a card: a search, or the record of somebody who was chosen.
    pub(super) fn asked(&mut self) {
        (self.seen_us, self.seen_at) = (None, Some(Instant::now()));
        self.steps.clear();
    }

    pub(super) fn card_read(&mut self, steps: Vec<Step>) {
        self.steps.extend(steps);
    }

    pub(super) fn audit_written(&mut self, took: Duration) {
        self.steps.push(Step::new("audit", took));
    }

    pub(super) fn session_took(&mut self, took: Duration) {
        match self.steps.last_mut() {
            Some(last) if last.name == "session" => last.micros += micros(took),
            _ => self.steps.push(Step::new("session", took)),
        }
    }

    /// The same with the making of the view as its last step.
    pub(crate) fn with_view(&self, took: Duration) -> Self {
        let mut journal = self.clone();
        journal.steps.push(Step::new("view", took));
        journal
    }

    /// The steps in order.
    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// When the card was seen, `CLOCK_BOOTTIME` in microseconds.
    pub(crate) fn card_seen_us(&self) -> Option<u64> {
        self.seen_us
    }

    /// Microseconds since the card was seen.
    pub(crate) fn since_seen_us(&self) -> Option<u64> {
        self.seen_at.map(|at| micros(at.elapsed()))
    }

    /// Microseconds the card itself took.
    pub(crate) fn card_us(&self) -> u64 {
        self.steps.iter().filter(|step| step.card).map(|step| step.micros).sum()
    }
}

fn micros(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}
