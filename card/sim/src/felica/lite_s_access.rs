//! Who may write what on a FeliCa Lite-S card: the memory configuration block (MC, 88).
//!
//! | bytes | name | meaning |
//! |---|---|---|
//! | 0, 1 | `MC_SP_REG_ALL_RW` | bit n: block n may be written; bit 15: these bytes and 6 to 12 themselves |
//! | 2 | `MC_ALL` | FF: the system blocks and bytes 2 to 5 may be written; any other value locks them for good |
//! | 3 | `SYS_OP` | 01: answers Polling for NDEF's system code too |
//! | 5 | `MC_CKCKV_W_MAC_A` | 01: CK and CKV may be written with MAC_A even when locked |
//! | 6, 7 | `MC_SP_REG_R_RESTR` | bit n: block n is read after authentication only |
//! | 8, 9 | `MC_SP_REG_W_RESTR` | bit n: block n is written after authentication only |
//! | 10, 11 | `MC_SP_REG_W_MAC_A` | bit n: block n is written with MAC_A only |
//! | 12 | `MC_STATE_W_MAC_A` | 01: STATE is written with MAC_A only |

use std::ops::Range;

use super::lite_s::LiteSChip;
use super::lite_s_blocks::{CK, CKV, ID, MC, NO_SUCH_BLOCK, NOT_AUTHENTICATED, RC, REG, SER_C, STATE, WRONG_MAC};
use super::{Block, Flags};

/// The bytes of MC that are locked with the system blocks.
const SYSTEM_BLOCKS: Range<usize> = 2..6;

const ALL_RW: usize = 0;
const ALL: usize = 2;
pub(super) const ANSWERS_NDEF: usize = 3;
const KEY_WITH_MAC: usize = 5;
const READ_AFTER: usize = 6;
const WRITE_AFTER: usize = 8;
const WRITE_WITH_MAC: usize = 10;
const STATE_WITH_MAC: usize = 12;
const OPEN: u8 = 0xFF;
const OWN_BIT: u8 = 15;
/// From here on no write with MAC is taken.
const MOST_WRITES: u32 = 0x00FF_FE00;

pub(super) enum Access<'a> {
    Plain,
    /// With block MAC_A beside it: the code, then the write counter.
    Mac(&'a Block),
}

impl LiteSChip {
    fn bit(&self, at: usize, number: u8) -> bool {
        u16::from_le_bytes([self.config[at], self.config[at + 1]]) >> number & 1 == 1
    }

    fn is_system_locked(&self) -> bool {
        self.config[ALL] != OPEN
    }

    pub(super) fn may_read(&self, number: u8) -> bool {
        number > REG || self.authenticated || !self.bit(READ_AFTER, number)
    }

    pub(super) fn write_block(&mut self, number: u8, block: &Block, access: &Access<'_>) -> Result<(), Flags> {
        let refuse = |flag| Flags::at(0, flag);
        let with_mac = match access {
            Access::Plain => false,
            Access::Mac(code) => {
                self.check(number, block, code).map_err(|flag| Flags::at(1, flag))?;
                true
            }
        };
        self.may_write(number, with_mac).map_err(refuse)?;
        self.store(number, block).map_err(refuse)?;
        // The challenge is not stored, so it is not counted.
        if number != RC && self.writes < 0x00FF_FFFF {
            self.writes += 1;
        }
        if number == MC && self.is_system_locked() && self.writes > MOST_WRITES {
            self.writes = 0;
        }
        Ok(())
    }

    fn check(&self, number: u8, block: &Block, code: &Block) -> Result<(), u8> {
        let counter = self.counter();
        let key = self.session().ok_or(WRONG_MAC)?;
        let same = key.mac_a_of_writing(counter, number, block) == code[..8] && counter == code[8..11];
        // A card from the factory counts from the limit on until its first issue.
        let may_count = self.writes < MOST_WRITES || !self.is_system_locked();
        if same && may_count { Ok(()) } else { Err(WRONG_MAC) }
    }

    fn may_write(&self, number: u8, with_mac: bool) -> Result<(), u8> {
        let locked = self.is_system_locked();
        match number {
            0..=REG if !self.bit(ALL_RW, number) => Err(NO_SUCH_BLOCK),
            0..=REG if self.bit(WRITE_AFTER, number) && !self.authenticated => Err(NOT_AUTHENTICATED),
            0..=REG if self.bit(WRITE_WITH_MAC, number) && !with_mac => Err(WRONG_MAC),
            0..=REG | RC => Ok(()),
            CK | CKV if locked && self.config[KEY_WITH_MAC] == 1 => with_mac.then_some(()).ok_or(WRONG_MAC),
            ID | SER_C | CKV | CK if !locked => Ok(()),
            MC if !locked || self.bit(ALL_RW, OWN_BIT) => Ok(()),
            STATE if self.config[STATE_WITH_MAC] == 1 && !with_mac => Err(WRONG_MAC),
            STATE => Ok(()),
            _ => Err(NO_SUCH_BLOCK),
        }
    }

    fn store(&mut self, number: u8, block: &Block) -> Result<(), u8> {
        match number {
            REG if !goes_down(&self.user[usize::from(REG)], block) => return Err(NO_SUCH_BLOCK),
            0..=REG => self.user[usize::from(number)] = *block,
            RC => self.challenge = Some(*block),
            // The first half stays the manufacture ID, whatever is written.
            ID => self.id[8..].copy_from_slice(&block[8..]),
            SER_C => self.service[..2].copy_from_slice(&block[..2]),
            CKV => self.key_version[..2].copy_from_slice(&block[..2]),
            CK => self.key = *block,
            MC => self.configure(block),
            STATE => self.authenticated = block[0] == 1,
            _ => return Err(NO_SUCH_BLOCK),
        }
        Ok(())
    }

    /// What is locked stays as it is.
    fn configure(&mut self, block: &Block) {
        let (system, own) = (!self.is_system_locked(), self.bit(ALL_RW, OWN_BIT));
        for (at, byte) in block.iter().enumerate().take(STATE_WITH_MAC + 1) {
            let is_system = SYSTEM_BLOCKS.contains(&at);
            if is_system && system || !is_system && own {
                self.config[at] = *byte;
            }
        }
    }
}

/// REG's two counters (4 bytes each) only fall.
fn goes_down(old: &Block, new: &Block) -> bool {
    let counter =
        |block: &Block, at: usize| u32::from_le_bytes([block[at], block[at + 1], block[at + 2], block[at + 3]]);
    [0, 4].iter().all(|at| counter(new, *at) <= counter(old, *at))
}
