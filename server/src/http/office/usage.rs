//! What crews did, in figures, and each with what it counts.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use maud::{Markup, html};
use serde::Deserialize;

use super::Failed;
use super::page::page;
use crate::http::Shared;
use crate::office::OfficeError;
use crate::office::report::figures::{self, FIGURES, Of};
use crate::office::report::{self, Report, UNKNOWN};
use crate::office::review::Reviewed;

/// Months beside each other.
const MONTHS: usize = 6;

#[derive(Deserialize)]
pub(super) struct Choice {
    /// The month that tablets are compared in; all of it when not given.
    month: Option<String>,
}

/// `GET /office/usage`.
pub(super) async fn show(State(shared): State<Arc<Shared>>, Query(choice): Query<Choice>) -> Result<Response, Failed> {
    let left = super::look(&shared).await?;
    let report = make(&shared).await?;
    let residents = |consent: &str| report.residents.get(consent).copied().unwrap_or_default();
    let content = html! {
        (super::behind(left))
        p { "同意あり " (residents("given")) "人・撤回 " (residents("withdrawn")) "人・未確認 " (residents("absent")) "人・配信中 "
            (report.published) "件・配信待ち " (report.waiting) "件" }
        @if report.events.is_empty() { p .note { "タブレットから届いた記録はまだありません。" } }
        @if !report.events.is_empty() {
            p { a href="/office/usage.csv" { "CSVをダウンロード(月・タブレット別)" } }
            p .note { "タブレットの閲覧記録から数えています。届いていない記録は含みません。個人の情報は含みません。" }
            (months(&report))
            (missing(&report))
            (tablets(&report, choice.month.as_deref()))
        }
    };
    Ok(page("/office/usage", "利用状況", &content))
}

/// `GET /office/usage.csv`.
pub(super) async fn download(State(shared): State<Arc<Shared>>) -> Result<Response, Failed> {
    super::look(&shared).await?;
    let csv = figures::csv(&make(&shared).await?).map_err(|error| OfficeError::refused(error.to_string()))?;
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"kakari-usage.csv\"")];
    Ok((headers, csv).into_response())
}

async fn make(shared: &Shared) -> Result<Report, Failed> {
    let mut tx = shared.pool.begin().await?;
    sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY").execute(&mut *tx).await?;
    Ok(report::make(&mut tx, Utc::now()).await?)
}

/// Figures down, months across: the sum first, then the newest.
fn months(report: &Report) -> Markup {
    let mut columns = vec![("合計", Of { usage: &report.usage.all, reviewed: report.reviews.all })];
    columns.extend(report.usage.months.iter().rev().take(MONTHS).map(|(month, usage)| {
        let reviewed = report.reviews.months.get(month).copied().unwrap_or_default();
        (name(month), Of { usage, reviewed })
    }));
    html! {
        @for part in FIGURES.chunk_by(|one, next| one.part == next.part) {
            h2 { (part[0].part) }
            div .scroll { table {
                tr { th { "数字" } @for (month, _) in &columns { th { (month) } } th { "何を数えたか" } }
                @for figure in part {
                    tr { td { (figure.name) } @for (_, of) in &columns { td { (figure.of(of).words()) } } td .note { (figure.counts) } }
                }
            } }
        }
    }
}

/// Sections that could not be shown, the most often missing first.
fn missing(report: &Report) -> Markup {
    let sections = report.usage.all.missing_most();
    html! {
        h2 { "表示できなかった項目" }
        @if sections.is_empty() { p .note { "ありません。" } }
        @if !sections.is_empty() { div .scroll { table {
            tr { th { "項目" } th { "回数" } }
            @for (title, times) in sections { tr { td { (title) } td { (times) } } }
        } } }
    }
}

/// Tablets down, the main figures across: of one month, or of all time.
fn tablets(report: &Report, month: Option<&str>) -> Markup {
    let usages = month.map_or(Some(&report.usage.tablets), |month| report.usage.tablets_of_months.get(month));
    let reviews = month.map_or(Some(&report.reviews.tablets), |month| report.reviews.tablets_of_months.get(month));
    let main: Vec<_> = FIGURES.iter().filter(|figure| figure.main).collect();
    let none = kakari_record::audit::usage::Usage::default();
    let of = |id: &str| Of {
        usage: usages.and_then(|usages| usages.get(id)).unwrap_or(&none),
        reviewed: reviews.and_then(|reviews| reviews.get(id)).copied().unwrap_or(Reviewed::default()),
    };
    html! {
        h2 { "タブレット別(" (month.map_or("合計", name)) ")" }
        p { "月: " a href="/office/usage" { "合計" }
            @for month in report.usage.months.keys().rev() { " " a href={ "/office/usage?month=" (month) } { (name(month)) } } }
        div .scroll { table {
            tr { th { "タブレット" } @for figure in &main { th { (figure.name) } } }
            @for tablet in &report.tablets {
                tr { td { (tablet.id) br; (tablet.vehicle) } @for figure in &main { td { (figure.of(&of(&tablet.id)).words()) } } }
            }
        } }
    }
}

fn name(month: &str) -> &str {
    if month == UNKNOWN { "月が不明" } else { month }
}
