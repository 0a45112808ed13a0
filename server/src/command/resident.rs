//! `kakari-region resident`.

use std::fs::File;
use std::path::PathBuf;

use clap::Subcommand;
use kakari_record::model::CommonNumber;
use serde_json::json;
use sqlx::PgConnection;

use super::{Answer, Desk, Reply, moment, text};
use crate::office::resident::{self, Consent, Line, Status};
use crate::office::{card, copy, import};
use crate::output;

/// Residents.
#[derive(Debug, Subcommand)]
pub(crate) enum ResidentCommand {
    /// Adds a resident.
    Add {
        /// The 16-digit common number.
        number: String,
        /// Consent to being seen in an emergency.
        #[arg(long, value_enum, default_value_t = Consent::Absent)]
        consent: Consent,
    },
    /// Lists residents in the order of their numbers.
    List {
        /// Only those of this consent.
        #[arg(long, value_enum)]
        consent: Option<Consent>,
        /// Only those after this number.
        #[arg(long, value_name = "NUMBER")]
        after: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// Shows one resident: consent, documents, cards.
    Show {
        /// The 16-digit common number.
        number: String,
    },
    /// Writes down what the resident said.
    Consent {
        /// The 16-digit common number.
        number: String,
        /// What.
        #[arg(value_enum)]
        consent: Consent,
    },
    /// Writes down that somebody moved away, died, or is back.
    Status {
        /// The 16-digit common number.
        number: String,
        /// What.
        #[arg(value_enum)]
        status: Status,
    },
    /// Takes in a table (CSV) with the columns number and consent: all of it or nothing.
    Import {
        /// The table.
        file: PathBuf,
    },
}

pub(crate) async fn run(desk: Desk, command: ResidentCommand) -> Answer {
    match command {
        ResidentCommand::Add { number, consent } => add(&desk, &number, consent).await,
        ResidentCommand::List { consent, after, limit } => list(&desk, consent, after, limit).await,
        ResidentCommand::Show { number } => show(&desk, &number).await,
        ResidentCommand::Consent { number, consent } => {
            let number = resident::number(&number).map_err(text)?;
            let mut tx = desk.begin().await?;
            let changed = resident::set_consent(&mut tx, &desk.who, &number, consent).await.map_err(text)?;
            let carriers = left_on(&mut tx, &number, consent == Consent::Given).await?;
            tx.commit().await.map_err(text)?;
            Ok(changed_reply(changed, &format!("consent is {}", consent.word()), &carriers))
        }
        ResidentCommand::Status { number, status } => {
            let number = resident::number(&number).map_err(text)?;
            let mut tx = desk.begin().await?;
            let changed = resident::set_status(&mut tx, &desk.who, &number, status).await.map_err(text)?;
            let carriers = left_on(&mut tx, &number, status == Status::Resident).await?;
            tx.commit().await.map_err(text)?;
            Ok(changed_reply(changed, &format!("status is {}", status.word()), &carriers))
        }
        ResidentCommand::Import { file } => take(&desk, &file).await,
    }
}

/// Cards on which a copy stays although the record leaves the tablets.
async fn left_on(conn: &mut PgConnection, number: &CommonNumber, stays: bool) -> Answer<Vec<String>> {
    if stays { Ok(Vec::new()) } else { copy::carriers(conn, number).await.map_err(text) }
}

fn changed_reply(changed: bool, what: &str, carriers: &[String]) -> Reply {
    let mut text = if changed {
        format!("{what}; tablets learn of it with the next publication")
    } else {
        format!("{what} already")
    };
    if !carriers.is_empty() {
        text.push_str(&format!("\na copy of the record stays on the cards: {}; take them in", carriers.join(", ")));
    }
    Reply::new(text, json!({ "changed": changed, "cards_with_copy": carriers }))
}

async fn add(desk: &Desk, number: &str, consent: Consent) -> Answer {
    let number = resident::number(number).map_err(text)?;
    let mut tx = desk.begin().await?;
    let record = resident::add(&mut tx, &desk.who, &number, consent).await.map_err(text)?;
    tx.commit().await.map_err(text)?;
    let record = resident::hex(record);
    Ok(Reply::new(format!("added: record {record}, consent {}", consent.word()), json!({ "record": record })))
}

async fn list(desk: &Desk, consent: Option<Consent>, after: Option<String>, limit: u32) -> Answer {
    let after = after.map(|number| resident::number(&number)).transpose().map_err(text)?;
    let mut conn = desk.pool.acquire().await.map_err(text)?;
    let lines = resident::list(&mut conn, consent, after.as_ref(), limit.into()).await.map_err(text)?;
    Ok(Reply::list("residents", &lines, line))
}

fn line(line: &Line) -> String {
    let published = if line.published { "published" } else { "not published" };
    format!(
        "{}  consent {} since {}  {}  {} documents  {} cards  {published}",
        line.number,
        line.consent,
        moment(line.consent_at),
        line.status,
        line.documents,
        line.cards
    )
}

async fn show(desk: &Desk, number: &str) -> Answer {
    let number = resident::number(number).map_err(text)?;
    let mut conn = desk.pool.acquire().await.map_err(text)?;
    let found = resident::show(&mut conn, &number).await.map_err(text)?;
    let found =
        found.ok_or("no resident has this number: check it, or add the resident (kakari-region resident add)")?;
    let documents = resident::documents(&mut conn, &number).await.map_err(text)?;
    let cards = card::list(&mut conn, Some(&number), 100).await.map_err(text)?;
    let mut lines = vec![line(&found), format!("record {} version {}", found.record, found.version)];
    lines.extend(documents.iter().map(|one| {
        format!(
            "  document of {} ({}), written {}, received {}",
            one.sender,
            one.kind,
            moment(one.as_of),
            moment(one.received_at)
        )
    }));
    lines.extend(cards.iter().map(|one| format!("  card {} {}", one.serial, one.state)));
    Ok(Reply::new(lines.join("\n"), json!({ "resident": found, "documents": documents, "cards": cards })))
}

async fn take(desk: &Desk, file: &PathBuf) -> Answer {
    let name = file.display();
    let table = File::open(file).map_err(|error| format!("{name}: {error}"))?;
    let table = import::read_table(table).map_err(|error| format!("{name}: {error}"))?;
    let mut tx = desk.begin().await?;
    let rows = table.len();
    let told = |done| output::say(&format!("{done} of {rows} residents"));
    let done = import::import(&mut tx, &desk.who, &table, told).await.map_err(text)?;
    tx.commit().await.map_err(text)?;
    let text = format!("{} residents added, {} changed, {} as before", done.added, done.changed, done.unchanged);
    Ok(Reply::new(text, json!(done)))
}
