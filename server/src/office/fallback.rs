//! A shift without a staff card: a supervisor's one-time code for one tablet and two of the crew.
//!
//! Every tablet in service has three codes that are spare or given, and its roster holds the vault keys under them (the
//! publisher makes both). A code is told once, is void a day later when nobody used it, and is used once: the tablet's
//! audit says so.

use chrono::{DateTime, TimeDelta, Utc};
use kakari_record::seal::FallbackCode;
use kakari_sync::TabletReport;
use serde::Serialize;
use sqlx::{FromRow, PgConnection};

use super::{Office, OfficeError, tablet};
use crate::keys::{KeyError, ServerKey};
use crate::office_log;

/// A code that was given waits so long for the crew.
pub const WAITS: TimeDelta = TimeDelta::hours(24);
/// Codes of each tablet that are spare or given.
pub const KEPT: usize = 3;
/// A shift that a code began lasts so long.
pub const SHIFT_HOURS: i64 = 12;

/// A code that was just given, to be shown once.
pub struct Given {
    /// The code.
    pub code: FallbackCode,
    /// Until when it begins a shift.
    pub until: DateTime<Utc>,
    /// Whether the tablet has told that it holds a roster with this code; none when it has told nothing yet.
    pub on_tablet: Option<bool>,
}

/// A code as the office sees it: never the code itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromRow)]
pub struct Line {
    /// The tablet.
    pub tablet: String,
    /// Its id in hexadecimal, as the audit names it.
    pub id: String,
    /// `spare`, `given`, `used`, `void`.
    pub state: String,
    /// Who gave it.
    pub given_by: Option<String>,
    /// To whom: staff numbers.
    pub given_for: Option<String>,
    /// When.
    pub given_at: Option<DateTime<Utc>>,
    /// When a shift was begun with it, by the tablet's clock.
    pub used_at: Option<DateTime<Utc>>,
}

#[derive(FromRow)]
struct Spare {
    id: Vec<u8>,
    sealed: Vec<u8>,
    roster: i64,
}

/// Gives the next spare code of a tablet to two of the crew.
pub async fn give(
    conn: &mut PgConnection,
    who: &str,
    server: &ServerKey,
    tablet: &str,
    crew: &[String],
    now: DateTime<Utc>,
) -> Office<Given> {
    if tablet::lock(conn, tablet).await? != "active" {
        return Err(OfficeError::refused("this tablet is not in service: it begins no shift with a code"));
    }
    let [one, other] = crew else {
        return Err(OfficeError::refused("a code is given for two of the crew: their two staff numbers"));
    };
    if one == other {
        return Err(OfficeError::refused("a code is given for two different members of the crew"));
    }
    rostered(conn, crew).await?;
    let spare: Option<Spare> = sqlx::query_as(
        "SELECT id, sealed, roster FROM fallback_code WHERE tablet = $1 AND state = 'spare' AND roster IS NOT NULL
         ORDER BY roster, created_at, id LIMIT 1 FOR UPDATE",
    )
    .bind(tablet)
    .fetch_optional(&mut *conn)
    .await?;
    let Some(spare) = spare else {
        return Err(OfficeError::refused(
            "no code of this tablet is spare: three are given, or the publisher has not published any yet \
             (kakari-region serve --publish)",
        ));
    };
    let code = open(server, tablet, &spare.id, &spare.sealed)?;
    sqlx::query("UPDATE fallback_code SET state = 'given', given_by = $2, given_for = $3, given_at = $4 WHERE id = $1")
        .bind(&spare.id)
        .bind(who)
        .bind(crew.join(","))
        .bind(now)
        .execute(&mut *conn)
        .await?;
    let subject = format!("{tablet} for {} (code {})", crew.join(","), hex::encode(&spare.id));
    office_log::note(conn, who, "one-time code given", &subject).await?;
    Ok(Given { code, until: now + WAITS, on_tablet: has_roster(conn, tablet, spare.roster).await? })
}

/// Both are on the roster: in service, with a staff card that is not lost.
async fn rostered(conn: &mut PgConnection, crew: &[String]) -> Office<()> {
    for id in crew {
        let here: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM staff s JOIN staff_card c ON c.staff = s.id
             WHERE s.id = $1 AND s.state = 'active' AND c.state = 'active')",
        )
        .bind(id)
        .fetch_one(&mut *conn)
        .await?;
        if !here {
            return Err(OfficeError::refused(format!(
                "{id} is not on the roster: no staff card in use (kakari-region staff list)"
            )));
        }
    }
    Ok(())
}

/// Whether the tablet has told of a roster at least as new as this.
async fn has_roster(conn: &mut PgConnection, tablet: &str, roster: i64) -> Office<Option<bool>> {
    let report: Option<String> =
        sqlx::query_scalar("SELECT report FROM tablet WHERE id = $1").bind(tablet).fetch_one(conn).await?;
    let report: Option<TabletReport> = report.and_then(|text| serde_json::from_str(&text).ok());
    let needed = u64::try_from(roster).unwrap_or_default();
    Ok(report.map(|report| report.roster.is_some_and(|held| held >= needed)))
}

/// The codes of every tablet that are given or used, the newest first; a tablet's spare ones are only counted.
pub async fn list(conn: &mut PgConnection, most: i64) -> Office<Vec<Line>> {
    let lines = sqlx::query_as(
        "SELECT tablet, encode(id, 'hex') AS id, state, given_by, given_for, given_at, used_at FROM fallback_code
         WHERE given_at IS NOT NULL OR state = 'used'
         ORDER BY coalesce(used_at, given_at) DESC, id LIMIT $1",
    );
    Ok(lines.bind(most).fetch_all(conn).await?)
}

/// How many codes of each tablet could be given now.
pub async fn spare(conn: &mut PgConnection) -> Office<Vec<(String, i64)>> {
    let rows = sqlx::query_as(
        "SELECT tablet, count(*) FROM fallback_code WHERE state = 'spare' AND roster IS NOT NULL GROUP BY tablet",
    );
    Ok(rows.fetch_all(conn).await?)
}

/// A tablet goes out of service: none of its codes begins a shift any more, as far as rosters still reach it.
pub(super) async fn end_all(conn: &mut PgConnection, tablet: &str) -> Office<()> {
    let ended = sqlx::query(
        "UPDATE fallback_code SET state = 'void', ended_at = now() WHERE tablet = $1 AND state IN ('spare', 'given')",
    );
    ended.bind(tablet).execute(conn).await?;
    Ok(())
}

/// The code as it is read out: groups of four.
pub fn groups(code: &FallbackCode) -> String {
    let groups: Vec<&str> = code.expose().chunks(4).filter_map(|four| std::str::from_utf8(four).ok()).collect();
    groups.join(" ")
}

/// Seals a code for the table.
pub(crate) fn seal(server: &ServerKey, tablet: &str, id: &[u8], code: &FallbackCode) -> Result<Vec<u8>, KeyError> {
    server.seal(&name(tablet, id), code.expose())
}

/// Opens a code from the table.
pub(crate) fn open(server: &ServerKey, tablet: &str, id: &[u8], sealed: &[u8]) -> Result<FallbackCode, KeyError> {
    let digits = server.open(&name(tablet, id), sealed)?;
    FallbackCode::parse(&digits).map_err(|_| KeyError::Damaged("one-time code"))
}

fn name(tablet: &str, id: &[u8]) -> String {
    format!("fallback {tablet} {}", hex::encode(id))
}
