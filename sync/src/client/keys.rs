//! The tablet's two keys in its state folder, made once and kept: one signs checkpoints of the audit, one answers the
//! region's server.
//!
//! Where the tablet has a device that holds keys, both are made in it, and their files (`tablet.tpm`, `tls.tpm`) are blobs
//! of use to that device alone; else they are files themselves (`tablet.key`, `tls.key`). What is there already stays what
//! it is: a tablet that was enrolled with keys in files goes on with them until it is enrolled anew.

use std::sync::Arc;

use kakari_record::audit::{TabletKey, TabletSigner};
use kakari_record::device_key::{DeviceKey, DeviceKeyError};
use rcgen::{CertificateParams, CertificateSigningRequest, KeyPair, PKCS_ECDSA_P256_SHA256};
use ring::rand::SystemRandom;
use ring::signature::Ed25519KeyPair;
use rustls::pki_types::{PrivateKeyDer, pem::PemObject};
use rustls::sign::SigningKey;
use zeroize::Zeroizing;

use super::device_tls::{DeviceTlsKey, RequestKey};
use super::patient::Patient;
use super::{Problem, StateDir, files, tls};

const MAX_LEN: u64 = 64 * 1024;
const TABLET_FILE: &str = "tablet.key";
const TABLET_DEVICE: &str = "tablet.tpm";
const TLS_FILE: &str = "tls.key";
const TLS_DEVICE: &str = "tls.tpm";

impl StateDir {
    /// The file of the TLS key: the one that is there, else the one that will be.
    pub(crate) fn tls_key_file(&self) -> Result<&'static str, Problem> {
        self.choose(TLS_DEVICE, TLS_FILE)
    }

    /// Whether the TLS key lies in a device, where it stays for good.
    pub(crate) fn is_tls_key_in_device(&self) -> Result<bool, Problem> {
        self.has(TLS_DEVICE)
    }

    /// The certificate request (DER) for the key in `key_file`; both are made and stored first when there are none, so that
    /// they stay the same however often the request is sent.
    pub(crate) fn make_request(&self, key_file: &str, request_file: &str) -> Result<Vec<u8>, Problem> {
        let path = self.file(request_file);
        if let Some(request) = files::read(&path, MAX_LEN)? {
            return Ok(request);
        }
        let request = match key_file {
            TLS_DEVICE => request_by_device(self.make_device_key(key_file)?)?,
            _ => {
                let key = self.make_tls_key(key_file)?;
                CertificateParams::default().serialize_request(&key).map_err(|_| NO_REQUEST)?
            }
        };
        files::write_private(&path, request.der())?;
        Ok(request.der().to_vec())
    }

    /// The key in `file` as TLS asks for it; none when there is no such file, or no TLS key in it.
    pub(crate) fn load_tls_key(&self, file: &str) -> Result<Option<Arc<dyn SigningKey>>, Problem> {
        let Some(bytes) = files::read(&self.file(file), MAX_LEN)?.map(Zeroizing::new) else { return Ok(None) };
        if file == TLS_DEVICE {
            return Ok(Some(Arc::new(DeviceTlsKey(self.load_device_key(&bytes)?))));
        }
        let key = PrivateKeyDer::from_pem_slice(&bytes).map_err(|_| Problem::Keys("the TLS key is unreadable"))?;
        Ok(tls::provider().key_provider.load_private_key(key).ok())
    }

    /// The key that signs the audit's checkpoints; made and stored first when there is none.
    pub fn make_tablet_key(&self) -> Result<TabletSigner, Problem> {
        let file = self.choose(TABLET_DEVICE, TABLET_FILE)?;
        if file == TABLET_DEVICE {
            return Ok(TabletSigner::Device(self.make_device_key(file)?));
        }
        let bytes = match files::read(&self.file(file), MAX_LEN)? {
            Some(bytes) => Zeroizing::new(bytes),
            None => {
                let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
                let made = made.map_err(|_| Problem::Keys("no random bytes"))?;
                files::write_private(&self.file(file), made.as_ref())?;
                Zeroizing::new(made.as_ref().to_vec())
            }
        };
        let key = Ed25519KeyPair::from_pkcs8(&bytes).map_err(|_| Problem::Keys("the tablet's key is unreadable"))?;
        Ok(TabletSigner::File(Arc::new(key)))
    }

    /// Its public half; none before it was made.
    pub fn tablet_public_key(&self) -> Result<Option<TabletKey>, Problem> {
        let there = self.has(TABLET_DEVICE)? || self.has(TABLET_FILE)?;
        there.then(|| Ok(self.make_tablet_key()?.public_key())).transpose()
    }

    /// Whether both keys lie in a device: nobody can copy them off the tablet.
    pub fn are_keys_in_device(&self) -> Result<bool, Problem> {
        Ok(self.has(TABLET_DEVICE)? && self.has(TLS_DEVICE)?)
    }

    /// What is there goes before what would be made now.
    fn choose(&self, in_device: &'static str, in_file: &'static str) -> Result<&'static str, Problem> {
        let device = self.has(in_device)? || !self.has(in_file)? && self.devices.is_some();
        Ok(if device { in_device } else { in_file })
    }

    fn has(&self, file: &str) -> Result<bool, Problem> {
        self.file(file).try_exists().map_err(|source| Problem::file(file, source))
    }

    /// The key whose blob is in `file`; made and stored first when there is none.
    fn make_device_key(&self, file: &str) -> Result<Arc<dyn DeviceKey>, Problem> {
        if let Some(blob) = files::read(&self.file(file), MAX_LEN)? {
            return self.load_device_key(&blob);
        }
        let blob = self.devices.as_ref().ok_or_else(no_device)?.make()?;
        let key = self.load_device_key(&blob)?;
        files::write_private(&self.file(file), &blob)?;
        Ok(key)
    }

    fn load_device_key(&self, blob: &[u8]) -> Result<Arc<dyn DeviceKey>, Problem> {
        let devices = self.devices.as_ref().ok_or_else(no_device)?;
        Ok(Arc::new(Patient::new(devices.load(blob)?)))
    }

    fn make_tls_key(&self, file: &str) -> Result<KeyPair, Problem> {
        let path = self.file(file);
        if let Some(bytes) = files::read(&path, MAX_LEN)? {
            let text = Zeroizing::new(String::from_utf8(bytes).unwrap_or_default());
            return KeyPair::from_pem(&text).map_err(|_| Problem::Keys("the TLS key is unreadable"));
        }
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(|_| Problem::Keys("no random bytes"))?;
        files::write_private(&path, Zeroizing::new(key.serialize_pem()).as_bytes())?;
        Ok(key)
    }
}

const NO_REQUEST: Problem = Problem::Keys("certificate request");

fn request_by_device(key: Arc<dyn DeviceKey>) -> Result<CertificateSigningRequest, Problem> {
    let key = RequestKey::new(key);
    match CertificateParams::default().serialize_request(&key) {
        Ok(request) => Ok(request),
        Err(_) => Err(key.into_failure().map_or(NO_REQUEST, Problem::from)),
    }
}

fn no_device() -> Problem {
    DeviceKeyError::Device("it is switched off in the configuration, or not there".to_owned()).into()
}
