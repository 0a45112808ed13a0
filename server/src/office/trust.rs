//! Regions that trust each other: each office gives the other what its tablets need to read the copies on its cards.
//!
//! Trust goes one way: who accepts an offer reads the other's cards. What was offered cannot be taken back but by a new
//! vault epoch (`kakari-region epoch rotate`), of which whoever is still trusted needs a new offer.

use chrono::{DateTime, Utc};
use kakari_record::seal::{CopyKey, FallbackCode, FeedId, Point, SealError, TrustOffer, VaultKey};
use serde::Serialize;
use sqlx::{FromRow, PgConnection};

use super::{Office, OfficeError};
use crate::keys::{KeyError, RegionKeys, ServerKey, VaultKeys, point_of};
use crate::office_log;

/// An offer that was just made: the file, and the code that opens it, to be told once and another way.
pub struct Offered {
    /// What goes into the file.
    pub sealed: Vec<u8>,
    /// What is told by telephone.
    pub code: FallbackCode,
    /// What both offices read to each other.
    pub fingerprint: String,
}

/// A region that this one trusts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromRow)]
pub struct Trusted {
    /// Its name.
    pub name: String,
    /// Its feed in hexadecimal.
    pub feed: String,
    /// The epochs of which its copy keys are here.
    pub epochs: Vec<i32>,
    /// When the newest offer was made, by its clock.
    pub offered_at: DateTime<Utc>,
    /// Who accepted it here.
    pub accepted_by: String,
}

/// The newest offer to a region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromRow)]
pub struct Given {
    /// To whom.
    pub name: String,
    /// The epochs whose copy keys were in it.
    pub epochs: Vec<i32>,
    /// When.
    pub at: DateTime<Utc>,
    /// True when copies are sealed under an epoch by now that was not in it: the other region cannot read those.
    pub stale: bool,
}

/// A trusted region as the roster needs it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Neighbouring {
    pub(crate) feed: FeedId,
    pub(crate) name: String,
    pub(crate) region_key: [u8; 32],
    pub(crate) card_authority: Point,
    /// Of the newest epoch first.
    pub(crate) copy_keys: Vec<CopyKey>,
}

type Row = (Vec<u8>, String, Vec<u8>, Vec<u8>);

/// Makes an offer to the region of this name: the copy keys of every epoch in use, signed, under a fresh code.
pub async fn offer(
    conn: &mut PgConnection,
    who: &str,
    keys: &RegionKeys,
    vault: &VaultKeys,
    to: &str,
    now: DateTime<Utc>,
) -> Office<Offered> {
    let name = own_name(conn).await?;
    if to.trim().is_empty() || to == name {
        return Err(OfficeError::refused(
            "an offer is for another region: its name, as that region's office writes it",
        ));
    }
    if !TrustOffer::is_name(to) || !TrustOffer::is_name(&name) {
        return Err(OfficeError::refused(
            "a region's name in an offer has up to 64 characters, no space at its ends and none that is not seen",
        ));
    }
    let copy_keys: Vec<CopyKey> = vault.keyring.iter().map(VaultKey::copy_key).collect();
    if copy_keys.len() > TrustOffer::MOST_KEYS {
        return Err(OfficeError::refused(
            "more vault epochs are in use than an offer holds: retire old ones first (kakari-region epoch retire)",
        ));
    }
    let epochs: Vec<i32> = copy_keys.iter().filter_map(|key| i32::try_from(key.epoch()).ok()).collect();
    let offer = TrustOffer {
        feed: keys.feed,
        name,
        to: to.to_owned(),
        region_key: keys.region_key,
        card_authority: keys.card_authority,
        offered_at: now,
        copy_keys,
    };
    let code = FallbackCode::make().map_err(|_| KeyError::NoRandom)?;
    let sealed = offer.seal(&keys.signing, &code).map_err(not_sealed)?;
    sqlx::query("INSERT INTO trust_offer (name, epochs, at, by) VALUES ($1, $2, $3, $4)")
        .bind(to)
        .bind(epochs)
        .bind(now)
        .bind(who)
        .execute(&mut *conn)
        .await?;
    office_log::note(conn, who, "copy keys offered", to).await?;
    Ok(Offered { sealed, code, fingerprint: offer.fingerprint() })
}

