//! Whether who asks may still ask: looked up for every request, on connections kept open as well.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use sqlx::{PgPool, Row};

use crate::http::identity::{Peer, Shown};
use crate::http::refusal::Refusal;
use crate::http::unknown;
use crate::keys::Role;

/// What a route is for. A tablet that is to be erased, or was, is let through to few.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Errand {
    /// Reads the feed.
    Feed,
    /// Tells that the erasure is done.
    Wiped,
    /// Tells how the tablet is.
    Report,
    /// Sends audit rows: who opened what on a stolen tablet is wanted more than ever.
    Audit,
    /// A tablet's other work.
    Tablet,
    /// Sends documents.
    Send,
    /// The office's page.
    Office,
}

impl Errand {
    const fn role(self) -> Role {
        match self {
            Self::Feed | Self::Wiped | Self::Report | Self::Audit | Self::Tablet => Role::Tablet,
            Self::Send => Role::Sender,
            Self::Office => Role::Office,
        }
    }
}

/// Who asks, after the check. In the request's extensions.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// A tablet's id, a sender's or an officer's name.
    pub(crate) subject: String,
}

/// What the database said of a certificate, for a few seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Good,
    Wiping,
    Wiped,
    Refused(Refusal),
}

/// Looks certificates up.
pub(crate) struct Standings {
    pool: PgPool,
    known: Mutex<HashMap<Vec<u8>, (Instant, Standing)>>,
}

impl Standings {
    /// How old an answer may be: a revocation takes hold within this time.
    const FRESH: Duration = Duration::from_secs(3);
    /// So many answers are kept at most.
    const KEPT: usize = 16_384;

    pub(crate) fn new(pool: PgPool) -> Self {
        Self { pool, known: Mutex::default() }
    }

    async fn check(&self, shown: &Shown, errand: Errand) -> Result<(), Refusal> {
        if shown.not_after < Utc::now() {
            return Err(Refusal::Expired);
        }
        match self.standing(shown).await? {
            Standing::Refused(refusal) => Err(refusal),
            _ if shown.identity.role != errand.role() => Err(Refusal::WrongRole { found: shown.identity.role }),
            Standing::Wiping if !matches!(errand, Errand::Feed | Errand::Audit | Errand::Wiped | Errand::Report) => {
                Err(Refusal::Wiping)
            }
            // Asked again because the answer was lost.
            Standing::Wiped if errand != Errand::Wiped => Err(Refusal::Wiped),
            _ => Ok(()),
        }
    }

    async fn standing(&self, shown: &Shown) -> Result<Standing, Refusal> {
        if let Some(standing) = self.remembered(&shown.serial) {
            return Ok(standing);
        }
        let asked = Instant::now();
        let standing = look_up(&self.pool, shown).await?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= Self::KEPT {
            known.retain(|_, (at, _)| at.elapsed() < Self::FRESH);
        }
        if known.len() < Self::KEPT {
            known.insert(shown.serial.clone(), (asked, standing));
        }
        Ok(standing)
    }

    fn remembered(&self, serial: &[u8]) -> Option<Standing> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, standing) = known.get(serial)?;
        (at.elapsed() < Self::FRESH).then_some(*standing)
    }
}

/// The certificate's row, and its tablet's. A revocation may lie ahead: a renewed certificate stays good for some days.
const STANDING: &str = "SELECT c.role, c.subject, coalesce(c.revoked_at <= now(), false) AS revoked, t.state \
     FROM certificate c LEFT JOIN tablet t ON c.role = 'tablet' AND t.id = c.subject WHERE c.serial = $1";

async fn look_up(pool: &PgPool, shown: &Shown) -> Result<Standing, Refusal> {
    let Some(row) = sqlx::query(STANDING).bind(&shown.serial).fetch_optional(pool).await? else {
        unknown::note(pool, shown).await?;
        return Ok(Standing::Refused(Refusal::UnknownCertificate));
    };
    let (role, subject): (String, String) = (row.try_get("role")?, row.try_get("subject")?);
    if role != shown.identity.role.word() || subject != shown.identity.subject {
        return Ok(Standing::Refused(Refusal::UnknownCertificate));
    }
    if row.try_get("revoked")? {
        return Ok(Standing::Refused(Refusal::Revoked));
    }
    let state: Option<String> = row.try_get("state")?;
    Ok(match (shown.identity.role, state.as_deref()) {
        (Role::Tablet, Some("active")) => Standing::Good,
        (Role::Tablet, Some("wiping")) => Standing::Wiping,
        (Role::Tablet, Some("wiped")) => Standing::Wiped,
        (Role::Tablet, _) => Standing::Refused(Refusal::TabletRevoked),
        _ => Standing::Good,
    })
}

/// Lets a request through, with its [`Caller`], or refuses it before a byte of its body is read.
pub(crate) async fn admit(
    State((standings, errand)): State<(Arc<Standings>, Errand)>,
    mut request: Request,
    next: Next,
) -> Response {
    let shown = request.extensions().get::<Peer>().and_then(|peer| peer.shown.clone());
    let Some(shown) = shown else { return Refusal::NobodyNamed.into_response() };
    if let Err(refusal) = standings.check(&shown, errand).await {
        tracing::info!(who = %shown.identity, refusal = refusal.word(), "request refused");
        return refusal.into_response();
    }
    request.extensions_mut().insert(Caller { subject: shown.identity.subject.clone() });
    next.run(request).await
}
