//! One-time codes and their wraps. A wrap costs a quarter of a second, so they are made beside the rounds, and kept: the
//! roster changes only when a code does.

use std::collections::{BTreeMap, BTreeSet};

use kakari_record::seal::{FallbackCode, FallbackWrap, FeedId, Keyring};
use sqlx::{Connection, FromRow, PgConnection};
use tokio::task::JoinHandle;

use crate::keys::{ServerKey, VaultKeys};
use crate::office::fallback::{self, WAITS};
use crate::publish::PublishError;

/// Codes that are wrapped at once: some seconds of one processor, and then one roster for all of them.
const AT_ONCE: usize = 32;

/// Wraps that are being made.
pub(in crate::publish) type Wrapping = JoinHandle<Result<Vec<Wrapped>, PublishError>>;

/// What is to be wrapped.
enum Task {
    /// A new code for this tablet.
    New(String),
    /// A code that lacks the keys of these epochs.
    More { like: FallbackWrap, sealed: Vec<u8>, epochs: BTreeSet<u32> },
}

/// A code and what was made of it.
pub(in crate::publish) struct Wrapped {
    wraps: Vec<FallbackWrap>,
    /// A new code, sealed.
    sealed: Option<Vec<u8>>,
}

#[derive(FromRow)]
struct Stored {
    sealed: Vec<u8>,
    wrap: Vec<u8>,
}

/// The wraps that belong into the roster, in an order that does not change by itself.
pub(super) async fn wraps(conn: &mut PgConnection) -> Result<Vec<FallbackWrap>, PublishError> {
    Ok(stored(conn).await?.into_iter().map(|(wrap, _)| wrap).collect())
}

/// What is over leaves: codes that waited for a day, those of tablets out of service, keys of retired epochs.
pub(super) async fn settle(conn: &mut PgConnection, epochs: &BTreeSet<u32>) -> Result<(), PublishError> {
    let mut tx = conn.begin().await?;
    sqlx::query(
        "UPDATE fallback_code c SET state = 'void', ended_at = now() WHERE state = 'given' AND given_at <= now() - $1
         OR state IN ('spare', 'given') AND NOT EXISTS (SELECT FROM tablet t WHERE t.id = c.tablet AND t.state = 'active')",
    )
    .bind(WAITS)
    .execute(&mut *tx)
    .await?;
    let epochs: Vec<i32> = epochs.iter().filter_map(|epoch| i32::try_from(*epoch).ok()).collect();
    sqlx::query(
        "DELETE FROM fallback_wrap w USING fallback_code c
         WHERE w.code = c.id AND (c.state IN ('used', 'void') OR w.epoch <> ALL ($1))",
    )
    .bind(epochs)
    .execute(&mut *tx)
    .await?;
    // Without a wrap there is no salt to go on with.
    sqlx::query(
        "UPDATE fallback_code c SET state = 'void', ended_at = now() WHERE state IN ('spare', 'given')
         AND NOT EXISTS (SELECT FROM fallback_wrap w WHERE w.code = c.id)",
    )
    .execute(&mut *tx)
    .await?;
    Ok(tx.commit().await?)
}

/// Begins to make what is missing, some of it at a time; none when nothing is.
pub(super) async fn begin(
    conn: &mut PgConnection,
    server: &ServerKey,
    (vault, feed): (&VaultKeys, FeedId),
    kept: usize,
) -> Result<Option<Wrapping>, PublishError> {
    let tasks = tasks(conn, &super::epochs(vault), kept).await?;
    if tasks.is_empty() {
        return Ok(None);
    }
    let (server, keys) = (server.clone(), vault.keyring.clone());
    let make = move || tasks.into_iter().map(|task| task.run(&server, &keys, feed)).collect();
    Ok(Some(tokio::task::spawn_blocking(make)))
}

