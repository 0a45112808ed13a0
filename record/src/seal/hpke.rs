//! HPKE (RFC 9180) with DHKEM(P-256, HKDF-SHA256) where the recipient's Diffie-Hellman is done by a smart card.
//!
//! Only the key schedule is written here (section 5.1) and the part of the KEM around the curve (section 4.1); curve,
//! HMAC, HKDF and AEAD are `ring`'s. Both modes are single-shot: one message under sequence number 0.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{self, ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey};
use ring::rand::SystemRandom;
use ring::{hkdf, hmac};
use zeroize::Zeroizing;

use super::{Point, SealError, SharedX};

const VERSION_LABEL: &[u8] = b"HPKE-v1";
const KEM_ID: [u8; 2] = 0x0010_u16.to_be_bytes();
const KDF_ID: [u8; 2] = 0x0001_u16.to_be_bytes();
/// AES-256-GCM. Tests run the schedule with other suites to meet the RFC's own vectors.
const AES_256_GCM_ID: [u8; 2] = 0x0002_u16.to_be_bytes();

/// Length of a key wrapped for a card: 32 bytes and the tag.
pub(super) const WRAPPED_KEY_LEN: usize = 48;

/// RFC 9180 table 1: mode, pre-shared key and its id.
#[derive(Clone, Copy)]
pub(super) enum Mode<'a> {
    /// The recipient's key alone.
    Base,
    /// The recipient's key and a pre-shared key.
    Psk { psk: &'a [u8; 32], psk_id: &'a [u8] },
}

/// A 32-byte key wrapped to a card's public key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Wrapped {
    /// The sender's ephemeral public key.
    pub(super) enc: Point,
    /// Ciphertext and tag.
    pub(super) key: [u8; WRAPPED_KEY_LEN],
}

/// Wraps `key` so that only the holder of `recipient`'s private key (and the pre-shared key) can have it.
pub(super) fn wrap(recipient: &Point, mode: Mode<'_>, info: &[u8], key: &[u8; 32]) -> Result<Wrapped, SealError> {
    let ephemeral = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).map_err(|_| SealError::NoRandom)?;
    let public = ephemeral.compute_public_key().map_err(|_| SealError::NoRandom)?;
    let enc: Point = public.as_ref().try_into().map_err(|_| SealError::BadPoint)?;
    let peer = UnparsedPublicKey::new(&ECDH_P256, recipient);
    let shared = agreement::agree_ephemeral(ephemeral, &peer, |x| shared_secret(x, &enc, recipient))
        .map_err(|_| SealError::BadPoint)?;
    let (aead, nonce) = aes_256_gcm(&shared, mode, info);
    let mut sealed = [0; WRAPPED_KEY_LEN];
    let (body, tag_place) = sealed.split_at_mut(key.len());
    body.copy_from_slice(key);
    let tag = aead.seal_in_place_separate_tag(nonce, Aad::empty(), body).map_err(|_| SealError::NotOpened)?;
    tag_place.copy_from_slice(tag.as_ref());
    Ok(Wrapped { enc, key: sealed })
}

/// Unwraps with the x coordinate that the recipient's card answered for `wrapped.enc`.
pub(super) fn unwrap(
    wrapped: &Wrapped,
    recipient: &Point,
    card_answer: &SharedX,
    mode: Mode<'_>,
    info: &[u8],
) -> Result<Zeroizing<[u8; 32]>, SealError> {
    let shared = shared_secret(&**card_answer, &wrapped.enc, recipient);
    let (aead, nonce) = aes_256_gcm(&shared, mode, info);
    let mut buffer = Zeroizing::new(wrapped.key);
    let opened = aead.open_in_place(nonce, Aad::empty(), &mut *buffer).map_err(|_| SealError::NotOpened)?;
    let mut key = Zeroizing::new([0; 32]);
    key.copy_from_slice(opened);
    Ok(key)
}

fn aes_256_gcm(shared: &[u8; 32], mode: Mode<'_>, info: &[u8]) -> (LessSafeKey, Nonce) {
    let schedule = Schedule::derive(AES_256_GCM_ID, shared, mode, info);
    match UnboundKey::new(&AES_256_GCM, &*schedule.key) {
        Ok(key) => (LessSafeKey::new(key), Nonce::assume_unique_for_key(schedule.base_nonce)),
        Err(_) => unreachable!("the key has the algorithm's length"),
    }
}

/// RFC 9180, 4.1: `ExtractAndExpand(dh, enc ‖ pkRm)`.
fn shared_secret(dh: &[u8], enc: &Point, recipient: &Point) -> Zeroizing<[u8; 32]> {
    let suite = [b"KEM".as_slice(), &KEM_ID].concat();
    let eae_prk = labeled_extract(&suite, &[], b"eae_prk", dh);
    labeled_expand(&suite, &eae_prk, b"shared_secret", &[enc.as_slice(), recipient].concat())
}

/// RFC 9180, 5.1: `KeySchedule`, for AEADs with 32-byte keys and 12-byte nonces.
struct Schedule {
    key: Zeroizing<[u8; 32]>,
    base_nonce: [u8; 12],
}

impl Schedule {
    fn derive(aead_id: [u8; 2], shared: &[u8; 32], mode: Mode<'_>, info: &[u8]) -> Self {
        let suite = [b"HPKE".as_slice(), &KEM_ID, &KDF_ID, &aead_id].concat();
        let (mode, psk, psk_id): (u8, &[u8], &[u8]) = match mode {
            Mode::Base => (0x00, &[], &[]),
            Mode::Psk { psk, psk_id } => (0x01, psk, psk_id),
        };
        let psk_id_hash = labeled_extract(&suite, &[], b"psk_id_hash", psk_id);
        let info_hash = labeled_extract(&suite, &[], b"info_hash", info);
        let context = [&[mode], psk_id_hash.as_slice(), info_hash.as_slice()].concat();
        let secret = labeled_extract(&suite, shared, b"secret", psk);
        Self {
            key: labeled_expand(&suite, &secret, b"key", &context),
            base_nonce: *labeled_expand(&suite, &secret, b"base_nonce", &context),
        }
    }
}

/// RFC 9180, section 4: HKDF-Extract is HMAC with the salt as its key.
fn labeled_extract(suite: &[u8], salt: &[u8], label: &[u8], ikm: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, salt));
    for part in [VERSION_LABEL, suite, label, ikm] {
        context.update(part);
    }
    let mut prk = Zeroizing::new([0; 32]);
    prk.copy_from_slice(context.sign().as_ref());
    prk
}

/// RFC 9180, section 4: expands to `N` bytes.
fn labeled_expand<const N: usize>(suite: &[u8], prk: &[u8; 32], label: &[u8], info: &[u8]) -> Zeroizing<[u8; N]> {
    struct Length(usize);
    impl hkdf::KeyType for Length {
        fn len(&self) -> usize {
            self.0
        }
    }
    let length = u16::try_from(N).unwrap_or(u16::MAX).to_be_bytes();
    let parts = [length.as_slice(), VERSION_LABEL, suite, label, info];
    let mut out = Zeroizing::new([0; N]);
    let filled =
        hkdf::Prk::new_less_safe(hkdf::HKDF_SHA256, prk).expand(&parts, Length(N)).and_then(|okm| okm.fill(&mut *out));
    match filled {
        Ok(()) => out,
        Err(_) => unreachable!("{N} bytes are within HKDF-SHA256's limit"),
    }
}

#[cfg(test)]
mod tests;
