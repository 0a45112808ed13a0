//! An issue's row: what was begun, for whom, and how far it came.

use std::time::SystemTime;

use chrono::{DateTime, TimeDelta, Utc};
use kakari_card::issue::{Order, Step};
use ring::rand::{SecureRandom, SystemRandom};
use sqlx::{FromRow, PgConnection};

use super::{Keys, Whose};
use crate::keys::KeyError;
use crate::office::{CardCertificate, Office, OfficeError};
use crate::office_log;

const DAYS_OF_A_YEAR: i64 = 365;

/// An issue that is open.
#[derive(FromRow)]
pub(crate) struct Pending {
    pub(crate) serial: Vec<u8>,
    pub(crate) replaces: Option<Vec<u8>>,
    valid_from: DateTime<Utc>,
    pub(crate) valid_until: DateTime<Utc>,
    step: String,
    puk_tries: i16,
}

/// What is known of a card by its serial.
#[derive(FromRow)]
pub(crate) struct Found {
    pub(crate) state: String,
    pub(crate) why: String,
    resident: Option<i64>,
    staff: Option<String>,
    pub(crate) valid_until: DateTime<Utc>,
}

impl Found {
    /// The issue that gave out this serial.
    pub(crate) async fn by_serial(conn: &mut PgConnection, serial: &[u8]) -> Office<Option<Self>> {
        let row = sqlx::query_as("SELECT state, why, resident, staff, valid_until FROM card_issue WHERE serial = $1");
        Ok(row.bind(serial).fetch_optional(conn).await?)
    }

    pub(crate) fn is_for(&self, whose: &Whose) -> bool {
        (self.resident, self.staff.as_deref()) == whose.row()
    }
}

impl Pending {
    /// The open issue for this holder.
    pub(crate) async fn open(conn: &mut PgConnection, whose: &Whose) -> Office<Option<Self>> {
        let (resident, staff) = whose.row();
        let row = sqlx::query_as(
            "SELECT serial, replaces, valid_from, valid_until, step, puk_tries FROM card_issue
             WHERE state = 'open' AND (resident = $1 OR staff = $2)",
        );
        Ok(row.bind(resident).bind(staff).fetch_optional(conn).await?)
    }

    /// Begins one: gives out a serial.
    pub(crate) async fn begin(conn: &mut PgConnection, who: &str, whose: &Whose, years: u8) -> Office<Self> {
        let (resident, staff) = whose.row();
        let mut serial = [0; 8];
        SystemRandom::new().fill(&mut serial).map_err(|_| KeyError::NoRandom)?;
        // Eight bytes and positive in every certificate.
        serial[0] = 0x40 | serial[0] & 0x3F;
        let pending = sqlx::query_as(
            "INSERT INTO card_issue (serial, resident, staff, valid_from, valid_until)
             VALUES ($1, $2, $3, date_trunc('second', now()) - interval '1 day', date_trunc('second', $4::timestamptz))
             RETURNING serial, replaces, valid_from, valid_until, step, puk_tries",
        );
        let until = Utc::now() + TimeDelta::days(DAYS_OF_A_YEAR * i64::from(years));
        let pending = pending.bind(serial.as_slice()).bind(resident).bind(staff).bind(until);
        let pending: Self = pending.fetch_one(&mut *conn).await?;
        office_log::note(conn, who, "card begun", &hex::encode(serial)).await?;
        Ok(pending)
    }

    /// Whether a card was begun with that must carry this serial's certificate by now, or may.
    pub(crate) fn is_on_a_card(&self) -> bool {
        !matches!(self.step.as_str(), "none" | "key")
    }

    /// Whether it surely does.
    pub(crate) fn is_surely_on_a_card(&self) -> bool {
        self.is_on_a_card() && self.step != "certificate"
    }

    /// It comes in the place of this card.
    pub(crate) async fn replace(&mut self, conn: &mut PgConnection, old: Vec<u8>) -> Office<()> {
        sqlx::query("UPDATE card_issue SET replaces = $2 WHERE serial = $1 AND state = 'open'")
            .bind(&self.serial)
            .bind(&old)
            .execute(conn)
            .await?;
        self.replaces = Some(old);
        Ok(())
    }

    /// The order for the card.
    pub(crate) fn order(&self, whose: &Whose, keys: &Keys) -> Office<Order> {
        let serial: [u8; 8] = self.serial.as_slice().try_into().map_err(|_| KeyError::Damaged("card serial"))?;
        let from = SystemTime::from(self.valid_from);
        let mut order =
            Order::new(whose.on_card()?, u64::from_be_bytes(serial), from, SystemTime::from(self.valid_until));
        let serial = order.serial();
        let ours = keys.secret.management_keys(&serial);
        order.management_keys = kakari_card::issue::ManagementKey::factory_keys();
        if self.step == word(Step::ManagementKey) {
            order.management_keys.splice(0..0, ours.iter().cloned());
        }
        order.new_management_keys = ours;
        order.new_puk = keys.secret.puk(&serial);
        order.pin = keys.secret.first_pin(&serial);
        order.puk_tries = u8::try_from(self.puk_tries).unwrap_or(u8::MAX);
        Ok(order)
    }

    /// Writes down that a step begins.
    pub(crate) async fn begins(&self, conn: &mut PgConnection, step: Step) -> Office<()> {
        let update = sqlx::query(
            "UPDATE card_issue SET step = $2, puk_tries = puk_tries + ($2 = 'puk')::int
             WHERE serial = $1 AND state = 'open'",
        );
        let updated = update.bind(&self.serial).bind(word(step)).execute(conn).await?;
        if updated.rows_affected() == 1 {
            return Ok(());
        }
        Err(OfficeError::refused("this issue was ended by somebody else meanwhile: run the command again"))
    }

    /// The card of this serial never will be one; tablets refuse it.
    pub(crate) async fn give_up(&self, conn: &mut PgConnection, who: &str, why: &str) -> Office<()> {
        sqlx::query(
            "UPDATE card_issue SET state = 'unusable', why = $2, ended_at = now() WHERE serial = $1 AND state = 'open'",
        )
        .bind(&self.serial)
        .bind(why)
        .execute(&mut *conn)
        .await?;
        Ok(office_log::note(conn, who, "card unusable", &hex::encode(&self.serial)).await?)
    }

    /// The card works: it is registered, and the issue over. One transaction.
    pub(crate) async fn finish(
        &self,
        conn: &mut PgConnection,
        who: &str,
        whose: &Whose,
        card: &CardCertificate,
    ) -> Office<()> {
        whose.register(conn, who, card, self.replaces.as_deref()).await?;
        sqlx::query("UPDATE card_issue SET state = 'issued', ended_at = now() WHERE serial = $1")
            .bind(&self.serial)
            .execute(conn)
            .await?;
        Ok(())
    }
}

const fn word(step: Step) -> &'static str {
    match step {
        Step::Key => "key",
        Step::Certificate => "certificate",
        Step::Puk => "puk",
        Step::Pin => "pin",
        Step::ManagementKey => "management",
    }
}
