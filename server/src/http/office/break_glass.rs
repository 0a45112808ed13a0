//! Uses of break-glass, to be looked at.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::{Redirect, Response};
use axum::{Extension, Form};
use kakari_record::audit::{ReviewVerdict, TimeQuality};
use kakari_record::display::break_glass_reason;
use kakari_record::language::Language;
use maud::{Markup, html};
use serde::Deserialize;

use super::page::{moment, page};
use super::{Failed, words};
use crate::http::Shared;
use crate::http::standing::Caller;
use crate::office::review::{self, Line};
use crate::office::staff;
use crate::watch::uses::{Ended, Opened, Use};

const SHOWN: i64 = 100;

/// Names of staff, by their numbers.
pub(super) type Names = BTreeMap<String, String>;

/// `GET /office/break-glass`.
pub(super) async fn list(State(shared): State<Arc<Shared>>) -> Result<Response, Failed> {
    let left = super::look(&shared).await?;
    let mut conn = shared.pool.acquire().await?;
    let lines = review::list(&mut conn, SHOWN).await?;
    let counts = review::counts(&mut conn).await?.all;
    let names = names(&mut conn).await?;
    let waiting = counts.uses - counts.reviewed;
    let content = html! {
        (super::behind(left))
        p { "未確認 " (waiting) "件・確認済み " (counts.reviewed) "件(うち確認が必要 " (counts.questioned) "件)" }
        p .note { "未確認のものを古い順に、続けて確認済みのものを新しい順に、それぞれ" (SHOWN) "件まで。記録の番号から患者はたどれません。" }
        @if lines.is_empty() { p .note { "緊急閲覧の記録はまだ届いていません。" } }
        @for line in &lines { (one(line, &names)) }
    };
    Ok(page("/office/break-glass", "緊急閲覧の確認", &content))
}

/// Everybody's name.
pub(super) async fn names(conn: &mut sqlx::PgConnection) -> Result<Names, Failed> {
    Ok(staff::list(conn).await?.into_iter().map(|line| (line.id, line.name)).collect())
}

/// A crew with the names that are known.
pub(super) fn crew(staff: &[String], names: &Names) -> String {
    let one = |id: &String| names.get(id).map_or_else(|| id.clone(), |name| format!("{id} {name}"));
    if staff.is_empty() { "不明".to_owned() } else { staff.iter().map(one).collect::<Vec<_>>().join("、") }
}

fn one(line: &Line, names: &Names) -> Markup {
    let used = &line.used;
    html! { section .use {
        h2 { (moment(used.at)) " " (used.vehicle) " — " (break_glass_reason(used.reason, Language::Japanese)) }
        dl {
            dt { "端末" } dd { (line.tablet) "(記録の行 " (used.sequence) ")" }
            dt { "乗員" } dd { (crew(&used.crew, names)) }
            dt { "時計" } dd { (clock(used.quality)) }
            dt { "長さ" } dd { (length(used)) }
            dt { "検索" } dd { (searches(used)) }
            dt { "開いた記録" } dd { (opened(&used.opened)) }
            @if used.wrong_years > 0 { dt { "生年の入力違い" } dd { (used.wrong_years) "回" } }
            @if !used.limits.is_empty() {
                dt { "検索の上限" } dd .warn { (used.limits.iter().map(|stage| words::stage(*stage)).collect::<Vec<_>>().join("、")) }
            }
            @if let Some(there) = &line.on_tablet {
                dt { "端末での確認" } dd { (verdict(there.verdict)) "(" (there.by) "、" (moment(there.at)) ")。事務局の確認には数えません。" }
            }
            @if used.after_end { dt { "注意" } dd .warn { "終了の後に、カードなしで記録が開かれています。" } }
            @if used.unread > 0 { dt { "注意" } dd .warn { "このサーバーが読めない新しい版の行が" (used.unread) "行あります。" } }
        }
        @if let Some(found) = &line.review {
            p .done { (verdict(found.verdict)) "(" (found.by) "、" (moment(found.at)) ")" @if !found.note.is_empty() { br; (found.note) } }
            details { summary { "確認し直す…" } (form(line)) }
        } @else { (form(line)) }
    } }
}

fn form(line: &Line) -> Markup {
    html! { form method="post" action="/office/break-glass/review" {
        input type="hidden" name="tablet" value=(line.tablet);
        input type="hidden" name="sequence" value=(line.used.sequence);
        label { "メモ(患者の名前は書かないでください)" br; input name="note" maxlength="300" autocomplete="off"; }
        button name="verdict" value="justified" { "問題なし" }
        button .danger name="verdict" value="questioned" { "確認が必要" }
    } }
}

const fn clock(quality: TimeQuality) -> &'static str {
    match quality {
        TimeQuality::OwnClock => "端末の時計",
        TimeQuality::Doubtful => "端末の時計が信じられないときの時刻(実際はこれより後)",
    }
}

fn length(used: &Use) -> String {
    let allowed = match used.extended {
        0 => format!("最長{}分", used.minutes),
        times => format!("{}分ずつ、延長{times}回", used.minutes),
    };
    let Some(Ended { why, seconds, .. }) = &used.ended else {
        return format!("終了の記録はまだ届いていません({allowed})");
    };
    let length = seconds.map_or_else(
        || "長さは不明".to_owned(),
        |seconds| {
            if seconds < 60 { format!("{seconds}秒") } else { format!("{}分{}秒", seconds / 60, seconds % 60) }
        },
    );
    let why = why.map_or("終了の記録なし。次の開始または再起動で終わったと分かる", words::end);
    format!("{length}({allowed}、{why})")
}

fn searches(used: &Use) -> String {
    let too_many = if used.too_many > 0 {
        format!("(うち多すぎて名前を出さず{}回)", used.too_many)
    } else {
        String::new()
    };
    format!("{}回{too_many}、新たに名前を出した人 {}人", used.searches, used.named)
}

fn opened(opened: &[Opened]) -> Markup {
    html! {
        @if opened.is_empty() { "なし" }
        @if !opened.is_empty() { ul { @for one in opened { li {
            code { (one.record) } " 第" (one.version) "版: "
            @match one.shown { Some(basis) => { "要約を表示(" (words::basis(basis)) ")" }, None => "要約は表示せず" }
            @if one.rejected { "、別人・不明で閉じた" }
            @if one.handed_over { "、申し送りあり" }
        } } } }
    }
}

const fn verdict(verdict: ReviewVerdict) -> &'static str {
    match verdict {
        ReviewVerdict::Justified => "問題なし",
        ReviewVerdict::Questioned => "確認が必要",
    }
}

#[derive(Deserialize)]
pub(super) struct ReviewForm {
    tablet: String,
    sequence: u64,
    verdict: String,
    #[serde(default)]
    note: String,
}

/// `POST /office/break-glass/review`.
pub(super) async fn mark(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    Form(form): Form<ReviewForm>,
) -> Result<Redirect, Failed> {
    let of = (form.tablet.as_str(), form.sequence);
    let mut tx = shared.pool.begin().await?;
    let marked = review::mark(&mut tx, &caller.subject, of, review::verdict(&form.verdict)?, &form.note).await;
    marked.map_err(|error| Failed::in_words(error, "確認を記録できません。何も変わっていません。"))?;
    tx.commit().await?;
    Ok(Redirect::to("/office/break-glass"))
}
