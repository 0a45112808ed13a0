//! A FeliCa card on a reader, answered for command by command.

use std::sync::{Arc, Mutex};

use zeroize::Zeroizing;

use crate::felica::frame::Block;
use crate::felica::mac::{CKV, ID, MAC_A, RC, SessionKey};
use crate::link::Link;
use crate::plain::CardProfile;
use crate::{CardError, Conversation};

pub(super) const NUMBER: &[u8; 16] = b"1234567890123456";
pub(super) const IDM: [u8; 8] = [0x01, 0x2E, 0x41, 0x29, 0x35, 0x8B, 0xA7, 0x53];
pub(super) const KEY: Block = [7; 16];
const NAMED: &str = "ACS ACR1552 1S CL Reader 00 00";

/// A FeliCa card on a reader that knows transparent sessions or storage commands.
#[derive(Clone)]
pub(super) struct Tray {
    pub(super) idm: [u8; 8],
    pub(super) system: u16,
    pub(super) others: Vec<u16>,
    pub(super) number: Block,
    pub(super) key: Block,
    pub(super) storage: bool,
    /// Its storage commands read several blocks at once.
    pub(super) lists: bool,
    /// Torn at this exchange; the answer is cut to nothing.
    pub(super) torn_at: Option<usize>,
    /// Another card lies there from this exchange on.
    pub(super) swapped_at: Option<usize>,
    /// The challenge that MACs are made over whatever is written: a recording.
    pub(super) replayed: Option<Block>,
    pub(super) flags: [u8; 2],
    pub(super) collision: bool,
    /// The writing of the challenge is refused.
    pub(super) takes_no_challenge: bool,
    /// What it says as its ID block, where that is not its own.
    pub(super) id_block: Option<Block>,
    /// From this exchange on the reader refuses whatever wants the card.
    pub(super) lifted_at: Option<usize>,
    /// So many readings with a MAC find no challenge.
    pub(super) forgets: usize,
    pub(super) said: Arc<Mutex<Said>>,
}

#[derive(Default)]
pub(super) struct Said {
    pub(super) commands: Vec<Vec<u8>>,
    pub(super) challenge: Block,
    mac_readings: usize,
}

impl Tray {
    pub(super) fn lite_s() -> Self {
        Self {
            idm: IDM,
            system: 0x88B4,
            others: Vec::new(),
            number: *NUMBER,
            key: KEY,
            storage: false,
            lists: true,
            torn_at: None,
            swapped_at: None,
            replayed: None,
            flags: [0, 0],
            collision: false,
            takes_no_challenge: false,
            id_block: None,
            lifted_at: None,
            forgets: 0,
            said: Arc::default(),
        }
    }

    pub(super) fn talk(&self, profiles: Vec<CardProfile>) -> Conversation {
        let reader = if self.storage { "Somebody's Reader" } else { NAMED };
        Conversation::over(Box::new(self.clone())).knowing(profiles.into()).on_reader(reader)
    }

    pub(super) fn exchanges(&self) -> usize {
        self.said.lock().unwrap().commands.len()
    }

    /// The challenge is gone, as without power.
    fn has_forgotten(&self) -> bool {
        let mut said = self.said.lock().unwrap();
        said.mac_readings += 1;
        said.mac_readings <= self.forgets
    }

    fn block(&self, number: u8) -> Block {
        let mut block = [0; 16];
        match number {
            ID if self.id_block.is_some() => block = self.id_block.unwrap(),
            ID => block[..8].copy_from_slice(&self.idm),
            CKV => block[0] = 3,
            0 => block = self.number,
            _ => {}
        }
        block
    }

    fn blocks(&self, numbers: &[u8]) -> Vec<u8> {
        let read: Vec<(u8, Block)> =
            numbers.iter().filter(|number| **number != MAC_A).map(|number| (*number, self.block(*number))).collect();
        let mut bytes: Vec<u8> = read.iter().flat_map(|(_, block)| *block).collect();
        if numbers.contains(&MAC_A) {
            let challenge = self.replayed.unwrap_or(self.said.lock().unwrap().challenge);
            bytes.extend(SessionKey::new(&self.key, &challenge).mac_of_reading(&read).unwrap());
            bytes.extend([0; 8]);
        }
        bytes
    }

