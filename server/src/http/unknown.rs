//! Certificates of the region's own authority that the region does not know: after a restore, those of everybody who came
//! after the backup.

use sqlx::PgPool;

use crate::http::identity::Shown;

/// So many are written down at most; the authority signed each of them, so nobody can make more up.
const MOST: i64 = 10_000;

/// Writes down who came with it, for the office. The handshake has verified that it is the authority's, and that the key is
/// there; expired ones come no further than that.
pub(crate) async fn note(pool: &PgPool, shown: &Shown) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO unknown_certificate (serial, role, subject, not_after)
         SELECT $1, $2, $3, $4 WHERE (SELECT count(*) FROM unknown_certificate) < $5
         ON CONFLICT (serial) DO UPDATE SET last_seen = now()",
    )
    .bind(&shown.serial)
    .bind(shown.identity.role.word())
    .bind(&shown.identity.subject)
    .bind(shown.not_after)
    .bind(MOST)
    .execute(pool)
    .await?;
    Ok(())
}
