//! Memory cards over a link that answers as a reader with a card would, and over one that is torn.

mod tray;
mod type_a;

use std::sync::Arc;
use std::time::SystemTime;

use self::tray::{IDM, KEY, NUMBER, Tray};
use super::{CardProfile, LiteSKey, MacProof, NumberForm, Place, PlainCard};
use crate::felica::frame::Block;
use crate::kind::ForeignKind;
use crate::{CardAuthority, CardError, Conversation, Laid};

fn profile(system: u16, has_key: bool) -> CardProfile {
    let place = Place::Felica { system, service: 0x000B, block: 0 };
    CardProfile { name: "見守り".to_owned(), place, form: NumberForm::Ascii, has_key }
}

fn ours() -> Vec<CardProfile> {
    vec![profile(0x88B4, true)]
}

fn identify(conversation: &mut Conversation) -> Result<Laid, CardError> {
    conversation.identify(&CardAuthority::new([]), SystemTime::now())
}

fn plain(tray: &Tray, profiles: Vec<CardProfile>) -> PlainCard {
    match identify(&mut tray.talk(profiles)) {
        Ok(Laid::Plain(card)) => card,
        other => panic!("{other:?}"),
    }
}

/// The whole of a tap: identify, prove with this key, still the same card.
fn tap(tray: &Tray, key: Option<Block>) -> Result<MacProof, CardError> {
    let mut conversation = tray.talk(ours());
    identify(&mut conversation)?;
    let genuine = conversation.prove_mac(|_| key.map(LiteSKey::new))?;
    conversation.finish()?;
    Ok(genuine)
}

#[test]
fn a_lite_s_card_says_its_number_and_proves_its_key_over_either_way() {
    for storage in [false, true] {
        let tray = Tray { storage, ..Tray::lite_s() };
        let card = plain(&tray, ours());
        assert_eq!(card.number.unwrap().expose().as_bytes(), NUMBER);
        assert!(card.has_key && card.id == IDM && card.looks_like == ForeignKind::Felica);
        let tray = Tray { storage, said: Arc::default(), ..tray };
        assert_eq!(tap(&tray, Some(KEY)), Ok(MacProof::Proved));
        assert!(tray.exchanges() <= 12, "{}", tray.exchanges());
    }
}

/// The table of docs/formats/plain-cards.md.
#[test]
fn a_tap_costs_what_is_written_of_it() {
    for (storage, expected) in [(true, [4, 4, 1]), (false, [6, 5, 1])] {
        let tray = Tray { storage, ..Tray::lite_s() };
        let mut conversation = tray.talk(ours());
        identify(&mut conversation).unwrap();
        let identified = tray.exchanges();
        conversation.prove_mac(|_| Some(LiteSKey::new(KEY))).unwrap();
        let proved = tray.exchanges();
        let all = conversation.finish().unwrap();
        assert_eq!([identified, proved - identified, all.len() - proved], expected);
        assert!(all.iter().all(|exchange| exchange.sent >= 4 && exchange.received >= 2));
    }
}

#[test]
fn the_key_is_asked_for_by_identity_and_version() {
    let mut conversation = Tray::lite_s().talk(ours());
    identify(&mut conversation).unwrap();
    let mut asked = None;
    let genuine = conversation.prove_mac(|id| {
        asked = Some((id.id_block, id.key_version));
        None
    });
    assert_eq!(genuine, Ok(MacProof::NoKeyHere));
    let (id, version) = asked.unwrap();
    assert!(id.starts_with(&IDM) && version == 3);
}

#[test]
fn a_wrong_key_a_recording_or_anothers_identity_proves_nothing() {
    assert_eq!(tap(&Tray::lite_s(), Some([8; 16])), Ok(MacProof::Failed));
    assert_eq!(tap(&Tray { replayed: Some([9; 16]), ..Tray::lite_s() }, Some(KEY)), Ok(MacProof::Failed));
    for storage in [false, true] {
        let stranger = Tray { key: [1; 16], storage, ..Tray::lite_s() };
        assert_eq!(tap(&stranger, Some(KEY)), Ok(MacProof::Failed));
    }
}

#[test]
fn a_genuine_card_that_lost_its_power_for_a_moment_is_challenged_again() {
    let tray = Tray { forgets: 1, ..Tray::lite_s() };
    assert_eq!(tap(&tray, Some(KEY)), Ok(MacProof::Proved));
    let never = Tray { forgets: 2, ..Tray::lite_s() };
    assert_eq!(tap(&never, Some(KEY)), Ok(MacProof::Failed));
}

#[test]
fn a_card_that_refuses_to_be_asked_has_failed_whether_or_not_there_is_a_key_for_it() {
    let refusing = Tray { forgets: usize::MAX, ..Tray::lite_s() };
    for key in [Some(KEY), None] {
        assert_eq!(tap(&refusing, key), Ok(MacProof::Failed), "FeliCa Lite has no MAC to answer with");
        let unwritten = Tray { takes_no_challenge: true, ..Tray::lite_s() };
        assert_eq!(tap(&unwritten, key), Ok(MacProof::Failed), "a copy without the block of the challenge");
    }
    let copied = Tray { id_block: Some([9; 16]), ..Tray::lite_s() };
    assert_eq!(tap(&copied, None), Ok(MacProof::Failed), "another card's ID block");
}

