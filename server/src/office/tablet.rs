//! Tablets: invited, enrolled, looked after, taken out of service.

use chrono::{DateTime, TimeDelta, Utc};
use kakari_sync::enrol::{Invitation, InvitationCode, Pins};
use kakari_sync::{Settings, Sha256, TabletReport};
use serde::Serialize;
use sqlx::{FromRow, PgConnection};

use super::client::revoke_all;
use super::{Office, OfficeError, fallback, release};
use crate::keys::{Identity, KeyError, RegionKeys, Role, ServerKey};
use crate::office_log;

/// A tablet as the office sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// Its id.
    pub id: String,
    /// Its vehicle.
    pub vehicle: String,
    /// `invited`, `active`, `revoked`, `wiping`, `wiped`.
    pub state: String,
    /// When it enrolled.
    pub enrolled_at: Option<DateTime<Utc>>,
    /// When it last spoke to the server.
    pub last_contact: Option<DateTime<Utc>>,
    /// Whole days until it forgets its wraps, counted from its last contact; none before the first.
    pub lease_days_left: Option<i64>,
    /// How far it was behind the feed when it last reported; none before it has a snapshot.
    pub behind: Option<u64>,
    /// Versions of the program that the feed offers.
    pub offered: Vec<String>,
    /// What it last told.
    pub report: Option<TabletReport>,
}

/// An invitation, to be shown once. Holds the secret code.
pub struct Invited {
    /// The tablet.
    pub tablet: String,
    /// The code, and what the QR holds.
    pub invitation: Invitation,
    /// When it is over.
    pub expires_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct Row {
    id: String,
    vehicle: String,
    state: String,
    enrolled_at: Option<DateTime<Utc>>,
    last_contact: Option<DateTime<Utc>>,
    report: Option<String>,
    lease_days: i32,
    sequence: i64,
}

/// Invites a tablet: a new one, or one that has not enrolled yet; an earlier invitation of it is over with that.
pub async fn invite(
    conn: &mut PgConnection,
    who: &str,
    (server, keys, enrol_url): (&ServerKey, &RegionKeys, &str),
    (id, vehicle): (Option<&str>, &str),
    lasts: TimeDelta,
) -> Office<Invited> {
    if vehicle.trim().is_empty() || vehicle.len() > 64 || vehicle.chars().any(char::is_control) {
        return Err(OfficeError::refused("a vehicle has a name of 1 to 64 bytes, in one line"));
    }
    let tablet = match id {
        Some(id) => Identity::new(Role::Tablet, id)?.subject,
        None => next_id(conn).await?,
    };
    put_invited(conn, &tablet, vehicle).await?;
    let code = InvitationCode::make().ok_or(KeyError::NoRandom)?;
    let derived = code.derive_keys();
    let sealed = server.seal(&format!("invitation {}", hex::encode(derived.id)), &**derived.expose())?;
    let expires_at = Utc::now() + lasts;
    sqlx::query(
        "UPDATE invitation SET expires_at = now() WHERE tablet = $1 AND used_at IS NULL AND expires_at > now()",
    )
    .bind(&tablet)
    .execute(&mut *conn)
    .await?;
    sqlx::query("INSERT INTO invitation (id, tablet, sealed_key, expires_at) VALUES ($1, $2, $3, $4)")
        .bind(derived.id.as_slice())
        .bind(&tablet)
        .bind(sealed)
        .bind(expires_at)
        .execute(&mut *conn)
        .await?;
    office_log::note(conn, who, "tablet invited", &tablet).await?;
    let pins = Pins { tls_authority: Sha256::of(keys.tls.certificate()), region_key: Sha256::of(&keys.region_key) };
    Ok(Invited { tablet, invitation: Invitation { url: enrol_url.to_owned(), code, pins: Some(pins) }, expires_at })
}

async fn put_invited(conn: &mut PgConnection, id: &str, vehicle: &str) -> Office<()> {
    let put = sqlx::query(
        "INSERT INTO tablet (id, vehicle, state) VALUES ($1, $2, 'invited')
         ON CONFLICT (id) DO UPDATE SET vehicle = $2 WHERE tablet.state = 'invited'",
    );
    match put.bind(id).bind(vehicle).execute(conn).await?.rows_affected() {
        0 => Err(OfficeError::refused(
            "this tablet has enrolled before: a tablet that begins anew gets a new id, so that its audit does too",
        )),
        _ => Ok(()),
    }
}

/// `tablet-001` and so on. Two who invite at once wait for each other here.
async fn next_id(conn: &mut PgConnection) -> Office<String> {
    sqlx::query("SELECT one FROM region FOR UPDATE").execute(&mut *conn).await?;
    // Also beyond those that enrolled after a backup which was restored: each id is one tablet's.
    let highest: Option<i32> = sqlx::query_scalar(
        "SELECT max(substr(id, 8)::int) FROM
             (SELECT id FROM tablet UNION SELECT subject FROM unknown_certificate WHERE role = 'tablet') known (id)
         WHERE id ~ '^tablet-[0-9]{3,8}$'",
    )
    .fetch_one(conn)
    .await?;
    Ok(format!("tablet-{:03}", highest.unwrap_or(0) + 1))
}

/// Takes a tablet out of service: none of its certificates is let in any more. It keeps its records until its lease ends,
/// for nobody can order it to do anything: to erase them, wipe it instead.
pub async fn revoke(conn: &mut PgConnection, who: &str, id: &str) -> Office<bool> {
    let state = lock(conn, id).await?;
    if state == "revoked" || state == "wiped" {
        return Ok(false);
    }
    if state == "wiping" {
        return Err(OfficeError::refused("this tablet is being wiped: revoked, it could not fetch the order"));
    }
    sqlx::query("UPDATE tablet SET state = 'revoked' WHERE id = $1").bind(id).execute(&mut *conn).await?;
    sqlx::query(
        "UPDATE invitation SET expires_at = now() WHERE tablet = $1 AND used_at IS NULL AND expires_at > now()",
    )
    .bind(id)
    .execute(&mut *conn)
    .await?;
    revoke_all(conn, Role::Tablet, id).await?;
    fallback::end_all(conn, id).await?;
    office_log::note(conn, who, "tablet revoked", id).await?;
    Ok(true)
}

/// Locks a tablet's row; its state.
pub(super) async fn lock(conn: &mut PgConnection, id: &str) -> Office<String> {
    let state = sqlx::query_scalar("SELECT state FROM tablet WHERE id = $1 FOR UPDATE").bind(id).fetch_optional(conn);
    state.await?.ok_or_else(|| OfficeError::refused("there is no such tablet: see kakari-region tablet list"))
}

/// All tablets, by id.
pub async fn list(conn: &mut PgConnection, now: DateTime<Utc>) -> Office<Vec<Line>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT t.id, t.vehicle, t.state, t.enrolled_at, t.last_contact, t.report, r.lease_days, r.sequence
         FROM tablet t, region r ORDER BY t.id",
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut offered: Vec<String> = release::offered(conn).await?.into_iter().map(|(_, version)| version).collect();
    offered.dedup();
    Ok(rows.into_iter().map(|row| row.line(now, &offered)).collect())
}

