//! The office's page: HTML from the server, and no script in it.
//!
//! Each act is a function of [`crate::office`], the same as the command line's, in one transaction with its line in the
//! office's log. Whoever acts is named by the certificate.

mod acts;
mod alerts;
mod break_glass;
mod fallback;
mod lists;
mod page;
mod residents;
mod tablets;
mod usage;
mod words;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{Markup, html};

use crate::http::Shared;
use crate::office::OfficeError;
use crate::watch;

/// As long as a page looks through new rows of the audit before it is shown.
const PATIENCE: Duration = Duration::from_secs(2);

/// Everything under `/office`.
pub(crate) fn routes(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route("/office", get(residents::front).post(residents::search))
        .route("/office/residents/consent", post(acts::consent))
        .route("/office/cards", get(lists::cards))
        .route("/office/cards/lost", post(acts::card_lost))
        .route("/office/staff", get(lists::staff))
        .route("/office/staff/card-lost", post(acts::staff_card_lost))
        .route("/office/tablets", get(tablets::list))
        .route("/office/tablets/confirm", get(tablets::confirm))
        .route("/office/tablets/revoke", post(acts::revoke))
        .route("/office/tablets/wipe", post(acts::wipe))
        .route("/office/tablets/keep", post(acts::keep))
        .route("/office/tablets/fallback", post(fallback::give))
        .route("/office/break-glass", get(break_glass::list))
        .route("/office/break-glass/review", post(break_glass::mark))
        .route("/office/alerts/seen", post(alerts::dismiss))
        .route("/office/usage", get(usage::show))
        .route("/office/usage.csv", get(usage::download))
        .route("/office/log", get(lists::log))
        .route_layer(middleware::from_fn(only_from_here))
        .with_state(Arc::clone(shared))
}

/// What is posted comes from this page itself, not from another that the browser has open: the browser shows the
/// certificate to both.
async fn only_from_here(request: Request, next: Next) -> Response {
    let mut response = if request.method() == Method::POST && !same_origin(request.headers()) {
        page::refused(StatusCode::FORBIDDEN, "この操作は、このページからだけ行えます。")
    } else {
        next.run(request).await
    };
    let headers = [
        (
            "content-security-policy",
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        ),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, axum::http::HeaderValue::from_static(value));
    }
    response
}

/// `Sec-Fetch-Site` where the browser sends it, else `Origin`; without either it is no browser that was tricked, and no
/// browser of today.
fn same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => text(ORIGIN.as_str())
            .zip(text(HOST.as_str()))
            .is_some_and(|(origin, host)| origin.strip_prefix("https://") == Some(host)),
    }
}

/// Looks through what tablets have told since the last time; how many rows are left.
async fn look(shared: &Shared) -> Result<u64, Failed> {
    Ok(watch::catch_up(&shared.pool, PATIENCE).await?)
}

/// What is said when rows are left.
fn behind(left: u64) -> Markup {
    html! { @if left > 0 { p .note role="status" { "届いた記録を読み込み中です(残り" (left) "行)。このページはまだ途中です。" } } }
}

/// Why a page cannot be shown, as a page.
pub(super) struct Failed(OfficeError);

impl Failed {
    /// A refusal in the page's own language; the office's own words, which are the command line's, stand behind it.
    fn in_words(error: OfficeError, words: &str) -> Self {
        match error {
            OfficeError::Refused(why) => Self(OfficeError::Refused(format!("{words} ({why})"))),
            OfficeError::Certificate(why) => Self(OfficeError::Refused(format!("{words} ({why})"))),
            OfficeError::Identifier(why) => Self(OfficeError::Refused(format!("{words} ({why})"))),
            other => Self(other),
        }
    }
}

impl<E: Into<OfficeError>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        match self.0 {
            OfficeError::Refused(words) => page::refused(StatusCode::UNPROCESSABLE_ENTITY, &words),
            OfficeError::Certificate(error) => page::refused(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
            OfficeError::Identifier(error) => page::refused(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
            other => {
                tracing::error!(error = %other, "the office's page failed");
                page::refused(StatusCode::INTERNAL_SERVER_ERROR, "サーバーの障害です。何も変わっていません。")
            }
        }
    }
}
