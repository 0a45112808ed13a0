//! Who is spoken to: TLS 1.3 with ring, the region's own authority and no other, and the tablet's certificate.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kakari_record::device_key::DeviceKeyError;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ResolvesClientCert, Resumption, WebPkiServerVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme};

use super::identity::Certificate;
use super::{LinkError, Problem, TlsFault};

/// The one crypto of the network.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// Connections to the region's server as the tablet with this certificate. The server must be certified by `authority`
/// (DER) and ask for the tablet's certificate, as the region's server does: one that does not is another.
pub fn mutual(authority: &[u8], certificate: &Certificate) -> Result<ClientConfig, Problem> {
    let asked = Arc::new(AtomicBool::new(false));
    let verifier = AskingServer { inner: of_authority(authority)?, asked: asked.clone() };
    let answer = Answer { key: certificate.key(), asked };
    let config = builder()?.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
    Ok(finish(config.with_client_cert_resolver(Arc::new(answer))))
}

/// Connections without a certificate to whoever `verifier` takes.
pub(crate) fn unnamed(verifier: Arc<dyn ServerCertVerifier>) -> Result<ClientConfig, Problem> {
    Ok(finish(builder()?.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()))
}

/// Takes servers certified by `authority` (DER), in their time, under their name.
pub(crate) fn of_authority(authority: &[u8]) -> Result<Arc<WebPkiServerVerifier>, Problem> {
    let mut roots = RootCertStore::empty();
    let unreadable = Problem::Keys("the region's TLS authority is unreadable");
    if roots.add(CertificateDer::from(authority.to_vec())).is_err() {
        return Err(unreadable);
    }
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build().map_err(|_| unreadable)
}

fn builder() -> Result<rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>, Problem> {
    ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|_| Problem::Keys("TLS 1.3 is not there"))
}

/// Every connection is verified whole: none resumes an earlier one.
fn finish(mut config: ClientConfig) -> ClientConfig {
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config.resumption = Resumption::disabled();
    config
}

/// Gives the tablet's certificate and notes that it was asked for. A server asks before it shows its own.
#[derive(Debug)]
struct Answer {
    key: Arc<CertifiedKey>,
    asked: Arc<AtomicBool>,
}

/// Takes only servers that have asked.
#[derive(Debug)]
struct AskingServer {
    inner: Arc<WebPkiServerVerifier>,
    asked: Arc<AtomicBool>,
}

/// The server did not ask.
#[derive(Debug, thiserror::Error)]
#[error("no certificate request")]
struct NotAsked;

/// Another certificate than the one that was seen before.
#[derive(Debug, thiserror::Error)]
#[error("not the certificate that was seen before")]
pub(crate) struct OtherThanSeen;

impl ResolvesClientCert for Answer {
    fn resolve(&self, _hints: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.asked.store(true, Ordering::SeqCst);
        Some(self.key.clone())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

impl ServerCertVerifier for AskingServer {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let asked = self.asked.swap(false, Ordering::SeqCst);
        let verified = self.inner.verify_server_cert(end_entity, intermediates, name, ocsp, now)?;
        if asked { Ok(verified) } else { Err(Error::Other(OtherError(Arc::new(NotAsked)))) }
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("TLS 1.2 is not spoken".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &ring::default_provider().signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// That the tablet's own key did not sign, if it was that.
pub(crate) fn device_failure_of(error: &(dyn std::error::Error + 'static)) -> Option<DeviceKeyError> {
    causes(error).find_map(|cause| match cause.downcast_ref::<Error>()? {
        Error::Other(OtherError(own)) => own.downcast_ref::<DeviceKeyError>().cloned(),
        _ => None,
    })
}

/// What an error of a request says about the TLS peer, if it is about that.
pub(crate) fn fault_of(error: &(dyn std::error::Error + 'static)) -> Option<LinkError> {
    let tls = causes(error).find_map(|cause| cause.downcast_ref::<Error>())?;
    let fault = match tls {
        Error::InvalidCertificate(certificate) => fault_of_certificate(certificate),
        Error::PeerIncompatible(_) => TlsFault::OldTls,
        Error::AlertReceived(alert) => match alert {
            rustls::AlertDescription::ProtocolVersion => TlsFault::OldTls,
            rustls::AlertDescription::HandshakeFailure => TlsFault::Handshake,
            _ => return Some(LinkError::NotAdmitted),
        },
        Error::InvalidMessage(_) => TlsFault::NoTls,
        Error::Other(OtherError(other)) if other.is::<NotAsked>() => TlsFault::AsksForNoCertificate,
        Error::Other(OtherError(other)) if other.is::<OtherThanSeen>() => TlsFault::NotAsInvited,
        _ => TlsFault::Handshake,
    };
    Some(LinkError::NotTheServer(fault))
}

fn fault_of_certificate(error: &rustls::CertificateError) -> TlsFault {
    use rustls::CertificateError as C;
    match error {
        C::Expired | C::ExpiredContext { .. } => TlsFault::Expired,
        C::NotValidYet | C::NotValidYetContext { .. } => TlsFault::NotYetValid,
        C::NotValidForName | C::NotValidForNameContext { .. } => TlsFault::OtherName,
        C::InvalidPurpose | C::InvalidPurposeContext { .. } => TlsFault::NotAServer,
        C::Other(OtherError(other)) if other.is::<OtherThanSeen>() => TlsFault::NotAsInvited,
        _ => TlsFault::OtherAuthority,
    }
}

/// An error and everything below it; `io::Error` hides what it wraps from `source`.
pub(crate) fn causes<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| {
        match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(wrapped) => Some(wrapped as &(dyn std::error::Error + 'static)),
            None => error.source(),
        }
    })
}
