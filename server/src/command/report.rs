//! `kakari-region report`.

use chrono::Utc;
use serde_json::json;

use super::tablet::line;
use super::{Answer, Desk, Reply, text};
use crate::office::report::{self, Report, Usage};

pub(crate) async fn run(desk: Desk) -> Answer {
    let mut tx = desk.begin().await?;
    sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY").execute(&mut *tx).await.map_err(text)?;
    let report = report::make(&mut tx, Utc::now()).await.map_err(text)?;
    Ok(Reply::new(words(&report), json!(report)))
}

fn words(report: &Report) -> String {
    let counts = |counts: &std::collections::BTreeMap<String, i64>| {
        let parts: Vec<String> = counts.iter().map(|(name, count)| format!("{count} {name}")).collect();
        if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
    };
    let mut lines = vec![
        format!("{}: generation {}, sequence {}", report.region, report.generation, report.sequence),
        format!("residents by consent: {}; moved or deceased: {}", counts(&report.residents), report.gone),
        format!(
            "records published: {}; changes waiting: {}; documents: {}",
            report.published, report.waiting, report.documents
        ),
        format!("cards: {}", counts(&report.cards)),
    ];
    lines
        .extend(report.epochs.iter().map(|one| format!("epoch {}: {}, {} records", one.epoch, one.state, one.records)));
    lines.extend(report.tablets.iter().map(line));
    lines.extend(report.events.iter().map(|(month, kinds)| format!("{month}: {}", used(&Usage::of(kinds)))));
    if report.events.is_empty() {
        lines.push("no audit from tablets yet".to_owned());
    }
    lines.join("\n")
}

/// What crews did in a month; every kind of event is in --json.
fn used(usage: &Usage) -> String {
    let reasons: Vec<String> =
        usage.refused.iter().map(|(reason, count)| format!("{count} {}", reason.replace('_', " "))).collect();
    let reasons = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join(", ")) };
    format!(
        "{} cases closed; {} summaries shown, {} of them in an emergency; {} cards not found; {} refused{reasons}; \
         {} not read; {} closed as another person's",
        usage.cases,
        usage.shown,
        usage.emergency,
        usage.not_found,
        usage.refusals(),
        usage.unread,
        usage.another_person
    )
}
