//! A new certificate with a fresh key, before the old one ends.

use chrono::{DateTime, Utc};
use rustls::pki_types::CertificateDer;
use serde_bytes::ByteBuf;

use super::identity::Certificate;
use super::{Link, LinkError, Problem, StateDir, files};

const KEY_FILE: &str = "tls.key.new";
const REQUEST_FILE: &str = "renew.csr";

/// Whether a third of the certificate's life or less is left.
pub fn is_due(certificate: &Certificate, now: DateTime<Utc>) -> bool {
    let life = certificate.not_after - certificate.not_before;
    certificate.not_after - now <= life / 3
}

/// Asks for a certificate for a fresh key and puts both in the place of the old ones. Interrupted, it carries on with the
/// same key.
pub async fn renew(state: &StateDir, link: &Link, api_url: &str) -> Result<Certificate, Problem> {
    // Left by an earlier renewal that was cut at its very end: it asks for a key that is the tablet's own by now, and what
    // is answered to it would never be a pair with the fresh one.
    if files::read(&state.file(KEY_FILE), 1)?.is_none() {
        files::remove(&state.file(REQUEST_FILE))?;
    }
    let request = state.make_request(KEY_FILE, REQUEST_FILE)?;
    let answer = link.post(&format!("{api_url}/v1/renew"), "application/pkcs10", request).await?;
    let unreadable = Problem::from(LinkError::Nonsense("a renewed certificate"));
    let Ok(chain) = ciborium::from_reader::<Vec<ByteBuf>, _>(answer.into_body()?.as_slice()) else {
        return Err(unreadable);
    };
    let ders: Vec<_> = chain.iter().map(|der| CertificateDer::from(der.to_vec())).collect();
    let Some(certificate) = state.pair(&ders, KEY_FILE)? else { return Err(unreadable) };
    state.store_chain(&chain.into_iter().map(ByteBuf::into_vec).collect::<Vec<_>>())?;
    files::replace(&state.file(KEY_FILE), &state.file("tls.key"))?;
    files::remove(&state.file(REQUEST_FILE))?;
    Ok(certificate)
}
