//! The schemas as append-only tables of steps. A step is never changed once it has landed; it shares no types with the
//! rest of the program. The main file and the set files have each their own table.

use std::io;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::OpenError;

mod main_file;
mod set_file;

pub(crate) use main_file::STEPS as MAIN_FILE;
pub(crate) use set_file::{LOOK_UP, STEPS as SET_FILE};

/// A step's name and its SQL.
pub(crate) type Step = (&'static str, &'static str);

/// Brings a file to the newest schema, each step in its own transaction; refuses a newer one politely. `note` makes
/// durable that the store may be of this program's schema ([`crate::schema_note`]), before each step is.
pub(crate) fn migrate(db: &mut Connection, steps: &[Step], note: &dyn Fn() -> io::Result<()>) -> Result<(), OpenError> {
    migrate_to(db, steps, steps.len(), note)
}

/// The same, but no further than to schema `wanted`; a file that is further already stays there.
pub(crate) fn migrate_to(
    db: &mut Connection,
    steps: &[Step],
    wanted: usize,
    note: &dyn Fn() -> io::Result<()>,
) -> Result<(), OpenError> {
    let known = u32::try_from(steps.len()).unwrap_or(u32::MAX);
    let found = version(db)?;
    if found > known {
        return Err(OpenError::Newer { found, known });
    }
    for (step, (name, sql)) in (1..).zip(steps).take(wanted).skip(found as usize) {
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(OpenError::Database)?;
        // The other process may have done it meanwhile.
        if version(&transaction)? < step {
            apply(&transaction, step, name, sql).map_err(OpenError::Database)?;
            note().map_err(OpenError::Noting)?;
            transaction.commit().map_err(OpenError::Database)?;
        }
    }
    Ok(())
}

fn version(db: &Connection) -> Result<u32, OpenError> {
    db.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(OpenError::Database)
}

fn apply(db: &Transaction<'_>, step: u32, name: &str, sql: &str) -> Result<(), rusqlite::Error> {
    db.execute_batch(sql)?;
    db.execute("INSERT INTO migration (step, name) VALUES (?1, ?2)", (step, name))?;
    db.pragma_update(None, "user_version", step)
}
