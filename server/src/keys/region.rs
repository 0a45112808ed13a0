//! What the region signs with, and what it is known by.

use std::fmt;

use kakari_record::seal::{FeedId, Point};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};
use sqlx::{PgConnection, PgPool, Row};
use zeroize::Zeroizing;

use super::{KeyError, ServerKey, TlsAuthority};

const SIGNING: &str = "signing";
const TLS: &str = "tls authority";

/// The region's keys, but the vault's. Never printed.
pub struct RegionKeys {
    /// The region's feed.
    pub feed: FeedId,
    /// Signs heads, rosters, orders, receipts.
    pub signing: Ed25519KeyPair,
    /// The public half of `signing`.
    pub region_key: [u8; 32],
    /// The key of the authority that issues the region's cards.
    pub card_authority: Point,
    /// Issues certificates to tablets, senders and the office.
    pub tls: TlsAuthority,
}

impl RegionKeys {
    /// Opens the region's keys.
    pub async fn load(pool: &PgPool, server: &ServerKey) -> Result<Self, KeyError> {
        let region = sqlx::query("SELECT feed, card_authority FROM region").fetch_optional(pool).await?;
        let region = region.ok_or(KeyError::Missing("region"))?;
        let feed = region.try_get::<Vec<u8>, _>("feed")?.try_into().map_err(|_| KeyError::Damaged("feed"))?;
        let card_authority = region.try_get::<Vec<u8>, _>("card_authority")?;
        let certificate = sqlx::query_scalar("SELECT certificate FROM tls_authority").fetch_optional(pool).await?;
        let certificate: Vec<u8> = certificate.ok_or(KeyError::Missing(TLS))?;
        let signing = Ed25519KeyPair::from_pkcs8(&open_secret(pool, server, SIGNING).await?)
            .map_err(|_| KeyError::Damaged(SIGNING))?;
        Ok(Self {
            feed: FeedId::from_bytes(feed),
            region_key: public_half(&signing),
            signing,
            card_authority: card_authority.try_into().map_err(|_| KeyError::Damaged("card authority"))?,
            tls: TlsAuthority::open(certificate, &open_secret(pool, server, TLS).await?)?,
        })
    }

    /// Makes the signing key and the TLS authority of a new region and seals both into the database.
    pub(crate) async fn make(conn: &mut PgConnection, server: &ServerKey, region: &str) -> Result<(), KeyError> {
        let signing = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| KeyError::NoRandom)?;
        seal_secret(conn, server, SIGNING, &Zeroizing::new(signing.as_ref().to_vec())).await?;
        let tls = TlsAuthority::make(region)?;
        seal_secret(conn, server, TLS, &tls.expose()).await?;
        sqlx::query("INSERT INTO tls_authority (certificate) VALUES ($1)")
            .bind(tls.certificate())
            .execute(conn)
            .await?;
        Ok(())
    }
}

async fn open_secret(pool: &PgPool, server: &ServerKey, name: &'static str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let sealed =
        sqlx::query_scalar("SELECT sealed FROM secret WHERE name = $1").bind(name).fetch_optional(pool).await?;
    let sealed: Vec<u8> = sealed.ok_or(KeyError::Missing(name))?;
    server.open(name, &sealed)
}

async fn seal_secret(conn: &mut PgConnection, server: &ServerKey, name: &str, secret: &[u8]) -> Result<(), KeyError> {
    sqlx::query("INSERT INTO secret (name, sealed) VALUES ($1, $2)")
        .bind(name)
        .bind(server.seal(name, secret)?)
        .execute(conn)
        .await?;
    Ok(())
}

fn public_half(signing: &Ed25519KeyPair) -> [u8; 32] {
    let mut key = [0; 32];
    key.copy_from_slice(signing.public_key().as_ref());
    key
}

impl fmt::Debug for RegionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RegionKeys([redacted])")
    }
}
