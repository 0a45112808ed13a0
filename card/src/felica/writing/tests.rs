//! Writing to a card that keeps what it took, over a link that is torn wherever it can be.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use zeroize::Zeroizing;

use super::{LiteSError, LiteSOrder, LiteSWritten};
use crate::certificate::CardNumber;
use crate::felica::frame::Block;
use crate::felica::mac::{CKV, ID, MAC_A, RC, SessionKey};
use crate::link::Link;
use crate::plain::{CardProfile, LiteSId, LiteSKey, MacProof, NumberForm, Place};
use crate::{CardAuthority, CardError, Conversation};

const IDM: [u8; 8] = [0x01, 0x2E, 0x41, 0x29, 0x35, 0x8B, 0xA7, 0x53];
const NUMBER: &str = "1234567890123456";
const MC: u8 = 0x88;
const CK: u8 = 0x87;

/// A card as delivered, and what became of it.
struct Chip {
    blocks: BTreeMap<u8, Block>,
    challenge: Block,
    kind: u8,
    /// Of a key that is written, one bit is kept wrong.
    forgets: bool,
    writes: Vec<u8>,
}

/// The card on a reader with transparent sessions.
#[derive(Clone)]
struct Reader {
    chip: Arc<Mutex<Chip>>,
    exchanges: usize,
    /// Torn at this exchange, and whether the card still took the command.
    torn: Option<(usize, bool)>,
}

impl Reader {
    fn blank() -> Self {
        let mut blocks: BTreeMap<u8, Block> = [0, ID, CKV, CK, MC].map(|number| (number, [0; 16])).into();
        blocks.get_mut(&ID).unwrap()[..8].copy_from_slice(&IDM);
        blocks.get_mut(&MC).unwrap()[..5].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0x00, 0x07]);
        let chip = Chip { blocks, challenge: [0; 16], kind: 0xF1, forgets: false, writes: Vec::new() };
        Self { chip: Arc::new(Mutex::new(chip)), exchanges: 0, torn: None }
    }

    fn with(self, change: impl FnOnce(&mut Chip)) -> Self {
        change(&mut self.chip.lock().unwrap());
        self
    }

    fn block(&self, number: u8) -> Block {
        self.chip.lock().unwrap().blocks[&number]
    }

    fn torn(&self, at: usize, took: bool) -> Self {
        Self { torn: Some((at, took)), exchanges: 0, chip: Arc::clone(&self.chip) }
    }

    fn talk(&self) -> Conversation {
        let place = Place::Felica { system: 0x88B4, service: 0x000B, block: 0 };
        let ours = CardProfile { name: "見守り".to_owned(), place, form: NumberForm::Ascii, has_key: true };
        let link = Box::new(Self { exchanges: 0, ..self.clone() });
        Conversation::over(link).knowing(vec![ours].into()).on_reader("ACS ACR1552 1S CL Reader 00 00")
    }

    fn write(&self, key_version: u16) -> Result<LiteSWritten, LiteSError> {
        let number = CardNumber::new(NUMBER).unwrap();
        let mut conversation = self.talk();
        let written = conversation.write_lite_s(&LiteSOrder { number: &number, key_version, key: &key })?;
        conversation.finish()?;
        Ok(written)
    }

    /// A tap on the tablet.
    fn proves(&self) -> bool {
        let mut conversation = self.talk();
        conversation.identify(&CardAuthority::new([]), SystemTime::now()).unwrap();
        conversation.prove_mac(|id| Some(key(id))) == Ok(MacProof::Proved)
    }
}

/// A key for each card and version.
fn key(id: &LiteSId) -> LiteSKey {
    let mut key = LiteSKey::new(id.id_block);
    key[15] = id.key_version.to_le_bytes()[0];
    key[8] = 0xA5;
    key
}

impl Chip {
    fn frame(&mut self, frame: &[u8]) -> Vec<u8> {
        let mut answer = match frame {
            [_, 0, ..] => [&[1][..], &IDM, &[0, self.kind, 0, 0, 0, 0, 0, 0, 0x88, 0xB4]].concat(),
            [_, 6, rest @ ..] => {
                let numbers: Vec<u8> = rest[12..].chunks(2).map(|element| element[1]).collect();
                let read: Vec<(u8, Block)> = numbers
                    .iter()
                    .filter(|number| **number != MAC_A)
                    .map(|number| (*number, self.blocks[number]))
                    .collect();
                let mut bytes: Vec<u8> = read.iter().flat_map(|(_, block)| *block).collect();
                if numbers.contains(&MAC_A) {
                    bytes.extend(SessionKey::new(&self.blocks[&CK], &self.challenge).mac_of_reading(&read).unwrap());
                    bytes.extend([0; 8]);
                }
                [&[7][..], &IDM, &[0, 0, u8::try_from(numbers.len()).unwrap()], &bytes].concat()
            }
            [_, 8, rest @ ..] => {
                let taken = self.take(rest[13], rest[14..].try_into().unwrap());
                [&[9][..], &IDM, if taken { &[0, 0] } else { &[1, 0xA8] }].concat()
            }
            _ => panic!("an unknown frame"),
        };
        answer.insert(0, u8::try_from(answer.len() + 1).unwrap());
        answer
    }

