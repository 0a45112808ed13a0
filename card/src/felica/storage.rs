//! FeliCa through PC/SC part 3's storage commands, as Sony's readers understand them.

use super::frame::Block;

/// `FF A4 00 01`: select one service.
#[must_use]
pub fn select(service: u16) -> [u8; 7] {
    let [low, high] = service.to_le_bytes();
    [0xFF, 0xA4, 0, 1, 2, low, high]
}

/// `FF B0 00`: one block of the selected service.
#[must_use]
pub fn read_one(block: u8) -> [u8; 5] {
    [0xFF, 0xB0, 0, block, 0]
}

/// `FF B0 80`: these blocks of the selected service in one reading.
#[must_use]
pub fn read_list(blocks: &[u8]) -> Vec<u8> {
    let count = u8::try_from(blocks.len()).unwrap_or_default();
    let mut apdu = vec![0xFF, 0xB0, 0x80, count, count.saturating_mul(2)];
    apdu.extend(blocks.iter().flat_map(|block| [0x80, *block]));
    apdu.push(count.saturating_mul(16));
    apdu
}

/// `FF D6 00`: write one block of the selected service.
#[must_use]
pub fn write_one(block: u8, data: &Block) -> Vec<u8> {
    let mut apdu = vec![0xFF, 0xD6, 0, block, 16];
    apdu.extend_from_slice(data);
    apdu
}

/// Exactly so many blocks.
#[must_use]
pub fn parse_blocks(data: &[u8], count: usize) -> Option<Vec<Block>> {
    let (blocks, rest) = data.as_chunks::<16>();
    (blocks.len() == count && rest.is_empty()).then(|| blocks.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The list form as a public program for a PaSoRi sends it (`felica_lites.c`, read 2026-11-21), the short form as
    /// tomosoft.jp describes it for an RC-S380.
    #[test]
    fn storage_commands_are_those_that_others_send() {
        assert_eq!(select(0x0009), [0xFF, 0xA4, 0, 1, 2, 9, 0]);
        assert_eq!(read_list(&[0x82, 0x86, 0x91]), [0xFF, 0xB0, 0x80, 3, 6, 0x80, 0x82, 0x80, 0x86, 0x80, 0x91, 48]);
        assert_eq!(read_one(5), [0xFF, 0xB0, 0, 5, 0]);
        assert_eq!(write_one(0x80, &[7; 16])[..6], [0xFF, 0xD6, 0, 0x80, 16, 7]);
        assert!(parse_blocks(&[1; 32], 2).is_some() && parse_blocks(&[1; 31], 2).is_none());
    }
}
