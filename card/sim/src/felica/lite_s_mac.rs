//! The authentication codes of FeliCa Lite and Lite-S, as the chip makes them.
//!
//! Sony's user's manual and the readers in public (nfcpy, flipperzero-firmware) agree: two-key triple DES in CBC, and
//! every group of eight bytes is turned round on its way in and out, because the chip counts its bytes from the right.

use des::TdesEde2;
use des::cipher::{BlockCipherEncrypt, KeyInit};

use super::Block;

/// SK1, SK2.
#[derive(Clone)]
pub(super) struct SessionKey {
    halves: [[u8; 8]; 2],
    /// RC1, where every code begins.
    start: [u8; 8],
}

impl SessionKey {
    /// From the card key (CK) and the challenge (RC) as they stand in blocks 87 and 80.
    pub(super) fn new(card_key: &Block, challenge: &Block) -> Self {
        let [rc1, rc2] = halves(challenge);
        let sk1 = chain(halves(card_key), [0; 8], &[rc1]);
        let sk2 = chain(halves(card_key), sk1, &[rc2]);
        Self { halves: [sk1, sk2], start: rc1 }
    }

    /// MAC (block 81): over the blocks alone.
    pub(super) fn mac(&self, blocks: &[Block]) -> Block {
        as_block(chain(self.halves, self.start, &groups(blocks)))
    }

    /// MAC_A on reading (block 91): over the numbers of all blocks of the list, its own included, and the blocks.
    pub(super) fn mac_a_of_reading(&self, numbers: &[u8], blocks: &[Block]) -> Block {
        let mut list = [0xFF; 8];
        for (place, number) in list.chunks_exact_mut(2).zip(numbers) {
            place.copy_from_slice(&[*number, 0]);
        }
        as_block(self.with_head(self.halves, list, blocks))
    }

    /// MAC_A on writing: the halves of the key change places, and the write counter is in it.
    pub(super) fn mac_a_of_writing(&self, counter: [u8; 3], number: u8, block: &Block) -> [u8; 8] {
        let [c0, c1, c2] = counter;
        let [sk1, sk2] = self.halves;
        let mut code = self.with_head([sk2, sk1], [c0, c1, c2, 0, number, 0, 0x91, 0], &[*block]);
        code.reverse();
        code
    }

    fn with_head(&self, key: [[u8; 8]; 2], mut head: [u8; 8], blocks: &[Block]) -> [u8; 8] {
        head.reverse();
        let mut all = vec![head];
        all.extend(groups(blocks));
        chain(key, self.start, &all)
    }
}

/// The two halves of a block, each turned round.
fn halves(block: &Block) -> [[u8; 8]; 2] {
    let mut halves = [[0; 8]; 2];
    for (half, bytes) in halves.iter_mut().zip(block.chunks_exact(8)) {
        half.copy_from_slice(bytes);
        half.reverse();
    }
    halves
}

fn groups(blocks: &[Block]) -> Vec<[u8; 8]> {
    blocks.iter().flat_map(halves).collect()
}

/// The last block of CBC.
fn chain(key: [[u8; 8]; 2], start: [u8; 8], groups: &[[u8; 8]]) -> [u8; 8] {
    let mut whole = [0; 16];
    whole[..8].copy_from_slice(&key[0]);
    whole[8..].copy_from_slice(&key[1]);
    let cipher = TdesEde2::new(&whole.into());
    groups.iter().fold(start, |mut value, group| {
        value.iter_mut().zip(group).for_each(|(byte, with)| *byte ^= with);
        let mut block = value.into();
        cipher.encrypt_block(&mut block);
        block.into()
    })
}

fn as_block(mut code: [u8; 8]) -> Block {
    code.reverse();
    let mut block = [0; 16];
    block[..8].copy_from_slice(&code);
    block
}

/// Worked values of nfcpy, tests/test_tag_tt3_sony.py (TestFelicaLite::test_authenticate and test_generate_mac,
/// TestFelicaLiteS::test_protect_ndef_tag_readonly): bytes as they went over the air.
#[cfg(test)]
mod tests {
    use super::*;

    fn block(text: &str) -> Block {
        hex::decode(text.replace(' ', "")).unwrap().try_into().unwrap()
    }

    fn session() -> SessionKey {
        let key = block("37363534 33323130 66656463 62613938");
        SessionKey::new(&key, &block("07060504 03020100 0f0e0d0c 0b0a0908"))
    }

    #[test]
    fn the_mac_is_the_published_one() {
        for (data, mac) in [
            ("00000000 00000000 00000000 00000000", "cc97f1b97b8bbc79 0000000000000000"),
            ("01020304 05060708 00000000 00000000", "91aec5b6d9b3b12d 0000000000000000"),
            ("01000000 00000000 00000000 00000000", "bd73eb7294a00279 0000000000000000"),
            ("10040100 03000000 00000100 00000019", "a622c337a4e44271 0000000000000000"),
        ] {
            assert_eq!(session().mac(&[block(data)]), block(mac), "{data}");
        }
    }

    #[test]
    fn the_mac_over_two_blocks_is_the_published_one_with_either_order_of_the_key() {
        let data: Vec<[u8; 8]> =
            groups(&[0, 16].map(|from| std::array::from_fn(|at| from + u8::try_from(at).unwrap())));
        let key: [[u8; 8]; 2] = [0, 8].map(|from| std::array::from_fn(|at| from + u8::try_from(at).unwrap()));
        let start = std::array::from_fn(|at| u8::try_from(at).unwrap());
        for (key, mac) in [(key, "0b1268d7a4ac6932"), ([key[1], key[0]], "18cdd33c0fb25dd7")] {
            assert_eq!(hex::encode(&as_block(chain(key, start, &data))[..8]), mac);
        }
    }

    #[test]
    fn the_mac_a_of_a_write_is_the_published_one() {
        let state = block("01000000 00000000 00000000 00000000");
        let code = session().mac_a_of_writing([0x00, 0xFE, 0xFF], 0x92, &state);
        assert_eq!(hex::encode(code), "17c19e3bbdc3e8bd");
    }

    /// A real RC-S966 with the key that cards are delivered with: the log in the manual of LazyPCSCFelicaLite v0.41
    /// (gpsnmeajp, 2018).
    #[test]
    fn the_mac_a_of_a_read_is_a_real_cards() {
        let key = SessionKey::new(&[0; 16], &block("02AEC8FEBEA5B00A 630D1DF2E83DB5BD"));
        let id = block("012E4129358BA753 0000000000000000");
        assert_eq!(key.mac_a_of_reading(&[0x82, 0x91], &[id]), block("65A91E141CEB8EC2 0000000000000000"));
        assert_ne!(key.mac_a_of_reading(&[0x86, 0x91], &[id])[..8], block("65A91E141CEB8EC2 0000000000000000")[..8]);
    }
}
