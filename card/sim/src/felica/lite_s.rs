//! FeliCa Lite-S (RC-S966), by Sony's user's manual: Polling, Read and Write Without Encryption over one system.

use super::lite_s_access::{ANSWERS_NDEF, Access};
use super::lite_s_blocks::{
    CKV, D_ID, ID, LiteS, MAC, MAC_A, MC, NO_SUCH_BLOCK, NOT_AUTHENTICATED, RC, REG, SER_C, STATE, SYS_C, WCNT,
    WRONG_MAC,
};
use super::lite_s_mac::SessionKey;
use super::{
    Asked, Block, Flags, POLLING, READ, WRITE, WRONG_BLOCK_COUNT, WRONG_SERVICE, WRONG_SERVICE_COUNT, answer_polling,
    answer_read, answer_write, open, parse_lists,
};
use crate::body::Air;

const SYSTEM_CODE: u16 = 0x88B4;
const NDEF_SYSTEM_CODE: u16 = 0x12FC;
const READ_WRITE: u16 = 0x0009;
const READ_ONLY: u16 = 0x000B;
const MOST_BLOCKS: usize = 4;
/// The factory's: Lite-S, RC-S966.
const PMM: [u8; 8] = [0x00, 0xF1, 0x00, 0x00, 0x00, 0x01, 0x43, 0x00];

pub(crate) struct LiteSChip {
    pub(super) idm: [u8; 8],
    /// S_PAD0 to S_PAD13 and REG.
    pub(super) user: [Block; 15],
    pub(super) id: Block,
    pub(super) service: Block,
    pub(super) key_version: Block,
    pub(super) key: Block,
    pub(super) config: Block,
    pub(super) writes: u32,
    /// The challenge of this power-up.
    pub(super) challenge: Option<Block>,
    /// The other side has proved itself (EXT_AUTH).
    pub(super) authenticated: bool,
}

impl LiteSChip {
    pub(crate) fn new(card: &LiteS) -> Self {
        let mut user = [[0; 16]; 15];
        user[usize::from(REG)] = [0xFF; 16];
        for (number, block) in &card.blocks {
            if let Some(place) = user[..usize::from(REG)].get_mut(usize::from(*number)) {
                *place = *block;
            }
        }
        let mut config = [0; 16];
        config[..5].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0x00, 0x07]);
        if card.locked {
            config[..3].copy_from_slice(&[0x00, 0x40, 0x00]);
        }
        let mut key_version = [0; 16];
        key_version[..2].copy_from_slice(&card.key_version.to_le_bytes());
        let mut id = [0; 16];
        id[..8].copy_from_slice(&card.idm);
        id[8..].copy_from_slice(&card.id_rest);
        Self {
            idm: card.idm,
            user,
            id,
            service: [0; 16],
            key_version,
            key: card.key,
            config,
            writes: if card.locked { 0 } else { 0x00FF_FE00 },
            challenge: None,
            authenticated: false,
        }
    }

    fn read(&self, asked: &Asked<'_>) -> Result<Vec<Block>, Flags> {
        let [service] = asked.services[..] else {
            return Err(WRONG_SERVICE_COUNT);
        };
        if service != READ_WRITE && service != READ_ONLY {
            return Err(WRONG_SERVICE);
        }
        if asked.blocks.is_empty() || asked.blocks.len() > MOST_BLOCKS {
            return Err(WRONG_BLOCK_COUNT);
        }
        let mut numbers = Vec::new();
        let mut blocks = Vec::new();
        for (index, (service, number)) in asked.blocks.iter().enumerate() {
            let refuse = |flag| Flags::at(index, flag);
            let number = u8::try_from(*number).map_err(|_| refuse(NO_SUCH_BLOCK))?;
            numbers.push(number);
            let block = match number {
                _ if *service != 0 => Err(NO_SUCH_BLOCK),
                MAC | MAC_A => self.code(number, &numbers, &blocks),
                _ => self.block(number),
            };
            blocks.push(block.map_err(refuse)?);
        }
        Ok(blocks)
    }

    fn block(&self, number: u8) -> Result<Block, u8> {
        if !self.may_read(number) {
            return Err(NOT_AUTHENTICATED);
        }
        let short = |bytes: &[u8]| {
            let mut block = [0; 16];
            block[..bytes.len()].copy_from_slice(bytes);
            block
        };
        Ok(match number {
            0..=REG => self.user[usize::from(number)],
            RC => [0; 16],
            ID => self.id,
            D_ID => short(&[self.idm, PMM].concat()),
            SER_C => self.service,
            SYS_C => short(&SYSTEM_CODE.to_be_bytes()),
            CKV => self.key_version,
            MC => self.config,
            WCNT => short(&self.counter()),
            STATE => short(&[u8::from(self.authenticated)]),
            // The card key can only be written.
            _ => return Err(NO_SUCH_BLOCK),
        })
    }

    /// MAC and MAC_A come last, and only once a challenge was written.
    fn code(&self, number: u8, numbers: &[u8], blocks: &[Block]) -> Result<Block, u8> {
        let is_second = numbers[..numbers.len() - 1].iter().any(|earlier| [MAC, MAC_A].contains(earlier));
        let key = self.session().filter(|_| !is_second && !blocks.is_empty()).ok_or(WRONG_MAC)?;
        Ok(if number == MAC { key.mac(blocks) } else { key.mac_a_of_reading(numbers, blocks) })
    }

    pub(super) fn session(&self) -> Option<SessionKey> {
        self.challenge.map(|challenge| SessionKey::new(&self.key, &challenge))
    }

    pub(super) fn counter(&self) -> [u8; 3] {
        let [c0, c1, c2, _] = self.writes.to_le_bytes();
        [c0, c1, c2]
    }

    fn write(&mut self, asked: &Asked<'_>) -> Result<(), Flags> {
        let [READ_WRITE] = asked.services[..] else {
            return Err(if asked.services.len() == 1 { WRONG_SERVICE } else { WRONG_SERVICE_COUNT });
        };
        let blocks: Vec<Block> = asked.data.chunks(16).filter_map(|block| block.try_into().ok()).collect();
        let (number, block, access) = match (&asked.blocks[..], &blocks[..]) {
            ([(0, number)], [block]) => (*number, block, Access::Plain),
            ([(0, number), (0, code)], [block, mac]) if *code == u16::from(MAC_A) => (*number, block, Access::Mac(mac)),
            _ => return Err(WRONG_BLOCK_COUNT),
        };
        let number = u8::try_from(number).map_err(|_| Flags::at(0, NO_SUCH_BLOCK))?;
        self.write_block(number, block, &access)
    }
}

impl Air for LiteSChip {
    fn id(&self) -> Vec<u8> {
        self.idm.to_vec()
    }

    fn make(&self) -> Option<Vec<u8>> {
        Some(PMM.to_vec())
    }

    fn power(&mut self) {
        self.challenge = None;
        self.authenticated = false;
    }

    fn hear(&mut self, frame: &[u8]) -> Option<Vec<u8>> {
        let (code, body) = open(frame)?;
        if code == POLLING {
            let codes = [SYSTEM_CODE, NDEF_SYSTEM_CODE];
            let count = if self.config[ANSWERS_NDEF] == 1 { 2 } else { 1 };
            return answer_polling(body, self.idm, PMM, &codes[..count]);
        }
        let asked = parse_lists(body.strip_prefix(&self.idm[..])?)?;
        match code {
            READ => Some(answer_read(self.idm, self.read(&asked))),
            WRITE => Some(answer_write(self.idm, self.write(&asked))),
            _ => None,
        }
    }
}
