//! The page read back, and the pages to look at.

use std::time::Instant;

use kakari_handover::{Faces, Made, paper};
use kakari_record::handover::{Chosen, CopyOnCard, Provenance, Selection};
use kakari_record::language::Language;
use kakari_record::model::{Subject, Summary};

use crate::samples::*;

/// What must stand on a page whatever happens: every allergy, medicine and condition, and who it is.
fn words_that_matter(summary: &Summary) -> Vec<String> {
    let told = summary.told();
    let allergies = told.allergies.block.items().iter().chain(told.contraindications.items());
    let mut words: Vec<String> = allergies.map(|item| item.substance.text.clone()).collect();
    words.extend(told.conditions.items().iter().map(|item| item.name.text.clone()));
    words.extend(
        told.medicines.items().iter().map(|item| kakari_record::display::medicine(item, Language::Japanese).main),
    );
    words.push(told.identity.name.clone());
    words.extend(told.identity.kana.clone());
    words.iter().map(|word| squeezed(word)).collect()
}

#[test]
fn every_allergy_medicine_and_condition_is_on_the_page() {
    let faces = Faces::load().unwrap();
    let (mut slowest, mut pages, mut sum) = (0, 0, 0);
    let mut all = residents();
    let samples = all.len();
    all.extend(generated(if std::env::var_os("KAKARI_PAPER_ALL").is_some() { 200 } else { 40 }));
    all.retain(|(_, summary)| !whole(summary).is_withdrawn());
    for (name, summary) in &all {
        let began = Instant::now();
        let pdf = pdf(&whole(summary), &faces);
        let took = began.elapsed().as_micros();
        (slowest, sum, pages) = (slowest.max(took), sum + took, pages + 1);
        let page = words_of(&pdf);
        for word in words_that_matter(summary) {
            assert!(page.contains(&word), "{name}: a word of the record is not on the page");
        }
    }
    println!("{pages} pages ({samples} samples); {} µs in the mean, {slowest} µs at most", sum / pages);
}

#[test]
fn the_words_of_a_page_come_in_the_order_in_which_they_are_read() {
    let faces = Faces::load().unwrap();
    let page = words_of(&pdf(&whole(&resident("015")), &faces));
    let places: Vec<usize> = ["五十嵐トメ", "■重度アレルギー", "▲抗血小板薬", "そば", "アムロジピン", "1/2", "2/2"]
        .iter()
        .map(|word| page.find(word).unwrap_or_else(|| panic!("{word}")))
        .collect();
    assert!(places.is_sorted(), "{places:?}");
    assert_eq!(page.matches("五十嵐トメ").count(), 2, "the name is on each page");
    assert_eq!(page.matches("情報2026/04/12").count(), 2, "and how old the information is");
}

#[test]
fn a_withdrawn_record_gives_a_page_of_that_alone() {
    let faces = Faces::load().unwrap();
    let summary = resident("018");
    let page = words_of(&pdf(&whole(&summary), &faces));
    assert!(page.contains("閲覧同意撤回"));
    assert!(!page.contains(&squeezed(&summary.identity.name)));
}

#[test]
fn sections_that_were_left_out_say_so_and_weighty_ones_first() {
    let faces = Faces::load().unwrap();
    let mut selection = Selection::everything_told();
    selection.sections.remove(&Subject::Allergies);
    selection.sections.remove(&Subject::Doctors);
    let page = words_of(&pdf(&Chosen::of(&resident("015"), &selection), &faces));
    let first = page.find("■この引き継ぎに含めていません:アレルギー").unwrap();
    assert!(first < page.find("▲抗血小板薬").unwrap());
    assert!(page.contains("かかりつけ:この引き継ぎに含めていません"));
    assert!(!page.contains("ヨード造影剤") && !page.contains("そば"));
}

#[test]
fn a_card_in_doubt_and_a_cards_copy_are_said_before_the_alerts() {
    let faces = Faces::load().unwrap();
    let copy = CopyOnCard { region: Some("西地域".to_owned()), written: made().at };
    let come_by = Provenance { unproven_card: true, copy: Some(copy) };
    let page = words_of(&pdf(&whole(&resident("015")).come_by(come_by), &faces));
    let alert = page.find("▲抗血小板薬").unwrap();
    for words in ["■カード未認証:本人確認は氏名・生年月日によります", "■カード内の写し:西地域が"]
    {
        assert!(page.find(words).unwrap() < alert, "{words}");
    }
    assert!(page.contains("載っていない項目があるかもしれません"));
    assert!(!words_of(&pdf(&whole(&resident("015")), &faces)).contains("カード"));
}

#[test]
fn what_the_patient_was_not_told_is_marked_where_it_goes_and_absent_where_not() {
    let faces = Faces::load().unwrap();
    let summary = resident("009");
    let untold: Vec<_> = summary.conditions.items().iter().filter(|item| item.origin.untold).collect();
    let word = squeezed(&untold.first().unwrap().name.text);
    assert!(!words_of(&pdf(&whole(&summary), &faces)).contains(&word));
    let all = Selection { untold: true, ..Selection::everything_told() };
    let page = words_of(&pdf(&Chosen::of(&summary, &all), &faces));
    assert!(page.contains(&format!("【未告知】{word}")) && page.contains("話さないでください"));
}

#[test]
fn training_says_so_on_every_page_and_no_name_stands_in_the_files_properties() {
    let faces = Faces::load().unwrap();
    let summary = resident("002");
    let made = Made { training: true, ..made() };
    let pdf = paper(&whole(&summary), &made, &faces).unwrap();
    assert!(words_of(&pdf).contains("訓練"));
    let about = String::from_utf8(told_by("pdfinfo", &[], &pdf, "page.pdf", &[])).unwrap();
    assert!(about.contains("Tagged:          yes") && about.contains("救急サマリー"), "{about}");
    assert!(!about.contains("橋"), "a name in the properties");
}

/// Writes pages to look at into the folder of `KAKARI_PAPER_DIR`.
#[test]
fn pages_to_look_at() {
    let Some(dir) = std::env::var_os("KAKARI_PAPER_DIR").map(std::path::PathBuf::from) else { return };
    let faces = Faces::load().unwrap();
    let write = |name: &str, chosen: &Chosen, made: &Made| {
        std::fs::write(dir.join(format!("{name}.pdf")), &*paper(chosen, made, &faces).unwrap()).unwrap();
    };
    let nothing = Selection { sections: std::collections::BTreeSet::new(), untold: false };
    let untold = Selection { untold: true, ..Selection::everything_told() };
    write("typical", &whole(&resident("066")), &made());
    write("extreme", &whole(&resident("015")), &made());
    write("withdrawn", &whole(&resident("018")), &made());
    write("left-out", &Chosen::of(&resident("015"), &nothing), &made());
    write("untold", &Chosen::of(&resident("009"), &untold), &made());
    write("unlike", &whole(&resident("017")), &made());
    write("training", &whole(&resident("002")), &Made { training: true, ..made() });
}
