//! Every sample resident through the whole way: FHIR document, seal, store, card, screenless crew.

use kakari_card_sim::in_own_process;
use kakari_record::model::Consent;

use kakari_tests::place::Place;

#[test]
fn every_residents_card_shows_that_resident_and_nobody_else() {
    in_own_process("everybody::every_residents_card_shows_that_resident_and_nobody_else", |dir| {
        let place = Place::with_residents(dir, &[]);
        assert!(place.residents.len() >= 60);
        let (mut shown, mut withheld) = (0, 0);
        for (summary, card) in place.residents.iter().zip(&place.cards).step_by(4) {
            let tapped = place.tap(&card.card);
            if matches!(summary.consent, Consent::Withdrawn { .. }) {
                assert!(tapped.shows_nothing_of(&place.residents).contains("取り消されています"));
                withheld += 1;
            } else {
                tapped.shows(summary);
                shown += 1;
            }
        }
        println!("{shown} residents shown, {withheld} withheld");
    });
}

#[test]
fn withdrawn_consent_shows_nothing_but_whom_to_ask() {
    in_own_process("everybody::withdrawn_consent_shows_nothing_but_whom_to_ask", |dir| {
        let place = Place::with_residents(dir, &[18]);
        assert!(matches!(place.residents[0].consent, Consent::Withdrawn { .. }));
        let sentence = place.tap(&place.cards[0].card).shows_nothing_of(&place.residents);
        assert!(sentence.contains("取り消されています"), "{sentence}");
    });
}
