//! A whole conversation with a memory card, and with a reader between, that answer whatever they like.

use std::sync::Arc;

use kakari_card::scripted::ScriptedLink;
use kakari_card::{CardProfile, Conversation, Laid, MacProof, NumberForm, Place, PlainKind};

use crate::keys::{authority, now, tlv};
use crate::play::{DONE, broken, part};

const READERS: [&str; 4] = [
    "SONY FeliCa RC-S300/P (0236798) 00 00",
    "ACS ACR122U PICC Interface 00 00",
    "ACS ACR1252 1S CL Reader [ACR1252 Reader PICC] 00 00",
    "Nobody's Reader 00 00",
];
const MOST_COMMANDS: usize = 120;
const PMM: [u8; 8] = [0x00, 0xF1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
const IDM: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];

/// Nobody becomes a patient or staff by a memory card, no MAC is believed that nobody can make, an error is the end,
/// and nothing but the challenge is ever written to a card.
pub fn plain_answers(bytes: &[u8]) {
    let Some((mode, bytes)) = bytes.split_first() else { return };
    let Some((atr, bytes)) = part(bytes) else { return };
    let link = ScriptedLink::new(answers(bytes)).with_atr(&atr[..atr.len().min(33)]);
    let seen = link.seen();
    let conversation = Conversation::over(Box::new(link)).knowing(profiles(mode & 0x10 != 0));
    let mut conversation = conversation.on_reader(READERS[usize::from(mode & 3)]);
    let laid = conversation.identify(&authority(), now());
    if let Ok(laid) = &laid {
        belongs_to_nobody(laid);
    }
    let proved = conversation.prove_mac(|_| Some([7; 16].into()));
    assert!(proved != Ok(MacProof::Proved), "a MAC that nobody can make");
    assert!(laid.is_ok() || proved.is_err(), "a proof after an error");
    let finished = conversation.finish();
    assert!(laid.is_ok() || finished.is_err(), "finished after an error");
    let commands = seen.commands();
    assert!(commands.len() < MOST_COMMANDS, "{} commands", commands.len());
    for command in commands {
        assert!(command.len() >= 4, "drivers hang on less");
        assert!(command[..2] != [0xFF, 0xD6] || command[3] == 0x80, "another block than the challenge is written");
        let frame = command.windows(16).find(|part| part[1] == 0x08 && part[2..10] == IDM && part[0] == 0x20);
        assert!(frame.is_none_or(|frame| frame[11..16] == [0x09, 0x00, 1, 0x80, 0x80]), "another block is written");
    }
}

fn belongs_to_nobody(laid: &Laid) {
    assert!(!matches!(laid, Laid::Patient(_) | Laid::Staff(_)), "a memory card with a certificate");
    let Laid::Plain(card) = laid else { return };
    let is_fit = match card.kind {
        PlainKind::Felica => card.id.len() == 8,
        PlainKind::TypeA => [4, 7, 10].contains(&card.id.len()),
    };
    assert!(is_fit, "an identifier of {} bytes", card.id.len());
    assert!(!card.has_key || card.number.is_some(), "a key without a profile that fits");
}

fn profiles(has_key: bool) -> Arc<[CardProfile]> {
    let profile = |name: &str, place, form, has_key| CardProfile { name: name.to_owned(), place, form, has_key };
    let lite_s = Place::Felica { system: 0x88B4, service: 0x000B, block: 0 };
    let members = Place::Felica { system: 0xFE00, service: 0x100B, block: 2 };
    Arc::new([
        profile("Lite-S", lite_s, NumberForm::Ascii, has_key),
        profile("members", members, NumberForm::Bcd, false),
        profile("pages", Place::TypeA { page: 4 }, NumberForm::Ascii, false),
    ])
}

/// `{ way, length, bytes }`: the lower half of a way says what is answered, the upper half how the reader brings it.
fn answers(mut bytes: &[u8]) -> Vec<Result<Vec<u8>, kakari_card::CardError>> {
    let mut answers = Vec::new();
    while let Some((way, after)) = bytes.split_first() {
        let Some((data, after)) = part(after) else { break };
        bytes = after;
        let frame = match way & 7 {
            // Every byte of the answer is the fuzzer's.
            0 => {
                answers.push(Ok(data.to_vec()));
                continue;
            }
            1 => {
                answers.push(Ok([data, &DONE].concat()));
                continue;
            }
            2 => [&[0x01][..], &IDM, &PMM, data].concat(),
            3 => {
                let blocks = u8::try_from(data.len() / 16).unwrap_or_default();
                [&[0x07][..], &IDM, &[0, 0, blocks], data].concat()
            }
            4 => [&[0x09][..], &IDM, &[0, 0]].concat(),
            5 => {
                answers.push(Err(broken(data)));
                continue;
            }
            6 => [&[0x07][..], &IDM, data].concat(),
            _ => data.to_vec(),
        };
        answers.push(Ok([&brought(way >> 4, &frame)[..], &DONE].concat()));
    }
    answers
}

/// A frame with its length, in the reader's own wrapping.
fn brought(how: u8, body: &[u8]) -> Vec<u8> {
    let length = u8::try_from(body.len() + 1).unwrap_or_default();
    let frame = [&[length], body].concat();
    match how & 3 {
        2 => [&[0xD5, 0x43, 0x00], &frame[..]].concat(),
        3 => frame,
        _ => [&[0xC0, 3, 0, 0x90, 0, 0x92, 1, 0, 0x96, 2, 0, 0][..], &tlv(0x97, &frame)].concat(),
    }
}
