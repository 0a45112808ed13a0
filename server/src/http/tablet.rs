//! What else a tablet tells and asks: its report, that it is erased, a new certificate.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::Utc;
use ciborium::Value;
use kakari_sync::TabletReport;
use serde::Deserialize;
use serde_json::json;

use crate::http::Shared;
use crate::http::refusal::Refusal;
use crate::http::standing::Caller;
use crate::keys::{KeyError, Role};
use crate::office_log;

/// Days that a tablet's certificate is good for.
pub(crate) const DAYS: u16 = 398;
/// New certificates for one tablet in a day, at most.
const RENEWALS_A_DAY: i64 = 10;

/// `POST /v1/report`: a [`TabletReport`] as JSON; the answer is the server's clock.
pub(crate) async fn report(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let mut report: TabletReport = serde_json::from_slice(&body).map_err(|_| Refusal::Malformed("a report"))?;
    make_plain(&mut report);
    let report = serde_json::to_string(&report).map_err(|error| Refusal::fault(&error))?;
    sqlx::query("UPDATE tablet SET report = $2, last_contact = now() WHERE id = $1")
        .bind(&caller.subject)
        .bind(report)
        .execute(&shared.pool)
        .await?;
    Ok(Json(json!({ "server_time": Utc::now() })).into_response())
}

/// The office reads a tablet's words in a terminal and on a page: nothing in them may steer either. No more rows are kept
/// than a tablet tells.
fn make_plain(report: &mut TabletReport) {
    let steers = |c: char| {
        c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    report.unapplied.truncate(TabletReport::MAX_UNAPPLIED);
    let rows = report.unapplied.iter_mut().flat_map(|row| row.record.iter_mut().chain([&mut row.reason]));
    for words in rows.chain(report.refused.as_mut()).chain([&mut report.app]) {
        *words = words.replace(steers, " ");
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wiped {
    nonce: String,
}

/// `POST /v1/wiped`: the order of this nonce was carried out. Told twice it is as told once. A tablet that was ordered to erase
/// itself and names another order was erased too: the books were restored from before that one. Without any order in the books nothing is
/// believed: whoever has a stolen tablet's key would have it taken for erased.
pub(crate) async fn wiped(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let wiped: Wiped = serde_json::from_slice(&body).map_err(|_| Refusal::Malformed("a nonce"))?;
    let nonce = hex::decode(&wiped.nonce).map_err(|_| Refusal::Malformed("a nonce"))?;
    let _ = <[u8; 16]>::try_from(nonce).map_err(|_| Refusal::Malformed("a nonce"))?;
    let mut tx = shared.pool.begin().await?;
    let orders = sqlx::query("UPDATE wipe_order SET done_at = now() WHERE tablet = $1 AND done_at IS NULL");
    let carried_out = orders.bind(&caller.subject).execute(&mut *tx).await?.rows_affected() > 0;
    if carried_out {
        sqlx::query("UPDATE tablet SET state = 'wiped', last_contact = now() WHERE id = $1")
            .bind(&caller.subject)
            .execute(&mut *tx)
            .await?;
        office_log::note(&mut tx, &format!("tablet {}", caller.subject), "tablet erased", &caller.subject).await?;
    } else {
        let told = sqlx::query_scalar("SELECT state = 'wiped' FROM tablet WHERE id = $1");
        let told: Option<bool> = told.bind(&caller.subject).fetch_optional(&mut *tx).await?;
        told.filter(|told| *told).ok_or(Refusal::NotFound)?;
    }
    tx.commit().await?;
    Ok(Json(json!({ "server_time": Utc::now() })).into_response())
}

/// The others of this subject stay good for two months, so that an answer that is lost locks nobody out: not even a
/// vehicle in reserve that was switched off before it could ask again. Revoking the tablet ends all of them at once.
const RETIRE: &str = "UPDATE certificate SET revoked_at = least(revoked_at, now() + interval '60 days') \
     WHERE role = 'tablet' AND subject = $1 AND serial <> $2";
const RECENT: &str = "SELECT count(*) FROM certificate \
     WHERE role = 'tablet' AND subject = $1 AND created_at > now() - interval '1 day'";

/// `POST /v1/renew`: a certificate request (PKCS #10, DER) in, the tablet's new certificate and the authority's back, as a
/// CBOR array of DER.
pub(crate) async fn renew(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let tls = &shared.keys.tls;
    let issued = tls.sign_csr(&body, Role::Tablet, &caller.subject, DAYS).map_err(|error| match error {
        KeyError::Request => Refusal::Malformed("a certificate request for a P-256 key"),
        other => Refusal::fault(&other),
    })?;
    let mut tx = shared.pool.begin().await?;
    sqlx::query("SELECT FROM tablet WHERE id = $1 FOR UPDATE").bind(&caller.subject).execute(&mut *tx).await?;
    let recent: i64 = sqlx::query_scalar(RECENT).bind(&caller.subject).fetch_one(&mut *tx).await?;
    if recent > RENEWALS_A_DAY {
        return Err(Refusal::TooMany);
    }
    issued.record(&mut tx).await?;
    sqlx::query(RETIRE).bind(&caller.subject).bind(&issued.serial).execute(&mut *tx).await?;
    office_log::note(&mut tx, &format!("tablet {}", caller.subject), "certificate renewed", &caller.subject).await?;
    tx.commit().await?;
    let mut answer = Vec::new();
    let chain = Value::Array(vec![Value::Bytes(issued.der), Value::Bytes(tls.certificate().to_vec())]);
    ciborium::into_writer(&chain, &mut answer).map_err(|error| Refusal::fault(&error))?;
    Ok(([(CONTENT_TYPE, "application/cbor")], answer).into_response())
}
