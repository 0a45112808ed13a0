//! Fixed keys, and the arithmetic of the seal written down a second time (docs/formats/sealed-record-v1.md).

use std::sync::LazyLock;

use kakari_record::seal::{Dictionary, FeedId, Header, KeyId, Keyring, RecordId, VaultKey};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf;
use zeroize::Zeroizing;

/// The region's feed.
pub(crate) const FEED: FeedId = FeedId::from_bytes([0x0F; 16]);
/// The seed of the region's signing key.
pub(crate) const SIGNING: [u8; 32] = [0x51; 32];
const VAULT: [u8; 32] = [0x7A; 32];
const CONTENT: [u8; 32] = [0xC0; 32];
const ZDICT: &[u8] = include_bytes!("../../../assets/dictionary/1.zdict");

/// The dictionary of the tablets.
pub(crate) static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(|| Dictionary::new(1, ZDICT));
static ENCODER: LazyLock<zstd::dict::EncoderDictionary<'static>> =
    LazyLock::new(|| zstd::dict::EncoderDictionary::copy(ZDICT, 1));

/// A crew's keys.
pub(crate) fn keyring() -> Keyring {
    Keyring::new(vec![VaultKey::from_bytes(1, Zeroizing::new(VAULT))])
}

/// A record's header.
pub(crate) fn header() -> Header {
    Header {
        feed: FEED,
        record: RecordId::from_bytes([0x2E; 16]),
        version: 1,
        epoch: 1,
        dictionary: 1,
        card_key: KeyId::NONE,
        sealed_at: 1_775_955_600,
    }
}

/// A record with exactly this under its seal, which a vault key opens.
pub(crate) fn sealed(padded: &[u8]) -> Vec<u8> {
    let header = header().encode();
    let nonce = [0x33; 12];
    let wrap = vault_wrap();
    [&header, &nonce[..], &locked(&wrap, nonce, &header, &CONTENT), &locked(&CONTENT, [0; 12], &header, padded)]
        .concat()
}

/// As a payload is padded.
pub(crate) fn padded(packed: &[u8]) -> Vec<u8> {
    let length = u32::try_from(packed.len()).unwrap_or_default();
    let mut padded = [&length.to_be_bytes(), packed].concat();
    padded.resize(padded.len().next_multiple_of(64), 0);
    padded
}

/// As a payload is packed.
pub(crate) fn packed(bytes: &[u8]) -> Vec<u8> {
    let compressor = zstd::bulk::Compressor::with_prepared_dictionary(&ENCODER);
    compressor.and_then(|mut compressor| compressor.compress(bytes)).unwrap_or_default()
}

fn vault_wrap() -> [u8; 32] {
    let mut key = [0; 32];
    let derived = hkdf::Salt::new(hkdf::HKDF_SHA256, b"kakari vault v1").extract(&VAULT);
    let filled = derived.expand(&[b"vault wrap"], hkdf::HKDF_SHA256).and_then(|okm| okm.fill(&mut key));
    assert!(filled.is_ok());
    key
}

fn locked(key: &[u8; 32], nonce: [u8; 12], aad: &[u8], text: &[u8]) -> Vec<u8> {
    let mut bytes = text.to_vec();
    let sealed = UnboundKey::new(&AES_256_GCM, key)
        .map(LessSafeKey::new)
        .and_then(|key| key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut bytes));
    assert!(sealed.is_ok());
    bytes
}
