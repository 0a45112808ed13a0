//! A region's TLS authority, and certificates that are right or wrong in one thing.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, CertifiedIssuer, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, SanType, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// How long every tablet's certificate has been valid: twenty months.
const AGE_DAYS: i64 = 600;

pub(crate) struct Authority {
    pub(crate) issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate with its chain, and the key.
pub(crate) struct Leaf {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: PrivateKeyDer<'static>,
}

impl Authority {
    pub(crate) fn make(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Self { issuer: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap() }
    }

    pub(crate) fn der(&self) -> Vec<u8> {
        self.issuer.der().to_vec()
    }

    /// What a server of the region shows: its certificate and the authority's.
    pub(crate) fn server(&self) -> Leaf {
        self.leaf(server_params())
    }

    pub(crate) fn leaf(&self, params: CertificateParams) -> Leaf {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let chain = vec![certificate.der().clone(), self.issuer.der().clone()];
        Leaf { chain, key: PrivateKeyDer::try_from(key.serialize_der()).unwrap() }
    }

    /// The tablet's certificate for its request, valid for [`AGE_DAYS`] already and for so many days from now: the server
    /// measures it by the real clock.
    pub(crate) fn sign(&self, csr: &[u8], days_left: i64) -> Vec<u8> {
        let mut request = CertificateSigningRequestParams::from_der(&csr.to_vec().into()).unwrap();
        request.params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        request.params.subject_alt_names = vec![SanType::URI("urn:kakari:tablet:t-1".try_into().unwrap())];
        let after = |days| date_time_ymd(1970, 1, 1) + in_days(days);
        (request.params.not_before, request.params.not_after) = (after(-AGE_DAYS), after(days_left));
        request.signed_by(&self.issuer).unwrap().der().to_vec()
    }
}

/// From 1970 to so many days from now.
fn in_days(days: i64) -> Duration {
    let moment = Utc::now() + TimeDelta::days(days);
    Duration::from_secs(moment.timestamp().unsigned_abs())
}

pub(crate) fn server_params() -> CertificateParams {
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.distinguished_name.push(DnType::CommonName, "server");
    params
}
