//! Which door is whose, and how much it takes in.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use kakari_sync::enrol::EnrolRequest;
use kakari_sync::{AuditBatch, TabletReport};
use tokio::time;

use crate::http::enrol::{self, Desk};
use crate::http::refusal::Refusal;
use crate::http::standing::{Errand, Standings, admit};
use crate::http::{Shared, audit, feed, fhir, office, tablet};

/// How long a request may take until its answer begins: its body is in by then.
const PATIENCE: Duration = Duration::from_secs(60);
const SMALL: usize = 16 * 1024;

/// The main listener's.
pub(crate) fn main(shared: &Arc<Shared>) -> Router {
    let standings = Arc::new(Standings::new(shared.pool.clone()));
    let behind = |errand: Errand, router: Router| {
        router.route_layer(middleware::from_fn_with_state((Arc::clone(&standings), errand), admit))
    };
    let feed = Router::new()
        .route("/feed/head", get(feed::head))
        .route("/feed/{name}", get(feed::object))
        .with_state(Arc::clone(&shared.feed));
    let with = |path, handler, limit| {
        Router::new().route(path, handler).layer(DefaultBodyLimit::max(limit)).with_state(Arc::clone(shared))
    };
    let main = behind(Errand::Feed, feed)
        .merge(behind(Errand::Audit, with("/v1/audit", post(audit::post), AuditBatch::MAX_LEN)))
        .merge(behind(Errand::Tablet, with("/v1/renew", post(tablet::renew), SMALL)))
        .merge(behind(Errand::Report, with("/v1/report", post(tablet::report), TabletReport::MAX_LEN)))
        .merge(behind(Errand::Wiped, with("/v1/wiped", post(tablet::wiped), SMALL)))
        .merge(behind(Errand::Send, with("/fhir", post(fhir::post), fhir::MAX_LEN)))
        .merge(behind(Errand::Office, office::routes(shared).layer(DefaultBodyLimit::max(SMALL))));
    finish(main)
}

/// The enrolment listener's.
pub(crate) fn enrolment(desk: Arc<Desk>) -> Router {
    let enrol = Router::new().route("/v1/enrol", post(enrol::post));
    finish(enrol.layer(DefaultBodyLimit::max(EnrolRequest::MAX_LEN)).with_state(desk))
}

fn finish(router: Router) -> Router {
    router.fallback(|| async { Refusal::NotFound }).layer(middleware::from_fn(in_time))
}

async fn in_time(request: Request, next: Next) -> Response {
    let late = || (StatusCode::REQUEST_TIMEOUT, "the request took too long\n").into_response();
    time::timeout(PATIENCE, next.run(request)).await.unwrap_or_else(|_| late())
}
