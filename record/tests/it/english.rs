//! What we say of a patient in English has no Japanese character, whatever the record holds: its own words are made ASCII
//! here, so that any that is left is ours.

use chrono::NaiveDate;
use kakari_record::alerts::{AlertKind, alerts, tag_for};
use kakari_record::audit::BreakGlassReason;
use kakari_record::display::{self, Words};
use kakari_record::fhir::read_document;
use kakari_record::language::Language::{English, Japanese};
use kakari_record::model::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;

use crate::fhir::residents::documents;
use crate::strategy;

/// The same summary, each word of a document that is not ASCII replaced by one that is.
fn in_ascii(summary: &Summary) -> Summary {
    fn replace(value: &mut Value) {
        match value {
            Value::String(text) if !text.is_ascii() => *text = "Word".to_owned(),
            Value::Array(values) => values.iter_mut().for_each(replace),
            Value::Object(fields) => fields.values_mut().for_each(replace),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(summary).expect("a summary has a form");
    replace(&mut value);
    serde_json::from_value(value).expect("the same form")
}

/// Everything that is said of a block.
fn block<T: Stated>(
    said: &mut Vec<String>,
    subject: Subject,
    block: &Block<T>,
    today: NaiveDate,
    words: impl Fn(&T) -> Words,
) {
    said.push(subject.title(English).to_owned());
    said.extend(display::standing(subject, block, English));
    for item in block.items() {
        let (words, origin) = (words(item), item.origin());
        said.extend([words.main, words.sub, words.short, display::origin(origin, English)]);
        said.push(display::origin_age(origin, today, English));
        said.extend(display::also_stated(origin, English));
    }
}

/// Everything that `display` and the alerts say of a summary.
fn sentences(summary: &Summary, today: NaiveDate) -> Vec<String> {
    let identity = &summary.identity;
    let mut said = vec![display::sex_age(identity, today, English), display::consent(&summary.consent, English)];
    said.extend(identity.birth_date.map(|birth| display::birth_date(birth, English)));
    said.push(display::relative_day(display::day_of(summary.as_of).into(), today, English));
    said.extend(alerts(summary, English).into_iter().flat_map(|alert| [alert.label.to_owned(), alert.reason]));
    said.extend(summary.disputed.iter().map(|one| display::disputed(one, English).line()));
    said.extend(summary.unlisted.iter().map(|one| display::unlisted(one, English).line()));
    said.extend(summary.allergies.none_for.iter().map(|none| display::none_of_category(none, English)));
    for item in summary.medicines.items() {
        said.push(display::medicine_dated(item, today, English).line());
        said.push(display::supply(item, today, English));
        said.extend(tag_for(item, English).map(str::to_owned));
    }
    let all = &mut said;
    block(all, Subject::Allergies, &summary.allergies.block, today, |item| display::allergy(item, English));
    block(all, Subject::Contraindications, &summary.contraindications, today, |item| {
        display::contraindication(item, English)
    });
    block(all, Subject::Medicines, &summary.medicines, today, |item| display::medicine(item, English));
    block(all, Subject::Conditions, &summary.conditions, today, |item| display::condition(item, English));
    block(all, Subject::Procedures, &summary.procedures, today, |item| display::procedure(item, English));
    block(all, Subject::Devices, &summary.devices, today, |item| display::device(item, English));
    block(all, Subject::Infections, &summary.infections, today, |item| display::infection(item, English));
    block(all, Subject::Labs, &summary.labs, today, |item| display::lab(item, English));
    block(all, Subject::Pregnancy, &summary.pregnancy, today, |item| display::pregnancy(item, English));
    block(all, Subject::Dialysis, &summary.dialysis, today, |item| display::dialysis(item, English));
    block(all, Subject::Baseline, &summary.baseline, today, |item| display::baseline(item, English));
    block(all, Subject::Communication, &summary.communication, today, |item| display::communication(item, English));
    block(all, Subject::Directives, &summary.directives, today, |item| display::directive(item, English));
    block(all, Subject::Doctors, &summary.doctors, today, |item| display::doctor(item, English));
    block(all, Subject::Contacts, &summary.contacts, today, |item| display::contact(item, English));
    said
}

/// The general name of a medicine comes from the formulary, which has Japanese names only: they are left as written.
fn without_codes(mut summary: Summary) -> Summary {
    if let Block::Known(medicines) = &mut summary.medicines {
        medicines.iter_mut().for_each(|item| item.product.codings.clear());
    }
    summary
}

fn assert_english(summary: &Summary, today: NaiveDate, whose: &str) {
    for sentence in sentences(&without_codes(in_ascii(summary)), today) {
        assert!(sentence.is_ascii(), "{whose}: {sentence}");
    }
}

#[test]
fn whatever_a_record_holds_our_words_about_it_are_english() {
    let today = NaiveDate::from_ymd_opt(2026, 11, 20).expect("a day");
    let mut runner = TestRunner::new(Config::with_cases(256));
    runner
        .run(&strategy::summary(), |summary| {
            assert_english(&summary, today, "any");
            Ok(())
        })
        .expect("no Japanese of ours");
    for (name, json) in documents("residents") {
        assert_english(&read_document(&json).expect("reads").summary, today, &name);
    }
}

/// 「なし」 is said of what is confirmed, of what is disputed, and to say what an entry is not; never otherwise.
#[test]
fn none_is_a_word_for_what_is_confirmed() {
    let today = NaiveDate::from_ymd_opt(2026, 11, 20).expect("a day");
    let mut runner = TestRunner::new(Config::with_cases(256));
    runner
        .run(&strategy::summary(), |summary| {
            let said = sentences(&without_codes(in_ascii(&summary)), today);
            for sentence in said.iter().filter(|sentence| sentence.contains("none")) {
                assert!(sentence.contains("(confirmed)") || sentence.contains("not \"none\""), "{sentence}");
            }
            Ok(())
        })
        .expect("no other \"none\"");
}

#[test]
fn each_title_label_and_reason_has_words_of_its_own_in_each_language() {
    for language in [Japanese, English] {
        let mut titles: Vec<&str> = Subject::ALL.map(|subject| subject.title(language)).to_vec();
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(titles.len(), Subject::ALL.len(), "{language:?}");
        let mut labels: Vec<&str> = AlertKind::ALL.map(|kind| kind.label(language)).to_vec();
        labels.sort_unstable();
        labels.dedup();
        assert_eq!(labels.len(), AlertKind::ALL.len(), "{language:?}");
    }
    let reasons = BreakGlassReason::ALL.map(|reason| display::break_glass_reason(reason, English));
    assert!(reasons.iter().all(|words| words.is_ascii()), "{reasons:?}");
}
