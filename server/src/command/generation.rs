//! `kakari-region generation`.

use chrono::{DateTime, Utc};
use clap::Subcommand;
use serde_json::json;

use super::{Answer, Desk, Reply, moment, text};
use crate::publish::{Objects, generation};

/// Generations of the feed.
#[derive(Debug, Subcommand)]
pub(crate) enum GenerationCommand {
    /// Begins the feed anew from what the database has now: every tablet takes a snapshot.
    ///
    /// Only after the database was restored from an older copy, which the publisher notices and refuses to go on from.
    /// What was entered after that copy was made is lost: enter it again. End the publisher before, start it after.
    Next,
}

pub(crate) async fn run(desk: Desk, command: GenerationCommand) -> Answer {
    let GenerationCommand::Next = command;
    let (_, keys) = desk.keys().await?;
    let last: Option<DateTime<Utc>> =
        sqlx::query_scalar("SELECT max(at) FROM office_log").fetch_one(&desk.pool).await.map_err(text)?;
    let objects = Objects::open(&desk.config.feed).map_err(text)?;
    let generation = generation::next(&desk.pool, &keys, &objects, &desk.who).await.map_err(text)?;
    let told = format!(
        "generation {generation} begins. The publisher is still ended: before you start it, enter again what was entered \
         after the copy was made{}.\nUndone until then: withdrawals of consent (their records would be shown again), lost \
         cards, staff who left, revoked and wiped tablets, documents.\nThen start the publisher; every tablet takes a snapshot (by station \
         network or USB).",
        last.map(|at| format!(" (its newest entry is of {})", moment(at))).unwrap_or_default()
    );
    Ok(Reply::new(told, json!({ "generation": generation, "last_entry": last })))
}
