//! What a program is told when its request is not taken: a status, a word for programs, a sentence for people.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::keys::Role;

/// A request that is not taken. As JSON: `{"refused":"revoked","words":"..."}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum Refusal {
    /// The certificate is of this region's authority, but names nobody.
    #[error("this certificate names no tablet, sender or officer of this region")]
    NobodyNamed,
    /// The region does not know that it issued this certificate.
    #[error(
        "this region has no record of this certificate, so it was given out after the backup that the region was restored from: enrol anew"
    )]
    UnknownCertificate,
    /// Its time is over.
    #[error("this certificate has expired: ask the office for a new one")]
    Expired,
    /// The office has revoked it.
    #[error("the office has revoked this certificate")]
    Revoked,
    /// The office has revoked the tablet.
    #[error("the office has revoked this tablet")]
    TabletRevoked,
    /// The tablet is to be erased: it may fetch the order and tell that it is done.
    #[error("this tablet is to be erased: it may only read the feed and tell that it is done")]
    Wiping,
    /// The tablet was erased.
    #[error("this tablet was erased: invite it again")]
    Wiped,
    /// The certificate is for something else.
    #[error("a certificate of the role {} may not do this", .found.word())]
    WrongRole {
        /// Its role.
        found: Role,
    },
    /// The body names another tablet than the certificate.
    #[error("the certificate names another tablet than the request")]
    OtherTablet,
    /// The body is not what it should be.
    #[error("not understood: {0}")]
    Malformed(&'static str),
    /// Nothing of that name.
    #[error("there is nothing of this name")]
    NotFound,
    /// Too much in too short a time.
    #[error("too many requests: wait a minute")]
    TooMany,
    /// A fault of the server's own, told in its log.
    #[error("the server could not do it: try again later")]
    Fault,
}

impl Refusal {
    /// The word for programs.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::NobodyNamed => "nobody_named",
            Self::UnknownCertificate => "unknown_certificate",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::TabletRevoked => "tablet_revoked",
            Self::Wiping => "wiping",
            Self::Wiped => "wiped",
            Self::WrongRole { .. } => "wrong_role",
            Self::OtherTablet => "other_tablet",
            Self::Malformed(_) => "malformed",
            Self::NotFound => "not_found",
            Self::TooMany => "too_many",
            Self::Fault => "fault",
        }
    }

    /// Its status.
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Fault => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::FORBIDDEN,
        }
    }

    /// A fault, told in the log by its kind and never by what was in the request.
    pub(crate) fn fault(error: &dyn std::error::Error) -> Self {
        tracing::error!(%error, "a request failed");
        Self::Fault
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::fault(&error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status(), Json(json!({ "refused": self.word(), "words": self.to_string() }))).into_response()
    }
}
