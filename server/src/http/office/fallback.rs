//! A one-time code, given: shown in the answer, once, and nowhere else.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::{Extension, Form};
use chrono::Utc;
use maud::{Markup, html};
use serde::Deserialize;

use super::Failed;
use super::break_glass::{Names, crew, names};
use super::page::{moment, moment_or_dash, page};
use crate::http::Shared;
use crate::http::standing::Caller;
use crate::office::fallback::{self, Given, Line};
use crate::office::{OfficeError, staff};

const NOT_GIVEN: &str = "開始コードを発行できません。何も変わっていません。";

/// What the confirmation says, and the choice of the two.
pub(super) async fn form(shared: &Shared, tablet: &str) -> Result<Markup, Failed> {
    let staff = staff::list(&mut *shared.pool.acquire().await?).await?;
    let on_roster: Vec<_> = staff.iter().filter(|one| one.state == "active" && !one.cards.is_empty()).collect();
    Ok(html! {
        p .warn { (tablet) ": 職員カードなしで、二人の隊員が12時間の勤務を始めるコードを発行します。発行も使用も記録されます。" }
        p { "必ず声で本人たちを確かめてから発行してください。コードは一度だけ表示され、24時間以内に使われなければ無効になります。" }
        form method="post" action="/office/tablets/fallback" {
            input type="hidden" name="id" value=(tablet);
            @for (name, words) in [("first", "一人目"), ("second", "二人目")] {
                label { (words) br; select name=(name) required {
                    option value="" { "選んでください" }
                    @for one in &on_roster { option value=(one.id) { (one.id) " " (one.name) } }
                } }
            }
            label { "確認のため、タブレットの番号を入力してください" br; input name="typed" autocomplete="off" required; }
            button .danger { "開始コードの発行" }
        }
    })
}

#[derive(Deserialize)]
pub(super) struct GiveForm {
    id: String,
    typed: String,
    first: String,
    second: String,
}

/// `POST /office/tablets/fallback`.
pub(super) async fn give(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    Form(form): Form<GiveForm>,
) -> Result<Response, Failed> {
    if form.typed.trim() != form.id {
        return Err(OfficeError::refused("入力された番号がタブレットの番号と違います。何もしていません。").into());
    }
    let two = [form.first, form.second];
    let mut tx = shared.pool.begin().await?;
    let given = fallback::give(&mut tx, &caller.subject, &shared.server_key, &form.id, &two, Utc::now()).await;
    let given = given.map_err(|error| Failed::in_words(error, NOT_GIVEN))?;
    let names = names(&mut tx).await?;
    tx.commit().await?;
    Ok(page("/office/tablets", "開始コード", &shown(&form.id, &two, &given, &names)))
}

fn shown(tablet: &str, two: &[String], given: &Given, names: &Names) -> Markup {
    html! {
        p .code { (fallback::groups(&given.code)) }
        p .warn { "このコードは二度と表示されません。このページを再読み込みしないでください。" }
        p { "タブレット " (tablet) "・" (crew(two, names)) "・" (moment(given.until)) "まで" }
        @match given.on_tablet {
            Some(true) => {},
            Some(false) | None => p .warn { "このコードがタブレットに届いたことは、まだ確かめられていません。通信できる場所で同期してから使うよう伝えてください。" },
        }
        h2 { "隊員に読み上げること" }
        ol {
            li { "タブレットの「カードなしで開始」を押し、二人の名前を選んでください。" }
            li { "次の16桁を、四桁ずつ入力してください。" }
            li { "使えるのはこのタブレットで一度だけ、勤務は12時間です。" }
            li { "使ったことは事務局に報告されます。" }
        }
        p { a href="/office/tablets" { "タブレットに戻る" } }
    }
}

/// Codes that were given or used: never the code itself.
pub(super) fn table(lines: &[Line], names: &Names) -> Markup {
    let to = |line: &Line| {
        let staff: Vec<String> = line.given_for.iter().flat_map(|to| to.split(',')).map(str::to_owned).collect();
        if staff.is_empty() { "—".to_owned() } else { crew(&staff, names) }
    };
    html! {
        h2 { "開始コード(職員カードなしの勤務)" }
        @if lines.is_empty() { p .note { "発行した開始コードはありません。" } }
        @if !lines.is_empty() { div .scroll { table {
            tr { th { "タブレット" } th { "状態" } th { "発行" } th { "発行した人" } th { "だれに" } th { "使用" } }
            @for line in lines { tr {
                td { (line.tablet) } td { (code_state(&line.state)) } td { (moment_or_dash(line.given_at)) }
                td { (line.given_by.as_deref().unwrap_or("—")) } td { (to(line)) } td { (moment_or_dash(line.used_at)) }
            } }
        } } }
    }
}

fn code_state(word: &str) -> &str {
    match word {
        "spare" => "未発行",
        "given" => "発行済(未使用)",
        "used" => "使用済",
        "void" => "無効",
        other => other,
    }
}
