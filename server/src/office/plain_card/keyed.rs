//! FeliCa Lite-S cards that hold a key of the region's.

use kakari_record::model::CommonNumber;
use kakari_record::seal::PlainCardId;
use sqlx::PgConnection;

use super::{End, end, lock_holder, put};
use crate::change::{self, What};
use crate::keys::KeyError;
use crate::office::{Office, resident};
use crate::office_log;

/// How a card was registered before it was to hold a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stood {
    /// Not at all.
    New,
    /// For this resident, with a key of this epoch or with none.
    Registered(Option<i32>),
}

/// Registers a card whose key is derived from this epoch's vault key, before the card is written. It proves itself, so its
/// identifier finds nobody any more; it is registered to be refused once it is lost.
pub async fn register_with_key(
    conn: &mut PgConnection,
    who: &str,
    number: &CommonNumber,
    card: &PlainCardId,
    epoch: u32,
) -> Office<Stood> {
    let locked = resident::lock_known(conn, number).await?;
    let new = put(conn, who, &locked, card).await?;
    let epoch = i32::try_from(epoch).map_err(|_| KeyError::Damaged("vault"))?;
    let before = key_epoch(conn, card).await?;
    if before == Some(epoch) {
        return Ok(Stood::Registered(before));
    }
    set_key_epoch(conn, card, Some(epoch)).await?;
    office_log::note(conn, who, "number-only card gets a key", &resident::hex(locked.record)).await?;
    if new {
        return Ok(Stood::New);
    }
    // One that was found by its identifier until now takes its token out of the row.
    change::note(conn, locked.id, What::Record).await?;
    Ok(Stood::Registered(before))
}

/// Nothing was written to the card: it is registered as it stood before [`register_with_key`].
pub async fn take_back(conn: &mut PgConnection, who: &str, card: &PlainCardId, stood: Stood) -> Office<()> {
    match stood {
        Stood::New => drop(end(conn, who, card, End::Mistaken).await?),
        Stood::Registered(before) => {
            let resident = lock_holder(conn, card).await?;
            set_key_epoch(conn, card, before).await?;
            change::note(conn, resident, What::Record).await?;
        }
    }
    Ok(())
}

async fn key_epoch(conn: &mut PgConnection, card: &PlainCardId) -> Office<Option<i32>> {
    let epoch =
        sqlx::query_scalar("SELECT key_epoch FROM plain_card WHERE kind = $1 AND identifier = $2 AND state = 'active'");
    Ok(epoch.bind(card.kind().word()).bind(card.as_bytes()).fetch_one(conn).await?)
}

async fn set_key_epoch(conn: &mut PgConnection, card: &PlainCardId, epoch: Option<i32>) -> Office<()> {
    sqlx::query("UPDATE plain_card SET key_epoch = $3 WHERE kind = $1 AND identifier = $2 AND state = 'active'")
        .bind(card.kind().word())
        .bind(card.as_bytes())
        .bind(epoch)
        .execute(conn)
        .await?;
    Ok(())
}
