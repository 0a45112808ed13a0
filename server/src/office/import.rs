//! Residents by the hundred thousand, from a table of the town hall.

use std::collections::HashSet;
use std::io::Read;

use kakari_record::model::CommonNumber;
use kakari_record::seal::RecordId;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::resident::{self, Consent, what_now};
use super::{Office, OfficeError};
use crate::keys::KeyError;
use crate::office_log;

const BATCH: usize = 5_000;
/// Wrong lines that are told one by one.
const TOLD: usize = 20;

/// Residents as a table gave them, checked.
pub struct Table(Vec<(CommonNumber, Consent)>);

/// What became of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Residents that are new.
    pub added: u64,
    /// Residents whose consent is another now.
    pub changed: u64,
    /// Residents who were here just so.
    pub unchanged: u64,
}

#[derive(Deserialize)]
struct Record {
    number: String,
    consent: String,
}

/// Reads a table in CSV with the columns `number` and `consent` (given, withdrawn, absent); others do not count. All of it
/// or nothing: every wrong line is told by its number, never by its words.
pub fn read_table(csv: impl Read) -> Office<Table> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(csv);
    let (mut rows, mut wrong, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for (at, record) in reader.deserialize::<Record>().enumerate() {
        let line = at + 2;
        match record
            .ok()
            .and_then(|record| Some((resident::number(&record.number).ok()?, record.consent.parse().ok()?)))
        {
            Some((number, consent)) if seen.insert(number.digits().to_owned()) => rows.push((number, consent)),
            Some(_) => wrong.push(format!("row {line}: this number is there twice")),
            None => wrong.push(format!("row {line}: not sixteen digits and given, withdrawn or absent, or not as many columns as the first line")),
        }
    }
    if wrong.is_empty() && !rows.is_empty() {
        return Ok(Table(rows));
    }
    if wrong.is_empty() {
        return Err(OfficeError::refused("the table has no residents: its first line must be number,consent"));
    }
    let more = wrong.len().saturating_sub(TOLD);
    wrong.truncate(TOLD);
    let rest = if more > 0 { format!("\n... and {more} more") } else { String::new() };
    Err(OfficeError::refused(format!("{}{rest}\nnothing was taken in: correct the table", wrong.join("\n"))))
}

impl Table {
    /// How many residents it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Never true: a table without residents is refused.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Takes a table in. `progress` is told how many rows are done.
pub async fn import(
    conn: &mut PgConnection,
    who: &str,
    table: &Table,
    mut progress: impl FnMut(usize),
) -> Office<Imported> {
    let mut imported = Imported::default();
    for (at, batch) in table.0.chunks(BATCH).enumerate() {
        let (added, changed) = take_batch(conn, batch).await?;
        imported.added += added;
        imported.changed += changed;
        progress(at * BATCH + batch.len());
    }
    let rows = u64::try_from(table.len()).unwrap_or(u64::MAX);
    imported.unchanged = rows - imported.added - imported.changed;
    let what = format!("residents imported: {} added, {} changed", imported.added, imported.changed);
    office_log::note(conn, who, &what, "residents").await?;
    Ok(imported)
}

async fn take_batch(conn: &mut PgConnection, batch: &[(CommonNumber, Consent)]) -> Office<(u64, u64)> {
    let numbers: Vec<&str> = batch.iter().map(|(number, _)| number.digits()).collect();
    let consents: Vec<&str> = batch.iter().map(|(_, consent)| consent.word()).collect();
    let records: Result<Vec<Vec<u8>>, _> =
        batch.iter().map(|_| RecordId::make().map(|record| record.as_bytes().to_vec())).collect();
    let changed: Vec<(i64, String, String)> = sqlx::query_as(
        "UPDATE resident r SET consent = n.consent, consent_at = now()
         FROM UNNEST($1::text[], $2::text[]) AS n (number, consent)
         WHERE r.number = n.number AND r.consent <> n.consent RETURNING r.id, r.consent, r.status",
    )
    .bind(&numbers)
    .bind(&consents)
    .fetch_all(&mut *conn)
    .await?;
    let added = sqlx::query(
        "INSERT INTO resident (number, record, consent)
         SELECT * FROM UNNEST($1::text[], $2::bytea[], $3::text[]) ON CONFLICT (number) DO NOTHING",
    )
    .bind(&numbers)
    .bind(records.map_err(|_| KeyError::NoRandom)?)
    .bind(&consents)
    .execute(&mut *conn)
    .await?;
    let mut residents = Vec::with_capacity(changed.len());
    let mut whats = Vec::with_capacity(changed.len());
    for (id, consent, status) in &changed {
        residents.push(*id);
        whats.push(what_now(consent.parse()?, status.parse()?).word());
    }
    sqlx::query("INSERT INTO change (resident, what) SELECT * FROM UNNEST($1::bigint[], $2::text[])")
        .bind(&residents)
        .bind(&whats)
        .execute(conn)
        .await?;
    Ok((added.rows_affected(), u64::try_from(changed.len()).unwrap_or(u64::MAX)))
}