impl Row {
    fn line(self, now: DateTime<Utc>, offered: &[String]) -> Line {
        let report: Option<TabletReport> = self.report.and_then(|text| serde_json::from_str(&text).ok());
        let lease = TimeDelta::days(self.lease_days.into());
        let at = report.as_ref().and_then(|report| report.sequence);
        Line {
            lease_days_left: self.last_contact.map(|last| (last + lease - now).num_days().max(0)),
            behind: at.map(|at| u64::try_from(self.sequence).unwrap_or(0).saturating_sub(at)),
            id: self.id,
            vehicle: self.vehicle,
            state: self.state,
            enrolled_at: self.enrolled_at,
            last_contact: self.last_contact,
            offered: offered.to_vec(),
            report,
        }
    }
}

/// How every tablet is to behave.
pub async fn settings(conn: &mut PgConnection) -> Office<Settings> {
    let (lease, poll, bytes): (i32, i32, i64) =
        sqlx::query_as("SELECT lease_days, poll_seconds, metered_bytes_per_day FROM region").fetch_one(conn).await?;
    let damaged = || KeyError::Damaged("settings");
    Ok(Settings {
        lease_days: lease.try_into().map_err(|_| damaged())?,
        poll_seconds: poll.try_into().map_err(|_| damaged())?,
        metered_bytes_per_day: bytes.try_into().map_err(|_| damaged())?,
    })
}

/// Tells every tablet to behave so, from the next publication on.
pub async fn set_settings(conn: &mut PgConnection, who: &str, settings: &Settings) -> Office<()> {
    let bytes = i64::try_from(settings.metered_bytes_per_day).ok();
    let within = (3..=365).contains(&settings.lease_days) && (1..=86_400).contains(&settings.poll_seconds);
    let Some(bytes) = bytes.filter(|_| within) else {
        return Err(OfficeError::refused("a lease has 3 to 365 days, and tablets look every 1 to 86400 seconds"));
    };
    sqlx::query("UPDATE region SET lease_days = $1, poll_seconds = $2, metered_bytes_per_day = $3")
        .bind(i32::from(settings.lease_days))
        .bind(i32::try_from(settings.poll_seconds).unwrap_or(i32::MAX))
        .bind(bytes)
        .execute(&mut *conn)
        .await?;
    let what = format!(
        "settings: lease {} days, poll {} s, metered {} bytes a day",
        settings.lease_days, settings.poll_seconds, settings.metered_bytes_per_day
    );
    Ok(office_log::note(conn, who, &what, "tablets").await?)
}
