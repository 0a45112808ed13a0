//! The blocks of FeliCa Lite-S beside the user's (S_PAD0 to S_PAD13), and what is in them before a test begins.

pub(super) const REG: u8 = 0x0E;
pub(super) const RC: u8 = 0x80;
pub(super) const MAC: u8 = 0x81;
pub(super) const ID: u8 = 0x82;
pub(super) const D_ID: u8 = 0x83;
pub(super) const SER_C: u8 = 0x84;
pub(super) const SYS_C: u8 = 0x85;
pub(super) const CKV: u8 = 0x86;
pub(super) const CK: u8 = 0x87;
pub(super) const MC: u8 = 0x88;
pub(super) const WCNT: u8 = 0x90;
pub(super) const MAC_A: u8 = 0x91;
pub(super) const STATE: u8 = 0x92;

pub(super) const NO_SUCH_BLOCK: u8 = 0xA8;
pub(super) const NOT_AUTHENTICATED: u8 = 0xB1;
pub(super) const WRONG_MAC: u8 = 0xB2;

/// What is on a FeliCa Lite-S card before the test begins. Everything else is as from the factory.
#[derive(Clone, Default)]
pub struct LiteS {
    /// Manufacture ID.
    pub idm: [u8; 8],
    /// The last eight bytes of the ID block (82): data format code and what the issuer chose. The first are the IDm.
    pub id_rest: [u8; 8],
    /// Card key version (CKV), little-endian on the card.
    pub key_version: u16,
    /// The card key, as it is written to block 87.
    pub key: [u8; 16],
    /// User blocks that are written: number (0 to 13) and content.
    pub blocks: Vec<(u8, [u8; 16])>,
    /// After the first issue: ID, CKV and CK can be written no more, and the user blocks neither.
    pub locked: bool,
}
