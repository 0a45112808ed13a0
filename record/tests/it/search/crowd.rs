//! Invented people to be lost among.

use chrono::NaiveDate;
use kakari_record::model::Sex;
use kakari_record::seal::{DirectoryEntry, RecordId};
use kakari_record::search::Index;

const FAMILIES: &str = include_str!("../../../../tests/generator/src/tables/families.csv");
const GIVEN: &str = include_str!("../../../../tests/generator/src/tables/given.csv");

pub(crate) const SIZE: i64 = 6_000;

pub(crate) fn today() -> NaiveDate {
    "2026-11-20".parse().expect("a date")
}

pub(crate) fn record(place: i64) -> RecordId {
    RecordId::from_bytes(i128::from(place).to_be_bytes())
}

/// Somebody; the birth date as FHIR writes it, "" when it is not known.
pub(crate) fn person(kana: &str, birth_date: &str, sex: Sex) -> DirectoryEntry {
    DirectoryEntry {
        name: "試験".into(),
        kana: kana.into(),
        birth_date: birth_date.parse().ok(),
        sex,
        town: "北町".into(),
        clinic: String::new(),
    }
}

fn column(table: &str, at: usize) -> Vec<Vec<&str>> {
    let lines = table.lines().filter(|line| !line.starts_with('#')).skip(1);
    lines.map(|line| line.split(',').skip(at).collect()).collect()
}

/// Nobody of the crowd was born then.
pub(crate) const EMPTY_YEAR: u16 = 1954;

/// People of every age with usual names, none of them called as `unlike` says.
pub(crate) fn crowd(unlike: impl Fn(&str) -> bool) -> Index {
    let (families, given) = (column(FAMILIES, 1), column(GIVEN, 1));
    let mut index = Index::new();
    for place in 0..SIZE {
        let n = usize::try_from(place).expect("small");
        let given = &given[(n * 89 + n / 147) % given.len()];
        let kana = format!("{} {}", families[(n * 37 + n / 248) % families.len()][0], given[0]);
        if !unlike(&kana) {
            let sex = if given[1] == "f" { Sex::Female } else { Sex::Male };
            let year = [1930 + n % 90, 1955][usize::from(1930 + n % 90 == usize::from(EMPTY_YEAR))];
            let birth = format!("{year}-{:02}-{:02}", 1 + n % 12, 1 + n % 28);
            index.add(place, record(place), &person(&kana, &birth, sex));
        }
    }
    index
}
