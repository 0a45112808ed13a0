//! A card's certificate: believed only under the region's signature, and even then its content may be anything.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kakari_card::scripted::ScriptedLink;
use kakari_card::{CardAuthority, Conversation, IssuedBy, Laid, Refusal};

use crate::keys::{FEED, PATIENT_SIGNED, STAFF_SIGNED, authority, certificate, neighbours_authority, now, tlv};

/// No clock of ours stands later than a certificate can say: the year 12000.
const FAR: Duration = Duration::from_secs(316_500_000_000);
/// A card's object has no more room.
const LONGEST: usize = 3_800;

/// The signed part of a certificate, or with a first byte of 0 a whole one.
pub fn card_certificate(bytes: &[u8]) {
    match bytes {
        [0, whole @ ..] if whole.len() < LONGEST => {
            // Signed twice, the same is signed in two ways.
            let is_ours = [PATIENT_SIGNED, STAFF_SIGNED].iter().any(|ours| whole.get(4..4 + ours.len()) == Some(*ours));
            let believed = matches!(laid(whole, &authority(), now()), Laid::Patient(_) | Laid::Staff(_));
            assert!(is_ours || !believed, "believed without the region's signature");
        }
        [_, signed @ ..] if signed.len() < LONGEST => under_a_signature(&certificate(signed)),
        _ => {}
    }
}

fn under_a_signature(whole: &[u8]) {
    let now = now();
    let own = laid(whole, &authority(), now);
    assert!(laid(whole, &authority(), now) == own, "read again, it is another");
    assert!(matches!(laid(whole, &CardAuthority::new([]), now), Laid::Refused(_)), "believed by who trusts nobody");
    let theirs = laid(whole, &neighbours_authority(), now);
    match (&own, &theirs) {
        (Laid::Patient(own), Laid::Patient(theirs)) => {
            assert!(own.number.expose().len() == 16 && own.number.expose().bytes().all(|digit| digit.is_ascii_digit()));
            assert!(own.issued_by == IssuedBy::OwnRegion && theirs.issued_by == IssuedBy::Neighbour(FEED));
            assert!(own.public_key == theirs.public_key && own.public_key[0] == 4);
        }
        // A certificate of staff stands in the other slot: as a patient's it is malformed.
        (Laid::Refused(_), Laid::Refused(_)) => {}
        _ => panic!("one signature, two answers"),
    }
    if !matches!(own, Laid::Refused(_)) {
        assert!(laid(whole, &authority(), UNIX_EPOCH + FAR) == Laid::Refused(Refusal::Expired), "valid for ever");
    }
    staff(whole, now);
}

/// The same in the slot of staff.
fn staff(whole: &[u8], now: SystemTime) {
    let own = in_slot_of_staff(whole, &authority(), now);
    if let Laid::Staff(card) = &own {
        assert!(!card.name.0.is_empty() && !card.staff_id.0.is_empty());
    }
    assert!(matches!(own, Laid::Staff(_) | Laid::Refused(_)), "a patient in the slot of staff");
    let theirs = in_slot_of_staff(whole, &neighbours_authority(), now);
    assert!(matches!(theirs, Laid::Refused(_)), "a neighbour's staff signed in");
}

fn laid(certificate: &[u8], authority: &CardAuthority, now: SystemTime) -> Laid {
    play(vec![Ok(vec![0x90, 0x00])], certificate, authority, now)
}

fn in_slot_of_staff(certificate: &[u8], authority: &CardAuthority, now: SystemTime) -> Laid {
    play(vec![Ok(vec![0x90, 0x00]), Ok(vec![0x6A, 0x82])], certificate, authority, now)
}

/// The certificate as a card of one long answer gives it.
fn play(
    mut answers: Vec<Result<Vec<u8>, kakari_card::CardError>>,
    certificate: &[u8],
    authority: &CardAuthority,
    now: SystemTime,
) -> Laid {
    let object = tlv(0x53, &[tlv(0x70, certificate), vec![0x71, 0x01, 0x00, 0xFE, 0x00]].concat());
    answers.push(Ok([&object[..], &[0x90, 0x00]].concat()));
    answers.push(Ok(vec![0x63, 0xC3]));
    let laid = Conversation::over(Box::new(ScriptedLink::new(answers))).identify(authority, now);
    laid.unwrap_or(Laid::Blank)
}
