//! What the office itself did.

use sqlx::PgConnection;

/// A tablet sent other rows than those that are stored.
pub(crate) const CONFLICT: &str = "audit rows in conflict";

/// Writes down who did what, to what. Call it in the transaction that does it. `subject` never holds a patient's name
/// or number: a record id, a serial, a tablet, a staff number.
pub async fn note(conn: &mut PgConnection, who: &str, what: &str, subject: &str) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO office_log (who, what, subject) VALUES ($1, $2, $3)")
        .bind(who)
        .bind(what)
        .bind(subject)
        .execute(conn)
        .await?;
    Ok(())
}
