//! The MAC with which a FeliCa Lite-S card proves its key (FeliCa Lite-S User's Manual, "MAC_A for reading").
//!
//! The chip counts in little-endian: every half block is turned round before it goes into 3DES and after it comes out.
//! The first eight bytes that go in are the numbers of the blocks that are read, so that no block passes for another.

use des::TdesEde2;
use des::cipher::{BlockCipherEncrypt, KeyInit};
use zeroize::Zeroizing;

use super::frame::Block;

/// Random challenge.
pub const RC: u8 = 0x80;
/// Identity: IDm and what the issuer wrote.
pub const ID: u8 = 0x82;
/// Card key version.
pub const CKV: u8 = 0x86;
/// MAC of Lite-S, over all blocks before it in the same reading.
pub const MAC_A: u8 = 0x91;
/// MAC_A comes last of at most four.
const NUMBERS: usize = 4;

/// The key of one challenge, from a card key and the challenge, both as they are written to the card. Wiped on drop.
pub struct SessionKey {
    key: Zeroizing<Block>,
    first: Zeroizing<[u8; 8]>,
}

impl SessionKey {
    /// Encrypts the challenge under the card key (2-key 3DES, CBC, first vector zero).
    #[must_use]
    pub fn new(card_key: &Block, challenge: &Block) -> Self {
        let card_key = turned(card_key);
        let challenge = turned(challenge);
        let mut key = Zeroizing::new([0; 16]);
        let mut chain = Zeroizing::new([0; 8]);
        for (half, out) in challenge.as_chunks::<8>().0.iter().zip(key.as_chunks_mut::<8>().0) {
            chain_in(&card_key, &mut chain, half);
            *out = *chain;
        }
        let mut first = Zeroizing::new([0; 8]);
        first.copy_from_slice(&challenge[..8]);
        Self { key, first }
    }

    /// MAC_A of these blocks, read in this order with MAC_A itself behind them. `None` for more than three.
    #[must_use]
    pub fn mac_of_reading(&self, blocks: &[(u8, Block)]) -> Option<[u8; 8]> {
        let mut chain = self.first.clone();
        chain_in(&self.key, &mut chain, &numbers(blocks)?);
        for (_, block) in blocks {
            for half in turned(block).as_chunks::<8>().0 {
                chain_in(&self.key, &mut chain, half);
            }
        }
        let mut mac = *chain;
        mac.reverse();
        Some(mac)
    }

    /// Whether this is the MAC of these blocks; takes as long for any wrong one.
    #[must_use]
    pub fn proves(&self, blocks: &[(u8, Block)], mac: &[u8; 8]) -> bool {
        let Some(expected) = self.mac_of_reading(blocks) else { return false };
        let differ = expected.iter().zip(mac).fold(0, |differ, (one, other)| differ | (one ^ other));
        std::hint::black_box(differ) == 0
    }
}

/// The numbers of the blocks, little-endian, filled up with FF and turned round.
fn numbers(blocks: &[(u8, Block)]) -> Option<[u8; 8]> {
    if blocks.len() >= NUMBERS {
        return None;
    }
    let mut first = [0xFF; 8];
    let read = blocks.iter().map(|(number, _)| *number).chain([MAC_A]);
    for (number, place) in read.zip(first.as_chunks_mut::<2>().0) {
        *place = [number, 0];
    }
    first.reverse();
    Some(first)
}

/// One step of CBC.
fn chain_in(key: &Block, chain: &mut Zeroizing<[u8; 8]>, half: &[u8; 8]) {
    for (byte, other) in chain.iter_mut().zip(half) {
        *byte ^= other;
    }
    let mut block = (**chain).into();
    TdesEde2::new(key.into()).encrypt_block(&mut block);
    chain.copy_from_slice(&block);
}

/// Each half of a block, its bytes the other way round.
fn turned(block: &Block) -> Zeroizing<Block> {
    let mut turned = Zeroizing::new(*block);
    turned.as_chunks_mut::<8>().0.iter_mut().for_each(|half| half.reverse());
    turned
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(hex: &str) -> Block {
        hex::decode(hex).unwrap().try_into().unwrap()
    }

    /// A real RC-S966 read through a PaSoRi RC-S380: the log in the manual of `LazyPCSCFelicaLite` v0.41 (gpsnmeajp, 2018, read
    /// 2026-11-21), with the key that cards are delivered with.
    #[test]
    fn a_real_card_proved_itself_like_this() {
        let session = SessionKey::new(&[0; 16], &block("02AEC8FEBEA5B00A630D1DF2E83DB5BD"));
        assert_eq!(*turned(&session.key), block("82FB7C45BCB606E85BA5DDE91691CDD6"));
        let id = block("012E4129358BA7530000000000000000");
        let mac = *block("65A91E141CEB8EC20000000000000000").first_chunk::<8>().unwrap();
        assert!(session.proves(&[(ID, id)], &mac));
        assert!(!session.proves(&[(CKV, id)], &mac), "the same bytes of another block");
        let other = SessionKey::new(&[0; 16], &block("02AEC8FEBEA5B00A630D1DF2E83DB5BE"));
        assert!(!other.proves(&[(ID, id)], &mac), "another challenge");
    }

    /// Another real card with a key of its own: a diary of PN5180 and RC-S966 (qiita.com/AkimotoMasane/items/17d008950a0a486c1654,
    /// read 2026-11-21). Of its SK1 one byte is misprinted there (CD for CB); SK2, which depends on all of SK1, is as printed.
    #[test]
    fn the_session_key_of_a_diversified_card_is_as_printed() {
        let session =
            SessionKey::new(&block("ABE6F4E392EC58B9D5345D3DA28C7515"), &block("404954F40BEAA8A8160EFD98A4890416"));
        assert_eq!(*turned(&session.key), block("02471AD751CB0025D107AC7CBBB84345"));
    }

    /// Four blocks at once, computed with OpenSSL's `des-ede-cbc` over the same bytes.
    #[test]
    fn three_blocks_and_their_mac_are_the_most() {
        let session = SessionKey::new(&[0; 16], &block("02AEC8FEBEA5B00A630D1DF2E83DB5BD"));
        let zero = [0; 16];
        let mac = session.mac_of_reading(&[(ID, zero), (CKV, zero), (0, zero)]).unwrap();
        assert_eq!(hex::encode(mac), "3ed6df4189f0941d");
        assert!(session.mac_of_reading(&[(ID, zero), (CKV, zero), (0, zero), (1, zero)]).is_none());
    }
}
