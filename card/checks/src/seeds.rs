//! What the targets begin with.

use crate::keys::{PATIENT, PATIENT_SIGNED, STAFF_CARD, STAFF_SIGNED};

const ISO: [u8; 6] = [5, 0x3B, 0x80, 0x80, 0x01, 0x01];
/// SELECT is answered.
const SELECTED: [u8; 2] = [1, 0];
const REFUSED: [u8; 4] = [0, 2, 0x6A, 0x82];

/// Plays of a whole tap, a sign-in, other people's cards, a copy.
pub fn card_answers() -> Vec<(&'static str, Vec<u8>)> {
    let play = |mode: u8, answers: &[&[u8]]| [&[mode], &ISO[..], &answers.concat()].concat();
    let agreed = [&[3, 32][..], &[9; 32]].concat();
    let pin_state = [0x37, 0];
    let copy = [&[2, 255][..], &[b'K'; 255]].concat();
    vec![
        ("patient", play(0, &[&SELECTED, &[4, 0], &agreed, &agreed])),
        ("neighbours-patient", play(2, &[&SELECTED, &[4, 0], &agreed, &agreed])),
        ("copy", play(4, &[&SELECTED, &[4, 0], &copy, &agreed])),
        ("staff", play(8, &[&SELECTED, &REFUSED, &[4, 1, 0], &pin_state, &pin_state, &SELECTED, &agreed, &agreed])),
        ("blank", play(0, &[&SELECTED, &REFUSED, &REFUSED])),
        ("licence", play(0, &[&REFUSED, &REFUSED, &SELECTED])),
        ("swapped", play(1, &[&SELECTED, &[4, 0], &agreed, &agreed])),
        ("endless", play(0, &[&SELECTED, &[0x66, 200], &[7; 200], &[0x66, 200], &[7; 200]])),
    ]
}

/// Whole certificates and signed parts.
pub fn card_certificate() -> Vec<(&'static str, Vec<u8>)> {
    let with = |first: u8, bytes: &[u8]| [&[first], bytes].concat();
    vec![
        ("patient", with(0, &PATIENT)),
        ("staff", with(0, &STAFF_CARD)),
        ("patient-signed", with(1, PATIENT_SIGNED)),
        ("staff-signed", with(1, STAFF_SIGNED)),
    ]
}

/// Memory cards through four makes of reader: identifier, frames, a proof that is none.
pub fn plain_answers() -> Vec<(&'static str, Vec<u8>)> {
    const FELICA: [u8; 21] = *b"\x14\x3B\x8F\x80\x01\x80\x4F\x0C\xA0\x00\x00\x03\x06\x11\x00\x3B\x00\x00\x00\x00\x42";
    const ULTRALIGHT: [u8; 21] =
        *b"\x14\x3B\x8F\x80\x01\x80\x4F\x0C\xA0\x00\x00\x03\x06\x03\x00\x03\x00\x00\x00\x00\x68";
    let play = |mode: u8, atr: &[u8], answers: &[&[u8]]| [&[mode], atr, &answers.concat()].concat();
    let idm: &[u8] = &[1, 8, 1, 2, 3, 4, 5, 6, 7, 8];
    let number = [&[1, 16][..], b"1000000000000001"].concat();
    let (done, lite_s, transit): (&[u8], &[u8], &[u8]) = (&[1, 0], &[2, 2, 0x88, 0xB4], &[2, 2, 0x00, 0x03]);
    let in_frame = [&[3, 16][..], b"1000000000000001"].concat();
    let four = [&[3, 64][..], &[7; 64]].concat();
    let through = |way: u8, answer: &[u8]| [&[answer[0] | way << 4], &answer[1..]].concat();
    let uid: &[u8] = &[1, 7, 4, 2, 3, 4, 5, 6, 7];
    vec![
        ("storage", play(0x10, &FELICA, &[idm, done, done, &number, done, done, &[1, 64], &[7; 64], idm])),
        (
            "session",
            play(0x13, &FELICA, &[idm, done, done, lite_s, &in_frame, done, done, done, &[4, 0], &four, done, idm]),
        ),
        ("transit", play(0x03, &FELICA, &[idm, done, done, transit, done, idm])),
        ("direct", play(0x11, &FELICA, &[idm, &through(2, lite_s), &through(2, &in_frame), &through(2, &four), idm])),
        ("bare", play(0x12, &FELICA, &[idm, &through(3, lite_s), &through(3, &in_frame), &through(3, &four), idm])),
        ("pages", play(0x00, &ULTRALIGHT, &[uid, &number, uid])),
        (
            "two-cards",
            play(0x03, &FELICA, &[idm, done, done, &[0, 11, 0xC0, 3, 0, 0x90, 0, 0x92, 1, 2, 0x97, 0x90, 0]]),
        ),
    ]
}

/// A polling, a reading and a session's answer as a reader gives them.
pub fn felica_frames() -> Vec<(&'static str, Vec<u8>)> {
    let idm = [1, 2, 3, 4, 5, 6, 7, 8];
    let polled = [&[0x14, 0x01][..], &idm, &[0, 0xF1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x88, 0xB4]].concat();
    let read = [&[0x1D, 0x07][..], &idm, &[0, 0, 1], b"1000000000000001"].concat();
    let session = |frame: &[u8]| {
        let length = u8::try_from(frame.len()).unwrap_or_default();
        [&[0xC0, 3, 0, 0x90, 0, 0x92, 1, 0, 0x96, 2, 0, 0, 0x97, length], frame].concat()
    };
    vec![
        ("session-polled", session(&polled)),
        ("session-read", session(&read)),
        ("through-read", [&[0xD5, 0x43, 0][..], &read].concat()),
        ("polled", polled),
        ("read", read),
        ("refused", [&[0x0C, 0x07][..], &idm, &[1, 0xA8]].concat()),
        ("number", b"1000000000000001".to_vec()),
    ]
}
