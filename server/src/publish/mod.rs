//! The publisher: what changed in the database becomes the signed feed.
//!
//! There is one per region ([`Publisher::open`] takes an advisory lock, and everything is written through the connection
//! that holds it, so a publisher whose lock is gone cannot write). In a round it takes the changes that wait, seals their
//! residents, gives out sequence numbers, writes packs into the feed's store, and only then commits; a head names
//! nothing that is not there. Cut anywhere, the next round does what is left: the changes are back in their table, and
//! objects that nobody names harm nobody.
//!
//! A feed begins with a snapshot: before the first one of a generation no tablet can stand anywhere, so a first load of
//! all residents is written once, not three times.

pub mod bundle;
mod changes;
mod check;
mod deltas;
mod error;
pub mod generation;
mod issue;
mod merging;
mod number;
pub mod objects;
mod pace;
mod packs;
mod places;
pub mod release;
mod resident;
mod round;
mod serve;
mod snapshot;
mod standing;
mod upkeep;
mod workshop;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use kakari_sync::Head;
use sqlx::{Connection, PgConnection, PgPool};
use tokio::task::JoinHandle;

pub use error::PublishError;
pub use objects::{Objects, ObjectsError};
pub use pace::Pace;
pub use round::Round;
pub use serve::serve;

use crate::keys::{RegionKeys, ServerKey};
use crate::patience::Patience;
use number::unsigned;
use standing::Standing;
use workshop::Workshop;

/// The advisory lock of a region's one publisher, in the region's own database: "kakari" in ASCII.
const LOCK: i64 = 0x6b61_6b61_7269;

/// The one publisher of a region.
pub struct Publisher {
    /// Holds the lock; every write goes through it.
    conn: PgConnection,
    /// For long reads beside it.
    pool: PgPool,
    server: ServerKey,
    keys: RegionKeys,
    objects: Objects,
    pace: Pace,
    generation: u64,
    /// How many records stand at the last sequence.
    records: u64,
    workshop: Arc<Workshop>,
    standing: Standing,
    /// A snapshot that is being written while rounds go on.
    snapshot: Option<JoinHandle<Result<snapshot::Taken, PublishError>>>,
    /// Residents whose records stay under an old vault key because their documents no longer merge.
    left: BTreeSet<i64>,
    /// Wraps of one-time codes that are being made while rounds go on.
    wrapping: Option<standing::Wrapping>,
    head: Option<Head>,
    times: Times,
}

/// When what was last done.
#[derive(Default)]
struct Times {
    head: Option<Instant>,
    standing: Option<Instant>,
    upkeep: Option<Instant>,
    changed: Option<Instant>,
    /// Something changed that no head names yet.
    unnamed: bool,
}

impl Publisher {
    /// Becomes the region's publisher, looks whether database and feed fit together, and repairs what an interruption
    /// or a lost object left.
    ///
    /// # Errors
    ///
    /// [`PublishError::Busy`] while there is another; [`PublishError::Restored`] and [`PublishError::AnotherRegion`] when
    /// publishing would do harm.
    pub async fn open(pool: PgPool, server: ServerKey, objects: Objects, pace: Pace) -> Result<Self, PublishError> {
        let mut conn = locked(&pool).await?;
        let keys = RegionKeys::load(&pool, &server).await?;
        check::stored_head(&mut conn, &objects, &keys).await?;
        let missing = check::missing(&mut conn, &objects).await?;
        check::forget(&mut conn, &missing).await?;
        let (generation, records) = counted(&mut conn).await?;
        let (standing, workshop) = Standing::load(&mut conn, &pool, &server, &keys, &objects).await?;
        let mut publisher = Self {
            conn,
            pool,
            server,
            keys,
            objects,
            pace,
            generation,
            records,
            workshop: Arc::new(workshop),
            standing,
            snapshot: None,
            left: BTreeSet::new(),
            wrapping: None,
            head: None,
            times: Times { unnamed: true, ..Times::default() },
        };
        publisher.remake(&missing).await?;
        Ok(publisher)
    }

    /// Publishes everything that waits, and ends: rounds until none is left, what is due besides, one head.
    pub async fn once(&mut self) -> Result<Head, PublishError> {
        self.stand().await?;
        self.finish_codes().await?;
        while self.round().await?.is_full(&self.pace) {}
        self.upkeep().await?;
        self.finish_snapshot().await?;
        let head = self.issue().await?;
        self.clear().await?;
        Ok(head)
    }

    /// The newest head that this publisher issued.
    pub const fn head(&self) -> Option<&Head> {
        self.head.as_ref()
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        if let Some(snapshot) = self.snapshot.take() {
            snapshot.abort();
        }
    }
}

/// A connection of its own that holds the publisher's lock as long as it lives.
async fn locked(pool: &PgPool) -> Result<PgConnection, PublishError> {
    let mut conn = PgConnection::connect_with(&pool.connect_options()).await?;
    if lock(&mut conn).await? { Ok(conn) } else { Err(PublishError::Busy) }
}

/// Takes the publisher's lock for as long as this connection lives; false when somebody has it.
pub(crate) async fn lock(conn: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let mut patience = Patience::new();
    loop {
        let mine = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(LOCK).fetch_one(&mut *conn).await?;
        if mine || !patience.lasts().await {
            return Ok(mine);
        }
    }
}

async fn counted(conn: &mut PgConnection) -> Result<(u64, u64), PublishError> {
    let (generation, records): (i64, i64) =
        sqlx::query_as("SELECT generation, (SELECT count(*) FROM published WHERE NOT removed) FROM region")
            .fetch_one(conn)
            .await?;
    Ok((unsigned(generation), unsigned(records)))
}
