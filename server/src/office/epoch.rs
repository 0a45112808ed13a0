//! Vault epochs: a new key, everything sealed anew under it, the old one retired.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::{FromRow, PgConnection};

use super::{Office, OfficeError};
use crate::keys::{KeyError, ServerKey, VaultKeys};
use crate::office_log;

const BATCH: i64 = 10_000;

/// An epoch as the office sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromRow)]
pub struct Line {
    /// Its number.
    pub epoch: i32,
    /// `current`, `old`, `retired`.
    pub state: String,
    /// Published records that are sealed under it.
    pub records: i64,
    /// FeliCa cards in use whose key is derived from its key.
    pub cards: i64,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

/// All epochs, the newest first.
pub async fn list(conn: &mut PgConnection) -> Office<Vec<Line>> {
    let lines = sqlx::query_as(
        "SELECT e.epoch, e.state, e.created_at,
                (SELECT count(*) FROM published p WHERE p.epoch = e.epoch AND NOT p.removed) AS records,
                (SELECT count(*) FROM plain_card c WHERE c.key_epoch = e.epoch AND c.state = 'active') AS cards
         FROM vault_epoch e ORDER BY e.epoch DESC",
    );
    Ok(lines.fetch_all(conn).await?)
}

/// Makes the key of the next epoch and asks the publisher to seal every record under it. `progress` is told how many
/// residents are done. Until all are sealed anew, tablets open both.
pub async fn rotate(
    conn: &mut PgConnection,
    who: &str,
    server: &ServerKey,
    progress: impl FnMut(u64),
) -> Office<(u32, u64)> {
    // One rotation at a time: the second waits here and then makes the epoch after.
    sqlx::query("SELECT one FROM region FOR UPDATE").execute(&mut *conn).await?;
    let newest: i32 = sqlx::query_scalar("SELECT max(epoch) FROM vault_epoch").fetch_one(&mut *conn).await?;
    let next = u32::try_from(newest + 1).map_err(|_| KeyError::Damaged("vault"))?;
    VaultKeys::make(conn, server, next).await?;
    let residents = reseal(conn, 0, progress).await?;
    office_log::note(conn, who, "vault epoch made", &next.to_string()).await?;
    Ok((next, residents))
}

/// Asks the publisher again to seal anew whatever is still under an epoch that is not the current one.
pub async fn reseal_left(conn: &mut PgConnection, who: &str) -> Office<u64> {
    let asked = sqlx::query(
        "INSERT INTO change (resident, what) SELECT p.resident, 'record' FROM published p
         JOIN vault_epoch e ON e.epoch = p.epoch WHERE NOT p.removed AND e.state <> 'current'",
    );
    let asked = asked.execute(&mut *conn).await?.rows_affected();
    office_log::note(conn, who, "records sealed anew", &asked.to_string()).await?;
    Ok(asked)
}

/// Retires an old epoch: rosters hold its key no longer. How many cards in use have a key that was derived from it, and
/// cannot prove themselves from now on.
pub async fn retire(conn: &mut PgConnection, who: &str, epoch: u32) -> Office<i64> {
    let lines = list(conn).await?;
    let line = lines.iter().find(|line| u32::try_from(line.epoch) == Ok(epoch));
    let line = line.ok_or_else(|| OfficeError::refused("there is no such epoch: see kakari-region epoch list"))?;
    match (line.state.as_str(), line.records) {
        ("current", _) => {
            Err(OfficeError::refused("this is the current epoch: rotate first (kakari-region epoch rotate)"))
        }
        ("retired", _) => Err(OfficeError::refused("this epoch is retired already")),
        (_, 0) => {
            sqlx::query("UPDATE vault_epoch SET state = 'retired' WHERE epoch = $1")
                .bind(line.epoch)
                .execute(&mut *conn)
                .await?;
            office_log::note(conn, who, "vault epoch retired", &epoch.to_string()).await?;
            Ok(line.cards)
        }
        (_, records) => Err(OfficeError::refused(format!(
            "{records} published records are still sealed under epoch {epoch}: let the publisher finish, or ask it \
             again with kakari-region epoch reseal"
        ))),
    }
}

/// In batches by id, so that progress can be told; one transaction, so that none is forgotten.
async fn reseal(conn: &mut PgConnection, mut after: i64, mut progress: impl FnMut(u64)) -> Office<u64> {
    let mut done = 0;
    loop {
        let ids: Vec<i64> = sqlx::query_scalar(
            "INSERT INTO change (resident, what) SELECT id, 'record' FROM
             (SELECT id FROM resident WHERE id > $1 AND consent = 'given' AND status = 'resident' ORDER BY id LIMIT $2)
             AS next ORDER BY id RETURNING resident",
        )
        .bind(after)
        .bind(BATCH)
        .fetch_all(&mut *conn)
        .await?;
        let Some(last) = ids.iter().max() else { return Ok(done) };
        after = *last;
        done += u64::try_from(ids.len()).unwrap_or(0);
        progress(done);
    }
}
