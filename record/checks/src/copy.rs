//! The copy that a card carries: whatever the card says.

use kakari_record::seal::{CardCopy, CopyKey, Header, KeyId, Point, SealError, SharedX};
use ring::signature::{Ed25519KeyPair, KeyPair};

use crate::keys::{DICTIONARY, FEED, SIGNING};

/// The card that the bytes are said to come from.
const CARD: Point = [4; 65];
const SIGNATURE: usize = 64;

/// Unsigned bytes are never believed; the same bytes with the region's signature are, for the card and the region that they
/// name, and even then they do not open without the card.
pub fn card_copy(bytes: &[u8]) {
    let Ok(region) = Ed25519KeyPair::from_seed_unchecked(&SIGNING) else { unreachable!("32 bytes are a seed") };
    let Ok(public) = <&[u8; 32]>::try_from(region.public_key().as_ref()) else { unreachable!("Ed25519 has 32") };
    let head = CardCopy::peek(bytes);
    if let Ok(copy) = CardCopy::decode(bytes) {
        assert!(copy.encode() == bytes, "written again, it is another");
        assert!(head.is_some() && bytes.len() <= CardCopy::LONGEST);
        assert!(copy.verify(public, FEED, &CARD) == Err(SealError::NotSigned), "believed without a signature");
    }
    let Ok(copy) = CardCopy::decode(&signed(bytes, &region)) else { return };
    let Ok(verified) = copy.verify(public, FEED, &CARD) else { unreachable!("the region signed it") };
    assert!(copy.verify(public, FEED, &[5; 65]).is_err(), "believed of another card");
    let key = CopyKey::from_bytes(verified.header().epoch, &[7; 32]);
    assert!(verified.open(&CARD, &SharedX::new([7; 32]), &key, &DICTIONARY).is_err(), "opened without its card");
}

/// The same bytes as the region would have signed them for this card.
fn signed(bytes: &[u8], region: &Ed25519KeyPair) -> Vec<u8> {
    let mut body = bytes[..bytes.len().saturating_sub(SIGNATURE)].to_vec();
    if let Some(header) = body.first_chunk_mut::<{ Header::LEN }>() {
        header[4..20].copy_from_slice(FEED.as_bytes());
        header[52..60].copy_from_slice(KeyId::derive(&CARD).as_bytes());
    }
    let signature = region.sign(&[b"kakari card copy v1\0", body.as_slice()].concat());
    [body.as_slice(), signature.as_ref()].concat()
}
