//! Residents: found by their number; consent and cards.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::response::Response;
use kakari_record::model::CommonNumber;
use maud::{Markup, html};
use serde::Deserialize;

use super::Failed;
use super::page::{moment, page, state};
use crate::http::Shared;
use crate::office::resident::{self, Consent, Status};
use crate::office::{card, copy};

#[derive(Deserialize)]
pub(super) struct Search {
    number: String,
}

const CARDS: i64 = 50;

/// `GET /office`: the search, and what there is to see to.
pub(super) async fn front(State(shared): State<Arc<Shared>>) -> Result<Response, Failed> {
    let alerts = super::alerts::front(&shared).await?;
    Ok(show(None, &html! { p .note { "16桁の共通番号を入力してください。" } (alerts) }))
}

/// `POST /office`: what it found. Posted, for a patient's number has no place in an address.
pub(super) async fn search(State(shared): State<Arc<Shared>>, Form(search): Form<Search>) -> Result<Response, Failed> {
    Ok(show(Some(&search.number), &found(&shared, &search.number).await?))
}

fn show(typed: Option<&str>, found: &Markup) -> Response {
    let content = html! {
        form method="post" action="/office" role="search" {
            label { "共通番号" br; input name="number" inputmode="numeric" autocomplete="off" required value=[typed]; }
            button { "検索" }
        }
        (found)
    };
    page("/office", "住民", &content)
}

/// The resident after a change of the consent, with a word that it was done.
pub(super) async fn after_consent(shared: &Shared, number: &str, consent: Consent) -> Result<Response, Failed> {
    let found = found(shared, number).await?;
    let done = html! {
        p .done role="status" { "同意を「" (state(consent.word())) "」にしました。次の配信(通常1分以内)で端末に送られます。" }
        (found)
    };
    Ok(show(Some(number), &done))
}

/// A common number as it was typed.
pub(super) fn typed(number: &str) -> Result<CommonNumber, Failed> {
    resident::number(number).map_err(|error| Failed::in_words(error, "共通番号は16桁の数字です。"))
}

async fn found(shared: &Shared, number: &str) -> Result<Markup, Failed> {
    let number = typed(number)?;
    let mut conn = shared.pool.acquire().await?;
    let Some(line) = resident::show(&mut conn, &number).await? else {
        return Ok(html! { p .warn { "この番号の住民は登録されていません。" } });
    };
    let documents = resident::documents(&mut conn, &number).await?;
    let cards = card::list(&mut conn, Some(&number), CARDS).await?;
    let has_record = line.consent == Consent::Given.word() && line.status == Status::Resident.word();
    let carriers = if has_record { Vec::new() } else { copy::carriers(&mut conn, &number).await? };
    Ok(html! {
        @if !carriers.is_empty() {
            p .warn { "次のカードには記録の写しが残っています。端末から記録が消えても、カードの写しは消えません。カードを回収してください。" }
            ul { @for serial in &carriers { li { code { (serial) } } } }
        }
        h2 { "同意" }
        p { (state(&line.consent)) "(" (moment(line.consent_at)) "から)・" (state(&line.status)) "・"
            @if line.published { "タブレットに配信中" } @else { "タブレットには配信していません" } }
        form method="post" action="/office/residents/consent" {
            input type="hidden" name="number" value=(line.number);
            label { "変更" br; select name="consent" {
                @for word in ["given", "withdrawn", "absent"] {
                    option value=(word) selected[word == line.consent] { (state(word)) }
                }
            } }
            button { "同意を変更" }
        }
        h2 { "カード" }
        (super::lists::card_table(&cards))
        h2 { "文書" }
        @if documents.is_empty() { p .note { "文書はありません。" } }
        div .scroll { table { tr { th { "送信元" } th { "種類" } th { "作成" } th { "受信" } }
            @for document in &documents {
                tr { td { (document.sender) } td { (document.kind) } td { (moment(document.as_of)) } td { (moment(document.received_at)) } }
            }
        } }
    })
}
