//! The last thing that a wiped tablet does: it tells so, and forgets who it was.

use std::fs;
use std::io::ErrorKind;

use super::{Link, Problem, StateDir, tls};

/// Tells the server that the wipe with this nonce was carried out. To be called when the store is gone; until the server
/// has answered, the identity stays, so that it can be told again.
pub async fn tell(state: &StateDir, nonce: [u8; 16]) -> Result<(), Problem> {
    let identity = state.load_identity()?.ok_or(Problem::Keys("there is no identity"))?;
    let certificate = identity.certificate.as_ref().ok_or(Problem::Keys("there is no certificate"))?;
    let link = Link::new(tls::mutual(&identity.enrolment.tls_authority, certificate)?)?;
    let body = serde_json::json!({ "nonce": hex::encode(nonce) }).to_string();
    let url = format!("{}/v1/wiped", identity.enrolment.api_url);
    link.post(&url, "application/json", body.into_bytes()).await?.into_body()?;
    Ok(())
}

/// Removes the identity and whatever was being fetched: the very end of a wipe.
pub fn forget_identity(state: &StateDir) -> Result<(), Problem> {
    match fs::remove_dir_all(state.path()) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Problem::file("the state folder", error)),
        _ => Ok(()),
    }
}
