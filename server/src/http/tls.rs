//! TLS of the two listeners: 1.3 and nothing else, ring, and no certificate authority but the region's own.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoServerSessionStorage, VerifierBuilderError, WebPkiClientVerifier};
use rustls::{RootCertStore, ServerConfig, crypto::ring, version::TLS13};

use crate::keys::ServerCertificate;

/// The listeners cannot be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The server's certificate and key do not go together, or the authority's certificate cannot be read.
    #[error("TLS cannot be set up: {0}")]
    Rustls(#[from] rustls::Error),
    /// Client certificates cannot be checked with this authority.
    #[error("client certificates cannot be checked: {0}")]
    Verifier(#[from] VerifierBuilderError),
}

/// TLS of the main listener: nobody without a certificate that `authority` issued for a client.
pub(crate) fn mutual(
    server: &ServerCertificate,
    authority: &CertificateDer<'static>,
) -> Result<Arc<ServerConfig>, TlsError> {
    let mut roots = RootCertStore::empty();
    roots.add(authority.clone())?;
    let provider = Arc::new(ring::default_provider());
    let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build()?;
    configure(server, clients)
}

/// TLS of the enrolment listener: the tablet has no certificate yet, and none is asked for.
pub(crate) fn enrolment(server: &ServerCertificate) -> Result<Arc<ServerConfig>, TlsError> {
    configure(server, WebPkiClientVerifier::no_client_auth())
}

/// A resumed session would not show its certificate again, so none is resumed.
fn configure(server: &ServerCertificate, clients: Arc<dyn ClientCertVerifier>) -> Result<Arc<ServerConfig>, TlsError> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&TLS13])?
        .with_client_cert_verifier(clients)
        .with_single_cert(server.chain.clone(), server.key.clone_key())?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(Arc::new(config))
}
