//! `POST /fhir`: a document comes in, an OperationOutcome goes back (FHIR R4).

use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::http::Shared;
use crate::http::standing::Caller;
use crate::ingest::{self, News, Refused, Taken};

/// Longest document, in bytes.
pub(crate) const MAX_LEN: usize = 16 * 1024 * 1024;
const JSON: &str = "application/fhir+json";

/// Takes a Bundle (document or transaction) in JSON, or NDJSON of one patient's resources.
pub(crate) async fn post(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    if !is_json(&headers) {
        let words = "send application/fhir+json (a Bundle) or application/fhir+ndjson (one patient's resources)";
        return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-supported", words);
    }
    let Ok(body) = body else {
        return refuse(StatusCode::PAYLOAD_TOO_LARGE, "too-long", "a document has at most 16 MB");
    };
    let transaction = is_transaction(&body);
    let taken = match shared.pool.acquire().await {
        Ok(mut conn) => ingest::take(&mut conn, &caller.subject, body.to_vec()).await,
        Err(error) => Err(error.into()),
    };
    match taken {
        Ok(Ok(taken)) if transaction => answer(StatusCode::OK, &transaction_response(&taken)),
        Ok(Ok(taken)) => answer(StatusCode::OK, &outcome(&taken)),
        Ok(Err(refused)) => {
            let (status, code) = status(&refused);
            refuse(status, code, &refused.to_string())
        }
        Err(error) => {
            tracing::error!(%error, "a document could not be taken");
            refuse(StatusCode::INTERNAL_SERVER_ERROR, "exception", "the server could not take it: send it again later")
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let sent = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = sent.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    matches!(kind.as_str(), JSON | "application/json" | "application/fhir+ndjson" | "application/x-ndjson")
}

/// Only how the answer looks hangs on it; whether the document is one, `ingest` says.
fn is_transaction(body: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Bundle {
        #[serde(rename = "type")]
        kind: String,
    }
    serde_json::from_slice::<Bundle>(body).is_ok_and(|bundle| bundle.kind == "transaction")
}

const fn status(refused: &Refused) -> (StatusCode, &'static str) {
    match refused {
        Refused::Document(_) => (StatusCode::BAD_REQUEST, "invalid"),
        Refused::Unknown => (StatusCode::UNPROCESSABLE_ENTITY, "not-found"),
        Refused::Older { .. } => (StatusCode::CONFLICT, "conflict"),
        _ => (StatusCode::UNPROCESSABLE_ENTITY, "business-rule"),
    }
}

fn outcome(taken: &Taken) -> Value {
    let news = match taken.news {
        News::First => "taken",
        News::Newer => "taken; it stands in the place of an older one",
        News::Same => "was here already; nothing changed",
    };
    let mut issues = vec![issue("information", "informational", news)];
    if taken.consent_withdrawn {
        issues.push(issue("information", "informational", "consent is withdrawn: tablets lose the record"));
    }
    let left = taken.remarks.iter().map(|remark| {
        let mut left = issue("warning", "incomplete", &remark.reason.to_string());
        left["expression"] = json!([remark.path]);
        left
    });
    issues.extend(left);
    json!({ "resourceType": "OperationOutcome", "issue": issues })
}

fn transaction_response(taken: &Taken) -> Value {
    json!({
        "resourceType": "Bundle",
        "type": "transaction-response",
        "entry": [{ "response": { "status": "200 OK", "outcome": outcome(taken) } }],
    })
}

fn issue(severity: &str, code: &str, words: &str) -> Value {
    json!({ "severity": severity, "code": code, "diagnostics": words })
}

fn refuse(status: StatusCode, code: &str, words: &str) -> Response {
    answer(status, &json!({ "resourceType": "OperationOutcome", "issue": [issue("error", code, words)] }))
}

fn answer(status: StatusCode, body: &Value) -> Response {
    (status, [(CONTENT_TYPE, JSON)], body.to_string()).into_response()
}
