//! Number-only cards by the ten thousand, from the table of whoever gave them out.

use std::collections::HashSet;
use std::io::Read;

use kakari_record::model::CommonNumber;
use kakari_record::seal::PlainCardId;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::{caution, identifier, kind};
use crate::change::What;
use crate::office::{Office, OfficeError, resident};
use crate::office_log;

const BATCH: usize = 5_000;
/// Wrong lines that are told one by one.
const TOLD: usize = 20;

/// Cards as a table gave them; whose they are is not looked up yet.
pub struct Table(Vec<Row>);

struct Row {
    line: i64,
    number: CommonNumber,
    card: PlainCardId,
}

/// What became of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Cards that are new.
    pub added: u64,
    /// Cards that were here just so.
    pub unchanged: u64,
}

#[derive(Deserialize)]
struct Record {
    number: String,
    kind: String,
    identifier: String,
}

/// Reads a table in CSV with the columns `number`, `kind` (felica, type-a) and `identifier` (IDm or UID in hexadecimal);
/// others do not count. All of it or nothing: every wrong line is told by its number, never by its words.
pub fn read_table(csv: impl Read) -> Office<Table> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(csv);
    let (mut rows, mut wrong, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for (line, record) in (2..).zip(reader.deserialize::<Record>()) {
        match record.map_err(|_| COLUMNS.to_owned()).and_then(|record| read(&record)) {
            Ok((number, card)) if seen.insert(card.clone()) => rows.push(Row { line, number, card }),
            Ok(_) => wrong.push((line, "this card is there twice".to_owned())),
            Err(why) => wrong.push((line, why)),
        }
    }
    refuse(wrong)?;
    if rows.is_empty() {
        Err(OfficeError::refused("the table has no cards: its first line must be number,kind,identifier"))
    } else {
        Ok(Table(rows))
    }
}

const COLUMNS: &str = "not as many columns as the first line, or the first line is not number,kind,identifier";

fn read(record: &Record) -> Result<(CommonNumber, PlainCardId), String> {
    let number = resident::number(&record.number).map_err(|error| error.to_string())?;
    let card = kind(&record.kind).and_then(|kind| identifier(kind, &record.identifier));
    Ok((number, card.map_err(|error| error.to_string())?))
}

/// One clear line for each wrong row.
fn refuse(mut wrong: Vec<(i64, String)>) -> Office<()> {
    if wrong.is_empty() {
        return Ok(());
    }
    wrong.sort();
    let more = wrong.len().saturating_sub(TOLD);
    let told: Vec<String> = wrong.iter().take(TOLD).map(|(line, why)| format!("row {line}: {why}")).collect();
    let rest = if more > 0 { format!("\n... and {more} more") } else { String::new() };
    Err(OfficeError::refused(format!("{}{rest}\nnothing was taken in: correct the table", told.join("\n"))))
}

impl Table {
    /// How many cards it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// How many of its cards [`caution`] has a word for.
    pub fn cautioned(&self) -> usize {
        self.0.iter().filter(|row| caution(&row.card).is_some()).count()
    }

    /// Never true: a table without cards is refused.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Takes a table in, in the transaction of `conn`: on a refusal it has to be rolled back, for what could be put was put.
/// `progress` is told how many rows are done.
pub async fn import(
    conn: &mut PgConnection,
    who: &str,
    table: &Table,
    mut progress: impl FnMut(usize),
) -> Office<Imported> {
    let (mut added, mut wrong) = (0, Vec::new());
    for (at, rows) in table.0.chunks(BATCH).enumerate() {
        let batch = Batch::of(rows);
        added += batch.put(conn).await?;
        wrong.extend(batch.wrong(conn).await?);
        progress(at * BATCH + rows.len());
    }
    refuse(wrong)?;
    office_log::note(conn, who, &format!("number-only cards imported: {added}"), "cards").await?;
    let rows = u64::try_from(table.len()).unwrap_or(u64::MAX);
    Ok(Imported { added, unchanged: rows - added })
}

/// Rows as columns.
struct Batch<'a> {
    lines: Vec<i64>,
    numbers: Vec<&'a str>,
    kinds: Vec<&'static str>,
    identifiers: Vec<&'a [u8]>,
    revocations: Vec<Vec<u8>>,
}

impl<'a> Batch<'a> {
    fn of(rows: &'a [Row]) -> Self {
        Self {
            lines: rows.iter().map(|row| row.line).collect(),
            numbers: rows.iter().map(|row| row.number.digits()).collect(),
            kinds: rows.iter().map(|row| row.card.kind().word()).collect(),
            identifiers: rows.iter().map(|row| row.card.as_bytes()).collect(),
            revocations: rows.iter().map(|row| row.card.revocation()).collect(),
        }
    }

    /// Puts what is new, with a row for the publisher for each resident; how many cards.
    async fn put(&self, conn: &mut PgConnection) -> Office<u64> {
        let residents: Vec<i64> = sqlx::query_scalar(
            "INSERT INTO plain_card (kind, identifier, revocation, resident, state)
             SELECT n.kind, n.identifier, n.revocation, r.id, 'active'
             FROM UNNEST($1::text[], $2::bytea[], $3::bytea[], $4::text[]) AS n (kind, identifier, revocation, number)
             JOIN resident r ON r.number = n.number
             ON CONFLICT (kind, identifier) WHERE state <> 'mistaken' DO NOTHING RETURNING resident",
        )
        .bind(&self.kinds)
        .bind(&self.identifiers)
        .bind(&self.revocations)
        .bind(&self.numbers)
        .fetch_all(&mut *conn)
        .await?;
        sqlx::query("INSERT INTO change (resident, what) SELECT DISTINCT id, $2 FROM UNNEST($1::bigint[]) AS of (id)")
            .bind(&residents)
            .bind(What::Record.word())
            .execute(conn)
            .await?;
        Ok(u64::try_from(residents.len()).unwrap_or(u64::MAX))
    }

    /// Rows whose card is not that resident's, in use, after all were put.
    async fn wrong(&self, conn: &mut PgConnection) -> Office<Vec<(i64, String)>> {
        let found: Vec<(i64, Option<bool>, Option<String>)> = sqlx::query_as(
            "SELECT n.line, p.resident = r.id, p.state
             FROM UNNEST($1::bigint[], $2::text[], $3::bytea[], $4::text[]) AS n (line, kind, identifier, number)
             LEFT JOIN resident r ON r.number = n.number
             LEFT JOIN plain_card p ON p.kind = n.kind AND p.identifier = n.identifier AND p.state <> 'mistaken'
             WHERE r.id IS NULL OR p.resident IS DISTINCT FROM r.id OR p.state <> 'active'",
        )
        .bind(&self.lines)
        .bind(&self.kinds)
        .bind(&self.identifiers)
        .bind(&self.numbers)
        .fetch_all(conn)
        .await?;
        let told = |(line, same, state): (i64, Option<bool>, Option<String>)| {
            let why = same.zip(state).and_then(|(same, state)| super::refusal(same, &state));
            (line, why.unwrap_or("no resident has this number: add or import the resident first").to_owned())
        };
        Ok(found.into_iter().map(told).collect())
    }
}
