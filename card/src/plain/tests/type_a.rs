//! Type A memory cards over a scripted link.

use super::{identify, profile};
use crate::kind::ForeignKind;
use crate::plain::{CardProfile, NumberForm, Place, PlainKind};
use crate::scripted::ScriptedLink;
use crate::{CardError, Conversation, Laid};

const ULTRALIGHT: u8 = 0x03;
const CLASSIC: u8 = 0x01;
const UID: [u8; 9] = [4, 1, 2, 3, 4, 5, 6, 0x90, 0];

fn conversation(name: u8, answers: &[&[u8]]) -> Conversation {
    let atr = [0x3B, 0x8F, 0x80, 1, 0x80, 0x4F, 0x0C, 0xA0, 0, 0, 3, 6, 3, 0, name, 0, 0, 0, 0, 0];
    let link = ScriptedLink::new(answers.iter().map(|answer| Ok(answer.to_vec()))).with_atr(&atr);
    let pages = CardProfile {
        name: "NTAG".to_owned(),
        place: Place::TypeA { page: 4 },
        form: NumberForm::Ascii,
        has_key: false,
    };
    Conversation::over(Box::new(link)).knowing([profile(0x88B4, true), pages].into())
}

#[test]
fn a_tag_says_its_number_from_the_profiles_page_and_is_the_same_at_the_end() {
    let page = [&b"1234567890123456"[..], &[0x90, 0]].concat();
    let mut same = conversation(ULTRALIGHT, &[&UID, &page, &UID]);
    let Ok(Laid::Plain(card)) = identify(&mut same) else { panic!("no plain card") };
    assert_eq!(card.number.unwrap().expose(), "1234567890123456");
    assert!(card.kind == PlainKind::TypeA && card.id == UID[..7] && !card.has_key);
    assert_eq!(same.finish().unwrap().len(), 3);
    let other = [4, 1, 2, 3, 4, 5, 7, 0x90, 0];
    let mut swapped = conversation(ULTRALIGHT, &[&UID, &page, &other]);
    identify(&mut swapped).unwrap();
    assert_eq!(swapped.finish(), Err(CardError::Changed));
}

#[test]
fn a_card_of_locked_sectors_is_known_by_its_identifier_alone() {
    let mut classic = conversation(CLASSIC, &[&[0x12, 1, 2, 3, 0x90, 0]]);
    let Ok(Laid::Plain(card)) = identify(&mut classic) else { panic!("no plain card") };
    assert!(card.number.is_none() && card.id == [0x12, 1, 2, 3] && card.looks_like == ForeignKind::MemoryCard);
    assert_eq!(classic.exchanges().len(), 1);
}

#[test]
fn an_identifier_that_is_made_up_or_no_identifier_is_nobodys() {
    let mut phone = conversation(ULTRALIGHT, &[&[0x08, 1, 2, 3, 0x90, 0]]);
    assert_eq!(identify(&mut phone), Ok(Laid::Foreign(ForeignKind::ChangingIdentifier)));
    for answer in [&[0x90, 0][..], &[1, 2, 3, 0x90, 0], &[0x6A, 0x81]] {
        let mut silent = conversation(ULTRALIGHT, &[answer]);
        assert_eq!(identify(&mut silent), Ok(Laid::Foreign(ForeignKind::MemoryCard)), "{answer:02X?}");
    }
}

#[test]
fn a_tag_torn_away_or_cut_short_says_no_number() {
    for (page, what) in [(&[][..], CardError::Torn), (&[0x90], CardError::Torn)] {
        assert_eq!(identify(&mut conversation(ULTRALIGHT, &[&UID, page])), Err(what));
    }
    assert_eq!(identify(&mut conversation(ULTRALIGHT, &[&[0x63, 0]])), Err(CardError::Torn));
    let short = [&b"123456789012345"[..], &[0x90, 0]].concat();
    let Ok(Laid::Plain(card)) = identify(&mut conversation(ULTRALIGHT, &[&UID, &short])) else { panic!("no card") };
    assert!(card.number.is_none());
}
