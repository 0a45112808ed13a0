//! Who the tablet is to the region: its keys, its certificate, and what it was told when it was enrolled.

use std::fmt;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use kakari_record::seal::{FeedId, Point};
use kakari_store::Facts;
use rcgen::{CertificateParams, PKCS_ECDSA_P256_SHA256};
use ring::rand::SystemRandom;
use ring::signature::Ed25519KeyPair;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use rustls::sign::CertifiedKey;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;
use zeroize::Zeroizing;

use super::{Problem, files, tls};
use crate::cbor;
use crate::enrol::Enrolment;

const FORM: u8 = 1;
const MAX_LEN: u64 = 256 * 1024;
const ENROLMENT_LEN: usize = 256 * 1024;

/// The folder of everything that makes the tablet one of a region, for its owner alone (0700).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateDir(PathBuf);

/// An enrolled tablet: what is in its [`StateDir`].
#[derive(Clone)]
pub struct Identity {
    /// What the region told.
    pub enrolment: Enrolment,
    /// Its TLS key and certificates; none while it was enrolled from a USB bundle and has not met the server yet.
    pub certificate: Option<Certificate>,
}

/// A certificate with its key.
#[derive(Clone)]
pub struct Certificate {
    key: std::sync::Arc<CertifiedKey>,
    /// From when it is valid.
    pub not_before: DateTime<Utc>,
    /// Until when it is valid.
    pub not_after: DateTime<Utc>,
}

