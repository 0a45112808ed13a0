//! What is known of readers, by their names (`assets/tables/readers.toml`).

use std::sync::LazyLock;

use serde::Deserialize;

use crate::ReaderPattern;
use crate::felica::way::Way;

/// A reader that nobody has described: what is tried, once each, until one is known.
const UNKNOWN: [Way; 3] = [Way::Storage, Way::Transparent, Way::Vendor];

static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| read().unwrap_or_default());

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    reader: Vec<Row>,
}

/// One reader, or a family of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    ways: Vec<String>,
    extended: bool,
    note: String,
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "checked")]
    _checked: String,
}

/// What is known of one make of reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReaderCare {
    /// Words of its name, as the table has them.
    pub pattern: &'static str,
    /// Whether it takes commands and answers of more than 255 bytes.
    pub extended: bool,
    /// Whether it has a field for contactless cards.
    pub contactless: bool,
    /// What whoever sets it up should know.
    pub note: &'static str,
}

impl ReaderCare {
    /// By a reader's name as PC/SC gives it. `None` for a reader that is not in the table.
    #[must_use]
    pub fn of(reader: &str) -> Option<Self> {
        let row = row(reader)?;
        let contactless = !row.ways.is_empty();
        Some(Self { pattern: &row.name, extended: row.extended, contactless, note: &row.note })
    }
}

/// How a FeliCa card is reached through this reader, the best way first.
pub(crate) fn ways_of(reader: &str) -> Vec<Way> {
    match row(reader) {
        Some(row) => row.ways.iter().filter_map(|way| Way::named(way)).collect(),
        None => UNKNOWN.to_vec(),
    }
}

fn row(reader: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| ReaderPattern::new(&row.name).wants(reader))
}

fn read() -> Result<Vec<Row>, toml::de::Error> {
    toml::from_str::<Table>(include_str!("../../assets/tables/readers.toml")).map(|table| table.reader)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_understood_and_says_where_it_is_from() {
        let rows = read().unwrap();
        assert!(rows.len() >= 5);
        for row in rows {
            assert!(row.ways.iter().all(|way| Way::named(way).is_some()), "{}", row.name);
            assert!(!row.name.is_empty() && !row.note.is_empty() && !row._source.is_empty(), "{}", row.name);
            assert_eq!(row._checked.len(), "2026-11-21".len(), "{}", row.name);
            // The vendor form has a long length.
            assert!(row.extended || !row.ways.iter().any(|way| way == "vendor"), "{}", row.name);
        }
    }

    #[test]
    fn readers_are_told_apart_by_name() {
        assert_eq!(ways_of("SONY FeliCa RC-S300/P (0236798) 00 00"), [Way::Storage, Way::Vendor, Way::Transparent]);
        assert_eq!(ways_of("ACS ACR122U PICC Interface 00 00"), [Way::Direct]);
        assert!(ways_of("ACS ACR1252 1S CL Reader [ACR1252 Reader PICC] 00 00").contains(&Way::Bare));
        assert!(ways_of("ACS ACR1252 1S CL Reader [ACR1252 Reader SAM] 00 00").is_empty());
        assert!(ways_of("Gemalto PC Twin Reader 00 00").is_empty());
        assert_eq!(ways_of("Nobody's Reader 00 00"), UNKNOWN);
        assert!(ReaderCare::of("Nobody's Reader 00 00").is_none());
        assert!(!ReaderCare::of("ACS ACR122U 00 00").unwrap().extended);
    }
}
