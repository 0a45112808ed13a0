//! How much may be searched for without a card: browsing is stopped, and the office is told before.

use std::collections::HashMap;
use std::fmt;

use kakari_record::audit::{AuditKind, LimitStage};
use kakari_record::seal::RecordId;

use crate::event::{Attempt, Candidate};
use crate::store_facts::SearchTally;

/// From here on the office is told.
pub(crate) const ALERT: SearchTally = SearchTally { people: 60, opened: 10 };
/// Here it ends: for the twelve hours that the store counts.
pub(crate) const STOP: SearchTally = SearchTally { people: 150, opened: 25 };
/// How long somebody who was named is not counted again.
const NAMED_MS: u64 = 12 * 60 * 60 * 1000;

/// What was searched for, as far as its rows are durable.
#[derive(Default)]
pub(crate) struct Searched {
    /// The store's count, and what became durable since.
    pub(crate) tally: SearchTally,
    /// Rows that are being written, with what each adds.
    waiting: Vec<(Attempt, SearchTally)>,
    /// Who was named, and when: record ids, which say nothing.
    named: HashMap<RecordId, u64>,
}

impl Searched {
    /// The store has counted anew: every row that is known to be durable is in it.
    pub(crate) fn counted(&mut self, tally: SearchTally) {
        self.tally = tally;
    }

    /// Whether nothing may be searched for any more.
    pub(crate) fn is_stopped(&self) -> bool {
        reaches(self.tally, STOP)
    }

    /// Whether no record may be opened without a card any more. The list that reached the other limit can still be used.
    pub(crate) fn is_stopped_opening(&self) -> bool {
        self.tally.opened >= STOP.opened
    }

    /// Whether the office is told.
    pub(crate) fn is_unusual(&self) -> bool {
        reaches(self.tally, ALERT)
    }

    /// How many of these were not named before.
    pub(crate) fn newly(&self, people: &[Vec<Candidate>], now_ms: u64) -> u8 {
        let known = |who: &RecordId| self.named.get(who).is_some_and(|at| now_ms.saturating_sub(*at) < NAMED_MS);
        let new = people.iter().flatten().filter(|who| !known(&who.record)).count();
        u8::try_from(new).unwrap_or(u8::MAX)
    }

    /// They are on the glass now.
    pub(crate) fn name(&mut self, people: &[Vec<Candidate>], now_ms: u64) {
        self.named.retain(|_, at| now_ms.saturating_sub(*at) < NAMED_MS);
        for who in people.iter().flatten() {
            self.named.entry(who.record).or_insert(now_ms);
        }
    }

    /// A row that counts is on its way. Returns the row that belongs before it, when it crosses a limit.
    pub(crate) fn expect(&mut self, attempt: Attempt, adds: SearchTally) -> Option<AuditKind> {
        let before = self.waiting.iter().fold(self.tally, |sum, (_, more)| plus(sum, *more));
        let after = plus(before, adds);
        self.waiting.push((attempt, adds));
        let crosses = |limit| reaches(after, limit) && !reaches(before, limit);
        let stage = match (crosses(STOP), crosses(ALERT)) {
            (true, _) => LimitStage::Stopped,
            (false, true) => LimitStage::Alerted,
            (false, false) => return None,
        };
        Some(AuditKind::SearchLimit { stage, people: after.people, opened: after.opened })
    }

    /// A row is durable, or will never be.
    pub(crate) fn answered(&mut self, attempt: Attempt, durable: bool) {
        if let Some(place) = self.waiting.iter().position(|(pending, _)| *pending == attempt) {
            let (_, adds) = self.waiting.swap_remove(place);
            if durable {
                self.tally = plus(self.tally, adds);
            }
        }
    }
}

fn reaches(tally: SearchTally, limit: SearchTally) -> bool {
    tally.people >= limit.people || tally.opened >= limit.opened
}

fn plus(a: SearchTally, b: SearchTally) -> SearchTally {
    SearchTally { people: a.people.saturating_add(b.people), opened: a.opened.saturating_add(b.opened) }
}

impl fmt::Debug for Searched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Searched({:?}, {} waiting, {} named)", self.tally, self.waiting.len(), self.named.len())
    }
}
