//! Whoever is searched for, and whatever the name is made of.

use chrono::{Datelike, NaiveDate};
use kakari_record::model::{PartialDate, Sex};
use kakari_record::seal::{DirectoryEntry, fold_kana_rows};
use kakari_record::search::{Hits, Index, MOST_HITS, NameTerm, Terms, years};
use proptest::prelude::*;

use super::crowd::{person, record, today};

fn name() -> impl Strategy<Value = String> {
    let kana =
        "[アイウオカキコサシスタトナノハマヤユヨラワンー]{1,4} [アイウエオカキコサシタトナハマミヤユヨラン]{1,4}";
    prop_oneof![8 => kana, 1 => any::<String>(), 1 => "[ヂヅヲヴｱ-ﾟぁ-んァィゥェォッャ゛ー-]{0,12}"]
}

fn birth() -> impl Strategy<Value = String> {
    (1925_u16..2026, 1_u8..=12, 1_u8..=28, 0..10).prop_map(|(year, month, day, exact)| match exact {
        0 => String::new(),
        1 => format!("{year}"),
        2 => format!("{year}-{month:02}"),
        _ => format!("{year}-{month:02}-{day:02}"),
    })
}

fn sex() -> impl Strategy<Value = Sex> {
    proptest::sample::select(vec![Sex::Female, Sex::Male, Sex::Female, Sex::Male, Sex::Other, Sex::Unknown])
}

fn people() -> impl Strategy<Value = Vec<DirectoryEntry>> {
    let one = (name(), birth(), sex()).prop_map(|(name, birth, sex)| person(&name, &birth, sex));
    proptest::collection::vec(one, 1..60)
}

fn index_of(people: &[DirectoryEntry]) -> Index {
    let mut index = Index::new();
    people.iter().zip(0..).for_each(|(entry, place)| index.add(place, record(place), entry));
    index
}

/// The ages that somebody may have today.
fn ages(date: PartialDate) -> (i32, i32) {
    let age = |birth: NaiveDate| today().years_since(birth).map_or(birth.year() - today().year(), u32::cast_signed);
    (age(date.latest()), age(date.earliest()))
}

fn fits(entry: &DirectoryEntry, terms: &Terms) -> bool {
    let sexes = [terms.sex, Some(Sex::Unknown), Some(Sex::Other)];
    let sex = terms.sex.is_none_or(|said| said == Sex::Unknown) || sexes.contains(&Some(entry.sex));
    let date = entry.birth_date.zip(terms.birth_date).is_none_or(|(known, said)| known.may_be(said));
    let age = entry.birth_date.zip(terms.age).is_none_or(|(known, said)| {
        let (youngest, oldest) = ages(known);
        youngest - 5 <= i32::from(said) && i32::from(said) <= oldest + 5
    });
    sex && date && age
}

/// What a crew may know of this person.
fn said_of(entry: &DirectoryEntry, rows: bool, off: i32, tells: u8) -> Terms {
    let mut terms = Terms::default();
    terms.name = Some(match rows {
        true => NameTerm::Rows(fold_kana_rows(&entry.kana)),
        false => NameTerm::Kana(entry.kana.clone()),
    });
    let age = entry.birth_date.map(|date| (ages(date).0 + off).clamp(0, 120));
    terms.age = age.filter(|_| tells & 1 != 0).and_then(|age| u8::try_from(age).ok());
    terms.sex = Some(entry.sex).filter(|_| tells & 2 != 0);
    terms.birth_date = entry.birth_date.filter(|_| tells & 4 != 0);
    terms
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn whoever_is_typed_as_registered_is_found_unless_too_many_are(
        people in people(), who in any::<prop::sample::Index>(), rows: bool, off in -5..=5_i32, tells in 0_u8..8,
    ) {
        let who = who.index(people.len());
        let mut terms = said_of(&people[who], rows, off, tells);
        terms.age = terms.age.filter(|_| fits(&people[who], &terms));
        let index = index_of(&people);
        let year = people[who].birth_date.map_or(0, PartialDate::year);
        prop_assert!(years(&terms, 0..=9999, today()).contains(&year), "its year is opened");
        let place = i64::try_from(who).expect("small");
        match index.search(&terms, today()) {
            // A name without one letter that the index knows cannot be found, and is counted as one that cannot.
            Hits::Few(hits) | Hits::Best(hits) => prop_assert!(
                hits.iter().any(|hit| hit.place == place && hit.record == record(place))
                    || index_of(&people[who..=who]).unsearchable(&terms, today()) == 1
            ),
            Hits::Many => prop_assert!(people.len() > MOST_HITS),
        }
    }

    #[test]
    fn nobody_of_another_sex_age_or_birth_date_is_ever_found(
        people in people(), typed in name(), rows: bool, age in proptest::option::of(0_u8..110), sex in proptest::option::of(sex()),
        born in proptest::option::of(birth()),
    ) {
        let mut terms = Terms::default();
        terms.name = Some(if rows { NameTerm::Rows(typed) } else { NameTerm::Kana(typed) });
        (terms.age, terms.sex, terms.birth_date) = (age, sex, born.and_then(|born| born.parse().ok()));
        for named in [true, false] {
            terms.name = terms.name.take().filter(|_| named);
            let (Hits::Few(hits) | Hits::Best(hits)) = index_of(&people).search(&terms, today()) else { continue };
            prop_assert!(hits.len() <= MOST_HITS);
            for hit in hits {
                let entry = &people[usize::try_from(hit.place).expect("small")];
                prop_assert!(fits(entry, &terms) && terms.matches(entry, today()));
                let dated = terms.age.is_some() || terms.birth_date.is_some();
                prop_assert!(named || entry.birth_date.is_some() || !dated, "without a name only by what is known");
            }
        }
    }
}
