//! What somebody should see to: above everything else on the front.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Redirect;
use axum::{Extension, Form};
use maud::{Markup, html};
use serde::Deserialize;

use super::break_glass::{Names, crew, names};
use super::page::{moment, moment_or_dash};
use super::{Failed, words};
use crate::http::Shared;
use crate::http::standing::Caller;
use crate::office::alerts::{self, Alert, Given, OneOfTwo, What};
use crate::office::review;
use crate::watch::FindingKind;

/// The alerts, and how many uses of break-glass wait for a look.
pub(super) async fn front(shared: &Shared) -> Result<Markup, Failed> {
    let left = super::look(shared).await?;
    let mut conn = shared.pool.acquire().await?;
    let (alerts, names) = (alerts::list(&mut conn).await?, names(&mut conn).await?);
    let counts = review::counts(&mut conn).await?.all;
    let waiting = counts.uses - counts.reviewed;
    Ok(html! {
        h2 { "確認してください" }
        (super::behind(left))
        @if waiting > 0 { p .warn { a href="/office/break-glass" { "未確認の緊急閲覧 " (waiting) "件" } } }
        @if alerts.is_empty() { p .note { "お知らせはありません。" } }
        @if !alerts.is_empty() { ul .alerts { @for alert in &alerts { li { (one(alert, &names)) (seen(alert)) } } } }
    })
}

fn one(alert: &Alert, names: &Names) -> Markup {
    let at = moment(alert.at);
    match &alert.what {
        What::Row { tablet, found, given, .. } => {
            html! { p { (at) " " (tablet) ": " (row(found, given.as_ref(), names)) } }
        }
        What::Conflict { subject } => html! {
            p .warn { (at) " 閲覧記録の不一致: " (subject) "。端末の記録が書き換えられたか、巻き戻されています。端末をそのまま保管し、事情を確かめてください。" }
        },
        What::UnknownCertificate { role, subject, last_seen } => html! {
            p .warn { (at) " 台帳にない証明書: " (words::role(role)) " " (subject) "(最後の接続 " (moment(*last_seen)) ")。復元に使ったバックアップより後に登録されたものです。接続は断っています。登録をやり直してください。" }
        },
        What::TwoTablets { staff, first, second } => html! {
            p .warn { (at) " " (crew(std::slice::from_ref(staff), names)) ": 二台のタブレットで同時に勤務中です。職員カードが貸し借りされていないか確かめてください。" }
            ul { (shift(first)) (shift(second)) }
        },
    }
}

fn shift(shift: &OneOfTwo) -> Markup {
    html! { li {
        (shift.tablet) ": " (moment(shift.at)) "から"
        @if shift.ended_at.is_some() { " " (moment_or_dash(shift.ended_at)) "まで" } @else { "(終了の記録はまだ届いていません)" }
        @if shift.fallback { "・開始コード" }
        @if shift.doubtful { "・端末の時計は信じられません" }
    } }
}

fn row(found: &FindingKind, given: Option<&Given>, names: &Names) -> Markup {
    match found {
        FindingKind::Limit { stage, people, opened, crew: staff } => html! {
            span .warn { "検索が多すぎます(" (words::stage(*stage)) ")。" }
            "この勤務で名前を出した人 " (people) "人、カードなしで開いた記録 " (opened) "件。乗員: " (crew(staff, names))
        },
        FindingKind::Fallback { crew: staff, .. } => html! {
            "開始コードで勤務が始まりました。乗員: " (crew(staff, names)) "。"
            @match given {
                Some(Given::By { by, to }) => { "コードは " (by) " が " (to) " に発行。" },
                Some(Given::Nobody) => { span .warn { "だれも発行していないコードです。すぐに確かめてください。" } },
                Some(Given::Unknown) | None => { span .warn { "この地域の台帳にないコードです。すぐに確かめてください。" } },
            }
        },
        FindingKind::Checkpoint { .. } => html! {
            span .warn { "閲覧記録の署名が正しくありません。" } "端末の記録が作り直されたおそれがあります。端末をそのまま保管し、事情を確かめてください。"
        },
        FindingKind::WithoutBreakGlass { crew: staff } => html! {
            span .warn { "緊急閲覧の開始がないまま、カードなしで記録が開かれています。" } "乗員: " (crew(staff, names))
        },
    }
}

fn seen(alert: &Alert) -> Markup {
    html! { form method="post" action="/office/alerts/seen" {
        input type="hidden" name="alert" value=(alert.name);
        button { "確認した" }
    } }
}

#[derive(Deserialize)]
pub(super) struct SeenForm {
    alert: String,
}

/// `POST /office/alerts/seen`.
pub(super) async fn dismiss(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    Form(form): Form<SeenForm>,
) -> Result<Redirect, Failed> {
    let mut tx = shared.pool.begin().await?;
    let gone = alerts::dismiss(&mut tx, &caller.subject, &form.alert).await;
    gone.map_err(|error| Failed::in_words(error, "このお知らせはもうありません。"))?;
    tx.commit().await?;
    Ok(Redirect::to("/office"))
}
