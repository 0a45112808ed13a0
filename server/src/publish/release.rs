//! Releases of the tablet's program, as the head names them. The statement and the package are objects like any other, but
//! nobody can make them anew: a release whose objects are lost is named by no head until it is offered again.

use kakari_sync::{ObjectRef, ReleaseRef};
use sqlx::PgConnection;

use super::number::unsigned;
use super::{Objects, PublishError, places};

/// Their kind in the table of objects.
const KIND: &str = "release";

const NAMED: &str = "
    SELECT r.version, r.architecture, r.statement, r.statement_size, r.package, r.package_size FROM release r
    JOIN object s ON s.sha256 = r.statement AND s.retired_at IS NULL
    JOIN object p ON p.sha256 = r.package AND p.retired_at IS NULL
    WHERE r.ended_at IS NULL ORDER BY r.architecture";

/// Puts both objects where the publisher finds them. Their rows come first: the publisher, which deletes retired objects,
/// waits for the end of this transaction or has deleted them before.
pub async fn put(
    conn: &mut PgConnection,
    objects: &Objects,
    statement: Vec<u8>,
    package: Vec<u8>,
) -> Result<(), PublishError> {
    places::add_objects(conn, KIND, &[ObjectRef::of(&statement), ObjectRef::of(&package)]).await?;
    objects.put(statement).await?;
    objects.put(package).await?;
    Ok(())
}

/// Objects of releases that ended retire. One statement: what is offered at the same time is there whole or not at all.
pub async fn retire_ended(conn: &mut PgConnection) -> Result<(), PublishError> {
    sqlx::query(
        "UPDATE object o SET retired_at = now() WHERE retired_at IS NULL AND kind = $1 AND NOT EXISTS (
             SELECT FROM release r WHERE r.ended_at IS NULL AND o.sha256 IN (r.statement, r.package))",
    )
    .bind(KIND)
    .execute(conn)
    .await?;
    Ok(())
}

/// What the next head names.
pub async fn named(conn: &mut PgConnection) -> Result<Vec<ReleaseRef>, PublishError> {
    /// Version and architecture, then name and size of the statement and of the package.
    type Row = (String, String, Vec<u8>, i64, Vec<u8>, i64);
    let rows: Vec<Row> = sqlx::query_as(NAMED).fetch_all(conn).await?;
    let object = |name, size| Ok::<_, PublishError>(ObjectRef { sha256: places::sha256(name)?, size: unsigned(size) });
    rows.into_iter()
        .map(|(version, architecture, statement, statement_size, package, package_size)| {
            let (statement, package) = (object(statement, statement_size)?, object(package, package_size)?);
            Ok(ReleaseRef { version, architecture, statement, package })
        })
        .collect()
}
