//! What the tablet tells the region of itself, and what it writes down for its own screens.

use chrono::{DateTime, TimeDelta, Utc};
use kakari_store::{Contact, SetAside, StoreError, SyncState};
use serde::Deserialize;

use super::outcome::{Outcome, Step};
use super::round::{Client, Round};
use super::trust::{AHEAD, Place};
use super::{LinkError, Problem, Status, Words};
use crate::{TabletReport, UnappliedRow};

#[derive(Deserialize)]
struct Reported {
    server_time: DateTime<Utc>,
}

impl Client {
    pub(super) async fn report_lane(&mut self, round: &mut Round<'_>) {
        let refused = round.outcome.words().map(|words| words.en);
        match self.report(refused).await {
            Ok(contact) => {
                round.outcome.contact = true;
                let ahead = contact.server_time - contact.own_time;
                round.outcome.server_ahead_ms = Some(ahead.num_milliseconds());
                let obeyed = !round.outcome.failures.iter().any(|failure| failure.step == Step::Orders);
                if round.outcome.head.is_some()
                    && obeyed
                    && let Err(error) = self.store.note_contact(&contact)
                {
                    round.outcome.fail(Step::Report, error);
                }
            }
            Err(problem) => round.outcome.fail(Step::Report, problem),
        }
    }

    async fn report(&mut self, refused: Option<String>) -> Result<Contact, Problem> {
        let link = self.link.clone().ok_or(Problem::Keys("there is no certificate yet"))?;
        let asked = (self.clock)();
        let body = serde_json::to_vec(&self.tablet_report(asked, refused)?).unwrap_or_default();
        let url = format!("{}/v1/report", self.identity.enrolment.api_url);
        let body = link.post(&url, "application/json", body).await?.into_body()?;
        let told: Reported = serde_json::from_slice(&body).map_err(|_| LinkError::Nonsense("the server's time"))?;
        let own_time = asked + ((self.clock)() - asked) / 2;
        Ok(Contact { server_time: told.server_time, own_time })
    }

    fn tablet_report(&self, at: DateTime<Utc>, refused: Option<String>) -> Result<TabletReport, Problem> {
        let (cursor, receipts) = (self.store.cursor()?, self.store.receipt_state()?);
        Ok(TabletReport {
            app: self.app.clone(),
            generation: cursor.map(|cursor| cursor.generation),
            sequence: cursor.map(|cursor| cursor.sequence),
            records: self.store.facts()?.records,
            roster: self.store.roster_version()?,
            unreceipted: receipts.rows.saturating_sub(receipts.receipted),
            unapplied: self
                .store
                .set_aside_rows()?
                .into_iter()
                .take(TabletReport::MAX_UNAPPLIED)
                .map(unapplied)
                .collect(),
            at,
            refused,
        })
    }

    /// Writes down what the screens show, and forgets the wraps when the lease is over.
    pub(super) fn keep(&mut self, outcome: &mut Outcome) {
        if let Err(error) = self.end_lease().and_then(|()| self.keep_state(outcome)) {
            outcome.fail(Step::Report, error);
        }
    }

    fn end_lease(&mut self) -> Result<(), StoreError> {
        let over = self.store.lease_left((self.clock)())?.is_some_and(|left| left <= TimeDelta::zero());
        if over && self.store.roster()?.is_some() { self.store.forget_wraps() } else { Ok(()) }
    }

    fn keep_state(&mut self, outcome: &Outcome) -> Result<(), StoreError> {
        let before = self.store.sync_state()?;
        let now = (self.clock)();
        // A server's clock that is a little ahead makes nothing younger; one that is far ahead of a doubtful clock is right.
        let as_of = |head: Place| if head.issued_at <= now + AHEAD { head.issued_at.min(now) } else { head.issued_at };
        let as_of = outcome.head.filter(|_| outcome.up_to_date).map(as_of);
        let ahead = outcome.server_ahead_ms.map(|ms| ms.div_euclid(1_000));
        let brought = outcome.put + outcome.cards + outcome.removed;
        self.store.set_sync_state(&SyncState {
            last_attempt: Some(now),
            last_success: before.last_success.max(as_of),
            server_ahead_seconds: ahead.or(before.server_ahead_seconds),
            last_refusal: outcome.words().map(|words| format!("{}\n{}", words.ja, words.en)),
            rows_new: if as_of.is_some() { brought } else { before.rows_new },
            rows_failed: self.store.set_aside_rows()?.len() as u64,
        })
    }

    /// What a screen shows of the sync.
    pub fn status(&mut self) -> Result<Status, Problem> {
        let now = (self.clock)();
        let (state, receipts) = (self.store.sync_state()?, self.store.receipt_state()?);
        let words = |text: String| match text.split_once('\n') {
            Some((ja, en)) => Words { ja: ja.to_owned(), en: en.to_owned() },
            None => Words { ja: text.clone(), en: text },
        };
        let own = &self.identity;
        Ok(Status {
            region: own.enrolment.region.clone(),
            vehicle: own.enrolment.vehicle.clone(),
            last_attempt: state.last_attempt,
            last_success: state.last_success,
            server_ahead_seconds: state.server_ahead_seconds,
            records: self.store.facts()?.records,
            rows_new: state.rows_new,
            rows_failed: state.rows_failed,
            unreceipted: receipts.rows.saturating_sub(receipts.receipted),
            receipted: receipts.receipted,
            in_conflict: receipts.in_conflict,
            lease_days_left: self.store.lease_left(now)?.map(|left| left.num_days()),
            certificate_days_left: own.certificate.as_ref().map(|certificate| certificate.days_left(now)),
            last_refusal: state.last_refusal.map(words),
        })
    }
}

fn unapplied(row: SetAside) -> UnappliedRow {
    UnappliedRow { sequence: row.sequence, record: row.record.map(|record| record.to_string()), reason: row.reason }
}
