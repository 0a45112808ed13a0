//! What sync was told to do, what it did, and what the screens say of it.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use rusqlite::TransactionBehavior;

use crate::database::integer;
use crate::{Store, StoreError};

/// How long what was spent is remembered, in days.
const REMEMBERED: i32 = 7;

/// How this tablet is to behave, as the region ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyncSettings {
    /// Days without contact after which the wraps are forgotten.
    pub lease_days: u16,
    /// Seconds between two looks at the head.
    pub poll_seconds: u32,
    /// Bytes that may be moved over a metered link in a day.
    pub metered_bytes_per_day: u64,
}

impl Default for SyncSettings {
    /// What a region's settings are before its office changes them.
    fn default() -> Self {
        Self { lease_days: 30, poll_seconds: 60, metered_bytes_per_day: 20_000_000 }
    }
}

/// What the screens show of sync.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncState {
    /// When sync last tried, by this tablet's clock.
    pub last_attempt: Option<DateTime<Utc>>,
    /// When it last succeeded. What is stored is never called newer than this.
    pub last_success: Option<DateTime<Utc>>,
    /// By how many seconds the region's clock was ahead of this tablet's.
    pub server_ahead_seconds: Option<i64>,
    /// Why the last try took nothing, in words; `None` when it succeeded.
    pub last_refusal: Option<String>,
    /// Changes that the last success brought.
    pub rows_new: u64,
    /// Of them, rows that could not be taken.
    pub rows_failed: u64,
}

impl Store {
    /// How this tablet is to behave.
    pub fn settings(&self) -> Result<SyncSettings, StoreError> {
        let sql = "SELECT lease_days, poll_seconds, metered_bytes_per_day FROM settings";
        let settings = self.main.query_one(sql, |row| {
            Ok(SyncSettings {
                lease_days: row.get(0)?,
                poll_seconds: row.get(1)?,
                metered_bytes_per_day: row.get::<_, i64>(2)?.unsigned_abs(),
            })
        })?;
        Ok(settings.unwrap_or_default())
    }

    /// Behaves so from now on.
    pub fn set_settings(&mut self, settings: &SyncSettings) -> Result<(), StoreError> {
        self.main.db.execute(
            "INSERT OR REPLACE INTO settings (one, lease_days, poll_seconds, metered_bytes_per_day)
             VALUES (1, ?1, ?2, ?3)",
            (settings.lease_days, settings.poll_seconds, integer(settings.metered_bytes_per_day)?),
        )?;
        Ok(())
    }

    /// Bytes that were moved over a metered link on this day.
    pub fn spent_today(&self, day: NaiveDate) -> Result<u64, StoreError> {
        let mut statement = self.main.db.prepare_cached("SELECT coalesce(sum(bytes), 0) FROM spent WHERE day = ?1")?;
        Ok(statement.query_row([day.num_days_from_ce()], |row| row.get::<_, i64>(0))?.unsigned_abs())
    }

    /// Adds bytes that were moved over a metered link on this day.
    pub fn spend(&mut self, day: NaiveDate, bytes: u64) -> Result<(), StoreError> {
        let day = day.num_days_from_ce();
        let transaction = self.main.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute(
            "INSERT INTO spent (day, bytes) VALUES (?1, ?2) ON CONFLICT (day) DO UPDATE SET bytes = bytes + ?2",
            (day, integer(bytes)?),
        )?;
        transaction
            .execute("DELETE FROM spent WHERE day NOT BETWEEN ?1 AND ?2", (day - REMEMBERED, day + REMEMBERED))?;
        Ok(transaction.commit()?)
    }

    /// What the screens show of sync.
    pub fn sync_state(&self) -> Result<SyncState, StoreError> {
        let sql = "SELECT last_attempt, last_success, server_ahead_seconds, last_refusal, rows_new, rows_failed
                   FROM sync_state";
        let state = self.main.query_one(sql, |row| {
            let time = |column| -> rusqlite::Result<_> {
                Ok(row.get::<_, Option<i64>>(column)?.and_then(|at| DateTime::from_timestamp(at, 0)))
            };
            Ok(SyncState {
                last_attempt: time(0)?,
                last_success: time(1)?,
                server_ahead_seconds: row.get(2)?,
                last_refusal: row.get(3)?,
                rows_new: row.get::<_, i64>(4)?.unsigned_abs(),
                rows_failed: row.get::<_, i64>(5)?.unsigned_abs(),
            })
        })?;
        Ok(state.unwrap_or_default())
    }

    /// Keeps what the screens show of sync; its last success is also what [`crate::Facts::synced_at`] says.
    pub fn set_sync_state(&mut self, state: &SyncState) -> Result<(), StoreError> {
        let seconds = |at: Option<DateTime<Utc>>| at.map(|at| at.timestamp());
        let transaction = self.main.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute(
            "INSERT OR REPLACE INTO sync_state (one, last_attempt, last_success, server_ahead_seconds, last_refusal,
             rows_new, rows_failed) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6)",
            (
                seconds(state.last_attempt),
                seconds(state.last_success),
                state.server_ahead_seconds,
                &state.last_refusal,
                integer(state.rows_new)?,
                integer(state.rows_failed)?,
            ),
        )?;
        let sql = "UPDATE facts SET synced_at = coalesce(?1, synced_at)";
        transaction.execute(sql, [seconds(state.last_success)])?;
        Ok(transaction.commit()?)
    }
}