    fn frame(&self, frame: &[u8], idm: [u8; 8]) -> Option<Vec<u8>> {
        let mut answer = match frame {
            [_, 0, high, low, ..] => {
                let wanted = u16::from_be_bytes([*high, *low]);
                if wanted != 0xFFFF && wanted != self.system && !self.others.contains(&wanted) {
                    return None;
                }
                let system = if wanted == 0xFFFF { self.system } else { wanted };
                [&[1][..], &idm, &[0, 0xF1, 0, 0, 0, 0, 0, 0], &system.to_be_bytes()].concat()
            }
            [_, 6, ..] if self.flags != [0, 0] => [&[7][..], &idm, &self.flags].concat(),
            [_, 6, rest @ ..] if rest.ends_with(&[MAC_A]) && self.has_forgotten() => {
                [&[7][..], &idm, &[0x02, 0xB2]].concat()
            }
            [_, 6, rest @ ..] => {
                let numbers: Vec<u8> = rest[12..].chunks(2).map(|element| element[1]).collect();
                let count = u8::try_from(numbers.len()).unwrap();
                [&[7][..], &idm, &[0, 0, count], &self.blocks(&numbers)].concat()
            }
            [_, 8, ..] if self.takes_no_challenge => [&[9][..], &idm, &[0x01, 0xA8]].concat(),
            [_, 8, rest @ ..] => {
                assert_eq!(rest[13], RC);
                self.said.lock().unwrap().challenge = rest[14..].try_into().unwrap();
                [&[9][..], &idm, &[0, 0]].concat()
            }
            _ => panic!("an unknown frame"),
        };
        answer.insert(0, u8::try_from(answer.len() + 1).unwrap());
        Some(answer)
    }

    fn answer(&self, command: &[u8], idm: [u8; 8]) -> Vec<u8> {
        let ok = |data: &[u8]| [data, &[0x90, 0]].concat();
        match command {
            [0xFF, 0xCA, 0, ..] => ok(&idm),
            [0xFF, 0xCA, 1, ..] => ok(&[0, 0xF1, 0, 0, 0, 0, 0, 0]),
            [0xFF, 0xA4, ..] if self.storage => ok(&[]),
            [0xFF, 0xB0, 0, block, ..] if self.storage => ok(&self.blocks(&[*block])),
            [0xFF, 0xB0, 0x80, _, _, list @ ..] if self.storage && self.lists => {
                let numbers: Vec<u8> = list[..list.len() - 1].chunks(2).map(|element| element[1]).collect();
                ok(&self.blocks(&numbers))
            }
            [0xFF, 0xD6, 0, RC, _, data @ ..] if self.storage => {
                self.said.lock().unwrap().challenge = data.try_into().unwrap();
                ok(&[])
            }
            [0xFF, 0xC2, ..] if self.storage => vec![0x6D, 0],
            [0xFF, 0xC2, 0, 1, _, data @ ..] => match self.frame(&data[9..data.len() - 1], idm) {
                _ if self.collision => ok(&[0xC0, 3, 0, 0x90, 0, 0x92, 1, 2]),
                Some(frame) => {
                    let length = u8::try_from(frame.len()).unwrap();
                    ok(&[&[0xC0, 3, 0, 0x90, 0, 0x97, length][..], &frame].concat())
                }
                None => ok(&[0xC0, 3, 1, 0x64, 1]),
            },
            [0xFF, 0xC2, ..] => ok(&[0xC0, 3, 0, 0x90, 0]),
            _ => vec![0x6A, 0x81],
        }
    }
}

impl Link for Tray {
    fn transmit(&mut self, command: &[u8]) -> Result<Zeroizing<Vec<u8>>, CardError> {
        let at = self.exchanges();
        self.said.lock().unwrap().commands.push(command.to_vec());
        if self.torn_at == Some(at) {
            return Ok(Zeroizing::default());
        }
        if self.lifted_at.is_some_and(|lifted| at >= lifted) {
            return Ok(Zeroizing::new(vec![0x63, 0]));
        }
        let mut idm = self.idm;
        if self.swapped_at.is_some_and(|swapped| at >= swapped) {
            idm[7] ^= 0xFF;
        }
        Ok(Zeroizing::new(self.answer(command, idm)))
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
