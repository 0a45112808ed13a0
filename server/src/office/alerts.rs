//! What somebody at the office should see to: until they say that they have.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::{FromRow, PgConnection};

use super::{Office, OfficeError};
use crate::office_log;
use crate::watch::FindingKind;

/// Tablets' clocks may differ by so much: an end and a beginning this near to each other are one after the other.
const CLOCKS_DIFFER: &str = "interval '5 minutes'";
/// A shift is over after this; see [`crate::watch::shifts::LONGEST`].
const LONGEST_SHIFT: &str = "interval '12 hours'";
/// Two shifts at once are told of so long.
const TOLD_FOR: &str = "interval '90 days'";

/// One thing to see to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Alert {
    /// Its name, by which it is taken away.
    pub name: String,
    /// When it happened: by the tablet's clock, or by the server's for a conflict.
    pub at: DateTime<Utc>,
    /// What it is.
    #[serde(flatten)]
    pub what: What,
}

/// What there is to see to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "alert", rename_all = "snake_case")]
pub enum What {
    /// A row of a tablet's audit.
    Row {
        /// The tablet.
        tablet: String,
        /// The row.
        sequence: i64,
        /// What it says.
        found: FindingKind,
        /// Of a one-time code: whether it had been given to anybody. None of everything else.
        given: Option<Given>,
    },
    /// Rows of a tablet's audit contradict those that are stored.
    Conflict {
        /// The tablet and the first row.
        subject: String,
    },
    /// Somebody comes with a certificate of this region that this database does not know: given out after the backup that
    /// it was restored from.
    UnknownCertificate {
        /// `tablet`, `sender`, `office`.
        role: String,
        /// The tablet's id, the sender's or the officer's name.
        subject: String,
        /// When it last came.
        last_seen: DateTime<Utc>,
    },
    /// One member of staff on two tablets at once.
    TwoTablets {
        /// Staff number.
        staff: String,
        /// The one that began first.
        first: OneOfTwo,
        /// The other.
        second: OneOfTwo,
    },
}

/// What the office knows of a one-time code that began a shift.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    /// Given by this officer to these.
    By {
        /// Who gave it.
        by: String,
        /// To whom.
        to: String,
    },
    /// Nobody had given it.
    Nobody,
    /// No such code is known here.
    Unknown,
}

/// A shift on one of two tablets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OneOfTwo {
    /// The tablet.
    pub tablet: String,
    /// The row that begins it.
    pub began: i64,
    /// When, by the tablet's clock.
    pub at: DateTime<Utc>,
    /// When it ended; none while the tablet has told no end.
    pub ended_at: Option<DateTime<Utc>>,
    /// Begun by a one-time code.
    pub fallback: bool,
    /// The tablet's clock could not be believed.
    pub doubtful: bool,
}

#[derive(FromRow)]
struct Found {
    tablet: String,
    sequence: i64,
    kind: String,
    at: DateTime<Utc>,
    detail: String,
    known: bool,
    given_by: Option<String>,
    given_for: Option<String>,
}

#[derive(FromRow)]
struct Two {
    staff: String,
    tablet: String,
    began: i64,
    at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    fallback: bool,
    doubtful: bool,
    other_tablet: String,
    other_began: i64,
    other_at: DateTime<Utc>,
    other_ended_at: Option<DateTime<Utc>>,
    other_fallback: bool,
    other_doubtful: bool,
}

/// Everything that nobody has taken away, the newest first.
pub async fn list(conn: &mut PgConnection) -> Office<Vec<Alert>> {
    let mut alerts = rows(conn).await?;
    alerts.extend(conflicts(conn).await?);
    alerts.extend(unknown_certificates(conn).await?);
    alerts.extend(two_tablets(conn).await?);
    alerts.sort_by(|one, other| other.at.cmp(&one.at).then_with(|| one.name.cmp(&other.name)));
    Ok(alerts)
}

/// Somebody has seen to it. Refused when there is no such alert (any more).
pub async fn dismiss(conn: &mut PgConnection, who: &str, name: &str) -> Office<()> {
    if !list(conn).await?.iter().any(|alert| alert.name == name) {
        return Err(OfficeError::refused("there is no such alert any more"));
    }
    let seen = sqlx::query("INSERT INTO seen (alert, by) VALUES ($1, $2) ON CONFLICT DO NOTHING");
    if seen.bind(name).bind(who).execute(&mut *conn).await?.rows_affected() > 0 {
        office_log::note(conn, who, "alert seen to", name).await?;
    }
    Ok(())
}

async fn rows(conn: &mut PgConnection) -> Office<Vec<Alert>> {
    let found: Vec<Found> = sqlx::query_as(
        "SELECT f.tablet, f.sequence, f.kind, f.at, f.detail, c.id IS NOT NULL AS known, c.given_by, c.given_for
         FROM finding f LEFT JOIN fallback_code c ON f.kind = 'fallback' AND c.tablet = f.tablet
             AND encode(c.id, 'hex') = f.detail::json #>> '{fallback,code}'
         WHERE NOT EXISTS (SELECT FROM seen s WHERE s.alert = f.kind || '/' || f.tablet || '/' || f.sequence)",
    )
    .fetch_all(conn)
    .await?;
    found.into_iter().map(Found::alert).collect()
}

