//! Cards torn, swapped and silent: never a partial summary, never another patient's, and the next tap works.

use std::time::Duration;

use kakari_card_sim::{Fault, in_own_process};

use kakari_tests::place::Place;

/// Exchanges of a patient's card: SELECT, GET DATA, GET RESPONSE, GENERAL AUTHENTICATE.
const EXCHANGES: usize = 4;

#[test]
fn a_card_torn_at_any_exchange_shows_nothing_and_the_next_tap_works() {
    in_own_process("faults::a_card_torn_at_any_exchange_shows_nothing_and_the_next_tap_works", |dir| {
        let place = Place::with_residents(dir, &[2]);
        let card = &place.cards[0].card;
        for exchange in 1..=EXCHANGES {
            card.tear_at_exchange(exchange);
            let sentence = place.tap(card).shows_nothing_of(&place.residents);
            assert!(sentence.contains("カード"), "exchange {exchange}: {sentence}");
            place.tap(card).shows(&place.residents[0]);
        }
    });
}

#[test]
fn a_cut_answer_at_any_exchange_shows_nothing_and_the_next_tap_works() {
    in_own_process("faults::a_cut_answer_at_any_exchange_shows_nothing_and_the_next_tap_works", |dir| {
        let place = Place::with_residents(dir, &[2]);
        let card = &place.cards[0].card;
        for exchange in 1..=EXCHANGES {
            for length in [1, 20] {
                card.fail_at_exchange(exchange, Fault::Truncate(length));
                place.tap(card).shows_nothing_of(&place.residents);
            }
        }
        place.tap(card).shows(&place.residents[0]);
    });
}

#[test]
fn a_swap_from_one_patient_to_another_never_mixes_them() {
    in_own_process("faults::a_swap_from_one_patient_to_another_never_mixes_them", |dir| {
        let place = Place::with_residents(dir, &[1, 2]);
        let (first, second) = (&place.cards[0].card, &place.cards[1].card);
        for exchange in 1..=EXCHANGES {
            for fault in [Fault::SwapBefore(second.clone()), Fault::SwapAfter(second.clone())] {
                // A card that has answered for the last time is read: whether it left a moment later, nobody can tell.
                let was_read = exchange == EXCHANGES && matches!(fault, Fault::SwapAfter(_));
                first.fail_at_exchange(exchange, fault);
                let tapped = place.tap(first);
                match tapped.success.then(|| tapped.shows_whom_was_checked(&place.residents)) {
                    Some(who) => {
                        assert!(who == 1 || was_read, "exchange {exchange}: the first card was not read to its end")
                    }
                    None => drop(tapped.shows_nothing_of(&place.residents)),
                }
            }
        }
        place.tap(first).shows(&place.residents[0]);
    });
}

/// The card that is there at the check may not be there at the touch: whoever was looked at is shown, or nobody.
#[test]
fn a_card_that_comes_between_the_check_and_the_touch_is_asked_for_its_own_check() {
    in_own_process("faults::a_card_that_comes_between_the_check_and_the_touch_is_asked_for_its_own_check", |dir| {
        let place = Place::with_residents(dir, &[1, 2]);
        let (first, second) = (&place.cards[0].card, &place.cards[1].card);
        let mut shown = [0, 0];
        for round in 0..10 {
            let tapped = place.tap_then(first, second, Duration::from_millis(60 + 40 * round));
            if tapped.success {
                shown[tapped.shows_whom_was_checked(&place.residents)] += 1;
            } else {
                tapped.shows_nothing_of(&place.residents);
            }
        }
        println!("the first was shown {} times, the second {}", shown[0], shown[1]);
        assert!(shown[0] + shown[1] > 0, "nobody was ever shown");
    });
}

#[test]
fn a_silent_card_is_given_up_and_the_next_tap_works() {
    in_own_process("faults::a_silent_card_is_given_up_and_the_next_tap_works", |dir| {
        let place = Place::with_residents(dir, &[2]);
        let card = &place.cards[0].card;
        card.fail_at_exchange(2, Fault::Hang);
        let sentence = place.tap(card).shows_nothing_of(&place.residents);
        assert!(sentence.contains("応答しません"), "{sentence}");
        place.tap(card).shows(&place.residents[0]);
    });
}
