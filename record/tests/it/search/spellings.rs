//! Spellings of a name that a crew may type: each finds the person it is meant for.

use kakari_record::model::Sex;
use kakari_record::seal::{fold_kana, fold_kana_rows};
use kakari_record::search::{Fit, Hits, Index, NameTerm, Terms};

use super::crowd::{EMPTY_YEAR, SIZE, crowd, person, record, today};

const TABLE: &str = include_str!("spellings.txt");

fn spellings() -> impl Iterator<Item = (&'static str, &'static str, Sex)> {
    TABLE.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let mut parts = line.split('\t');
        let mut next = || parts.next().expect("three columns");
        (next(), next(), if next() == "f" { Sex::Female } else { Sex::Male })
    })
}

/// Asks what each spelling finds in a crowd without anybody who has exactly one of the names of the table.
fn each_among_others(check: impl Fn(&Index, &str, &str, Sex)) {
    let names: Vec<String> = spellings().flat_map(|(kana, typed, _)| [fold_kana(kana), fold_kana(typed)]).collect();
    let mut index = crowd(|other| names.contains(&fold_kana(other)));
    assert!(index.people() >= 5_000);
    for (kana, typed, sex) in spellings() {
        index.add(SIZE, record(SIZE), &person(kana, "1954-05-06", sex));
        check(&index, kana, typed, sex);
        index.forget(EMPTY_YEAR);
    }
}

/// 72 years old today; the crew says 70.
fn terms(name: NameTerm, sex: Sex) -> Terms {
    let mut terms = Terms::default();
    (terms.name, terms.age, terms.sex) = (Some(name), Some(70), Some(sex));
    terms
}

fn hits(index: &Index, terms: &Terms) -> Vec<i64> {
    match index.search(terms, today()) {
        Hits::Few(hits) | Hits::Best(hits) => hits.iter().map(|hit| hit.place).collect(),
        Hits::Many => panic!("many"),
    }
}

#[test]
fn there_are_sixty_spellings_at_least() {
    assert!(spellings().count() >= 60);
}

#[test]
fn typed_in_kana_the_right_person_comes_first() {
    each_among_others(|index, kana, typed, sex| {
        let found = hits(index, &terms(NameTerm::Kana(typed.into()), sex));
        assert_eq!(found.first(), Some(&SIZE), "{kana} typed as {typed}");
    });
}

#[test]
fn typed_by_rows_the_right_person_is_among_those_who_fit() {
    each_among_others(|index, kana, typed, sex| {
        let found = hits(index, &terms(NameTerm::Rows(fold_kana_rows(typed)), sex));
        assert!(found.contains(&SIZE), "{kana} typed as {}", fold_kana_rows(typed));
    });
}

/// What a hand touches on ten keys for a name that it hears: the long vowel or not, ン under ワ or not at all, ヅ under タ.
#[test]
fn rows_are_found_however_a_hand_spells_them() {
    for (kana, touched) in [
        ("オオノ ケンタ", ["アアナカタ", "アナカタ", "アナカワタ", "アアナカワタ"]),
        ("オーノ ケンタ", ["アアナカタ", "アナカタ", "アナカワタ", "アアナカワタ"]),
        ("サイトウ ユウコ", ["サアタアヤアカ", "サアタヤカ", "サアタアヤカ", "サアタヤアカ"]),
        ("ミヅキ サヲリ", ["マサカサアラ", "マタカサアラ", "マサカサワラ", "マタカサワラ"]),
    ] {
        for touched in touched {
            let mut index = Index::new();
            index.add(1, record(1), &person(kana, "1954-05-06", Sex::Female));
            assert_eq!(hits(&index, &terms(NameTerm::Rows(touched.into()), Sex::Female)), [1], "{kana} {touched}");
        }
    }
}

#[test]
fn a_name_that_is_typed_longer_than_it_is_finds_nobody() {
    for (kana, typed) in [
        ("カジワラ シンイチ", "カジワラ シンイチロウ"),
        ("ヤマダ ハナ", "ヤマダ ハナエコ"),
        ("オダ ミキ", "カネダ ミキ"),
    ] {
        let mut index = Index::new();
        index.add(1, record(1), &person(kana, "1954-05-06", Sex::Female));
        assert_eq!(hits(&index, &terms(NameTerm::Kana(typed.into()), Sex::Female)), [0_i64; 0], "{kana} {typed}");
    }
}

#[test]
fn the_whole_name_comes_before_its_beginning_and_that_before_a_slip() {
    let mut index = Index::new();
    for (place, kana) in
        (1..).zip(["カジワラ シンジ", "カジワラ シンイチロウ", "カジワラ シンイチ", "カジハラ シンイチ"])
    {
        index.add(place, record(place), &person(kana, "1956-05-06", Sex::Male));
    }
    assert_eq!(hits(&index, &terms(NameTerm::Kana("カジワラシンイチ".into()), Sex::Male)), [3, 2, 4]);
}

#[test]
fn the_given_name_alone_finds_when_nobody_has_the_whole() {
    let mut index = Index::new();
    index.add(1, record(1), &person("ヤマダ ハナコ", "1956-05-06", Sex::Female));
    for name in [NameTerm::Kana("はなこ".into()), NameTerm::Rows("ハナカ".into())] {
        let (Hits::Few(found) | Hits::Best(found)) = index.search(&terms(name, Sex::Female), today()) else {
            panic!("many")
        };
        assert_eq!(found.iter().map(|hit| (hit.place, hit.fit)).collect::<Vec<_>>(), [(1, Fit::GivenName)]);
    }
    index.add(2, record(2), &person("ハナコシ マキ", "1956-05-06", Sex::Female));
    assert_eq!(
        hits(&index, &terms(NameTerm::Kana("ハナコ".into()), Sex::Female)),
        [2],
        "a family name that fits goes first"
    );
}

#[test]
fn the_nearer_age_comes_first_and_equals_keep_their_order() {
    let mut index = Index::new();
    for (place, birth) in [(5, "1960-01-01"), (4, "1957-01-01"), (9, "1956-05-06"), (2, "1956-08-06"), (7, "")] {
        index.add(place, record(place), &person("ヤマダ ハナコ", birth, Sex::Female));
    }
    assert_eq!(hits(&index, &terms(NameTerm::Kana("ヤマダ".into()), Sex::Female)), [2, 9, 4, 5, 7]);
}
