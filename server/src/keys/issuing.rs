//! Keys of the desk where cards are issued: the card authority's, and the secret that each card's own secrets come from.

use kakari_record::seal::Point;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256};
use ring::rand::{SecureRandom, SystemRandom};
use sqlx::PgConnection;
use zeroize::Zeroizing;

use super::{KeyError, ServerKey, point_of};

const ISSUING: &str = "issuing";
const AUTHORITY: &str = "card authority";

/// A card authority that was just made, to be sealed into the database of its region.
pub struct NewCardAuthority {
    pkcs8: Zeroizing<Vec<u8>>,
    /// What tablets trust.
    pub point: Point,
}

impl NewCardAuthority {
    /// A fresh random key.
    pub fn make() -> Result<Self, KeyError> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(KeyError::Certificate)?;
        let point = point_of(key.public_key_raw()).map_err(|_| KeyError::Damaged(AUTHORITY))?;
        Ok(Self { pkcs8: Zeroizing::new(key.serialize_der()), point })
    }

    pub(crate) async fn keep(&self, conn: &mut PgConnection, server: &ServerKey) -> Result<(), KeyError> {
        keep(conn, server, AUTHORITY, &self.pkcs8).await
    }
}

/// The card authority's key (PKCS #8), where this region keeps it itself.
pub async fn card_authority(
    conn: &mut PgConnection,
    server: &ServerKey,
) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError> {
    open(conn, server, AUTHORITY).await
}

/// The issuing secret; made the first time that somebody asks.
pub async fn issuing_secret(conn: &mut PgConnection, server: &ServerKey) -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let mut fresh = Zeroizing::new([0; 32]);
    SystemRandom::new().fill(&mut *fresh).map_err(|_| KeyError::NoRandom)?;
    keep(conn, server, ISSUING, &*fresh).await?;
    let kept = open(conn, server, ISSUING).await?.ok_or(KeyError::Missing(ISSUING))?;
    kept.as_slice().try_into().map(Zeroizing::new).map_err(|_| KeyError::Damaged(ISSUING))
}

/// Keeps a secret, unless there is one of this name.
async fn keep(conn: &mut PgConnection, server: &ServerKey, name: &str, secret: &[u8]) -> Result<(), KeyError> {
    sqlx::query("INSERT INTO secret (name, sealed) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(name)
        .bind(server.seal(name, secret)?)
        .execute(conn)
        .await?;
    Ok(())
}

async fn open(
    conn: &mut PgConnection,
    server: &ServerKey,
    name: &'static str,
) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError> {
    let sealed: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT sealed FROM secret WHERE name = $1").bind(name).fetch_optional(conn).await?;
    sealed.map(|sealed| server.open(name, &sealed)).transpose()
}
