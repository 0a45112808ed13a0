//! The store key and the note that tells a wrong key from a damaged file.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::files::Files;
use crate::{KeyError, OpenError};

/// What the key check signs.
const CHECK_LABEL: &[u8] = b"kakari store key check v1";

/// SQLCipher's raw key: 32 random bytes, no passphrase. Wiped on drop, never printed.
#[derive(Clone)]
pub struct StoreKey(Zeroizing<[u8; 32]>);

impl StoreKey {
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

    /// Reads the key from a file or a systemd credential. A file that others can read is refused.
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        let failed = |source| KeyError::File { path: path.into(), source };
        let mut file = File::open(path).map_err(failed)?;
        let mode = file.metadata().map_err(failed)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(KeyError::Exposed(path.into()));
        }
        Self::read(&mut file).map_err(failed)?.ok_or_else(|| KeyError::Length(path.into()))
    }

    /// Reads the key from what is open already, as from standard input; none when it is not 32 bytes long.
    pub fn read(from: &mut impl Read) -> io::Result<Option<Self>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(64));
        from.take(64).read_to_end(&mut bytes)?;
        Ok(bytes.as_slice().try_into().ok().map(|key| Self(Zeroizing::new(key))))
    }

    /// SQLCipher's `PRAGMA key` with this key: `x'…'`.
    pub(crate) fn expose_as_pragma(&self) -> Zeroizing<String> {
        use fmt::Write as _;
        let mut text = Zeroizing::new(String::with_capacity(96));
        text.push_str("PRAGMA key = \"x'");
        for byte in self.0.iter() {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text.push_str("'\"");
        text
    }

    /// Writes the key check beside the store: an HMAC under the key, so it tells nothing about it.
    pub(crate) fn write_check(&self, store: &Path) -> Result<(), OpenError> {
        let path = Files::of(store).key_check();
        let check = hmac::sign(&self.hmac_key(), CHECK_LABEL);
        let written = File::create(&path).and_then(|mut file| {
            file.write_all(check.as_ref())?;
            file.sync_all()
        });
        written.map_err(|source| OpenError::File { path, source })
    }

    /// What it means that the store did not open with this key.
    pub(crate) fn explain_failure(&self, store: &Path) -> OpenError {
        let path = Files::of(store).key_check();
        match fs::read(&path) {
            Ok(check) if hmac::verify(&self.hmac_key(), CHECK_LABEL, &check).is_ok() => OpenError::Damaged,
            Ok(_) => OpenError::WrongKey,
            Err(error) if error.kind() == io::ErrorKind::NotFound => OpenError::WrongKeyOrDamaged,
            Err(source) => OpenError::File { path, source },
        }
    }

    pub(crate) fn hmac_key(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &*self.0)
    }
}

impl fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreKey([redacted])")
    }
}