#[test]
fn a_card_lifted_while_its_way_is_opened_for_the_proof_is_no_copy() {
    // The reader then refuses the session, or says 6300 to a storage command, as to a command that it does not know.
    for storage in [false, true] {
        let tray = Tray { storage, ..Tray::lite_s() };
        let mut conversation = tray.talk(ours());
        identify(&mut conversation).unwrap();
        let identified = tray.exchanges();
        for at in identified..identified + 4 {
            let lifted = Tray { lifted_at: Some(at), said: Arc::default(), ..tray.clone() };
            assert!(tap(&lifted, Some(KEY)).is_err(), "storage {storage}, lifted at {at}");
        }
    }
}

#[test]
fn a_reader_that_takes_no_challenge_to_the_card_says_nothing_against_it() {
    let tray = Tray { storage: true, lists: false, ..Tray::lite_s() };
    assert!(plain(&tray, ours()).number.is_some());
    assert!(matches!(tap(&tray, Some(KEY)), Err(CardError::Malformed { .. })));
}

#[test]
fn a_card_torn_away_at_any_exchange_leaves_nothing() {
    for storage in [false, true] {
        let whole = Tray { storage, ..Tray::lite_s() };
        tap(&whole, Some(KEY)).unwrap();
        for at in 0..whole.exchanges() {
            let tray = Tray { torn_at: Some(at), said: Arc::default(), ..whole.clone() };
            assert_eq!(tap(&tray, Some(KEY)), Err(CardError::Torn), "at exchange {at}");
            assert_eq!(tray.exchanges(), at + 1, "nothing is said to a card that is gone");
        }
    }
}

#[test]
fn a_card_swapped_at_any_exchange_is_never_shown() {
    let whole = Tray::lite_s();
    tap(&whole, Some(KEY)).unwrap();
    for at in 1..whole.exchanges() {
        let tray = Tray { swapped_at: Some(at), said: Arc::default(), ..whole.clone() };
        // A poll that another card answers may also be two cards at once; either way there is nothing to show.
        let mut conversation = tray.talk(ours());
        let shown = identify(&mut conversation).is_ok_and(|laid| matches!(laid, Laid::Plain(_)))
            && conversation.prove_mac(|_| Some(LiteSKey::new(KEY))).is_ok()
            && conversation.finish().is_ok();
        assert!(!shown, "swapped at exchange {at}");
    }
}

#[test]
fn what_is_not_sixteen_digits_is_no_number() {
    for wrong in [b"123456789012345 ", b"123456789012345\0", b"12345678901234a6"] {
        let card = plain(&Tray { number: *wrong, ..Tray::lite_s() }, ours());
        assert!(card.number.is_none() && !card.has_key);
    }
    let locked = plain(&Tray { flags: [0x01, 0xB1], ..Tray::lite_s() }, ours());
    assert!(locked.number.is_none());
}

#[test]
fn another_regions_system_is_not_read_and_a_train_card_is_named() {
    let read = |command: &Vec<u8>| command.starts_with(&[0xFF, 0xC2, 0, 1]) && command[15] == 6;
    let own = Tray::lite_s();
    plain(&own, ours());
    assert!(own.said.lock().unwrap().commands.iter().any(read));
    let suica = Tray { system: 0x0003, others: vec![0xFE00], ..Tray::lite_s() };
    let card = plain(&suica, ours());
    assert!(card.number.is_none() && card.looks_like == ForeignKind::Transit);
    assert!(!suica.said.lock().unwrap().commands.iter().any(read), "nothing is read from somebody else's card");
    let shop = Tray { system: 0xFE00, ..Tray::lite_s() };
    assert_eq!(plain(&shop, ours()).looks_like, ForeignKind::Felica);
    let second = Tray { system: 0x0003, others: vec![0xFE00], ..Tray::lite_s() };
    assert!(plain(&second, vec![profile(0xFE00, false)]).number.is_some(), "a region's system beside the trains'");
}

#[test]
fn an_identifier_that_changes_and_two_cards_are_said_as_what_they_are() {
    let phone = Tray { idm: [2, 0xFE, 1, 2, 3, 4, 5, 6], ..Tray::lite_s() };
    assert_eq!(identify(&mut phone.talk(ours())), Ok(Laid::Foreign(ForeignKind::ChangingIdentifier)));
    let two = Tray { collision: true, ..Tray::lite_s() };
    assert_eq!(identify(&mut two.talk(ours())), Ok(Laid::Foreign(ForeignKind::TwoCards)));
    let other_answers = Tray { swapped_at: Some(1), ..Tray::lite_s() };
    assert_eq!(identify(&mut other_answers.talk(ours())), Ok(Laid::Foreign(ForeignKind::TwoCards)));
}

#[test]
fn a_card_that_was_not_read_by_a_profile_has_nothing_to_prove() {
    let mut conversation = Tray::lite_s().talk(Vec::new());
    identify(&mut conversation).unwrap();
    assert!(conversation.prove_mac(|_| Some(LiteSKey::new(KEY))).is_err());
}