/// Keeps what was made.
pub(super) async fn keep(conn: &mut PgConnection, made: Vec<Wrapped>) -> Result<(), PublishError> {
    let mut tx = conn.begin().await?;
    for Wrapped { wraps, sealed } in made {
        for wrap in wraps {
            if let Some(sealed) = &sealed {
                let new = sqlx::query(
                    "INSERT INTO fallback_code (id, tablet, sealed, state) VALUES ($1, $2, $3, 'spare')
                     ON CONFLICT DO NOTHING",
                );
                new.bind(wrap.id.as_slice()).bind(&wrap.tablet).bind(sealed).execute(&mut *tx).await?;
            }
            let mut bytes = Vec::new();
            ciborium::into_writer(&wrap, &mut bytes).map_err(|_| PublishError::Damaged("a code's wrap"))?;
            sqlx::query("INSERT INTO fallback_wrap (code, epoch, wrap) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
                .bind(wrap.id.as_slice())
                .bind(number(wrap.epoch)?)
                .bind(bytes)
                .execute(&mut *tx)
                .await?;
        }
    }
    Ok(tx.commit().await?)
}

/// The roster of this version is the first that holds these.
pub(super) async fn published(
    conn: &mut PgConnection,
    version: i64,
    wraps: &[FallbackWrap],
) -> Result<(), PublishError> {
    let ids: BTreeSet<&[u8]> = wraps.iter().map(|wrap| wrap.id.as_slice()).collect();
    sqlx::query("UPDATE fallback_code SET roster = $1 WHERE roster IS NULL AND id = ANY ($2)")
        .bind(version)
        .bind(ids.into_iter().collect::<Vec<_>>())
        .execute(conn)
        .await?;
    Ok(())
}

async fn tasks(conn: &mut PgConnection, epochs: &BTreeSet<u32>, kept: usize) -> Result<Vec<Task>, PublishError> {
    let mut codes: BTreeMap<[u8; 8], (FallbackWrap, Vec<u8>, BTreeSet<u32>)> = BTreeMap::new();
    for (wrap, sealed) in stored(conn).await? {
        let (_, _, lacking) = codes.entry(wrap.id).or_insert_with(|| (wrap.clone(), sealed, epochs.clone()));
        lacking.remove(&wrap.epoch);
    }
    let more = codes.into_values().filter(|(_, _, lacking)| !lacking.is_empty());
    let mut tasks: Vec<Task> =
        more.map(|(like, sealed, epochs)| Task::More { like, sealed, epochs }).take(AT_ONCE).collect();
    let tablets: Vec<(String, i64)> = sqlx::query_as(
        "SELECT t.id, count(c.id) FROM tablet t
         LEFT JOIN fallback_code c ON c.tablet = t.id AND c.state IN ('spare', 'given')
         WHERE t.state = 'active' GROUP BY t.id ORDER BY count(c.id), t.id",
    )
    .fetch_all(conn)
    .await?;
    let new = tablets.into_iter().flat_map(|(tablet, has)| {
        let lacks = kept.saturating_sub(usize::try_from(has).unwrap_or_default());
        std::iter::repeat_n(tablet, lacks).map(Task::New)
    });
    tasks.extend(new.take(AT_ONCE - tasks.len()));
    Ok(tasks)
}

async fn stored(conn: &mut PgConnection) -> Result<Vec<(FallbackWrap, Vec<u8>)>, PublishError> {
    let rows: Vec<Stored> = sqlx::query_as(
        "SELECT c.sealed, w.wrap FROM fallback_wrap w JOIN fallback_code c ON c.id = w.code
         WHERE c.state IN ('spare', 'given') ORDER BY c.tablet, w.code, w.epoch",
    )
    .fetch_all(conn)
    .await?;
    let damaged = || PublishError::Damaged("a code's wrap");
    let read = |row: Stored| Ok((ciborium::from_reader(row.wrap.as_slice()).map_err(|_| damaged())?, row.sealed));
    rows.into_iter().map(read).collect()
}

impl Task {
    fn run(self, server: &ServerKey, keys: &Keyring, feed: FeedId) -> Result<Wrapped, PublishError> {
        match self {
            Self::New(tablet) => {
                let code = FallbackCode::make()?;
                let wraps = FallbackWrap::wrap_all(keys, feed, &tablet, &code)?;
                let id = wraps.first().ok_or(PublishError::Damaged("the vault's keys"))?.id;
                Ok(Wrapped { sealed: Some(fallback::seal(server, &tablet, &id, &code)?), wraps })
            }
            Self::More { like, sealed, epochs } => {
                let code = fallback::open(server, &like.tablet, &like.id, &sealed)?;
                let keys = keys.iter().filter(|key| epochs.contains(&key.epoch()));
                let wraps = keys.map(|key| like.wrap_also(key, feed, &code)).collect::<Result<_, _>>()?;
                Ok(Wrapped { sealed: None, wraps })
            }
        }
    }
}

fn number(epoch: u32) -> Result<i32, PublishError> {
    i32::try_from(epoch).map_err(|_| PublishError::Damaged("a vault epoch"))
}
