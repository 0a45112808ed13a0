//! ACR122U: `FF 00 00 00` hands a command to its radio chip (PN532) and its answer back.

use super::apdu::Apdu;
use super::{DONE, FAILED, NOT_SUPPORTED};
use crate::VirtualCard;
use crate::body::Technology;
use crate::felica::{POLLING, frame};

const FIRMWARE: &[u8] = b"ACR122U207";
const TO_CHIP: u8 = 0xD4;
const FROM_CHIP: u8 = 0xD5;
const CHIP_FIRMWARE: u8 = 0x02;
const EXCHANGE: u8 = 0x40;
const EXCHANGE_AS_IT_IS: u8 = 0x42;
const LIST_CARDS: u8 = 0x4A;
/// The chip's status: no answer in time.
const TIMED_OUT: u8 = 0x01;
const FELICA_SPEEDS: [u8; 2] = [0x01, 0x02];

pub(super) fn answer(card: &VirtualCard, apdu: &Apdu<'_>) -> Vec<u8> {
    match (apdu.p1, apdu.p2, apdu.data) {
        // Alone of its commands, this one is answered without a status.
        (0x48, 0, []) => FIRMWARE.to_vec(),
        (0, 0, [TO_CHIP, command, rest @ ..]) => match to_chip(card, *command, rest) {
            Some(answer) => [&[FROM_CHIP, command + 1], &answer[..], &DONE].concat(),
            None => FAILED.to_vec(),
        },
        _ => NOT_SUPPORTED.to_vec(),
    }
}

fn to_chip(card: &VirtualCard, command: u8, body: &[u8]) -> Option<Vec<u8>> {
    let exchange = |frame: &[u8]| match card.hear(frame) {
        Some(answer) => [&[0], &answer[..]].concat(),
        None => vec![TIMED_OUT],
    };
    match (command, body) {
        (CHIP_FIRMWARE, []) => Some(vec![0x32, 0x01, 0x06, 0x07]),
        (EXCHANGE_AS_IT_IS, frame) => Some(exchange(frame)),
        // Card number 1 is the one that lies there.
        (EXCHANGE, [1, frame @ ..]) => Some(exchange(frame)),
        (LIST_CARDS, [_, speed, asked @ ..]) if FELICA_SPEEDS.contains(speed) => Some(list_felica(card, asked)),
        _ => None,
    }
}

/// `asked` is the body of Polling.
fn list_felica(card: &VirtualCard, asked: &[u8]) -> Vec<u8> {
    let is_felica = card.body().technology() == Technology::Felica;
    let asked = asked.strip_prefix(&[POLLING]).unwrap_or(asked);
    let answer = is_felica.then(|| card.hear(&frame(&[&[POLLING], asked]))).flatten();
    answer.map_or_else(|| vec![0], |answer| [&[1, 1], &answer[..]].concat())
}
