//! Every kind of card that is put on a reader in an ambulance: the words, whether a record opens, and the mark in the audit.

mod region;
mod table;

use std::process::Command;

use kakari_card_sim::in_own_process;
use kakari_record::audit::AuditKind;
use kakari_tests::place::{Place, Tapped, Tapping, kakari};
use kakari_tests::searching::audit;
use serde_json::Value;

use self::region::Cards;
use self::table::{Row, rows};

#[test]
fn every_kind_of_card_has_its_words_its_outcome_and_its_mark_in_the_audit() {
    in_own_process("card_kinds::every_kind_of_card_has_its_words_its_outcome_and_its_mark_in_the_audit", |dir| {
        let cards = Cards::make(dir);
        let rows = rows(&cards);
        let seen = tap_all(&cards.place, &rows);
        let marks = marks(&audit(&cards.place));
        assert_eq!(marks.len(), rows.len(), "one row of the audit for each card that was laid on: {marks:?}");
        println!("| card | words | opens | audit |\n|---|---|---|---|");
        let mut wrong = Vec::new();
        for ((row, outcome), mark) in rows.iter().zip(&seen).zip(&marks) {
            let opened = outcome["outcome"] == "shown";
            let words = if opened { &outcome["checked"]["card"] } else { &outcome["sentence"] };
            let words = words.as_str().unwrap_or_default();
            println!("| {} | {words} | {} | {mark} |", row.card, if opened { "yes" } else { "no" });
            let fits = words.contains(row.words) && opened == row.resident.is_some() && *mark == row.mark;
            let whose = row.resident.is_none_or(|who| outcome["checked"]["name"] == cards.name(who));
            if !(fits && whose) {
                wrong.push(format!("{}: {words} / {mark}, and not {} / {}", row.card, row.words, row.mark));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let unsaid = || seen.iter().zip(&rows).filter(|(_, row)| row.resident.is_none());
        assert!(unsaid().all(|(outcome, _)| outcome["summary"] == Value::Null));
    });
}

#[test]
fn a_patients_card_of_any_kind_signs_nobody_in_and_a_staff_card_opens_nobody() {
    in_own_process("card_kinds::a_patients_card_of_any_kind_signs_nobody_in_and_a_staff_card_opens_nobody", |dir| {
        let cards = Cards::make(dir);
        for (card, words) in [(cards.own(), "患者のカードです"), (cards.numbered(), "患者のカードです")]
        {
            let tapped = cards.place.tap_when(|_| cards.place.reader().insert(card));
            assert!(tapped.shows_nothing_of(&cards.place.residents).contains(words), "{}", tapped.sentence());
        }
        let colleague = cards.place.region.staff(&cards.place.desk(), "S0002", "田中").unwrap();
        let tapped: Tapped = cards.place.tap(&colleague.card.card);
        assert!(tapped.shows_nothing_of(&cards.place.residents).contains("職員カードです"));
    });
}

/// One shift, one card after the other; what was printed of each.
fn tap_all(place: &Place, rows: &[Row]) -> Vec<Value> {
    let mut tapping = Tapping::start_many(Command::new(kakari()), place, "kakari=info", rows.len());
    let (mut to_lay, mut seen) = (rows.iter(), Vec::new());
    while let Some(line) = tapping.next_line() {
        match line["wanted"].as_str() {
            Some("staff card") => place.reader().insert(&place.staff[0].card.card),
            Some(_) => (to_lay.next().expect("as many cards as were asked for").lay)(place.reader()),
            None => {
                place.reader().remove();
                seen.push(line);
            }
        }
    }
    tapping.finish(Value::Null);
    assert_eq!(seen.len(), rows.len(), "the shift ended early");
    seen
}

/// Of each card that was laid on, what the audit says.
fn marks(rows: &[AuditKind]) -> Vec<String> {
    let word = |value: Value| value.as_str().unwrap_or_default().to_owned();
    let mark = |row: &AuditKind| match row {
        AuditKind::RecordOpened { access, .. } => {
            Some(format!("opened {}", word(serde_json::to_value(access).unwrap())))
        }
        AuditKind::CardRefused { reason } => Some(format!("refused {}", word(serde_json::to_value(reason).unwrap()))),
        _ => None,
    };
    rows.iter().filter_map(mark).collect()
}
