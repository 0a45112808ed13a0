//! The server key: opens every other key, and lies in a file of its own.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::KeyError;

const FORM: u8 = 1;
/// Separates these seals from every other use of the key.
const CONTEXT: &[u8] = b"kakari server key v1\0";

/// AES-256-GCM under 32 random bytes. Wiped on drop, never printed.
#[derive(Clone)]
pub struct ServerKey(Zeroizing<[u8; 32]>);

impl ServerKey {
    /// A fresh random key, written to a new file that only its owner can read.
    pub fn make_at(path: &Path) -> Result<Self, KeyError> {
        let mut key = Zeroizing::new([0; 32]);
        SystemRandom::new().fill(&mut *key).map_err(|_| KeyError::NoRandom)?;
        let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).and_then(|mut file| {
            file.write_all(&*key)?;
            file.sync_all()
        });
        written.map_err(|source| KeyError::File { path: path.into(), source })?;
        Ok(Self(key))
    }

    /// Reads the key from its file. One that others can read is refused.
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        let failed = |source| KeyError::File { path: path.into(), source };
        let file = File::open(path).map_err(failed)?;
        if file.metadata().map_err(failed)?.permissions().mode() & 0o077 != 0 {
            return Err(KeyError::Exposed(path.into()));
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(64));
        file.take(64).read_to_end(&mut bytes).map_err(failed)?;
        let key = bytes.as_slice().try_into().map_err(|_| KeyError::Length(path.into()))?;
        Ok(Self(Zeroizing::new(key)))
    }

    /// The key itself, to tell it from others without saying anything about it.
    pub(crate) fn expose(&self) -> &[u8] {
        &*self.0
    }

    /// Seals `secret` under `name`: form (1), nonce (12), ciphertext and tag.
    pub fn seal(&self, name: &str, secret: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).map_err(|_| KeyError::NoRandom)?;
        let mut sealed = [[FORM].as_slice(), &nonce].concat();
        let mut body = secret.to_vec();
        let tag = self.cipher().seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(associated(name)),
            &mut body,
        );
        sealed.extend_from_slice(&body);
        sealed.extend_from_slice(tag.map_err(|_| KeyError::NoRandom)?.as_ref());
        Ok(sealed)
    }

    /// Opens what [`ServerKey::seal`] sealed under this name, and under no other.
    pub fn open(&self, name: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let not_opened = || KeyError::NotOpened(name.to_owned());
        let (&form, rest) = sealed.split_first().ok_or_else(not_opened)?;
        let (nonce, body) = rest.split_first_chunk::<NONCE_LEN>().ok_or_else(not_opened)?;
        if form != FORM {
            return Err(not_opened());
        }
        let mut body = Zeroizing::new(body.to_vec());
        let opened =
            self.cipher().open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(associated(name)), &mut body);
        let length = opened.map_err(|_| not_opened())?.len();
        body.truncate(length);
        Ok(body)
    }

    fn cipher(&self) -> LessSafeKey {
        match UnboundKey::new(&AES_256_GCM, &*self.0) {
            Ok(key) => LessSafeKey::new(key),
            Err(_) => unreachable!("AES-256 takes 32 bytes"),
        }
    }
}

fn associated(name: &str) -> Vec<u8> {
    [CONTEXT, name.as_bytes()].concat()
}

impl fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerKey([redacted])")
    }
}
