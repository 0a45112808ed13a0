//! Tablets: how they are, and the acts that are asked twice.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use chrono::Utc;
use maud::{Markup, html};
use serde::Deserialize;

use super::Failed;
use super::break_glass::names;
use super::page::{moment_or_dash, page, state};
use crate::http::Shared;
use crate::office::{fallback, tablet, wipe};

/// Codes that are listed.
const CODES: i64 = 50;

/// `GET /office/tablets`.
pub(super) async fn list(State(shared): State<Arc<Shared>>) -> Result<Response, Failed> {
    super::look(&shared).await?;
    let mut conn = shared.pool.acquire().await?;
    let now = Utc::now();
    let lines = tablet::list(&mut conn, now).await?;
    let unsigned = wipe::unsigned(&mut conn, now).await?;
    let (codes, names) = (fallback::list(&mut conn, CODES).await?, names(&mut conn).await?);
    let spare: BTreeMap<String, i64> = fallback::spare(&mut conn).await?.into_iter().collect();
    let content = html! {
        @if !unsigned.is_empty() {
            p .warn { "1時間に4台以上の消去には、指示した人とは別の担当者の署名が要ります。署名されるまで、どの端末も消去しません。署名待ち: "
                (unsigned.join("、")) }
            p { "署名は、担当者の鍵のある端末で: " code { "kakari-region tablet countersign --officer-key 鍵のファイル" } }
            form method="post" action="/office/tablets/keep" { button { "署名待ちの消去をすべて取り消す" } }
        }
        @if lines.is_empty() { p .note { "タブレットは登録されていません。" } }
        div .scroll { table {
            tr { th { "タブレット" } th { "状態" } th { "最終連絡" } th { "鍵の残り" } th { "版" } th { "遅れ" } th { "未受領の記録" } th { "操作" } }
            @for line in &lines { (row(line, spare.get(&line.id).copied().unwrap_or(0))) }
        } }
        (super::fallback::table(&codes, &names))
        (unapplied(&lines))
    };
    Ok(page("/office/tablets", "タブレット", &content))
}

fn row(line: &tablet::Line, spare: i64) -> Markup {
    // What a tablet told before it erased itself is no longer so.
    let erased = line.state == "wiped";
    let told = line.report.as_ref().filter(|_| !erased);
    let (lease, behind) = if erased { (None, None) } else { (line.lease_days_left, line.behind) };
    html! { tr {
        td { (line.id) br; (line.vehicle) }
        td { (state(&line.state)) }
        td { (moment_or_dash(line.last_contact)) }
        td { @match lease { Some(days) => { (days) "日" }, None => "—" } }
        td { (told.map_or("—", |report| report.app.as_str())) }
        td { @match behind { Some(behind) => { (behind) "件" }, None => "—" } }
        td { @match told { Some(report) => { (report.unreceipted) "件" }, None => "—" } }
        td {
            @if matches!(line.state.as_str(), "active" | "invited") { (ask("revoke", "失効…", &line.id)) }
            @if line.state == "active" { " " (ask("wipe", "消去…", &line.id)) }
            @if line.state == "active" {
                " " @if spare > 0 { (ask("fallback", "開始コード…", &line.id)) } @else { span .note { "開始コードは準備中" } }
            }
        }
    } }
}

fn ask(act: &str, words: &str, id: &str) -> Markup {
    html! { form method="get" action="/office/tablets/confirm" {
        input type="hidden" name="act" value=(act);
        input type="hidden" name="id" value=(id);
        button .danger { (words) }
    } }
}

fn unapplied(lines: &[tablet::Line]) -> Markup {
    let told = |line: &tablet::Line| {
        line.report.as_ref().is_some_and(|report| !report.unapplied.is_empty() || report.refused.is_some())
    };
    html! {
        h2 { "取り込めなかった行・断った配信" }
        @if !lines.iter().any(told) { p .note { "ありません。" } }
        @for line in lines.iter().filter(|line| told(line)) {
            @if let Some(report) = &line.report {
                h3 { (line.id) }
                @if let Some(refused) = &report.refused { p .warn { (refused) } }
                ul { @for row in &report.unapplied {
                    li { "行 " (row.sequence.map_or_else(|| "?".to_owned(), |at| at.to_string())) " "
                        code { (row.record.as_deref().unwrap_or("?")) } " " (row.reason) }
                } }
            }
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Confirm {
    act: Act,
    id: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Act {
    Revoke,
    Wipe,
    Fallback,
}

/// `GET /office/tablets/confirm`: says what will happen, and has the id typed.
pub(super) async fn confirm(
    State(shared): State<Arc<Shared>>,
    Query(confirm): Query<Confirm>,
) -> Result<Response, Failed> {
    let (title, action, words) = match confirm.act {
        Act::Revoke => (
            "タブレットの失効",
            "/office/tablets/revoke",
            "このタブレットは、二度と接続できなくなります。消去の指示も届きません。中の記録は、鍵の期限が切れると読めなくなります。",
        ),
        Act::Wipe => {
            ("タブレットの消去", "/office/tablets/wipe", "次に接続したとき、鍵と記録がすべて消えます。元に戻せません。")
        }
        Act::Fallback => {
            let form = super::fallback::form(&shared, &confirm.id).await?;
            let content = html! { (form) p { a href="/office/tablets" { "やめる" } } };
            return Ok(page("/office/tablets", "開始コードの発行", &content));
        }
    };
    let content = html! {
        p .warn { (confirm.id) ": " (words) }
        form method="post" action=(action) {
            input type="hidden" name="id" value=(confirm.id);
            label { "確認のため、タブレットの番号を入力してください" br; input name="typed" autocomplete="off" required; }
            button .danger { (title) }
        }
        p { a href="/office/tablets" { "やめる" } }
    };
    Ok(page("/office/tablets", title, &content))
}
