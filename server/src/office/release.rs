//! Releases of the tablet's program: offered to every tablet, withdrawn.

use chrono::{DateTime, Utc};
use kakari_sync::{ObjectRef, Release, Version};
use serde::Serialize;
use sqlx::{FromRow, PgConnection};

use super::{Office, OfficeError};
use crate::office_log;

/// A release as the office sees it.
#[derive(Clone, Debug, Serialize, FromRow)]
pub struct Line {
    /// As Debian names it.
    pub architecture: String,
    /// `major.minor.patch`.
    pub version: String,
    /// The package's bytes.
    pub package_size: i64,
    /// Since when.
    pub offered_at: DateTime<Utc>,
    /// By whom.
    pub offered_by: String,
    /// Until when; none while the heads name it.
    pub ended_at: Option<DateTime<Utc>>,
    /// Who ended it.
    pub ended_by: Option<String>,
    /// It should be named and its files are no longer in the feed's store: it has to be offered again.
    pub lost: bool,
}

const LIST: &str = "
    SELECT r.architecture, r.version, r.package_size, r.offered_at, r.offered_by, r.ended_at, r.ended_by,
        r.ended_at IS NULL AND (SELECT count(*) FROM object o
            WHERE o.sha256 IN (r.statement, r.package) AND o.retired_at IS NULL) < 2 AS lost
    FROM release r ORDER BY r.id";

/// Every release that was ever offered, oldest first.
pub async fn list(conn: &mut PgConnection) -> Office<Vec<Line>> {
    Ok(sqlx::query_as(LIST).fetch_all(conn).await?)
}

/// Offers a release in the place of the one of its architecture. The caller has verified the signatures, and puts the
/// objects into the feed in the same transaction. False when exactly this one is offered already.
///
/// # Errors
///
/// [`OfficeError::Refused`] for one that is older than the one offered before, or the same version in another package,
/// unless `older` allows it; and for one that jumps further than tablets follow.
pub async fn offer(
    conn: &mut PgConnection,
    who: &str,
    release: &Release,
    statement: ObjectRef,
    older: bool,
) -> Office<bool> {
    // Two who offer at once wait for each other here.
    sqlx::query("SELECT one FROM region FOR UPDATE").execute(&mut *conn).await?;
    let before: Option<(String, Vec<u8>, Vec<u8>, bool)> = sqlx::query_as(
        "SELECT version, package, statement, ended_at IS NULL FROM release WHERE architecture = $1 ORDER BY id DESC LIMIT 1",
    )
    .bind(&release.architecture)
    .fetch_optional(&mut *conn)
    .await?;
    if let Some((version, package, named, stands)) = &before {
        let same = package == release.package.sha256.as_bytes();
        if !older {
            follows(release, version, same)?;
        }
        if same && *stands && named == statement.sha256.as_bytes() {
            return Ok(false);
        }
    }
    end(conn, who, &release.architecture).await?;
    insert(conn, who, release, statement).await?;
    let what = format!("release {} offered", release.version);
    office_log::note(conn, who, &what, &release.architecture).await?;
    Ok(true)
}

/// Whether tablets that have `before` would take this one.
fn follows(release: &Release, before: &str, same_package: bool) -> Office<()> {
    let damaged = |_| OfficeError::refused("a version is major.minor.patch");
    let (new, old): (Version, Version) = (release.version.parse().map_err(damaged)?, before.parse().map_err(damaged)?);
    if new < old {
        return Err(OfficeError::refused(format!(
            "{new} is older than {old}, which was offered before: tablets that have {old} keep it. If the others are to get \
             {new}, say --allow-older"
        )));
    }
    if new == old && !same_package {
        return Err(OfficeError::refused(format!(
            "{new} was offered before in another package: tablets that have it take no other one. Give the package a new \
             version, or say --allow-older"
        )));
    }
    if new > old && !new.may_follow(old) {
        return Err(OfficeError::refused(format!(
            "{new} jumps too far ahead of {old}: tablets follow one step of the first number at a time"
        )));
    }
    Ok(())
}

async fn insert(conn: &mut PgConnection, who: &str, release: &Release, statement: ObjectRef) -> Office<()> {
    let size = |object: ObjectRef| i64::try_from(object.size).unwrap_or(i64::MAX);
    sqlx::query(
        "INSERT INTO release (architecture, version, statement, statement_size, package, package_size, offered_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&release.architecture)
    .bind(&release.version)
    .bind(statement.sha256.as_bytes().as_slice())
    .bind(size(statement))
    .bind(release.package.sha256.as_bytes().as_slice())
    .bind(size(release.package))
    .bind(who)
    .execute(conn)
    .await?;
    Ok(())
}

/// Heads name no release of this architecture any more; tablets keep what they run. The version that was offered.
pub async fn withdraw(conn: &mut PgConnection, who: &str, architecture: &str) -> Office<String> {
    let version = end(conn, who, architecture).await?;
    let version = version.ok_or_else(|| {
        OfficeError::refused("no release of this architecture is offered: see kakari-region release list")
    })?;
    office_log::note(conn, who, &format!("release {version} withdrawn"), architecture).await?;
    Ok(version)
}

async fn end(conn: &mut PgConnection, who: &str, architecture: &str) -> Office<Option<String>> {
    let ended = sqlx::query_scalar(
        "UPDATE release SET ended_at = now(), ended_by = $1 WHERE architecture = $2 AND ended_at IS NULL RETURNING version",
    );
    Ok(ended.bind(who).bind(architecture).fetch_optional(conn).await?)
}

/// Versions that are offered, by architecture.
pub(super) async fn offered(conn: &mut PgConnection) -> Office<Vec<(String, String)>> {
    let offered =
        sqlx::query_as("SELECT architecture, version FROM release WHERE ended_at IS NULL ORDER BY architecture");
    Ok(offered.fetch_all(conn).await?)
}
