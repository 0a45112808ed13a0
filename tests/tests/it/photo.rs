//! Faces through the whole way: document, seal, store, card; and what is wrong with one stops nobody.

use kakari_card_sim::in_own_process;
use kakari_tests::place::{Place, Tapped};

/// The twins of the sample region: same birth date, almost the same name, each with a face.
const TWINS: [usize; 2] = [20, 21];

fn step(tapped: &Tapped, name: &str) -> Option<u64> {
    tapped.outcome["steps"].as_array().unwrap().iter().find(|step| step["name"] == name)?["micros"].as_u64()
}

#[test]
fn a_face_is_opened_with_its_record_and_a_record_without_one_is_none_the_slower() {
    in_own_process("photo::a_face_is_opened_with_its_record_and_a_record_without_one_is_none_the_slower", |dir| {
        let place = Place::with_residents(dir, &[TWINS[0], TWINS[1], 1]);
        let have: Vec<bool> = place.photos.iter().map(Option::is_some).collect();
        assert_eq!(have, [true, true, false]);
        for ((card, summary), has) in place.cards.iter().zip(&place.residents).zip(have) {
            let tapped = place.tap(&card.card);
            tapped.shows(summary);
            assert_eq!(step(&tapped, "photo").is_some(), has);
            println!(
                "look-up {:?} µs, open {:?} µs, photo {:?} µs",
                step(&tapped, "look-up"),
                step(&tapped, "open"),
                step(&tapped, "photo")
            );
            assert!(!tapped.log.contains("photo"), "nothing was wrong with it");
        }
    });
}

#[test]
fn the_face_of_another_or_a_damaged_one_is_not_opened_and_the_record_is_shown() {
    in_own_process("photo::the_face_of_another_or_a_damaged_one_is_not_opened_and_the_record_is_shown", |dir| {
        let place = Place::with_residents(dir, &TWINS);
        let swap = "UPDATE photo SET place = -place; UPDATE photo SET place = 3 + place";
        place.unlocked(&place.records()).execute_batch(swap).unwrap();
        for (card, summary) in place.cards.iter().zip(&place.residents) {
            let tapped = place.tap(&card.card);
            tapped.shows(summary);
            assert!(tapped.log.contains("a photo does not open"), "{}", tapped.log);
        }
        place.unlocked(&place.records()).execute("UPDATE photo SET sealed = x'4B4B5031'", []).unwrap();
        place.tap(&place.cards[0].card).shows(&place.residents[0]);
        place.unlocked(&place.records()).execute("DROP TABLE photo", []).unwrap();
        let tapped = place.tap(&place.cards[0].card);
        tapped.shows(&place.residents[0]);
        assert!(tapped.log.contains("a photo cannot be read"), "{}", tapped.log);
    });
}