    fn take(&mut self, number: u8, mut block: Block) -> bool {
        if number == RC {
            self.challenge = block;
            return true;
        }
        self.writes.push(number);
        if self.blocks[&MC][2] != 0xFF {
            return false;
        }
        if number == CK && self.forgets {
            block[3] ^= 0x10;
        }
        self.blocks.insert(number, block);
        true
    }
}

impl Link for Reader {
    fn transmit(&mut self, command: &[u8]) -> Result<Zeroizing<Vec<u8>>, CardError> {
        let at = self.exchanges;
        self.exchanges += 1;
        if self.torn.is_some_and(|(torn, took)| at > torn || at == torn && !took) {
            return Err(CardError::Removed);
        }
        let ok = |data: &[u8]| [data, &[0x90, 0]].concat();
        let mut chip = self.chip.lock().unwrap();
        let answer = match command {
            [0xFF, 0xCA, 0, ..] => ok(&IDM),
            [0xFF, 0xC2, 0, 1, _, data @ ..] => {
                let frame = chip.frame(&data[9..data.len() - 1]);
                let length = u8::try_from(frame.len()).unwrap();
                ok(&[&[0xC0, 3, 0, 0x90, 0, 0x97, length][..], &frame].concat())
            }
            [0xFF, 0xC2, ..] => ok(&[0xC0, 3, 0, 0x90, 0]),
            _ => vec![0x6A, 0x81],
        };
        if self.torn == Some((at, true)) { Err(CardError::Torn) } else { Ok(Zeroizing::new(answer)) }
    }

    fn atr(&self) -> &[u8] {
        &[0x3B, 0x8F, 0x80, 1, 0x80, 0x4F, 0x0C, 0xA0, 0, 0, 3, 6, 0x11, 0, 0x3B, 0, 0, 0, 0, 0x42]
    }

    fn same_card(&mut self) -> Result<(), CardError> {
        Ok(())
    }

    fn reset_at_end(&mut self) {}

    fn leave(&mut self) -> Result<(), CardError> {
        Ok(())
    }
}

/// Locked, with the number, the version and the key; the tablet takes it.
fn assert_ours(reader: &Reader) {
    assert_eq!(reader.block(0), *NUMBER.as_bytes());
    assert_eq!(reader.block(CKV)[..3], [0x03, 0x01, 0]);
    assert_eq!(reader.block(MC), [0, 0, 0, 0, 7, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert!(reader.proves());
}

#[test]
fn a_blank_card_becomes_a_residents_and_again_is_only_looked_at() {
    let reader = Reader::blank();
    assert!(!reader.proves(), "as delivered it is nobody's");
    assert_eq!(reader.write(0x0103), Ok(LiteSWritten::Now));
    assert_ours(&reader);
    let written = reader.chip.lock().unwrap().writes.len();
    assert_eq!(reader.write(0x0103), Ok(LiteSWritten::Before));
    assert_eq!(reader.chip.lock().unwrap().writes.len(), written);
}

#[test]
fn wherever_the_card_is_torn_away_the_same_card_is_written_in_the_end() {
    let mut torn = 0;
    for took in [false, true] {
        for at in 0.. {
            let reader = Reader::blank();
            if reader.torn(at, took).write(0x0103).is_ok() {
                break;
            }
            torn += 1;
            assert!(reader.write(0x0103).is_ok(), "torn at {at}, took {took}");
            assert_ours(&reader);
        }
    }
    assert!(torn >= 28, "{torn}");
}

#[test]
fn a_card_that_keeps_its_key_wrong_is_not_locked() {
    let reader = Reader::blank().with(|chip| chip.forgets = true);
    assert_eq!(reader.write(0x0103), Err(LiteSError::NotProved));
    assert_eq!(reader.block(MC)[2], 0xFF);
    reader.chip.lock().unwrap().forgets = false;
    assert_eq!(reader.write(0x0103), Ok(LiteSWritten::Now));
}

#[test]
fn a_card_that_is_somebodys_is_not_written_to() {
    let other = Reader::blank().with(|chip| *chip.blocks.get_mut(&0).unwrap() = *b"9876543210987654");
    assert_eq!(other.write(0x0103), Err(LiteSError::OtherNumber));
    let lite = Reader::blank().with(|chip| chip.kind = 0xF0);
    assert_eq!(lite.write(0x0103), Err(LiteSError::NotLiteS));
    let stranger = Reader::blank().with(|chip| chip.blocks.get_mut(&MC).unwrap()[2] = 0);
    assert_eq!(stranger.write(0x0103), Err(LiteSError::Unusable));
    for reader in [&other, &lite, &stranger] {
        assert!(reader.chip.lock().unwrap().writes.is_empty());
    }
}

#[test]
fn a_locked_card_of_another_epoch_or_key_says_so() {
    let reader = Reader::blank();
    reader.write(0x0103).unwrap();
    assert_eq!(reader.write(0x0104), Err(LiteSError::OtherVersion(0x0103)));
    let reader = reader.with(|chip| chip.blocks.get_mut(&CK).unwrap()[0] ^= 0x10);
    assert_eq!(reader.write(0x0103), Err(LiteSError::Unusable));
}
