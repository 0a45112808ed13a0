//! `kakari-region report`.

use std::time::Duration;

use chrono::Utc;
use clap::Args;
use kakari_record::audit::CardRefusal;
use kakari_record::audit::usage::Usage;
use serde_json::json;

use super::tablet::line;
use super::{Answer, Desk, Reply, text};
use crate::office::report::figures;
use crate::office::report::{self, Report};
use crate::office::review::Reviewed;
use crate::watch;

/// As long as the audit is looked through before the figures are made.
const PATIENCE: Duration = Duration::from_secs(600);

/// What of the report.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The figures as CSV, a line for each month and tablet; in Japanese, as the office's page has them.
    #[arg(long)]
    csv: bool,
}

pub(crate) async fn run(desk: Desk, args: ReportArgs) -> Answer {
    watch::catch_up(&desk.pool, PATIENCE).await.map_err(text)?;
    let mut tx = desk.begin().await?;
    sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY").execute(&mut *tx).await.map_err(text)?;
    let report = report::make(&mut tx, Utc::now()).await.map_err(text)?;
    if args.csv {
        let csv = figures::csv(&report).map_err(text)?;
        return Ok(Reply::new(String::from_utf8(csv).map_err(text)?, json!(null)));
    }
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
    lines.extend(report.usage.months.iter().map(|(month, usage)| format!("{month}: {}", used(usage))));
    lines.push(reviews(&report.reviews.all));
    if report.events.is_empty() {
        lines.push("no audit from tablets yet".to_owned());
    }
    lines.join("\n")
}

/// What crews did in a month; every figure is in --csv and --json.
fn used(usage: &Usage) -> String {
    let funnel = &usage.funnel;
    let refused = |reason: &CardRefusal| usage.refused.get(reason).copied().unwrap_or_default();
    let unread = refused(&CardRefusal::Torn) + refused(&CardRefusal::NotOpened);
    let not_found = refused(&CardRefusal::NothingStored);
    let seconds = |ms: Option<u32>| ms.map_or_else(|| "?".to_owned(), |ms| format!("{:.1} s", f64::from(ms) / 1_000.0));
    format!(
        "{} tried: {} cards of the region, {} by break-glass; {} records found; {} summaries shown ({} by card, {} by \
         search; {} on the patient's or the family's word); {not_found} not found, {} refused, {unread} not read, {} closed \
         as another person's; to the check {} (95 of 100: {}), to the summary {} ({}); {} handed over",
        funnel.tried,
        funnel.card,
        usage.search.break_glass.values().sum::<u64>(),
        funnel.found,
        funnel.shown,
        usage.by_card,
        usage.without_card,
        funnel.consented,
        usage.refused.values().sum::<u64>() - unread - not_found,
        usage.other_person,
        seconds(usage.to_check.median_ms),
        seconds(usage.to_check.p95_ms),
        seconds(usage.to_summary.median_ms),
        seconds(usage.to_summary.p95_ms),
        usage.cases_handed_over
    )
}

fn reviews(reviewed: &Reviewed) -> String {
    format!(
        "uses of break-glass: {}; looked at: {}, of them to be asked about: {}",
        reviewed.uses, reviewed.reviewed, reviewed.questioned
    )
}
