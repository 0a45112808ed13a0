//! Other people's cards with applications: what they answer to SELECT, and nothing more.

use rand_core::{OsRng, RngCore};

const DONE: [u8; 2] = [0x90, 0x00];
const NOT_FOUND: [u8; 2] = [0x6A, 0x82];
const NOT_ALLOWED: [u8; 2] = [0x69, 0x82];
/// A name is at least its registered part.
const SHORTEST_NAME: usize = 5;

/// JPKI, the two 券面 applications and the resident-register one of a My Number card.
pub(crate) const MY_NUMBER: &[&[u8]] = &[
    &[0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01],
    &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08],
    &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02],
    &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00],
];
/// The three directories of a driving licence (National Police Agency's card specification).
pub(crate) const DRIVING_LICENCE: &[&[u8]] = &[
    &[0xA0, 0x00, 0x00, 0x02, 0x31, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    &[0xA0, 0x00, 0x00, 0x02, 0x31, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    &[0xA0, 0x00, 0x00, 0x02, 0x48, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
];
/// The three directories of a residence card (Immigration Services Agency's card specification).
pub(crate) const RESIDENCE_CARD: &[&[u8]] = &[
    &[0xD3, 0x92, 0xF0, 0x00, 0x4F, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    &[0xD3, 0x92, 0xF0, 0x00, 0x4F, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    &[0xD3, 0x92, 0xF0, 0x00, 0x4F, 0x04, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
];
/// ICAO Doc 9303 part 10: LDS1.
pub(crate) const PASSPORT: &[&[u8]] = &[&[0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01]];
/// EMV: the directory of contactless applications, and one application.
pub(crate) const BANK: &[&[u8]] = &[b"2PAY.SYS.DDF01", &[0xA0, 0x00, 0x00, 0x00, 0x03, 0x10, 0x10]];

/// Answers SELECT by one of these names, whole or its beginning; refuses everything else.
pub(crate) fn answer(names: &[&[u8]], command: &[u8]) -> Vec<u8> {
    let [0x00, 0xA4, 0x04, _, length, rest @ ..] = command else {
        return NOT_ALLOWED.to_vec();
    };
    let Some(asked) = rest.get(..usize::from(*length)).filter(|asked| asked.len() >= SHORTEST_NAME) else {
        return NOT_FOUND.to_vec();
    };
    if names.iter().any(|name| name.starts_with(asked)) { DONE.to_vec() } else { NOT_FOUND.to_vec() }
}

/// SELECT by name reads nothing; anything else is a breach.
pub(crate) fn is_selection(command: &[u8]) -> bool {
    matches!(command, [0x00, 0xA4, 0x04, ..])
}

pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    OsRng.fill_bytes(&mut bytes);
    bytes
}

/// As phones and most processor cards of Type A: 08 says that the rest is made up anew each time.
pub(crate) fn changing_uid() -> Vec<u8> {
    let [b0, b1, b2] = random();
    vec![0x08, b0, b1, b2]
}

/// As Type B.
pub(crate) fn changing_pupi() -> Vec<u8> {
    random::<4>().to_vec()
}

/// As a phone that plays a FeliCa card (NFC Forum Digital: 02 FE).
pub(crate) fn changing_idm() -> [u8; 8] {
    let [b0, b1, b2, b3, b4, b5] = random();
    [0x02, 0xFE, b0, b1, b2, b3, b4, b5]
}
