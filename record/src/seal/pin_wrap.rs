//! What brings the vault keys back within a shift: a copy under a crew member's PIN. In memory alone, never stored.

use std::fmt;

use ring::aead::Aad;
use zeroize::Zeroizing;

use super::envelope::{aead, zero_nonce};
use super::stretch::{SALT, Stretched};
use super::{Keyring, SealError, VaultKey, make_random, scrub_stack};

/// Separates these keys from every other that is stretched.
const CONTEXT: &[u8] = b"kakari pin wrap v1\0";

/// A crew's vault keys under one member's PIN. Wiped on drop.
pub struct PinWrap {
    salt: [u8; SALT],
    keys: Vec<(u32, Zeroizing<[u8; 48]>)>,
}

impl PinWrap {
    /// Wraps all of `keys` under the digits of a PIN, in ASCII; a quarter of a second.
    pub fn seal(keys: &Keyring, pin: &[u8]) -> Result<Self, SealError> {
        let salt = make_random()?;
        let stretched = Stretched::derive(pin, &salt)?;
        let keys = keys.iter().map(|vault| Ok((vault.epoch(), seal(vault, &stretched)?)));
        let keys = keys.collect::<Result<_, SealError>>();
        scrub_stack();
        Ok(Self { salt, keys: keys? })
    }

    /// The keys again, or [`SealError::NotOpened`] when it is another PIN; a quarter of a second.
    pub fn open(&self, pin: &[u8]) -> Result<Keyring, SealError> {
        let stretched = Stretched::derive(pin, &self.salt)?;
        let keys = self.keys.iter().map(|(epoch, sealed)| open(*epoch, sealed, &stretched)).collect::<Result<_, _>>();
        scrub_stack();
        Ok(Keyring::new(keys?))
    }
}

fn seal(vault: &VaultKey, stretched: &Stretched) -> Result<Zeroizing<[u8; 48]>, SealError> {
    let info = vault.epoch().to_be_bytes();
    let mut sealed = Zeroizing::new([0; 48]);
    let (body, tag) = sealed.split_at_mut(32);
    body.copy_from_slice(vault.expose());
    let made = aead(&stretched.key(CONTEXT, &info))
        .seal_in_place_separate_tag(zero_nonce(), Aad::from(&info), body)
        .map_err(|_| SealError::NotOpened)?;
    tag.copy_from_slice(made.as_ref());
    Ok(sealed)
}

fn open(epoch: u32, sealed: &Zeroizing<[u8; 48]>, stretched: &Stretched) -> Result<VaultKey, SealError> {
    let info = epoch.to_be_bytes();
    let mut buffer = sealed.clone();
    let opened = aead(&stretched.key(CONTEXT, &info))
        .open_in_place(zero_nonce(), Aad::from(&info), &mut *buffer)
        .map_err(|_| SealError::NotOpened)?;
    let mut key = Zeroizing::new([0; 32]);
    key.copy_from_slice(opened);
    Ok(VaultKey::from_bytes(epoch, key))
}

impl fmt::Debug for PinWrap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PinWrap([redacted])")
    }
}
