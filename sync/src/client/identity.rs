//! Who the tablet is to the region: its keys, its certificate, and what it was told when it was enrolled.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use kakari_record::device_key::DeviceKeys;
use kakari_record::seal::{FeedId, Point};
use kakari_store::Facts;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use rustls::sign::CertifiedKey;
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer;

use super::renew::FRESH_KEY;
use super::{Problem, files};
use crate::cbor;
use crate::enrol::Enrolment;

const FORM: u8 = 1;
/// What the region told; while it is there, the tablet belongs to one.
pub(super) const ENROLMENT: &str = "enrolment.cbor";
const MAX_LEN: u64 = 256 * 1024;
const ENROLMENT_LEN: usize = 256 * 1024;

/// The folder of everything that makes the tablet one of a region, for its owner alone (0700).
#[derive(Clone)]
pub struct StateDir {
    path: PathBuf,
    /// Where new keys are made, and where those lie that were made there.
    pub(super) devices: Option<Arc<dyn DeviceKeys>>,
}

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
    key: Arc<CertifiedKey>,
    /// From when it is valid.
    pub not_before: DateTime<Utc>,
    /// Until when it is valid.
    pub not_after: DateTime<Utc>,
}

impl StateDir {
    /// The folder at `path`, made when there is none. Its keys lie in files.
    pub fn make(path: &Path) -> Result<Self, Problem> {
        files::make_private_dir(path)?;
        Ok(Self { path: path.into(), devices: None })
    }

    /// The same on a tablet that has a device for keys: those that are yet to be made are made there.
    #[must_use]
    pub fn with_devices(self, devices: Option<Arc<dyn DeviceKeys>>) -> Self {
        Self { devices, ..self }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where objects lie while they are fetched.
    pub fn partial_dir(&self) -> PathBuf {
        self.path.join("partial")
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The identity, if the tablet is enrolled.
    pub fn load_identity(&self) -> Result<Option<Identity>, Problem> {
        let Some(bytes) = files::read(&self.file(ENROLMENT), MAX_LEN)? else { return Ok(None) };
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
        files::write_private(&self.file(ENROLMENT), &cbor::encode(FORM, enrolment))
    }

    /// Stores a chain of certificates (DER) beside the key.
    pub(crate) fn store_chain(&self, chain: &[Vec<u8>]) -> Result<(), Problem> {
        let pems: Vec<_> = chain.iter().map(|der| pem::Pem::new("CERTIFICATE", der.clone())).collect();
        files::write_private(&self.file("tls.crt"), pem::encode_many(&pems).as_bytes())
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
        let own = self.tls_key_file()?;
        if let Some(certificate) = self.pair(&chain, own)? {
            return Ok(Some(certificate));
        }
        // A key in a device is the same for every certificate: only keys in files are renewed with it.
        let renewed = self.pair(&chain, FRESH_KEY)?;
        if renewed.is_some() {
            files::replace(&self.file(FRESH_KEY), &self.file(own))?;
        }
        renewed.map(Some).ok_or(Problem::Keys("the certificate is not for the TLS key"))
    }

    /// The chain with the key in `file`, if they belong together.
    pub(crate) fn pair(&self, chain: &[CertificateDer<'static>], file: &str) -> Result<Option<Certificate>, Problem> {
        let Some(key) = self.load_tls_key(file)? else { return Ok(None) };
        let pair = CertifiedKey::new(chain.to_vec(), key);
        if pair.keys_match().is_err() {
            return Ok(None);
        }
        let first = chain.first().ok_or(Problem::Keys("there is no certificate"))?;
        let (not_before, not_after) = validity(first).ok_or(Problem::Keys("the certificate is unreadable"))?;
        Ok(Some(Certificate { key: Arc::new(pair), not_before, not_after }))
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
    pub(crate) fn key(&self) -> Arc<CertifiedKey> {
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

impl fmt::Debug for StateDir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StateDir({}, device: {})", self.path.display(), self.devices.is_some())
    }
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
