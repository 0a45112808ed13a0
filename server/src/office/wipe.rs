//! Erasing tablets. More than three within an hour need a second officer: a forged mass wipe during an earthquake is the
//! worst that somebody could do.

use chrono::{DateTime, TimeDelta, Utc};
use kakari_record::seal::FeedId;
use kakari_sync::{Order, OrderKind, Orders};
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{Ed25519KeyPair, KeyPair};
use sqlx::{FromRow, PgConnection};
use x509_parser::pem::Pem;

use super::{Office, OfficeError, fallback, officer, tablet};
use crate::keys::KeyError;
use crate::office_log;

/// How long an order waits for its tablet.
const LASTS: TimeDelta = TimeDelta::days(90);

/// What became of an order to wipe.
pub struct Ordered {
    /// The order.
    pub order: Order,
    /// Tablets whose orders no tablet follows before a second officer has signed them.
    pub unsigned: Vec<String>,
}

#[derive(FromRow)]
struct Row {
    nonce: Vec<u8>,
    tablet: String,
    ordered_by: String,
    issued_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    countersigned_by: Option<Vec<u8>>,
    countersignature: Option<Vec<u8>>,
    done: bool,
}

/// Orders a tablet to erase everything; from the next publication on. One that is ordered already stays so, until the
/// order's time is over: then it is ordered anew.
pub async fn order(conn: &mut PgConnection, who: &str, id: &str, now: DateTime<Utc>) -> Office<Ordered> {
    // One order at a time, so that the fourth knows of the three before it.
    sqlx::query("SELECT one FROM region FOR UPDATE").execute(&mut *conn).await?;
    match tablet::lock(conn, id).await?.as_str() {
        "active" => {}
        "wiping" if !is_open(conn, id, now).await? => {}
        "wiping" => {
            return Err(OfficeError::refused("this tablet is ordered to wipe already; it has not told that it did"));
        }
        "revoked" => {
            return Err(OfficeError::refused(
                "this tablet is revoked and fetches no orders any more: its lease ends without contact",
            ));
        }
        state => return Err(OfficeError::refused(format!("this tablet is {state}: there is nothing to erase"))),
    }
    let order = make(id, now)?;
    sqlx::query(
        "INSERT INTO wipe_order (nonce, tablet, ordered_by, issued_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(order.nonce.as_slice())
    .bind(id)
    .bind(who)
    .bind(order.issued_at)
    .bind(order.expires_at)
    .execute(&mut *conn)
    .await?;
    sqlx::query("UPDATE tablet SET state = 'wiping' WHERE id = $1").bind(id).execute(&mut *conn).await?;
    fallback::end_all(conn, id).await?;
    office_log::note(conn, who, "wipe ordered", id).await?;
    Ok(Ordered { unsigned: unsigned(conn, now).await?, order })
}

fn make(id: &str, now: DateTime<Utc>) -> Office<Order> {
    let mut nonce = [0; 16];
    SystemRandom::new().fill(&mut nonce).map_err(|_| KeyError::NoRandom)?;
    let issued_at = DateTime::from_timestamp(now.timestamp(), 0).unwrap_or(now);
    let tablet = id.to_owned();
    Ok(Order { nonce, tablet, kind: OrderKind::Wipe, issued_at, expires_at: issued_at + LASTS, countersignature: None })
}

/// Orders that count at `now`, oldest first: those that wait, and those of the last hour that were carried out.
pub async fn orders(conn: &mut PgConnection, now: DateTime<Utc>) -> Office<Vec<Order>> {
    Ok(counted(conn, now).await?.into_iter().filter_map(|row| row.order()).collect())
}

/// Tablets with an order that is one of too many within an hour and that no officer has countersigned.
pub async fn unsigned(conn: &mut PgConnection, now: DateTime<Utc>) -> Office<Vec<String>> {
    let (feed, officers) = (feed(conn).await?, officers(conn).await?);
    let all = Orders {
        feed: *feed.as_bytes(),
        version: 0,
        settings: tablet::settings(conn).await?,
        orders: orders(conn, now).await?,
    };
    let waiting = counted(conn, now).await?.into_iter().filter(|row| !row.done).map(|row| row.tablet);
    Ok(waiting.filter(|tablet| all.wipe_of(tablet, now, &officers).is_err()).collect())
}

/// A second officer agrees to the orders to these tablets, or to all that need it. The tablets.
pub async fn countersign(
    conn: &mut PgConnection,
    officer: &Ed25519KeyPair,
    tablets: &[String],
    now: DateTime<Utc>,
) -> Office<Vec<String>> {
    let name = officer::with_key(conn, officer.public_key().as_ref()).await?;
    let name = name.ok_or_else(|| {
        OfficeError::refused("this key is no officer's of this region: see kakari-region officer list")
    })?;
    let (feed, needed) = (feed(conn).await?, unsigned(conn, now).await?);
    let mut signed = Vec::new();
    for row in counted(conn, now).await?.into_iter().filter(|row| !row.done) {
        let wanted = if tablets.is_empty() { &needed } else { tablets };
        if !wanted.contains(&row.tablet) {
            continue;
        }
        if row.ordered_by == name {
            return Err(OfficeError::refused("whoever ordered a wipe cannot countersign it: it needs another officer"));
        }
        let Some(order) = row.order() else { continue };
        let signature = officer.sign(&order.countersigned(feed.as_bytes()));
        sqlx::query("UPDATE wipe_order SET countersigned_by = $2, countersignature = $3 WHERE nonce = $1")
            .bind(&row.nonce)
            .bind(officer.public_key().as_ref())
            .bind(signature.as_ref())
            .execute(&mut *conn)
            .await?;
        office_log::note(conn, &name, "wipe countersigned", &row.tablet).await?;
        signed.push(row.tablet);
    }
    if signed.is_empty() { Err(OfficeError::refused("no order waits for a countersignature")) } else { Ok(signed) }
}

/// Takes back every order that no tablet follows because no second officer has signed it: what a forged mass wipe leaves
/// behind. The tablets. All of them at once: of too many taken back singly, the last few would be few enough to be obeyed.
pub async fn withdraw_unsigned(conn: &mut PgConnection, who: &str, now: DateTime<Utc>) -> Office<Vec<String>> {
    sqlx::query("SELECT one FROM region FOR UPDATE").execute(&mut *conn).await?;
    let tablets = unsigned(conn, now).await?;
    if tablets.is_empty() {
        return Err(OfficeError::refused("no order waits for a second officer: one that tablets follow stays"));
    }
    // Over at once: told no more, and not to be signed any more.
    sqlx::query("UPDATE wipe_order SET expires_at = $2 WHERE tablet = ANY($1) AND done_at IS NULL AND expires_at > $2")
        .bind(&tablets)
        .bind(now)
        .execute(&mut *conn)
        .await?;
    sqlx::query("UPDATE tablet SET state = 'active' WHERE id = ANY($1) AND state = 'wiping'")
        .bind(&tablets)
        .execute(&mut *conn)
        .await?;
    for tablet in &tablets {
        office_log::note(conn, who, "wipe taken back", tablet).await?;
    }
    Ok(tablets)
}

/// An officer's Ed25519 key as `openssl genpkey -algorithm ed25519` writes it: PKCS #8 in PEM or DER.
pub fn read_officer_key(file: &[u8]) -> Office<Ed25519KeyPair> {
    let pem = Pem::iter_from_buffer(file).find_map(Result::ok);
    let der = pem.as_ref().map_or(file, |pem| &pem.contents);
    Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map_err(|_| {
        OfficeError::refused("not an Ed25519 key in PKCS #8: openssl genpkey -algorithm ed25519 makes one")
    })
}

/// The same that the publisher tells: a tablet that is quick to obey leaves no room for a fourth within the hour.
async fn counted(conn: &mut PgConnection, now: DateTime<Utc>) -> Office<Vec<Row>> {
    let rows = sqlx::query_as(
        "SELECT nonce, tablet, ordered_by, issued_at, expires_at, countersigned_by, countersignature,
             done_at IS NOT NULL AS done
         FROM wipe_order w WHERE expires_at > $1 AND (done_at IS NULL OR issued_at > $1 - interval '1 hour' OR EXISTS (
             SELECT FROM wipe_order o WHERE o.done_at IS NULL AND o.expires_at > $1
                 AND o.issued_at < w.issued_at + interval '1 hour' AND w.issued_at < o.issued_at + interval '1 hour'))
         ORDER BY issued_at, nonce",
    );
    Ok(rows.bind(now).fetch_all(conn).await?)
}

/// Whether an order waits for this tablet.
async fn is_open(conn: &mut PgConnection, tablet: &str, now: DateTime<Utc>) -> Office<bool> {
    let sql = "SELECT EXISTS (SELECT FROM wipe_order WHERE tablet = $1 AND done_at IS NULL AND expires_at > $2)";
    Ok(sqlx::query_scalar(sql).bind(tablet).bind(now).fetch_one(conn).await?)
}

async fn feed(conn: &mut PgConnection) -> Office<FeedId> {
    let feed: Vec<u8> = sqlx::query_scalar("SELECT feed FROM region").fetch_one(conn).await?;
    Ok(FeedId::from_bytes(feed.try_into().map_err(|_| KeyError::Damaged("feed"))?))
}

async fn officers(conn: &mut PgConnection) -> Office<Vec<[u8; 32]>> {
    let keys: Vec<Vec<u8>> = sqlx::query_scalar("SELECT public_key FROM officer").fetch_all(conn).await?;
    Ok(keys.into_iter().filter_map(|key| key.try_into().ok()).collect())
}

impl Row {
    fn order(&self) -> Option<Order> {
        let key = self.countersigned_by.as_deref().and_then(|key| <[u8; 32]>::try_from(key).ok());
        Some(Order {
            nonce: self.nonce.as_slice().try_into().ok()?,
            tablet: self.tablet.clone(),
            kind: OrderKind::Wipe,
            issued_at: self.issued_at,
            expires_at: self.expires_at,
            countersignature: key.zip(self.countersignature.clone()),
        })
    }
}
