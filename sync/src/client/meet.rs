//! Meeting the enrolment server, of which a tablet may know nothing yet but an address.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::verify_tls13_signature;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme};

use super::tls::OtherThanSeen;
use super::{Link, LinkError, Problem, TlsFault, tls};
use crate::Sha256;
use crate::enrol::Pins;

/// The enrolment server, and its certificate as this tablet saw it.
pub(super) struct Server {
    pub(super) url: String,
    pub(super) link: Link,
    pub(super) certificate: Vec<u8>,
}

/// Which server is spoken to.
pub(super) enum Meeting<'a> {
    /// Anybody, when the invitation was typed: what is said is bound to the certificate. With pins, only a server whose
    /// chain shows the invitation's authority and is certified by it.
    Invited(Option<Pins>),
    /// One that this authority (DER) certified.
    Authority(&'a [u8]),
}

impl Server {
    /// Looks at the server's certificate on a connection that is broken off before anything is said, then speaks only to
    /// a server with that one.
    pub(super) async fn meet(url: &str, meeting: Meeting<'_>) -> Result<Self, Problem> {
        let url = url.trim_end_matches('/').to_owned();
        let seen = Arc::new(Mutex::new(None));
        let look = Link::new(tls::unnamed(Arc::new(Look { seen: seen.clone() }))?)?;
        let looked = look.get(&url, None, 0).await;
        let chain = seen.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(chain): Option<Vec<Vec<u8>>> = chain else {
            return Err(looked.err().unwrap_or(LinkError::Unreachable.into()));
        };
        let certificate = chain.first().cloned().unwrap_or_default();
        let authority = match meeting {
            Meeting::Authority(authority) => Some(authority.to_vec()),
            Meeting::Invited(None) => None,
            Meeting::Invited(Some(pins)) => {
                let shown = chain.into_iter().find(|der| Sha256::of(der) == pins.tls_authority);
                Some(shown.ok_or(Problem::from(LinkError::NotTheServer(TlsFault::NotAsInvited)))?)
            }
        };
        let of = authority.map(|authority| tls::of_authority(&authority)).transpose()?;
        let only = Only { certificate: certificate.clone(), of };
        Ok(Self { url, link: Link::new(tls::unnamed(Arc::new(only))?)?, certificate })
    }
}

/// Sees a chain and breaks off.
#[derive(Debug)]
struct Look {
    seen: Arc<Mutex<Option<Vec<Vec<u8>>>>>,
}

/// Takes the one certificate that was seen.
#[derive(Debug)]
struct Only {
    certificate: Vec<u8>,
    of: Option<Arc<WebPkiServerVerifier>>,
}

impl ServerCertVerifier for Look {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let chain = std::iter::once(end_entity).chain(intermediates).map(|der| der.to_vec()).collect();
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(chain);
        Err(CertificateError::ApplicationVerificationFailure.into())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(CertificateError::ApplicationVerificationFailure.into())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(CertificateError::ApplicationVerificationFailure.into())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        tls::provider().signature_verification_algorithms.supported_schemes()
    }
}

impl ServerCertVerifier for Only {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if end_entity.as_ref() != self.certificate {
            return Err(CertificateError::Other(OtherError(Arc::new(OtherThanSeen))).into());
        }
        match &self.of {
            Some(of) => of.verify_server_cert(end_entity, intermediates, name, ocsp, now),
            None => Ok(ServerCertVerified::assertion()),
        }
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
        verify_tls13_signature(message, cert, dss, &tls::provider().signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        tls::provider().signature_verification_algorithms.supported_schemes()
    }
}
