//! The vault keys, by epoch.

use kakari_record::seal::{Keyring, VaultKey};
use ring::rand::{SecureRandom, SystemRandom};
use sqlx::{PgConnection, PgPool};
use zeroize::Zeroizing;

use super::{KeyError, ServerKey};

/// The vault keys that records may be sealed under.
#[derive(Debug)]
pub struct VaultKeys {
    /// New records are sealed under this one.
    pub current: VaultKey,
    /// All that are not retired, the current one among them.
    pub keyring: Keyring,
}

impl VaultKeys {
    /// Opens every vault key that is not retired.
    pub async fn load(pool: &PgPool, server: &ServerKey) -> Result<Self, KeyError> {
        let rows: Vec<(i32, Vec<u8>, String)> =
            sqlx::query_as("SELECT epoch, sealed, state FROM vault_epoch WHERE state <> 'retired' ORDER BY epoch DESC")
                .fetch_all(pool)
                .await?;
        let mut current = None;
        let mut keys = Vec::with_capacity(rows.len());
        for (epoch, sealed, state) in rows {
            let key = open(server, epoch, &sealed)?;
            if state == "current" {
                current = Some(key.clone());
            }
            keys.push(key);
        }
        Ok(Self { current: current.ok_or(KeyError::Missing("vault"))?, keyring: Keyring::new(keys) })
    }

    /// Makes the key of a new epoch, which is the current one from this transaction on.
    pub(crate) async fn make(conn: &mut PgConnection, server: &ServerKey, epoch: u32) -> Result<(), KeyError> {
        let mut key = Zeroizing::new([0; 32]);
        SystemRandom::new().fill(&mut *key).map_err(|_| KeyError::NoRandom)?;
        sqlx::query("UPDATE vault_epoch SET state = 'old' WHERE state = 'current'").execute(&mut *conn).await?;
        let number = i32::try_from(epoch).map_err(|_| KeyError::Damaged("vault"))?;
        sqlx::query("INSERT INTO vault_epoch (epoch, sealed, state) VALUES ($1, $2, 'current')")
            .bind(number)
            .bind(server.seal(&name(number), &*key)?)
            .execute(conn)
            .await?;
        Ok(())
    }
}

fn open(server: &ServerKey, epoch: i32, sealed: &[u8]) -> Result<VaultKey, KeyError> {
    let damaged = || KeyError::Damaged("vault");
    let opened = server.open(&name(epoch), sealed)?;
    let bytes: [u8; 32] = opened.as_slice().try_into().map_err(|_| damaged())?;
    Ok(VaultKey::from_bytes(u32::try_from(epoch).map_err(|_| damaged())?, Zeroizing::new(bytes)))
}

fn name(epoch: i32) -> String {
    format!("vault {epoch}")
}
