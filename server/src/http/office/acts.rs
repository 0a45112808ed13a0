//! What is done on the page: each one an act of [`crate::office`].

use std::sync::Arc;

use axum::extract::State;
use axum::response::{Redirect, Response};
use axum::{Extension, Form};
use chrono::Utc;
use serde::Deserialize;

use super::{Failed, residents};
use crate::http::Shared;
use crate::http::standing::Caller;
use crate::office::resident::{self, Consent};
use crate::office::{CardName, OfficeError, any_card, serial_from_hex, staff, tablet, wipe};

const NO_CARD: &str = "この番号のカードは登録されていません。何も変わっていません。";
const NOT_REVOKED: &str = "失効にできません。消去を指示中か、登録のないタブレットです。一覧で状態を確かめてください。";
const NOT_WIPED: &str = "消去を指示できません。指示済み、失効済み、未登録のいずれかです。失効したタブレットには指示が届きません。一覧で状態を確かめてください。";

#[derive(Deserialize)]
pub(super) struct ConsentForm {
    number: String,
    consent: String,
}

/// `POST /office/residents/consent`: the resident as they are now. The number stays out of the address that the browser
/// keeps.
pub(super) async fn consent(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    Form(form): Form<ConsentForm>,
) -> Result<Response, Failed> {
    let (number, consent) = (residents::typed(&form.number)?, form.consent.parse::<Consent>()?);
    let mut tx = shared.pool.begin().await?;
    let changed = resident::set_consent(&mut tx, &caller.subject, &number, consent).await;
    changed.map_err(|error| Failed::in_words(error, "この番号の住民は登録されていません。何も変わっていません。"))?;
    tx.commit().await?;
    residents::after_consent(&shared, &form.number, consent).await
}

#[derive(Deserialize)]
pub(super) struct SerialForm {
    serial: String,
}

/// `POST /office/cards/lost`.
pub(super) async fn card_lost(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    Form(form): Form<SerialForm>,
) -> Result<Redirect, Failed> {
    let mut tx = shared.pool.begin().await?;
    let lost = any_card::lose(&mut tx, &caller.subject, &CardName::read(&form.serial)?).await;
    lost.map_err(|error| Failed::in_words(error, NO_CARD))?;
    tx.commit().await?;
    Ok(Redirect::to("/office/cards"))
}

/// `POST /office/staff/card-lost`.
pub(super) async fn staff_card_lost(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    Form(form): Form<SerialForm>,
) -> Result<Redirect, Failed> {
    let mut tx = shared.pool.begin().await?;
    let lost = staff::lose_card(&mut tx, &caller.subject, &serial_from_hex(&form.serial)?).await;
    lost.map_err(|error| Failed::in_words(error, NO_CARD))?;
    tx.commit().await?;
    Ok(Redirect::to("/office/staff"))
}

#[derive(Deserialize)]
pub(super) struct TabletForm {
    id: String,
    typed: String,
}

impl TabletForm {
    fn confirmed(&self) -> Result<&str, Failed> {
        if self.typed.trim() == self.id {
            Ok(&self.id)
        } else {
            Err(OfficeError::refused("入力された番号がタブレットの番号と違います。何もしていません。").into())
        }
    }
}

/// `POST /office/tablets/revoke`.
pub(super) async fn revoke(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    Form(form): Form<TabletForm>,
) -> Result<Redirect, Failed> {
    let mut tx = shared.pool.begin().await?;
    let revoked = tablet::revoke(&mut tx, &caller.subject, form.confirmed()?).await;
    revoked.map_err(|error| Failed::in_words(error, NOT_REVOKED))?;
    tx.commit().await?;
    Ok(Redirect::to("/office/tablets"))
}

/// `POST /office/tablets/wipe`.
pub(super) async fn wipe(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    Form(form): Form<TabletForm>,
) -> Result<Redirect, Failed> {
    let mut tx = shared.pool.begin().await?;
    let ordered = wipe::order(&mut tx, &caller.subject, form.confirmed()?, Utc::now()).await;
    ordered.map_err(|error| Failed::in_words(error, NOT_WIPED))?;
    tx.commit().await?;
    Ok(Redirect::to("/office/tablets"))
}

/// `POST /office/tablets/keep`.
pub(super) async fn keep(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
) -> Result<Redirect, Failed> {
    let mut tx = shared.pool.begin().await?;
    wipe::withdraw_unsigned(&mut tx, &caller.subject, Utc::now()).await?;
    tx.commit().await?;
    Ok(Redirect::to("/office/tablets"))
}
