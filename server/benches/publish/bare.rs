//! What each part costs alone, on one thread.

use std::hint::black_box;
use std::time::Instant;

use kakari_record::fhir::read_document;
use kakari_record::merge::{Merged, merge};
use kakari_record::seal::{FeedId, Header, KeyId, Packer, RecordId, Sealed, Sealer, VaultKey};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::rand::SystemRandom;

use crate::fill::points;

/// As the publisher packs.
const LEVEL: i32 = 12;
const DICTIONARY: &[u8] = include_bytes!("../../../assets/dictionary/1.zdict");

/// Prints the rates for these documents (zstd).
pub(crate) fn measure(documents: &[Vec<u8>]) {
    let mut merged = Vec::with_capacity(documents.len());
    rate("read and merged", documents.len(), || {
        merged.extend(documents.iter().map(|body| {
            let json = zstd::stream::decode_all(body.as_slice()).unwrap();
            merge(vec![read_document(&json).unwrap()]).unwrap()
        }));
    });
    let mut sealed = Vec::with_capacity(documents.len());
    rate("sealed (zstd, one card)", documents.len(), || sealed.extend(seal(&merged)));
    rate("bare ring, the same bytes", documents.len(), || sealed.iter().for_each(bare));
}

fn seal(merged: &[Merged]) -> impl Iterator<Item = Sealed> {
    let (vault, packer) = (VaultKey::make(1).unwrap(), Packer::new(1, DICTIONARY, LEVEL));
    let (feed, card) = (FeedId::make().unwrap(), points(1)[0]);
    merged.iter().map(move |Merged { summary, photo, .. }| {
        let record = RecordId::make().unwrap();
        let header = Header { feed, record, version: 1, epoch: 0, dictionary: 0, card_key: KeyId::NONE, sealed_at: 0 };
        Sealer { vault: &vault, packer: &packer }.seal(header, summary, photo.as_ref(), &[card]).unwrap()
    })
}

/// One ephemeral P-256 agreement, and AES-256-GCM of as many bytes as the record has.
fn bare(sealed: &Sealed) {
    let random = SystemRandom::new();
    let ours = EphemeralPrivateKey::generate(&ECDH_P256, &random).unwrap();
    let enc = ours.compute_public_key().unwrap();
    let card = UnparsedPublicKey::new(&ECDH_P256, enc.as_ref());
    let key: [u8; 32] = agree_ephemeral(ours, &card, |shared| shared.try_into().unwrap()).unwrap();
    let mut bytes = sealed.record.encode();
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).unwrap());
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key([0; 12]), Aad::empty(), &mut bytes).unwrap();
    black_box(bytes);
}

fn rate(what: &str, items: usize, work: impl FnOnce()) {
    let begun = Instant::now();
    work();
    println!(
        "{what:<32} {:>8.1} us each  {:>7.0}/s and core",
        micros(begun, items),
        items as f64 / begun.elapsed().as_secs_f64()
    );
}

fn micros(begun: Instant, items: usize) -> f64 {
    begun.elapsed().as_secs_f64() * 1e6 / items as f64
}
