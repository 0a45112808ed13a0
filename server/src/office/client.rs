//! Certificates for those who send documents and for the office's browsers.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::{FromRow, PgConnection};

use super::{Office, OfficeError};
use crate::keys::{Issued, Role, TlsAuthority};
use crate::office_log;
use zeroize::Zeroizing;

const DAYS: u16 = 398;
/// Under this name the office takes documents in by itself.
const OFFICE: &str = "office";

/// A certificate as the office sees it.
#[derive(Clone, Debug, Serialize, FromRow)]
pub struct Line {
    /// Whose.
    pub name: String,
    /// Serial in hexadecimal.
    pub serial: String,
    /// The end of its time.
    pub not_after: DateTime<Utc>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Issues a certificate and its key (PKCS #8). Earlier ones of the name stay valid until they are revoked.
pub async fn add(
    conn: &mut PgConnection,
    who: &str,
    tls: &TlsAuthority,
    role: Role,
    name: &str,
) -> Office<(Issued, Zeroizing<Vec<u8>>)> {
    if role == Role::Sender && name == OFFICE {
        return Err(OfficeError::refused(
            "'office' is the name of the office's own documents: they would be replaced by this sender's",
        ));
    }
    let (issued, key) = tls.make_client(role, name, DAYS)?;
    issued.record(conn).await?;
    office_log::note(conn, who, &format!("{} certificate issued", role.word()), name).await?;
    Ok((issued, key))
}

/// Revokes every certificate of this name; how many those were.
pub async fn revoke(conn: &mut PgConnection, who: &str, role: Role, name: &str) -> Office<u64> {
    let revoked = revoke_all(conn, role, name).await?;
    if revoked == 0 {
        return Err(OfficeError::refused("nobody of this name has a certificate that could be revoked: see list"));
    }
    office_log::note(conn, who, &format!("{} certificates revoked", role.word()), name).await?;
    Ok(revoked)
}

pub(super) async fn revoke_all(conn: &mut PgConnection, role: Role, name: &str) -> Result<u64, sqlx::Error> {
    let revoked = sqlx::query(
        // One that a renewed certificate left behind is revoked already, but only some days from now.
        "UPDATE certificate SET revoked_at = now()
         WHERE role = $1 AND subject = $2 AND (revoked_at IS NULL OR revoked_at > now())",
    );
    Ok(revoked.bind(role.word()).bind(name).execute(conn).await?.rows_affected())
}

/// All certificates of a role, by name.
pub async fn list(conn: &mut PgConnection, role: Role) -> Office<Vec<Line>> {
    let lines = sqlx::query_as(
        "SELECT subject AS name, encode(serial, 'hex') AS serial, not_after, revoked_at FROM certificate
         WHERE role = $1 ORDER BY subject, created_at",
    );
    Ok(lines.bind(role.word()).fetch_all(conn).await?)
}
