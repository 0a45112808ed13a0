//! Cards, staff, the office's log.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::Failed;
use super::page::{act, moment, moment_or_dash, page, state};
use crate::http::Shared;
use crate::office::{card, staff};

const SHOWN: i64 = 200;

/// `GET /office/cards`.
pub(super) async fn cards(State(shared): State<Arc<Shared>>) -> Result<Response, Failed> {
    let cards = card::list(&mut *shared.pool.acquire().await?, None, SHOWN).await?;
    let content = html! {
        p .note { "新しい順に" (SHOWN) "枚まで。紛失にしたカードは、次の配信から使えなくなります。"
            "番号のみのカード(FeliCa、Type A)は複製できるため、端末では「カード未認証」と表示されます。" }
        (card_table(&cards))
    };
    Ok(page("/office/cards", "カード", &content))
}

pub(super) fn card_table(cards: &[card::Line]) -> Markup {
    html! {
        @if cards.is_empty() { p .note { "カードはありません。" } }
        div .scroll { table { tr { th { "番号" } th { "種類" } th { "状態" } th { "有効期限" } th { "登録" } th { "終了" } th { "操作" } }
            @for card in cards {
                tr {
                    td { code { (card.serial) } } td { (kind(card)) } td { (state(&card.state)) } td { (moment_or_dash(card.valid_until)) }
                    td { (moment(card.created_at)) } td { (moment_or_dash(card.ended_at)) }
                    td { @if card.state == "active" { (lost("/office/cards/lost", &card.serial)) } }
                }
            }
        } }
    }
}

/// What kind of card, and whether it can prove itself.
fn kind(card: &card::Line) -> String {
    match (card.kind.as_str(), card.key_epoch, card.key_state.as_deref()) {
        ("certificate", ..) => "鍵付き(証明書)".to_owned(),
        ("felica", Some(epoch), Some("retired")) => {
            format!("FeliCa 鍵付き(廃止した保管鍵{epoch}: 交換するまでカード未認証)")
        }
        ("felica", Some(epoch), _) => format!("FeliCa 鍵付き(保管鍵{epoch})"),
        ("felica", None, _) => "FeliCa 番号のみ".to_owned(),
        ("type-a", ..) => "Type A 番号のみ".to_owned(),
        (other, ..) => other.to_owned(),
    }
}

fn lost(action: &str, serial: &str) -> Markup {
    // Two touches: a lost card cannot be made good again, and the wrong row is near.
    html! { details { summary { "紛失…" }
        form method="post" action=(action) {
            input type="hidden" name="serial" value=(serial);
            button .danger { "紛失にする(元に戻せません)" }
        }
    } }
}

/// `GET /office/staff`.
pub(super) async fn staff(State(shared): State<Arc<Shared>>) -> Result<Response, Failed> {
    let lines = staff::list(&mut *shared.pool.acquire().await?).await?;
    let content = html! {
        @if lines.is_empty() { p .note { "職員は登録されていません。" } }
        div .scroll { table { tr { th { "職員番号" } th { "名前" } th { "状態" } th { "登録" } th { "カード" } }
            @for line in &lines {
                tr { td { (line.id) } td { (line.name) } td { (state(&line.state)) } td { (moment(line.created_at)) }
                    td { @for serial in &line.cards { div { code { (serial) } " " (lost("/office/staff/card-lost", serial)) } } } }
            }
        } }
    };
    Ok(page("/office/staff", "職員", &content))
}

/// `GET /office/log`.
pub(super) async fn log(State(shared): State<Arc<Shared>>) -> Result<Response, Failed> {
    let lines: Vec<(DateTime<Utc>, String, String, String)> =
        sqlx::query_as("SELECT at, who, what, subject FROM office_log ORDER BY id DESC LIMIT $1")
            .bind(SHOWN)
            .fetch_all(&shared.pool)
            .await?;
    let content = html! {
        p .note { "新しい順に" (SHOWN) "件まで。" }
        div .scroll { table { tr { th { "日時" } th { "誰が" } th { "何を" } th { "対象" } }
            @for (at, who, what, subject) in &lines {
                tr { td { (moment(*at)) } td { (who) } td { (act(what)) } td { code { (subject) } } }
            }
        } }
    };
    Ok(page("/office/log", "操作記録", &content))
}
