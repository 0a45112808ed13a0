//! The head: signed, and put where tablets look.

use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use kakari_sync::{DigestsRef, Head, ObjectRef, Signed, SnapshotRef};
use sqlx::PgConnection;

use super::number::unsigned;
use super::{PublishError, Publisher, check, deltas, places};

/// How far a head's time may stand before this clock: a clock that was set back a little must not look like an old head.
const LEEWAY: TimeDelta = TimeDelta::hours(1);
/// A signature and what stands before the content.
const SIGNED_ROOM: usize = 128;

impl Publisher {
    /// Signs and puts the head of what is committed now. Everything it names lies in the store.
    pub async fn issue(&mut self) -> Result<Head, PublishError> {
        let issued_at = self.moment().await?;
        let (minimum_app,): (String,) =
            sqlx::query_as("SELECT minimum_app FROM region").fetch_one(&mut self.conn).await?;
        let snapshot = newest_snapshot(&mut self.conn).await?;
        let deltas = deltas::named(&mut self.conn).await?;
        // Before the first snapshot there is nothing that a tablet could take: everything begins with it.
        let sequence = deltas.last().map(|delta| delta.to).or(snapshot.map(|snapshot| snapshot.sequence));
        let head = Head {
            feed: *self.keys.feed.as_bytes(),
            generation: self.generation,
            sequence: sequence.unwrap_or(0),
            records: if sequence.is_some() { self.records } else { 0 },
            issued_at,
            expires_at: issued_at + TimeDelta::from_std(self.pace.head_lasts).unwrap_or(LEEWAY),
            minimum_app,
            roster: self.standing.roster(),
            dictionaries: self.standing.dictionaries.clone(),
            deltas,
            snapshot,
            digests: newest_digests(&mut self.conn).await?,
            orders: Some(self.standing.orders()),
            releases: self.standing.releases.clone(),
        };
        let signed = Signed::make(&head, &self.keys.signing);
        if signed.encode().len() + SIGNED_ROOM > Head::MAX_LEN {
            return Err(PublishError::HeadTooLong(head.deltas.len()));
        }
        self.objects.put_head(&signed).await?;
        self.times.head = Some(Instant::now());
        self.times.unnamed = false;
        self.head = Some(head.clone());
        Ok(head)
    }

    /// Now, but never before the head that is there: tablets refuse an older one.
    async fn moment(&mut self) -> Result<DateTime<Utc>, PublishError> {
        if self.head.is_none() {
            self.head = check::believed_head(&self.objects, &self.keys).await?;
        }
        // As the wire has it.
        let now = DateTime::from_timestamp(Utc::now().timestamp(), 0).unwrap_or_default();
        let last = self.head.as_ref().map(|head| head.issued_at);
        Ok(match last {
            Some(last) if last > now + LEEWAY => {
                tracing::error!("the last head is from the future by this clock: check the server's time");
                now
            }
            Some(last) => last.max(now),
            None => now,
        })
    }
}

async fn newest_snapshot(conn: &mut PgConnection) -> Result<Option<SnapshotRef>, PublishError> {
    let row: Option<(i64, i64, i64, Vec<u8>, i64)> = sqlx::query_as(
        "SELECT s.sequence, s.records, s.size, s.manifest, o.size FROM snapshot s JOIN object o ON o.sha256 = s.manifest
         ORDER BY s.sequence DESC LIMIT 1",
    )
    .fetch_optional(conn)
    .await?;
    row.map(|(sequence, records, size, manifest, length)| {
        let manifest = ObjectRef { sha256: places::sha256(manifest)?, size: unsigned(length) };
        let (sequence, records, size) = (unsigned(sequence), unsigned(records), unsigned(size));
        Ok(SnapshotRef { sequence, records, size, manifest })
    })
    .transpose()
}

async fn newest_digests(conn: &mut PgConnection) -> Result<Option<DigestsRef>, PublishError> {
    let row: Option<(i64, Vec<u8>, i64)> = sqlx::query_as(
        "SELECT d.sequence, d.object, o.size FROM digests d JOIN object o ON o.sha256 = d.object
         ORDER BY d.sequence DESC LIMIT 1",
    )
    .fetch_optional(conn)
    .await?;
    row.map(|(sequence, object, size)| {
        let object = ObjectRef { sha256: places::sha256(object)?, size: unsigned(size) };
        Ok(DigestsRef { sequence: unsigned(sequence), object })
    })
    .transpose()
}