async fn conflicts(conn: &mut PgConnection) -> Office<Vec<Alert>> {
    let rows: Vec<(i64, DateTime<Utc>, String)> = sqlx::query_as(
        "SELECT id, at, subject FROM office_log WHERE what = $1
         AND NOT EXISTS (SELECT FROM seen s WHERE s.alert = 'conflict/' || office_log.id)",
    )
    .bind(office_log::CONFLICT)
    .fetch_all(conn)
    .await?;
    let alert = |(id, at, subject)| Alert { name: format!("conflict/{id}"), at, what: What::Conflict { subject } };
    Ok(rows.into_iter().map(alert).collect())
}

async fn unknown_certificates(conn: &mut PgConnection) -> Office<Vec<Alert>> {
    /// Serial, role, subject, when it first and last came.
    type Unknown = (Vec<u8>, String, String, DateTime<Utc>, DateTime<Utc>);
    let rows: Vec<Unknown> = sqlx::query_as(
        "SELECT serial, role, subject, first_seen, last_seen FROM unknown_certificate u
         WHERE NOT EXISTS (SELECT FROM seen s WHERE s.alert = 'certificate/' || encode(u.serial, 'hex'))",
    )
    .fetch_all(conn)
    .await?;
    let alert = |(serial, role, subject, at, last_seen): Unknown| Alert {
        name: format!("certificate/{}", hex::encode(serial)),
        at,
        what: What::UnknownCertificate { role, subject, last_seen },
    };
    Ok(rows.into_iter().map(alert).collect())
}

/// Shifts of one member of staff that overlap, by what the tablets have told until now: an end that comes later takes
/// the alert away again.
async fn two_tablets(conn: &mut PgConnection) -> Office<Vec<Alert>> {
    let end = |shift: &str| {
        format!("least({shift}.at + {LONGEST_SHIFT}, coalesce({shift}.ended_at - {CLOCKS_DIFFER}, 'infinity'))")
    };
    let sql = format!(
        "SELECT a.staff, a.tablet, a.began, a.at, a.ended_at, a.fallback, a.doubtful, b.tablet AS other_tablet,
             b.began AS other_began, b.at AS other_at, b.ended_at AS other_ended_at, b.fallback AS other_fallback,
             b.doubtful AS other_doubtful
         FROM shift a JOIN shift b ON a.staff = b.staff AND a.tablet <> b.tablet
             AND (a.at, a.tablet) < (b.at, b.tablet)
         WHERE b.at < {} AND a.at < {} AND b.at > now() - {TOLD_FOR}",
        end("a"),
        end("b")
    );
    let rows: Vec<Two> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(&mut *conn).await?;
    let alerts: Vec<Alert> = rows.into_iter().map(Two::alert).collect();
    let names: Vec<&str> = alerts.iter().map(|alert| alert.name.as_str()).collect();
    let seen: Vec<String> =
        sqlx::query_scalar("SELECT alert FROM seen WHERE alert = ANY($1)").bind(&names).fetch_all(conn).await?;
    Ok(alerts.into_iter().filter(|alert| !seen.contains(&alert.name)).collect())
}

impl Found {
    fn alert(self) -> Office<Alert> {
        let found: FindingKind =
            serde_json::from_str(&self.detail).map_err(|error| sqlx::Error::Decode(error.into()))?;
        let given = matches!(found, FindingKind::Fallback { .. }).then(|| match (self.known, self.given_by) {
            (false, _) => Given::Unknown,
            (true, None) => Given::Nobody,
            (true, Some(by)) => Given::By { by, to: self.given_for.unwrap_or_default() },
        });
        Ok(Alert {
            name: format!("{}/{}/{}", self.kind, self.tablet, self.sequence),
            at: self.at,
            what: What::Row { tablet: self.tablet, sequence: self.sequence, found, given },
        })
    }
}

impl Two {
    fn alert(self) -> Alert {
        let first = OneOfTwo {
            tablet: self.tablet,
            began: self.began,
            at: self.at,
            ended_at: self.ended_at,
            fallback: self.fallback,
            doubtful: self.doubtful,
        };
        let second = OneOfTwo {
            tablet: self.other_tablet,
            began: self.other_began,
            at: self.other_at,
            ended_at: self.other_ended_at,
            fallback: self.other_fallback,
            doubtful: self.other_doubtful,
        };
        // The same two shifts have one name, whichever clock is ahead.
        let (one, other) = if first.tablet < second.tablet { (&first, &second) } else { (&second, &first) };
        let name = format!("two/{}/{}/{}/{}/{}", self.staff, one.tablet, one.began, other.tablet, other.began);
        Alert { name, at: second.at, what: What::TwoTablets { staff: self.staff, first, second } }
    }
}
