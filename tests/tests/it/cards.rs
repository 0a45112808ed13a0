//! Cards that must not open anything, each in its own words.

use kakari::demo::{CardDesk, TrainingRegion};
use kakari_card_sim::{VirtualCard, in_own_process};

use kakari_tests::place::{Place, sample_residents};

#[test]
fn unknown_expired_revoked_reissued_and_foreign_cards_say_what_they_are() {
    in_own_process("cards::unknown_expired_revoked_reissued_and_foreign_cards_say_what_they_are", |dir| {
        let place = Place::revoking(dir, &[1, 2], &[1]);
        let desk = place.desk();
        let stranger = &sample_residents(&[3])[0];
        let unknown = place.region.patient(&desk, stranger).unwrap();
        let expired = place.region.expired_patient(&desk, &place.residents[0]).unwrap();
        let reissued = place.region.patient(&desk, &place.residents[0]).unwrap();
        let elsewhere = TrainingRegion::make().unwrap();
        let foreign_desk = CardDesk::new(&elsewhere, place.reader()).unwrap();
        let other_region = elsewhere.patient(&foreign_desk, &place.residents[0]).unwrap();
        let no_application = VirtualCard::answering(&[0x3B, 0x80, 0x80, 0x01, 0x01], |_| vec![0x6A, 0x82]).unwrap();
        for (card, words) in [
            (&unknown.card, "この端末にありません"),
            (&expired.card, "有効期限が切れた"),
            (&reissued.card, "登録されているカードと違います"),
            (&place.cards[1].card, "使用停止"),
            (&other_region.card, "この地域のカードではありません"),
            (&VirtualCard::blank().unwrap(), "発行されていないカードです"),
            (&no_application, "かかりつけ医カードではありません"),
        ] {
            let sentence = place.tap(card).shows_nothing_of(&place.residents);
            assert!(sentence.contains(words), "{sentence} instead of {words}");
        }
        place.tap(&place.cards[0].card).shows(&place.residents[0]);
    });
}

#[test]
fn a_staff_card_in_a_patients_place_is_named() {
    in_own_process("cards::a_staff_card_in_a_patients_place_is_named", |dir| {
        let place = Place::with_residents(dir, &[1]);
        let colleague = place.region.staff(&place.desk(), "S0002", "田中").unwrap();
        let sentence = place.tap(&colleague.card.card).shows_nothing_of(&place.residents);
        assert!(sentence.contains("職員カードです"), "{sentence}");
    });
}
