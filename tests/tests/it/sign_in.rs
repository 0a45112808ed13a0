//! Who cannot sign in.

use std::fs;

use kakari::demo::TRAINING_PIN;
use kakari_card_sim::in_own_process;

use kakari_tests::place::Place;

#[test]
fn wrong_pins_count_down_the_last_try_is_not_spent_and_the_right_pin_still_works() {
    in_own_process("sign_in::wrong_pins_count_down_the_last_try_is_not_spent_and_the_right_pin_still_works", |dir| {
        let place = Place::with_residents(dir, &[1]);
        let staff = &place.staff[0].card.card;
        fs::write(dir.join("pin"), "000000").unwrap();
        let mut sentences = Vec::new();
        for _ in 0..4 {
            sentences.push(place.tap(staff).shows_nothing_of(&place.residents));
        }
        assert!(sentences[0].contains("残り2回") && sentences[1].contains("残り1回"), "{sentences:?}");
        assert!(sentences[2].contains("最後の1回") && sentences[3].contains("最後の1回"), "{sentences:?}");
        fs::write(dir.join("pin"), TRAINING_PIN).unwrap();
        let sentence = place.tap(staff).shows_nothing_of(&place.residents);
        assert!(sentence.contains("最後の1回"), "only a person may agree to spend it: {sentence}");
    });
}

#[test]
fn a_blocked_card_says_whom_to_call_and_opens_nothing() {
    use kakari_card::{Pin, PinOutcome};
    in_own_process("sign_in::a_blocked_card_says_whom_to_call_and_opens_nothing", |dir| {
        let place = Place::with_residents(dir, &[1]);
        let staff = &place.staff[0].card.card;
        for _ in 0..3 {
            let outcome = place.desk().with_card(staff, |conversation| {
                conversation.identify(&place.region.authority().authority(), std::time::SystemTime::now())?;
                Ok(conversation.verify_pin_spending_last_try(&Pin::new("000000").unwrap())?)
            });
            assert_ne!(outcome.unwrap(), PinOutcome::Accepted);
        }
        let sentence = place.tap(staff).shows_nothing_of(&place.residents);
        assert!(sentence.contains("ロック") && sentence.contains("事務局"), "{sentence}");
    });
}

#[test]
fn a_staff_card_that_is_not_on_the_roster_signs_nobody_in() {
    in_own_process("sign_in::a_staff_card_that_is_not_on_the_roster_signs_nobody_in", |dir| {
        let place = Place::with_residents(dir, &[1]);
        let stranger = place.region.staff(&place.desk(), "S0099", "鈴木").unwrap();
        let tapped = place.tap_when(|_| place.reader().insert(&stranger.card.card));
        let sentence = tapped.shows_nothing_of(&place.residents);
        assert!(sentence.contains("名簿にありません"), "{sentence}");
    });
}
