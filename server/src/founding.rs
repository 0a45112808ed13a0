//! A region begins: its keys, its first vault epoch, its first dictionary.

use kakari_record::seal::{FeedId, Point};
use sqlx::PgPool;

use crate::keys::{KeyError, NewCardAuthority, RegionKeys, ServerKey, VaultKeys, issuing_secret};
use crate::office_log;

/// The compression dictionary that every region begins with, trained on invented residents.
pub(crate) const DICTIONARY: &[u8] = include_bytes!("../../assets/dictionary/1.zdict");
pub(crate) const DICTIONARY_ID: i32 = 1;
const FIRST_EPOCH: u32 = 1;

/// What a region is, before it has keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRegion {
    /// In words, as tablets show it.
    pub name: String,
    /// The key of the authority that issues the region's cards.
    pub card_authority: Point,
    /// True for invented residents only.
    pub training: bool,
}

/// Why a region was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FoundingError {
    /// This database is a region already.
    #[error(
        "this database is the region '{0}' already; nothing was changed. Another region needs a database of its own"
    )]
    Twice(String),
    /// A key could not be made.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
}

/// The name of the region in this database, when there is one.
pub async fn region_name(pool: &PgPool) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT name FROM region").fetch_optional(pool).await
}

/// Makes the region: all of it or nothing.
pub async fn found(pool: &PgPool, server: &ServerKey, who: &str, region: &NewRegion) -> Result<(), FoundingError> {
    found_with(pool, server, who, region, None).await
}

/// The same with a card authority that the region keeps itself.
pub async fn found_with(
    pool: &PgPool,
    server: &ServerKey,
    who: &str,
    region: &NewRegion,
    authority: Option<&NewCardAuthority>,
) -> Result<(), FoundingError> {
    let feed = FeedId::make().map_err(|_| KeyError::NoRandom)?;
    let mut tx = pool.begin().await?;
    let made = sqlx::query(
        "INSERT INTO region (name, feed, training, card_authority) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(&region.name)
    .bind(feed.as_bytes().as_slice())
    .bind(region.training)
    .bind(region.card_authority.as_slice())
    .execute(&mut *tx)
    .await?;
    if made.rows_affected() == 0 {
        drop(tx);
        return Err(FoundingError::Twice(region_name(pool).await?.unwrap_or_default()));
    }
    RegionKeys::make(&mut tx, server, &region.name).await?;
    issuing_secret(&mut tx, server).await?;
    if let Some(authority) = authority {
        authority.keep(&mut tx, server).await?;
    }
    VaultKeys::make(&mut tx, server, FIRST_EPOCH).await?;
    sqlx::query("INSERT INTO dictionary (id, bytes, current) VALUES ($1, $2, true)")
        .bind(DICTIONARY_ID)
        .bind(DICTIONARY)
        .execute(&mut *tx)
        .await?;
    office_log::note(&mut tx, who, "region made", &region.name).await?;
    tx.commit().await?;
    Ok(())
}