impl StateDir {
    /// The folder at `path`, made when there is none.
    pub fn make(path: &Path) -> Result<Self, Problem> {
        files::make_private_dir(path)?;
        Ok(Self(path.into()))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Where objects lie while they are fetched.
    pub fn partial_dir(&self) -> PathBuf {
        self.0.join("partial")
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The identity, if the tablet is enrolled.
    pub fn load_identity(&self) -> Result<Option<Identity>, Problem> {
        let Some(bytes) = files::read(&self.file("enrolment.cbor"), MAX_LEN)? else { return Ok(None) };
        let enrolment =
            cbor::decode(FORM, &bytes, ENROLMENT_LEN).map_err(|_| Problem::Keys("the enrolment is unreadable"))?;
        Ok(Some(Identity { enrolment, certificate: self.load_certificate()? }))
    }

    /// Stores what the region told. The certificates in it are stored first, so that an enrolment is never without them.
    pub(crate) fn store_enrolment(&self, enrolment: &Enrolment) -> Result<(), Problem> {
        if !enrolment.certificates.is_empty() {
            let chain: Vec<_> = enrolment.certificates.iter().map(|der| der.to_vec()).collect();
            self.store_chain(&chain)?;
        }
        files::write_private(&self.file("enrolment.cbor"), &cbor::encode(FORM, enrolment))
    }

    /// Stores a chain of certificates (DER) beside the key.
    pub(crate) fn store_chain(&self, chain: &[Vec<u8>]) -> Result<(), Problem> {
        let pems: Vec<_> = chain.iter().map(|der| pem::Pem::new("CERTIFICATE", der.clone())).collect();
        files::write_private(&self.file("tls.crt"), pem::encode_many(&pems).as_bytes())
    }

    /// The TLS key in PEM; made and stored first when there is none.
    pub(crate) fn make_tls_key(&self, file: &str) -> Result<rcgen::KeyPair, Problem> {
        let path = self.file(file);
        if let Some(bytes) = files::read(&path, MAX_LEN)? {
            let text = Zeroizing::new(String::from_utf8(bytes).unwrap_or_default());
            return rcgen::KeyPair::from_pem(&text).map_err(|_| Problem::Keys("the TLS key is unreadable"));
        }
        let key =
            rcgen::KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(|_| Problem::Keys("no random bytes"))?;
        files::write_private(&path, Zeroizing::new(key.serialize_pem()).as_bytes())?;
        Ok(key)
    }

    /// The certificate request for the key in `file` (DER); made and stored first when there is none, so that it stays
    /// the same however often it is sent.
    pub(crate) fn make_request(&self, key_file: &str, request_file: &str) -> Result<Vec<u8>, Problem> {
        let path = self.file(request_file);
        if let Some(request) = files::read(&path, MAX_LEN)? {
            return Ok(request);
        }
        let key = self.make_tls_key(key_file)?;
        let params = CertificateParams::default();
        let request = params.serialize_request(&key).map_err(|_| Problem::Keys("certificate request"))?;
        files::write_private(&path, request.der())?;
        Ok(request.der().to_vec())
    }

    /// The tablet's Ed25519 key, which signs its audit checkpoints; made and stored first when there is none.
    pub fn make_tablet_key(&self) -> Result<Ed25519KeyPair, Problem> {
        let path = self.file("tablet.key");
        let bytes = match files::read(&path, MAX_LEN)? {
            Some(bytes) => Zeroizing::new(bytes),
            None => {
                let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
                let made = made.map_err(|_| Problem::Keys("no random bytes"))?;
                files::write_private(&path, made.as_ref())?;
                Zeroizing::new(made.as_ref().to_vec())
            }
        };
        Ed25519KeyPair::from_pkcs8(&bytes).map_err(|_| Problem::Keys("the tablet's key is unreadable"))
    }

    /// When the tablet's certificate ends; none while there is none. Reads no key.
    pub fn certificate_end(&self) -> Result<Option<DateTime<Utc>>, Problem> {
        let Some(chain) = files::read(&self.file("tls.crt"), MAX_LEN)? else { return Ok(None) };
        let unreadable = Problem::Keys("the certificate is unreadable");
        let Ok(first) = CertificateDer::from_pem_slice(&chain) else { return Err(unreadable) };
        validity(&first).map(|(_, end)| Some(end)).ok_or(unreadable)
    }

    /// Certificate and key that belong together. A renewal that was interrupted between its two files is completed.
    fn load_certificate(&self) -> Result<Option<Certificate>, Problem> {
        let Some(chain) = files::read(&self.file("tls.crt"), MAX_LEN)? else { return Ok(None) };
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&chain)
            .collect::<Result<_, _>>()
            .map_err(|_| Problem::Keys("the certificate is unreadable"))?;
        if let Some(certificate) = self.pair(&chain, "tls.key")? {
            return Ok(Some(certificate));
        }
        let renewed = self.pair(&chain, "tls.key.new")?;
        if renewed.is_some() {
            files::replace(&self.file("tls.key.new"), &self.file("tls.key"))?;
        }
        renewed.map(Some).ok_or(Problem::Keys("the certificate is not for the TLS key"))
    }

    /// The chain with the key in `file`, if they belong together.
    pub(crate) fn pair(&self, chain: &[CertificateDer<'static>], file: &str) -> Result<Option<Certificate>, Problem> {
        let Some(text) = files::read(&self.file(file), MAX_LEN)?.map(Zeroizing::new) else { return Ok(None) };
        let key = PrivateKeyDer::from_pem_slice(&text).map_err(|_| Problem::Keys("the TLS key is unreadable"))?;
        let pair = CertifiedKey::from_der(chain.to_vec(), key, &tls::provider()).ok();
        let Some(key) = pair.filter(|pair| pair.keys_match().is_ok()) else { return Ok(None) };
        let first = chain.first().ok_or(Problem::Keys("there is no certificate"))?;
        let (not_before, not_after) = validity(first).ok_or(Problem::Keys("the certificate is unreadable"))?;
        Ok(Some(Certificate { key: std::sync::Arc::new(key), not_before, not_after }))
    }
}

impl Identity {
    /// The region's feed.
    pub const fn feed(&self) -> FeedId {
        FeedId::from_bytes(self.enrolment.feed)
    }

    /// The facts for this tablet's store, which holds no records yet.
    pub fn facts(&self) -> Result<Facts, Problem> {
        let authority = Point::try_from(self.enrolment.card_authority.as_slice());
        Ok(Facts {
            feed: self.feed(),
            region_key: self.enrolment.region_key,
            card_authority: authority.map_err(|_| Problem::Keys("the card authority is no P-256 key"))?,
            training: self.enrolment.training,
            records: 0,
            synced_at: None,
        })
    }
}

impl Certificate {
    pub(crate) fn key(&self) -> std::sync::Arc<CertifiedKey> {
        self.key.clone()
    }

    /// Days until it ends, rounded down; negative after.
    pub fn days_left(&self, now: DateTime<Utc>) -> i64 {
        (self.not_after - now).num_seconds().div_euclid(86_400)
    }
}

/// From when until when a certificate (DER) is valid.
pub(crate) fn validity(der: &[u8]) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let validity = certificate.validity();
    let at = |time: x509_parser::time::ASN1Time| DateTime::from_timestamp(time.timestamp(), 0);
    Some((at(validity.not_before)?, at(validity.not_after)?))
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({} of {})", self.enrolment.tablet, self.enrolment.region)
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate(until {})", self.not_after)
    }
}
