//! The invitation's and the tablet's rows.

use kakari_record::audit::TabletKey;
use kakari_sync::Sha256;
use kakari_sync::enrol::{CodeKeys, EnrolRefusal, EnrolRequest, Enrolment};
use serde_bytes::ByteBuf;
use sqlx::{PgConnection, Row};
use zeroize::Zeroizing;

use crate::http::Shared;
use crate::http::refusal::Refusal;
use crate::http::tablet::DAYS;
use crate::keys::{KeyError, Role, point_of};
use crate::office_log;

/// Why there is no answer.
pub(super) enum Failed {
    /// The request is not taken.
    Refused(EnrolRefusal),
    /// The server could not.
    Fault(Refusal),
}

impl From<EnrolRefusal> for Failed {
    fn from(refusal: EnrolRefusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<sqlx::Error> for Failed {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<KeyError> for Failed {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Request => Self::Refused(EnrolRefusal::BadRequest),
            other => Self::Fault(Refusal::fault(&other)),
        }
    }
}

/// An invitation whose code may be checked.
pub(super) struct Found {
    pub(super) keys: CodeKeys,
}

/// The keys of the invitation of this id.
pub(super) async fn find(shared: &Shared, id: &[u8; 16]) -> Result<Found, Failed> {
    let sealed = sqlx::query_scalar("SELECT sealed_key FROM invitation WHERE id = $1");
    let sealed: Option<Vec<u8>> = sealed.bind(id.as_slice()).fetch_optional(&shared.pool).await?;
    let sealed = sealed.ok_or(EnrolRefusal::Unknown)?;
    let opened = shared.server_key.open(&format!("invitation {}", hex::encode(id)), &sealed)?;
    let secret = opened.as_slice().try_into().map_err(|_| KeyError::Damaged("invitation"))?;
    Ok(Found { keys: CodeKeys::new(*id, Zeroizing::new(secret)) })
}

const INVITATION: &str = "SELECT i.tablet, i.used_by, i.certificate, i.expires_at <= now() AS expired, t.state, t.vehicle \
     FROM invitation i JOIN tablet t ON t.id = i.tablet WHERE i.id = $1 FOR UPDATE";

/// Uses the invitation up for this request, which is proven to be of somebody who knows the code. The same certificate
/// request asks again after an interruption and gets the same certificate.
pub(super) async fn register(shared: &Shared, request: &EnrolRequest) -> Result<Enrolment, Failed> {
    let asked = Sha256::of(&request.csr);
    let mut tx = shared.pool.begin().await?;
    let row = sqlx::query(INVITATION).bind(request.invitation.as_slice()).fetch_one(&mut *tx).await?;
    let (tablet, vehicle, state): (String, String, String) =
        (row.try_get("tablet")?, row.try_get("vehicle")?, row.try_get("state")?);
    if matches!(state.as_str(), "revoked" | "wiping" | "wiped") {
        return Err(EnrolRefusal::Revoked.into());
    }
    let (used_by, before): (Option<Vec<u8>>, Option<Vec<u8>>) = (row.try_get("used_by")?, row.try_get("certificate")?);
    let certificate = match (used_by, before) {
        (Some(used_by), Some(certificate)) if used_by == asked.as_bytes() => certificate,
        (Some(_), _) => return Err(EnrolRefusal::Used.into()),
        _ if row.try_get("expired")? => return Err(EnrolRefusal::Expired.into()),
        _ => take_in(&mut tx, shared, request, asked, &tablet).await?,
    };
    let enrolment = describe(&mut tx, shared, tablet, vehicle, certificate).await?;
    tx.commit().await?;
    Ok(enrolment)
}

const USE: &str = "UPDATE invitation SET used_at = now(), used_by = $2, certificate = $3 WHERE id = $1";
/// A tablet that is enrolled anew has no use for what it had.
const REVOKE: &str = "UPDATE certificate SET revoked_at = now() \
     WHERE role = 'tablet' AND subject = $1 AND (revoked_at IS NULL OR revoked_at > now())";
const ACTIVATE: &str = "UPDATE tablet SET state = 'active', tablet_key = $2, enrolled_at = now() WHERE id = $1";

async fn take_in(
    conn: &mut PgConnection,
    shared: &Shared,
    request: &EnrolRequest,
    asked: Sha256,
    tablet: &str,
) -> Result<Vec<u8>, Failed> {
    if let TabletKey::P256(point) = &request.tablet_key {
        point_of(point).map_err(|_| EnrolRefusal::BadRequest)?;
    }
    let issued = shared.keys.tls.sign_csr(&request.csr, Role::Tablet, tablet, DAYS)?;
    sqlx::query(REVOKE).bind(tablet).execute(&mut *conn).await?;
    issued.record(&mut *conn).await?;
    sqlx::query(USE)
        .bind(request.invitation.as_slice())
        .bind(asked.as_bytes().as_slice())
        .bind(&issued.der)
        .execute(&mut *conn)
        .await?;
    sqlx::query(ACTIVATE).bind(tablet).bind(request.tablet_key.as_bytes()).execute(&mut *conn).await?;
    office_log::note(conn, &format!("tablet {tablet}"), "tablet enrolled", tablet).await?;
    Ok(issued.der)
}

async fn describe(
    conn: &mut PgConnection,
    shared: &Shared,
    tablet: String,
    vehicle: String,
    certificate: Vec<u8>,
) -> Result<Enrolment, Failed> {
    let region = sqlx::query("SELECT name, training FROM region").fetch_one(&mut *conn).await?;
    let officers: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT public_key FROM officer ORDER BY id").fetch_all(&mut *conn).await?;
    let authority = shared.keys.tls.certificate().to_vec();
    Ok(Enrolment {
        tablet,
        vehicle,
        region: region.try_get("name")?,
        feed: *shared.keys.feed.as_bytes(),
        region_key: shared.keys.region_key,
        card_authority: ByteBuf::from(shared.keys.card_authority.to_vec()),
        officers: officers.into_iter().filter_map(|key| key.try_into().ok()).collect(),
        tls_authority: ByteBuf::from(authority),
        feed_url: shared.config.feed_url.clone(),
        api_url: shared.config.api_url.clone(),
        enrol_url: shared.config.enrol_url.clone(),
        training: region.try_get("training")?,
        certificates: vec![ByteBuf::from(certificate)],
    })
}
