//! The outbox: what the publisher has to look at again.

use sqlx::PgConnection;

/// What of a resident changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// What is known: seal anew.
    Record,
    /// Which cards open the record.
    Cards,
    /// Whether there may be a record at all: consent, death, moving away.
    Removal,
}

impl What {
    /// Its word in the table.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Cards => "cards",
            Self::Removal => "removal",
        }
    }
}

/// Writes a row for the publisher, in the transaction that changes the resident.
pub async fn note(conn: &mut PgConnection, resident: i64, what: What) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO change (resident, what) VALUES ($1, $2)")
        .bind(resident)
        .bind(what.word())
        .execute(conn)
        .await?;
    Ok(())
}
