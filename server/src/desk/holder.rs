//! Whose card is issued.

use kakari_card::issue::Holder;
use kakari_card::{CardNumber, StaffId, StaffName};
use kakari_record::model::CommonNumber;
use sqlx::PgConnection;

use crate::office::{CardCertificate, Office, OfficeError, card, resident, staff};

/// Somebody in the database.
pub(crate) enum Whose {
    /// A resident.
    Resident { id: i64, record: String, number: CommonNumber },
    /// A member of staff.
    Staff { id: String, name: String },
}

impl Whose {
    /// The resident of this number.
    pub(crate) async fn resident(conn: &mut PgConnection, number: &CommonNumber) -> Office<Self> {
        let locked = resident::lock_known(conn, number).await?;
        Ok(Self::Resident { id: locked.id, record: hex::encode(locked.record.as_bytes()), number: number.clone() })
    }

    /// The active member of staff of this number.
    pub(crate) async fn staff(conn: &mut PgConnection, id: &str) -> Office<Self> {
        let name: Option<String> = sqlx::query_scalar("SELECT name FROM staff WHERE id = $1 AND state = 'active'")
            .bind(id)
            .fetch_optional(conn)
            .await?;
        let unknown = "nobody active has this staff number: see kakari-region staff list, or staff add";
        Ok(Self::Staff { id: id.to_owned(), name: name.ok_or_else(|| OfficeError::refused(unknown))? })
    }

    /// As the card's certificate says it.
    pub(crate) fn on_card(&self) -> Office<Holder> {
        match self {
            Self::Resident { number, .. } => {
                let number = CardNumber::new(number.digits());
                number.map(Holder::Patient).ok_or_else(|| OfficeError::refused("not a common number"))
            }
            Self::Staff { id, name } => {
                Ok(Holder::Staff { name: StaffName(name.clone()), staff_id: StaffId(id.clone()) })
            }
        }
    }

    /// For the office's eyes and log: a record id or a staff number.
    pub(crate) fn subject(&self) -> &str {
        match self {
            Self::Resident { record, .. } => record,
            Self::Staff { id, .. } => id,
        }
    }

    /// The key in the database, as [`Pending`](super::Pending) has it.
    pub(super) fn row(&self) -> (Option<i64>, Option<&str>) {
        match self {
            Self::Resident { id, .. } => (Some(*id), None),
            Self::Staff { id, .. } => (None, Some(id)),
        }
    }

    /// Serials of the cards that are in use.
    pub(crate) async fn cards(&self, conn: &mut PgConnection) -> Office<Vec<Vec<u8>>> {
        let (resident, staff) = self.row();
        let serials = sqlx::query_scalar(
            "SELECT serial FROM card WHERE resident = $1 AND state = 'active'
             UNION SELECT serial FROM staff_card WHERE staff = $2 AND state = 'active' ORDER BY serial",
        );
        Ok(serials.bind(resident).bind(staff).fetch_all(conn).await?)
    }

    /// Ends a card as lost.
    pub(crate) async fn lose(&self, conn: &mut PgConnection, who: &str, serial: &[u8]) -> Office<bool> {
        match self {
            Self::Resident { .. } => card::lose(conn, who, serial).await,
            Self::Staff { .. } => staff::lose_card(conn, who, serial).await,
        }
    }

    /// Registers a card that was issued, in the place of another one where one is named.
    pub(super) async fn register(
        &self,
        conn: &mut PgConnection,
        who: &str,
        card: &CardCertificate,
        replaces: Option<&[u8]>,
    ) -> Office<()> {
        match (self, replaces) {
            (Self::Resident { .. }, Some(old)) => card::reissue(conn, who, old, card).await,
            (Self::Resident { number, .. }, None) => card::register(conn, who, number, card).await,
            (Self::Staff { id, .. }, old) => {
                staff::register_card(conn, who, id, card).await?;
                if let Some(old) = old {
                    staff::replace_card(conn, who, old).await?;
                }
                Ok(())
            }
        }
    }
}