/// Opens another region's offer; nothing is trusted by that.
pub fn open(bytes: &[u8], code: &FallbackCode) -> Office<TrustOffer> {
    TrustOffer::open(bytes, code).map_err(|error| match error {
        SealError::NotOpened => OfficeError::refused(
            "the offer does not open with this code: it is another offer's, or the file was changed; nothing was accepted",
        ),
        SealError::NotSigned => OfficeError::refused(
            "the offer is not signed by the region that it names: do not accept it, and tell that region's office",
        ),
        other => OfficeError::refused(format!("not an offer of trust: {other}")),
    })
}

/// Trusts the region of this offer, or takes its new keys. Its roster goes out with the next publication.
pub async fn accept(conn: &mut PgConnection, who: &str, server: &ServerKey, offer: &TrustOffer) -> Office<()> {
    let (name, feed, authority): (String, Vec<u8>, Vec<u8>) =
        sqlx::query_as("SELECT name, feed, card_authority FROM region FOR UPDATE").fetch_one(&mut *conn).await?;
    if offer.feed.as_bytes().as_slice() == feed {
        return Err(OfficeError::refused("this is this region's own offer: it is for another office"));
    }
    if offer.to != name {
        let words = format!("this offer is for '{}', and this region is '{name}': ask for one of your own", offer.to);
        return Err(OfficeError::refused(words));
    }
    point_of(&offer.card_authority).map_err(|_| OfficeError::refused("its card authority is no P-256 key"))?;
    fits(conn, offer, (&name, &authority)).await?;
    sqlx::query(
        "INSERT INTO neighbour (feed, name, region_key, card_authority, offered_at, accepted_by)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (feed) DO UPDATE SET name = excluded.name,
         card_authority = excluded.card_authority, offered_at = excluded.offered_at, accepted_at = now(),
         accepted_by = excluded.accepted_by",
    )
    .bind(offer.feed.as_bytes().as_slice())
    .bind(&offer.name)
    .bind(offer.region_key.as_slice())
    .bind(offer.card_authority.as_slice())
    .bind(offer.offered_at)
    .bind(who)
    .execute(&mut *conn)
    .await?;
    put_keys(conn, server, offer).await?;
    Ok(office_log::note(conn, who, "region trusted", &offer.name).await?)
}

/// One region is never taken for another, nor an old offer for a new one.
async fn fits(conn: &mut PgConnection, offer: &TrustOffer, own: (&str, &[u8])) -> Office<()> {
    let known: Option<(Vec<u8>, DateTime<Utc>)> =
        sqlx::query_as("SELECT region_key, offered_at FROM neighbour WHERE feed = $1")
            .bind(offer.feed.as_bytes().as_slice())
            .fetch_optional(&mut *conn)
            .await?;
    if let Some((region_key, offered_at)) = known {
        if region_key != offer.region_key {
            return Err(OfficeError::refused(
                "this region is trusted with another key: end that trust first (kakari-region trust end), once its office \
                 has told why",
            ));
        }
        if offer.offered_at < offered_at {
            return Err(OfficeError::refused("a newer offer of this region was accepted already"));
        }
    }
    let taken: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM neighbour WHERE feed <> $1 AND (name = $2 OR card_authority = $3))",
    )
    .bind(offer.feed.as_bytes().as_slice())
    .bind(&offer.name)
    .bind(offer.card_authority.as_slice())
    .fetch_one(conn)
    .await?;
    if taken || (offer.name.as_str() == own.0) || (offer.card_authority.as_slice() == own.1) {
        return Err(OfficeError::refused(
            "another region, or this one, has this name or this card authority: their cards could not be told apart",
        ));
    }
    Ok(())
}

