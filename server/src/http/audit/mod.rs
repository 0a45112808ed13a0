//! `POST /v1/audit`: audit rows in, a signed receipt back. Nothing is acknowledged that a power cut could take away.

mod store;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use kakari_sync::{AuditBatch, Receipt, Signed};
use serde_json::json;

use crate::http::Shared;
use crate::http::refusal::Refusal;
use crate::http::standing::Caller;
use store::Outcome;

/// Stores a batch and answers the receipt for its last row: sent again, the same batch gets the same receipt.
pub(crate) async fn post(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let batch = AuditBatch::decode(&body).map_err(|_| Refusal::Malformed("an audit batch"))?;
    if batch.tablet != caller.subject {
        return Err(Refusal::OtherTablet);
    }
    let hashes = batch.hashes().map_err(|_| Refusal::Malformed("the rows do not follow from each other"))?;
    match store::store(&shared.pool, &batch, &hashes).await? {
        Outcome::Stored { received_at } => {
            let feed = *shared.keys.feed.as_bytes();
            let receipt =
                Receipt { feed, tablet: batch.tablet.clone(), last: batch.last(), head: batch.head, received_at };
            let signed = Signed::make(&receipt, &shared.keys.signing);
            Ok(([(CONTENT_TYPE, "application/octet-stream")], signed.encode()).into_response())
        }
        Outcome::Gap { expected } => {
            let words = format!("rows before these are missing here: send from {expected}");
            Ok((StatusCode::CONFLICT, Json(json!({ "gap": words, "expected": expected }))).into_response())
        }
        Outcome::Conflict => {
            tracing::warn!(tablet = %batch.tablet, first = batch.first, "audit rows differ from those stored before");
            let words = "other rows of this tablet are stored at these numbers: tell the office";
            Ok((StatusCode::CONFLICT, Json(json!({ "conflict": words }))).into_response())
        }
    }
}
