//! `POST /v1/enrol`: a tablet that has an invitation becomes one of the region's.

mod pace;
mod register;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use kakari_sync::enrol::{EnrolAnswer, EnrolRefusal, EnrolRequest};
use serde_json::json;

use crate::http::Shared;
use crate::http::identity::Peer;
use crate::http::refusal::Refusal;
pub(crate) use pace::Pace;
use register::Failed;

/// What the enrolment listener works with.
pub(crate) struct Desk {
    pub(crate) shared: Arc<Shared>,
    /// The listener's own certificate (DER), to which both ends bind what they say.
    pub(crate) certificate: Vec<u8>,
    pub(crate) pace: Pace,
}

/// Answers an [`EnrolRequest`].
pub(crate) async fn post(
    State(desk): State<Arc<Desk>>,
    Extension(peer): Extension<Peer>,
    body: Bytes,
) -> Result<Response, Refusal> {
    if !desk.pace.may_try(peer.address.ip()) {
        return Err(Refusal::TooMany);
    }
    match enrol(&desk, &body).await {
        Ok(answer) => Ok(([(CONTENT_TYPE, "application/octet-stream")], answer.encode()).into_response()),
        Err(Failed::Refused(refusal)) => {
            desk.pace.note_wrong(peer.address.ip());
            tracing::warn!(address = %peer.address, %refusal, "enrolment refused");
            Ok(refused(refusal))
        }
        Err(Failed::Fault(refusal)) => Err(refusal),
    }
}

async fn enrol(desk: &Desk, body: &[u8]) -> Result<EnrolAnswer, Failed> {
    let asked = EnrolRequest::peek(body).map_err(|_| EnrolRefusal::BadRequest)?;
    let invitation = register::find(&desk.shared, &asked.invitation).await?;
    let request = EnrolRequest::open(body, &invitation.keys, &desk.certificate)?;
    let enrolment = register::register(&desk.shared, &request).await?;
    Ok(EnrolAnswer::make(&enrolment, &invitation.keys, body, &desk.certificate))
}

/// `{"refused":"used","words":"..."}`.
fn refused(refusal: EnrolRefusal) -> Response {
    let status = match refusal {
        EnrolRefusal::Unknown => StatusCode::NOT_FOUND,
        EnrolRefusal::Used => StatusCode::CONFLICT,
        EnrolRefusal::Expired => StatusCode::GONE,
        EnrolRefusal::BadRequest => StatusCode::BAD_REQUEST,
        _ => StatusCode::FORBIDDEN,
    };
    (status, Json(json!({ "refused": refusal, "words": refusal.to_string() }))).into_response()
}
