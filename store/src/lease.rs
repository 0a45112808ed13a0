//! Contact with the region, and how long it lasts: the lease.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use crate::{Store, StoreError};

/// Between two looks that are no further apart, a clock ran; a longer step was set.
const RAN: TimeDelta = TimeDelta::hours(1);
/// A step too short to be worth a write.
const SHORT: TimeDelta = TimeDelta::seconds(30);

/// The region answered, and was believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contact {
    /// What the region's clock said, to the second.
    pub server_time: DateTime<Utc>,
    /// What this tablet's clock said then, to the second.
    pub own_time: DateTime<Utc>,
}

impl Store {
    /// Keeps a contact; the lease begins anew at the region's time.
    pub fn note_contact(&mut self, contact: &Contact) -> Result<(), StoreError> {
        let (server, own) = (contact.server_time.timestamp(), contact.own_time.timestamp());
        self.main.db.execute(
            "INSERT OR REPLACE INTO contact (one, server_time, own_time, reached, looked) VALUES (1, ?1, ?2, ?1, ?2)",
            (server, own),
        )?;
        Ok(())
    }

    /// The last contact; `None` before the first.
    pub fn contact(&self) -> Result<Option<Contact>, StoreError> {
        let sql = "SELECT server_time, own_time FROM contact";
        let times = self.main.query_one(sql, |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(times.map(|(server, own)| Contact { server_time: time(server), own_time: time(own) }))
    }

    /// How much of the lease is left; zero or less when it is over, `None` before the first contact. `now` is this
    /// tablet's clock, which can only shorten it: time is taken to have come as far as the clock ever said since the
    /// contact, and while a clock that was set back runs, time goes on from there. Writes how far time has come, so call
    /// it about once a minute.
    /// On a full disk it is told without being written: that locks nobody out, and ends no lease later than the clock says.
    pub fn lease_left(&mut self, now: DateTime<Utc>) -> Result<Option<TimeDelta>, StoreError> {
        let days = self.settings()?.lease_days;
        let ran = match run_on(&mut self.main.db, now, true) {
            Err(StoreError::Full) => run_on(&mut self.main.db, now, false)?,
            ran => ran?,
        };
        Ok(ran.map(|ran| TimeDelta::days(days.into()) - ran))
    }
}

/// How long ago the last contact was; written when `keep`.
fn run_on(db: &mut Connection, now: DateTime<Utc>, keep: bool) -> Result<Option<TimeDelta>, StoreError> {
    let behavior = if keep { TransactionBehavior::Immediate } else { TransactionBehavior::Deferred };
    let transaction = db.transaction_with_behavior(behavior)?;
    let sql = "SELECT server_time, reached, looked FROM contact";
    let times = transaction.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    let Some((contact, reached, looked)) = times else { return Ok(None) };
    let (contact, before, looked) = (time(contact), time(reached), time(looked));
    let step = now - looked;
    let ran = if step > TimeDelta::zero() && step <= RAN { step } else { TimeDelta::zero() };
    let reached = now.max(before + ran);
    if keep && (step < TimeDelta::zero() || step >= SHORT) {
        let sql = "UPDATE contact SET reached = ?1, looked = ?2";
        transaction.execute(sql, (reached.timestamp(), now.timestamp()))?;
    }
    transaction.commit()?;
    Ok(Some(reached - contact))
}

fn time(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}
