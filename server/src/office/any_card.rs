//! What the office does with a resident's card, of whichever kind: with a key and a certificate, or number-only.

use kakari_record::model::CommonNumber;
use kakari_record::seal::PlainCardId;
use sqlx::PgConnection;

use super::plain_card::{self, End};
use super::{CardCertificate, Office, OfficeError, card, resident, serial_from_hex};
use crate::change::{self, What};

/// A card as lists name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardName {
    /// A certificate's serial.
    Serial(Vec<u8>),
    /// `felica:IDM` or `type-a:UID`.
    Plain(PlainCardId),
}

/// A card that is registered.
pub enum NewCard {
    /// With a key of its own.
    Certificate(CardCertificate),
    /// Number-only.
    Plain(PlainCardId),
}

impl CardName {
    /// A name as it was typed: a serial in hexadecimal, or kind and identifier of a number-only card.
    pub fn read(typed: &str) -> Office<Self> {
        let named = typed.split_once(':').and_then(|(word, rest)| Some((plain_card::kind(word).ok()?, rest)));
        Ok(match named {
            Some((kind, rest)) => Self::Plain(plain_card::identifier(kind, rest)?),
            None => Self::Serial(serial_from_hex(typed)?),
        })
    }
}

/// Registers a resident's card. False when a number-only card is registered for this resident already.
pub async fn register(conn: &mut PgConnection, who: &str, number: &CommonNumber, new: &NewCard) -> Office<bool> {
    match new {
        NewCard::Certificate(certificate) => card::register(conn, who, number, certificate).await.map(|()| true),
        NewCard::Plain(plain) => plain_card::register(conn, who, number, plain).await,
    }
}

/// A card is lost: no record is found or opened by it from the next publication on, and tablets refuse it. False when it
/// had ended already.
pub async fn lose(conn: &mut PgConnection, who: &str, name: &CardName) -> Office<bool> {
    match name {
        CardName::Serial(serial) => card::lose(conn, who, serial).await,
        CardName::Plain(plain) => plain_card::end(conn, who, plain, End::Lost).await,
    }
}

/// Registers `new` in the place of `old`, for the same resident. The two may be of different kinds.
pub async fn reissue(conn: &mut PgConnection, who: &str, old: &CardName, new: &NewCard) -> Office<()> {
    let number = match (old, new) {
        (CardName::Serial(serial), NewCard::Certificate(card)) => return card::reissue(conn, who, serial, card).await,
        (CardName::Plain(old), NewCard::Plain(new)) if old == new => return Err(same_card()),
        (CardName::Serial(serial), _) => card::holder(conn, serial).await?,
        (CardName::Plain(plain), _) => plain_card::holder(conn, plain).await?,
    };
    let locked = resident::lock_known(conn, &number).await?;
    match new {
        NewCard::Certificate(certificate) => {
            certificate.check_holder(number.digits(), false)?;
            card::put(conn, who, &locked, certificate).await?;
        }
        NewCard::Plain(plain) => drop(plain_card::put(conn, who, &locked, plain).await?),
    }
    end(conn, who, old).await?;
    Ok(change::note(conn, locked.id, What::Record).await?)
}

/// Refuses where `old` cannot end for the resident's card `new`. Nothing is changed.
pub async fn may_replace(
    conn: &mut PgConnection,
    number: &CommonNumber,
    old: &CardName,
    new: &PlainCardId,
) -> Office<()> {
    let holder = match old {
        CardName::Serial(serial) => card::holder(conn, serial).await?,
        CardName::Plain(plain) if plain == new => return Err(same_card()),
        CardName::Plain(plain) => plain_card::holder(conn, plain).await?,
    };
    if holder == *number { Ok(()) } else { Err(OfficeError::refused("the card to be replaced is another resident's")) }
}

/// Ends `old`, in whose place the same resident has the card `new` now.
pub async fn replaced(
    conn: &mut PgConnection,
    who: &str,
    number: &CommonNumber,
    old: &CardName,
    new: &PlainCardId,
) -> Office<()> {
    may_replace(conn, number, old, new).await?;
    let locked = resident::lock_known(conn, number).await?;
    end(conn, who, old).await?;
    Ok(change::note(conn, locked.id, What::Record).await?)
}

async fn end(conn: &mut PgConnection, who: &str, old: &CardName) -> Office<()> {
    match old {
        CardName::Serial(serial) => drop(card::end(conn, who, serial, card::Ended::Replaced).await?),
        CardName::Plain(plain) => drop(plain_card::end_locked(conn, who, plain, End::Replaced).await?),
    }
    Ok(())
}

fn same_card() -> OfficeError {
    OfficeError::refused("this is the card that is to be replaced: lay the new one on the reader")
}
