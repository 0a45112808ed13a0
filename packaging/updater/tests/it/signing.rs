//! Release keys and signed releases.

use std::fs;
use std::path::Path;

use kakari_sync::{ObjectRef, Release, SignedRelease};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};

pub(crate) fn key() -> Ed25519KeyPair {
    let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("random");
    Ed25519KeyPair::from_pkcs8(made.as_ref()).expect("a key")
}

pub(crate) fn write_keys(path: &Path, threshold: usize, keys: &[&Ed25519KeyPair]) {
    let keys: Vec<String> = keys.iter().map(|key| format!("\"{}\"", hex::encode(key.public_key().as_ref()))).collect();
    fs::write(path, format!("threshold = {threshold}\nkeys = [{}]\n", keys.join(", "))).expect("written");
}

/// This machine, as Debian names it.
pub(crate) fn own() -> &'static str {
    if std::env::consts::ARCH == "aarch64" { "arm64" } else { "amd64" }
}

pub(crate) fn release(version: &str, package: &[u8]) -> Release {
    Release {
        version: version.to_owned(),
        architecture: own().to_owned(),
        package: ObjectRef::of(package),
        store_schema: 7,
        oldest: "1.0.0".to_owned(),
        made_at: "2026-11-21T00:00:00Z".parse().expect("a time"),
    }
}

pub(crate) fn signed(release: &Release, keys: &[&Ed25519KeyPair]) -> Vec<u8> {
    let mut signed = SignedRelease::of(release);
    keys.iter().for_each(|key| signed.sign(key));
    signed.encode()
}
