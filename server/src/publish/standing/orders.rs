//! What the region tells its tablets.

use chrono::{DateTime, Utc};
use kakari_sync::{Order, OrderKind, Orders, Settings};
use sqlx::{FromRow, PgConnection};

use crate::keys::RegionKeys;
use crate::publish::PublishError;
use crate::publish::number::unsigned;

/// One that was carried out is told for an hour more, and as long as an open one was given within an hour of it, because
/// tablets count the wipes of any hour; never to a tablet that has been enrolled again.
const ORDERS: &str = "
    SELECT w.nonce, w.tablet, w.issued_at, w.expires_at, w.countersigned_by, w.countersignature
    FROM wipe_order w JOIN tablet t ON t.id = w.tablet
    WHERE w.expires_at > now()
        AND (w.done_at IS NULL OR (t.state = 'wiped' AND (w.issued_at > now() - interval '1 hour' OR EXISTS (
            SELECT FROM wipe_order o WHERE o.done_at IS NULL AND o.expires_at > now()
                AND o.issued_at < w.issued_at + interval '1 hour' AND w.issued_at < o.issued_at + interval '1 hour'))))
    ORDER BY w.issued_at, w.nonce";

#[derive(FromRow)]
struct Row {
    nonce: Vec<u8>,
    tablet: String,
    issued_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    countersigned_by: Option<Vec<u8>>,
    countersignature: Option<Vec<u8>>,
}

/// The orders in force, without a version yet.
pub(super) async fn load(conn: &mut PgConnection, keys: &RegionKeys) -> Result<Orders, PublishError> {
    let (lease_days, poll_seconds, metered): (i32, i32, i64) =
        sqlx::query_as("SELECT lease_days, poll_seconds, metered_bytes_per_day FROM region")
            .fetch_one(&mut *conn)
            .await?;
    let damaged = |_| PublishError::Damaged("a setting");
    let settings = Settings {
        lease_days: u16::try_from(lease_days).map_err(damaged)?,
        poll_seconds: u32::try_from(poll_seconds).map_err(damaged)?,
        metered_bytes_per_day: unsigned(metered),
    };
    let rows: Vec<Row> = sqlx::query_as(ORDERS).fetch_all(conn).await?;
    let orders = rows.into_iter().map(order).collect::<Result<_, _>>()?;
    Ok(Orders { feed: *keys.feed.as_bytes(), version: 0, settings, orders })
}

fn order(row: Row) -> Result<Order, PublishError> {
    let damaged = || PublishError::Damaged("an order");
    let officer = row.countersigned_by.map(|key| <[u8; 32]>::try_from(key).map_err(|_| damaged())).transpose()?;
    Ok(Order {
        nonce: row.nonce.try_into().map_err(|_| damaged())?,
        tablet: row.tablet,
        kind: OrderKind::Wipe,
        issued_at: whole_seconds(row.issued_at),
        expires_at: whole_seconds(row.expires_at),
        countersignature: officer.zip(row.countersignature),
    })
}

/// As the wire form, and what an officer signed, have it.
fn whole_seconds(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(at.timestamp(), 0).unwrap_or(at)
}

/// Whether two say the same, whatever their versions.
pub(super) fn same(one: &Orders, other: &Orders) -> bool {
    one.settings == other.settings && one.orders == other.orders
}
