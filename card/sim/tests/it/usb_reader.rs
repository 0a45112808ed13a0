//! The reader of a virtual machine, with a test in the machine's place.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};

use kakari_card_sim::{UsbReader, VirtualCard};

const INIT: u32 = 1;
const READER_ADD: u32 = 3;
const ATR: u32 = 5;
const CARD_REMOVE: u32 = 6;
const APDU: u32 = 7;
/// SELECT of the PIV application.
const SELECT: [u8; 14] = [0x00, 0xA4, 0x04, 0x00, 0x09, 0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00];

fn hear(machine: &mut UnixStream) -> (u32, Vec<u8>) {
    let mut header = [0; 12];
    machine.read_exact(&mut header).unwrap();
    let number = |at: usize| u32::from_be_bytes(header[at..at + 4].try_into().unwrap());
    let mut body = vec![0; number(8) as usize];
    machine.read_exact(&mut body).unwrap();
    (number(0), body)
}

fn say(machine: &mut UnixStream, kind: u32, body: &[u8]) {
    let header = [kind, 0, u32::try_from(body.len()).unwrap()].map(u32::to_be_bytes).concat();
    machine.write_all(&[header.as_slice(), body].concat()).unwrap();
}

#[test]
fn a_machine_is_told_of_its_reader_its_card_and_its_going_and_gets_the_cards_answers() {
    let dir = tempfile::tempdir().unwrap();
    let listener = UnixListener::bind(dir.path().join("card")).unwrap();
    let reader = UsbReader::connect(&dir.path().join("card")).unwrap();
    let (mut machine, _) = listener.accept().unwrap();
    let (kind, body) = hear(&mut machine);
    assert_eq!((kind, body.as_slice()), (INIT, &b"VSCD\0\0\0\x02\0\0\0\0"[..]));
    assert_eq!(hear(&mut machine).0, READER_ADD);

    // Whatever else the machine says is no command for the card.
    say(&mut machine, INIT, &body);
    reader.insert(&VirtualCard::blank().unwrap()).unwrap();
    assert_eq!(hear(&mut machine), (ATR, vec![0x3B, 0x80, 0x80, 0x01, 0x01]));
    say(&mut machine, APDU, &SELECT);
    let (kind, answer) = hear(&mut machine);
    assert!(kind == APDU && answer.len() > 20 && answer.ends_with(&[0x90, 0x00]), "{answer:02X?}");

    reader.remove().unwrap();
    assert_eq!(hear(&mut machine).0, CARD_REMOVE);
    reader.remove().unwrap();
    reader.insert(&VirtualCard::blank().unwrap()).unwrap();
    assert_eq!(hear(&mut machine).0, ATR, "taking nothing away says nothing");
}
