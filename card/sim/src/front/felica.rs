//! FeliCa commands that a reader makes itself.

use crate::VirtualCard;
use crate::felica::{READ, WRITE, frame};

/// Reads the blocks of a list; `None` when the card refuses or is silent.
pub(super) fn read_blocks(card: &VirtualCard, service: u16, list: &[u8]) -> Option<Vec<u8>> {
    let [low, high] = service.to_le_bytes();
    let count = u8::try_from(list.len() / 2).ok()?;
    let answer = card.hear(&frame(&[&[READ], &card.id(), &[1, low, high, count], list]))?;
    // Length, code, IDm, flags, count.
    (answer.get(10) == Some(&0)).then(|| answer.get(13..).map(<[u8]>::to_vec))?
}

pub(super) fn write_block(card: &VirtualCard, service: u16, block: u8, data: &[u8]) -> bool {
    let [low, high] = service.to_le_bytes();
    let answer = card.hear(&frame(&[&[WRITE], &card.id(), &[1, low, high, 1, 0x80, block], data]));
    answer.is_some_and(|answer| answer.get(10) == Some(&0))
}
