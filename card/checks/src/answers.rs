//! A whole conversation with a card that answers whatever it likes.

use kakari_card::scripted::{ScriptedLink, Seen};
use kakari_card::{CardError, Conversation, IssuedBy, Laid, MacProof, Pin, PinOutcome, Refusal};

use crate::keys::{NUMBER, STAFF, authority, neighbours_authority, now};
use crate::play::Play;

/// No conversation goes on for longer, whatever a card answers: SELECTs, two objects, the copy, PIN and key agreements,
/// each with all the pieces that a card may make us collect.
const MOST_COMMANDS: usize = 12 * 26;
/// The generator of P-256: a point of which nobody here has the private key.
const POINT: [u8; 65] = [
    0x04, 0x6B, 0x17, 0xD1, 0xF2, 0xE1, 0x2C, 0x42, 0x47, 0xF8, 0xBC, 0xE6, 0xE5, 0x63, 0xA4, 0x40, 0xF2, 0x77, 0x03,
    0x7D, 0x81, 0x2D, 0xEB, 0x33, 0xA0, 0xF4, 0xA1, 0x39, 0x45, 0xD8, 0x98, 0xC2, 0x96, 0x4F, 0xE3, 0x42, 0xE2, 0xFE,
    0x1A, 0x7F, 0x9B, 0x8E, 0xE7, 0xEB, 0x4A, 0x7C, 0x0F, 0x9E, 0x16, 0x2B, 0xCE, 0x33, 0x57, 0x6B, 0x31, 0x5E, 0xCE,
    0xCB, 0xB6, 0x40, 0x68, 0x37, 0xBF, 0x51, 0xF5,
];

/// Nothing but a certificate of the region's makes a patient or a staff member of a card; no key, MAC or PIN is believed;
/// an error is the end of everything; and there is an end.
pub fn card_answers(bytes: &[u8]) {
    let Some((mode, bytes)) = bytes.split_first() else { return };
    let play = Play::read(bytes);
    let link = ScriptedLink::new(play.answers).with_atr(&play.atr);
    let link = if mode & 1 == 0 { link } else { link.swapped_at_the_end() };
    let seen = link.seen();
    let mut conversation = Conversation::over(Box::new(link));
    let broken = converse(&mut conversation, *mode, play.genuine, &seen);
    let finished = conversation.finish().map(drop);
    assert!(finished.is_err() || broken.is_none(), "finished after {broken:?}");
    assert!(finished.is_err() || mode & 1 == 0, "another card at the end");
    let commands = seen.commands();
    assert!(commands.len() < MOST_COMMANDS, "{} commands", commands.len());
    assert!(commands.iter().all(|command| command.len() >= 4), "drivers hang on less");
}

/// Returns the first error, after which nothing succeeds.
fn converse(conversation: &mut Conversation, mode: u8, genuine: bool, seen: &Seen) -> Option<CardError> {
    let mut broken = None;
    let authority = if mode & 2 == 0 { authority() } else { neighbours_authority() };
    let laid = conversation.identify(&authority, now());
    note(&mut broken, laid.as_ref().err());
    let key = laid.ok().and_then(|laid| known(&laid, mode & 2 != 0, genuine)).unwrap_or(POINT);
    if mode & 4 != 0 {
        let copy = conversation.read_copy(|beginning| !beginning.starts_with(b"no"));
        note(&mut broken, copy.as_ref().err());
        assert!(!matches!(copy, Ok(Some(copy)) if copy.len() > 4096), "a copy without end");
    }
    if mode & 8 != 0 {
        pin(conversation, &mut broken, seen);
    }
    let proved = conversation.prove_key(&key);
    note(&mut broken, proved.as_ref().err());
    assert!(proved != Ok(true), "a key that nobody has");
    let agreed = conversation.agree_staff(&POINT);
    note(&mut broken, agreed.as_ref().err());
    if mode & 16 != 0 {
        let proved = conversation.prove_mac(|_| Some([7; 16].into()));
        assert!(proved != Ok(MacProof::Proved), "a MAC that nobody can make");
    }
    broken
}

/// An error is the last word: what comes after it fails too.
fn note(broken: &mut Option<CardError>, error: Option<&CardError>) {
    match (broken.as_ref(), error) {
        (None, Some(error)) => *broken = Some(*error),
        (Some(before), None) => panic!("a success after {before:?}"),
        _ => {}
    }
}

/// The key of a certificate that was believed.
fn known(laid: &Laid, by_neighbour: bool, genuine: bool) -> Option<[u8; 65]> {
    match laid {
        Laid::Patient(card) => {
            assert!(genuine && card.number.expose() == NUMBER, "a patient from nowhere");
            assert_eq!(card.issued_by != IssuedBy::OwnRegion, by_neighbour);
            Some(card.public_key)
        }
        Laid::Staff(card) => {
            assert!(genuine && !by_neighbour && card.staff_id.0 == STAFF, "a staff member from nowhere");
            Some(card.public_key)
        }
        Laid::Refused(Refusal::Expired | Refusal::NotYetValid) => panic!("both certificates are in date"),
        _ => None,
    }
}

/// A PIN is shown only to a card that says that more than one try is left, and once.
fn pin(conversation: &mut Conversation, broken: &mut Option<CardError>, seen: &Seen) {
    let Some(pin) = Pin::new("123456") else { unreachable!("six digits") };
    let shown = |seen: &Seen| seen.commands().iter().filter(|command| command[1] == 0x20 && command.len() > 5).count();
    let outcome = conversation.verify_pin(&pin);
    note(broken, outcome.as_ref().err());
    let times = shown(seen);
    assert!(times <= 2, "a PIN shown {times} times"); // Twice only when the card asks for another length (6Cxx).
    assert!(outcome != Ok(PinOutcome::LastTry) || times == 0, "the last try was spent unasked");
}
