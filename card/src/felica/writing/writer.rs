//! The exchange with one card.

use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::{LiteSError, LiteSOrder, LiteSWritten, Written, known};
use crate::CardError;
use crate::felica::Reach;
use crate::felica::frame::{Block, Idm};
use crate::felica::mac::{CKV, ID, MAC_A, RC, SessionKey};
use crate::plain::{LiteSId, LiteSKey};

/// The user block of the number.
const NUMBER: u8 = 0x00;
/// Card key; can be written, never read.
const CK: u8 = 0x87;
/// Memory configuration.
const MC: u8 = 0x88;
/// `MC_ALL`: FF as delivered; anything else locks the system blocks for good.
const LOCK: usize = 2;
const OPEN: u8 = 0xFF;
/// `MC_CKCKV_W_MAC_A`: whoever proves that they know the card key may write another one.
const KEY_BY_MAC: usize = 5;
/// The services that write and that read.
const WRITES: u16 = 0x0009;
const READS: u16 = 0x000B;

/// What a card says of itself.
struct Found {
    number: Block,
    id: Block,
    version: Block,
    config: Block,
}

impl Found {
    fn is_open(&self) -> bool {
        self.config[LOCK] == OPEN
    }

    fn version(&self) -> u16 {
        u16::from_le_bytes([self.version[0], self.version[1]])
    }
}

pub(super) struct Writer<'w, 'r, 'o> {
    pub(super) reach: &'w mut Reach<'r>,
    pub(super) idm: Idm,
    pub(super) order: &'o LiteSOrder<'o>,
}

impl Writer<'_, '_, '_> {
    pub(super) fn run(&mut self) -> Written<LiteSWritten> {
        let found = self.look()?;
        if !found.is_open() {
            return self.locked(&found).map(|()| LiteSWritten::Before);
        }
        if found.number != self.number() && found.number.iter().all(u8::is_ascii_digit) {
            return Err(LiteSError::OtherNumber);
        }
        self.write(NUMBER, &self.number())?;
        self.write(CKV, &self.version())?;
        self.write(CK, &self.key(&found.id))?;
        if !self.proves()? {
            return Err(LiteSError::NotProved);
        }
        self.write(MC, &locked(&found.config))?;
        let found = self.look()?;
        if found.is_open() {
            return Err(LiteSError::Refused(MC));
        }
        self.locked(&found).map(|()| LiteSWritten::Now)
    }

    /// A card that is locked is this resident's, under this version, and proves it; or it is none of ours.
    fn locked(&mut self, found: &Found) -> Written<()> {
        if found.number != self.number() {
            return Err(if found.number.iter().all(u8::is_ascii_digit) {
                LiteSError::OtherNumber
            } else {
                LiteSError::Unusable
            });
        }
        if found.version() != self.order.key_version {
            return Err(LiteSError::OtherVersion(found.version()));
        }
        if self.proves()? { Ok(()) } else { Err(LiteSError::Unusable) }
    }

    /// All at once, so that it is of one card.
    fn look(&mut self) -> Written<Found> {
        let [number, id, version, config] = self.read([NUMBER, ID, CKV, MC])?;
        // The chip itself writes its IDm into the beginning of its ID block.
        if !id.starts_with(&self.idm) {
            return Err(CardError::Changed.into());
        }
        Ok(Found { number, id, version, config })
    }

    /// Internal authentication over identity, key version and number, with a fresh challenge.
    fn proves(&mut self) -> Written<bool> {
        let mut challenge = Zeroizing::new([0; 16]);
        let filled = SystemRandom::new().fill(&mut *challenge);
        filled.map_err(|_| CardError::Malformed { what: "our own challenge" })?;
        self.write(RC, &challenge)?;
        let [id, version, number, mac] = self.read([ID, CKV, NUMBER, MAC_A])?;
        let session = SessionKey::new(&self.key(&id), &challenge);
        let mac = mac.first_chunk::<8>().ok_or(CardError::Malformed { what: "MAC_A" })?;
        let ours = number == self.number() && version[..2] == self.version()[..2];
        Ok(ours && session.proves(&[(ID, id), (CKV, version), (NUMBER, number)], mac))
    }

    fn number(&self) -> Block {
        let mut block = [0; 16];
        block.copy_from_slice(self.order.number.expose().as_bytes());
        block
    }

    fn version(&self) -> Block {
        let mut block = [0; 16];
        block[..2].copy_from_slice(&self.order.key_version.to_le_bytes());
        block
    }

    fn key(&self, id: &Block) -> LiteSKey {
        (self.order.key)(&LiteSId { id_block: *id, key_version: self.order.key_version })
    }

    fn read(&mut self, blocks: [u8; 4]) -> Written<[Block; 4]> {
        let read = known(self.reach.read(&self.idm, READS, &blocks))?;
        read.and_then(|read| read.try_into().ok()).ok_or(LiteSError::NotLiteS)
    }

    fn write(&mut self, block: u8, data: &Block) -> Written<()> {
        let taken = known(self.reach.write(&self.idm, WRITES, block, data))?;
        if taken { Ok(()) } else { Err(LiteSError::Refused(block)) }
    }
}

/// The configuration that locks: no user block is written any more, nor this one; the key only by who knows it. How the
/// card is spoken to by radio stays as it was delivered.
fn locked(config: &Block) -> Block {
    let mut locked = [0; 16];
    locked[3..5].copy_from_slice(&config[3..5]);
    locked[KEY_BY_MAC] = 1;
    locked
}