async fn put_keys(conn: &mut PgConnection, server: &ServerKey, offer: &TrustOffer) -> Office<()> {
    let feed = offer.feed.as_bytes().as_slice();
    sqlx::query("DELETE FROM neighbour_key WHERE feed = $1").bind(feed).execute(&mut *conn).await?;
    for key in &offer.copy_keys {
        let epoch = i32::try_from(key.epoch()).map_err(|_| OfficeError::refused("the offer names no vault epoch"))?;
        sqlx::query("INSERT INTO neighbour_key (feed, epoch, sealed) VALUES ($1, $2, $3)")
            .bind(feed)
            .bind(epoch)
            .bind(server.seal(&name_of(offer.feed, epoch), key.expose())?)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// Ends the trust in a region: its keys are gone from here, and from tablets with the next roster.
pub async fn end(conn: &mut PgConnection, who: &str, name: &str) -> Office<()> {
    let ended = sqlx::query("DELETE FROM neighbour WHERE name = $1").bind(name).execute(&mut *conn).await?;
    if ended.rows_affected() == 0 {
        return Err(OfficeError::refused("no region of this name is trusted: see kakari-region trust list"));
    }
    Ok(office_log::note(conn, who, "trust ended", name).await?)
}

/// Whom this region trusts, by name.
pub async fn trusted(conn: &mut PgConnection) -> Office<Vec<Trusted>> {
    let lines = sqlx::query_as(
        "SELECT n.name, encode(n.feed, 'hex') AS feed, n.offered_at, n.accepted_by,
                ARRAY(SELECT k.epoch FROM neighbour_key k WHERE k.feed = n.feed ORDER BY k.epoch DESC) AS epochs
         FROM neighbour n ORDER BY n.name",
    );
    Ok(lines.fetch_all(conn).await?)
}

/// To whom this region has offered its copy keys, the newest offer to each, by name.
pub async fn given(conn: &mut PgConnection) -> Office<Vec<Given>> {
    let lines = sqlx::query_as(
        "SELECT DISTINCT ON (o.name) o.name, o.epochs, o.at,
                NOT (SELECT epoch FROM vault_epoch WHERE state = 'current') = ANY (o.epochs) AS stale
         FROM trust_offer o ORDER BY o.name, o.id DESC",
    );
    Ok(lines.fetch_all(conn).await?)
}

/// The trusted regions with their keys, in an order that does not change by itself.
pub(crate) async fn neighbouring(conn: &mut PgConnection, server: &ServerKey) -> Result<Vec<Neighbouring>, KeyError> {
    let rows: Vec<Row> = sqlx::query_as("SELECT feed, name, region_key, card_authority FROM neighbour ORDER BY feed")
        .fetch_all(&mut *conn)
        .await?;
    let damaged = || KeyError::Damaged("a neighbour");
    let mut all = Vec::with_capacity(rows.len());
    for (feed, name, region_key, card_authority) in rows {
        let feed = FeedId::from_bytes(feed.try_into().map_err(|_| damaged())?);
        all.push(Neighbouring {
            feed,
            name,
            region_key: region_key.try_into().map_err(|_| damaged())?,
            card_authority: card_authority.try_into().map_err(|_| damaged())?,
            copy_keys: copy_keys(conn, server, feed).await?,
        });
    }
    Ok(all)
}

async fn copy_keys(conn: &mut PgConnection, server: &ServerKey, feed: FeedId) -> Result<Vec<CopyKey>, KeyError> {
    let rows: Vec<(i32, Vec<u8>)> =
        sqlx::query_as("SELECT epoch, sealed FROM neighbour_key WHERE feed = $1 ORDER BY epoch DESC")
            .bind(feed.as_bytes().as_slice())
            .fetch_all(conn)
            .await?;
    let open = |(epoch, sealed): (i32, Vec<u8>)| {
        let damaged = || KeyError::Damaged("a neighbour's key");
        let key = server.open(&name_of(feed, epoch), &sealed)?;
        let key = key.first_chunk().filter(|_| key.len() == 32).ok_or_else(damaged)?;
        Ok(CopyKey::from_bytes(u32::try_from(epoch).map_err(|_| damaged())?, key))
    };
    rows.into_iter().map(open).collect()
}

async fn own_name(conn: &mut PgConnection) -> Office<String> {
    Ok(sqlx::query_scalar("SELECT name FROM region").fetch_one(conn).await?)
}

fn name_of(feed: FeedId, epoch: i32) -> String {
    format!("neighbour {feed} {epoch}")
}

fn not_sealed(error: SealError) -> OfficeError {
    OfficeError::refused(format!("the offer cannot be sealed: {error}"))
}
