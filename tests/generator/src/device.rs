//! A device that holds keys, played in memory: it signs as a TPM does, and it can be taken away.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use kakari_record::device_key::{DeviceKey, DeviceKeyError, DeviceKeys};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};

/// The device. Clones are the same one.
#[derive(Clone, Default)]
pub struct PlayedDevice(Arc<Inside>);

#[derive(Default)]
struct Inside {
    gone: AtomicBool,
    asked: AtomicUsize,
}

/// A key in it.
struct PlayedKey {
    device: PlayedDevice,
    key: EcdsaKeyPair,
}

impl PlayedDevice {
    /// One that works.
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on it answers nothing, or everything again.
    pub fn be_gone(&self, gone: bool) {
        self.0.gone.store(gone, Ordering::SeqCst);
    }

    /// How often it was asked to sign.
    pub fn asked(&self) -> usize {
        self.0.asked.load(Ordering::SeqCst)
    }

    /// A fresh key.
    pub fn key(&self) -> Result<Arc<dyn DeviceKey>, DeviceKeyError> {
        self.load(&self.make()?)
    }

    fn answers(&self) -> Result<(), DeviceKeyError> {
        let gone = self.0.gone.load(Ordering::SeqCst);
        if gone { Err(failed("it was taken away")) } else { Ok(()) }
    }
}

impl DeviceKeys for PlayedDevice {
    fn make(&self) -> Result<Vec<u8>, DeviceKeyError> {
        self.answers()?;
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        made.map(|made| made.as_ref().to_vec()).map_err(|_| failed("no random bytes"))
    }

    fn load(&self, blob: &[u8]) -> Result<Arc<dyn DeviceKey>, DeviceKeyError> {
        self.answers()?;
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, blob, &SystemRandom::new());
        let key = key.map_err(|_| failed("not a key of this device"))?;
        Ok(Arc::new(PlayedKey { device: self.clone(), key }))
    }
}

impl DeviceKey for PlayedKey {
    fn public_point(&self) -> [u8; 65] {
        let mut point = [0; 65];
        point.copy_from_slice(self.key.public_key().as_ref());
        point
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], DeviceKeyError> {
        self.device.0.asked.fetch_add(1, Ordering::SeqCst);
        self.device.answers()?;
        let signed = self.key.sign(&SystemRandom::new(), message).map_err(|_| DeviceKeyError::NoSignature)?;
        signed.as_ref().try_into().map_err(|_| DeviceKeyError::NoSignature)
    }
}

fn failed(why: &str) -> DeviceKeyError {
    DeviceKeyError::Device(why.to_owned())
}
