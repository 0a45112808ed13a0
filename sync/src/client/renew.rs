//! A new certificate before the old one ends. A key in a file is renewed with it. A key in a device stays: nobody can have
//! copied it, a fresh one would only be another one of the same, and with one key there is no pair that a cut could part.

use chrono::{DateTime, Utc};
use rustls::pki_types::CertificateDer;
use serde_bytes::ByteBuf;

use super::identity::Certificate;
use super::{Link, LinkError, Problem, StateDir, files};

/// A renewed key until its certificate is stored.
pub(crate) const FRESH_KEY: &str = "tls.key.new";
const REQUEST_FILE: &str = "renew.csr";

/// Whether a third of the certificate's life or less is left.
pub fn is_due(certificate: &Certificate, now: DateTime<Utc>) -> bool {
    let life = certificate.not_after - certificate.not_before;
    certificate.not_after - now <= life / 3
}

/// Asks for a certificate for a fresh key and puts both in the place of the old ones; for a key in a device, asks for one
/// for the same key. Interrupted, it carries on with the same key.
pub async fn renew(state: &StateDir, link: &Link, api_url: &str) -> Result<Certificate, Problem> {
    let stays = state.is_tls_key_in_device()?;
    let key_file = if stays { state.tls_key_file()? } else { FRESH_KEY };
    // Left by an earlier renewal that was cut at its very end: it asks for a key that is the tablet's own by now, and what
    // is answered to it would never be a pair with the fresh one.
    if stays || files::read(&state.file(FRESH_KEY), 1)?.is_none() {
        files::remove(&state.file(REQUEST_FILE))?;
    }
    let request = state.make_request(key_file, REQUEST_FILE)?;
    let answer = link.post(&format!("{api_url}/v1/renew"), "application/pkcs10", request).await?;
    let unreadable = Problem::from(LinkError::Nonsense("a renewed certificate"));
    let Ok(chain) = ciborium::from_reader::<Vec<ByteBuf>, _>(answer.into_body()?.as_slice()) else {
        return Err(unreadable);
    };
    let ders: Vec<_> = chain.iter().map(|der| CertificateDer::from(der.to_vec())).collect();
    let Some(certificate) = state.pair(&ders, key_file)? else { return Err(unreadable) };
    state.store_chain(&chain.into_iter().map(ByteBuf::into_vec).collect::<Vec<_>>())?;
    if !stays {
        files::replace(&state.file(FRESH_KEY), &state.file(state.tls_key_file()?))?;
    }
    files::remove(&state.file(REQUEST_FILE))?;
    Ok(certificate)
}
