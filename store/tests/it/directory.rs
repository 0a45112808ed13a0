//! Reading the directory for a search without a card.

use kakari_record::seal::{DirectoryKey, RecordId, Row, SealedDirectoryEntry};
use kakari_store::{
    Change, Cursor, Delta, DirectoryReader, Found, Removal, SnapshotId, Store, StoreError, StoredPhoto,
};

use crate::made;
use crate::region::{Region, make_card};

fn reader(region: &Region) -> DirectoryReader {
    DirectoryReader::open(&region.store_path(), region.key()).expect("opens")
}

/// Every entry that a search could open, in the order of years and places.
fn all(reader: &mut DirectoryReader) -> Vec<(u16, i64, RecordId, SealedDirectoryEntry)> {
    let mut all = Vec::new();
    for year in reader.years_present().expect("years") {
        let before = all.len() as u64;
        let given =
            reader.year(year, |place, record, entry| all.push((year, place, record, entry.clone()))).expect("year");
        assert!(given > 0 && given == all.len() as u64 - before);
    }
    all
}

fn expected(rows: &[Row]) -> Vec<(u16, RecordId, SealedDirectoryEntry)> {
    let of = |row: &Row| (row.directory.birth_year, row.record.header().record, row.directory.clone());
    let mut expected: Vec<_> = rows.iter().map(of).collect();
    expected.sort_by_key(|(year, record, _)| (*year, *record));
    expected
}

fn found(reader: &mut DirectoryReader) -> Vec<(u16, RecordId, SealedDirectoryEntry)> {
    let mut found: Vec<_> = all(reader).into_iter().map(|(year, _, record, entry)| (year, record, entry)).collect();
    assert!(found.is_sorted_by_key(|(year, ..)| *year));
    found.sort_by_key(|(year, record, _)| (*year, *record));
    found
}

/// A snapshot of these rows, live at sequence 100.
fn taken(store: &mut Store, rows: &[Row], manifest: u8) {
    let snapshot = SnapshotId { generation: 2, sequence: 100, manifest: [manifest; 32], parts: 1 };
    let mut staging = store.stage(snapshot).expect("stages");
    staging.put_part(0, rows.to_vec()).expect("a part");
    staging.make_live(rows.len() as u64).expect("live").expect("counts");
}

fn rows(region: &Region, count: u64) -> Vec<Row> {
    (0..count).map(|n| made::row(region.feed, n, 1)).collect()
}

fn born(mut row: Row, birth_year: u16) -> Row {
    row.directory.birth_year = birth_year;
    row
}

#[test]
fn without_a_set_there_is_nobody_and_no_error() {
    let region = Region::new();
    drop(region.create());
    let mut reader = reader(&region);
    assert_eq!(all(&mut reader), []);
    assert_eq!(reader.entries(&[1]).expect("reads"), []);
    assert_eq!(reader.places_by_token(&[made::card_token(1)], 5).expect("reads"), [0_i64; 0]);
    assert!(reader.record(made::record_id(1)).expect("reads").is_none());
    assert_eq!(reader.stamp().expect("stamp"), reader.stamp().expect("stamp"));
}

#[test]
fn every_entry_is_read_with_its_record_and_opens() {
    let region = Region::new();
    region.create().load((0..5).map(|n| region.row(n, 1, &[])), 2).expect("loads");
    let key = DirectoryKey::new(&region.vault, region.feed);
    let entries = all(&mut reader(&region));
    assert_eq!(entries.len(), 5);
    for (_, _, record, entry) in &entries {
        assert_eq!(key.open(*record, entry).expect("opens").kana, "シケン");
    }
    assert!(key.open(entries[0].2, &entries[1].3).is_err(), "another record's entry does not open");
}

/// Whatever way rows come and go, the directory is that of the records that are here.
#[test]
fn snapshots_and_deltas_keep_the_directory_right() {
    let region = Region::new();
    let mut store = region.create();
    let mut rows = rows(&region, 40);
    taken(&mut store, &rows, 5);
    let mut reader = reader(&region);
    assert_eq!(found(&mut reader), expected(&rows));
    rows[3] = born(made::row(region.feed, 3, 2), 0);
    rows[4] = made::row(region.feed, 4, 2);
    rows.push(born(made::row(region.feed, 77, 1), 2026));
    let put = [&rows[3], &rows[4], &rows[40]].map(|row| Change::Put(row.clone()));
    let gone = rows.remove(9).record.header().record;
    let changes = put.into_iter().chain([Change::Remove { record: gone, reason: Removal::Moved }]);
    let from = Cursor { generation: 2, sequence: 100 };
    let delta = Delta { from, to: 104, changes: (101..).zip(changes).collect(), records_after: Some(40) };
    assert!(!store.apply(delta).expect("applied").count_differs);
    assert_eq!(found(&mut reader), expected(&rows));
}

#[test]
fn the_stamp_tells_that_rows_may_have_changed() {
    let region = Region::new();
    let mut store = region.create();
    taken(&mut store, &rows(&region, 5), 5);
    let mut reader = reader(&region);
    let first = reader.stamp().expect("stamp");
    all(&mut reader);
    assert_eq!(reader.stamp().expect("stamp"), first, "reading changes nothing");
    store.load([made::row(region.feed, 7, 1)], 1).expect("loads");
    let second = reader.stamp().expect("stamp");
    assert_ne!(second, first);
    taken(&mut store, &rows(&region, 5), 6);
    assert_ne!(reader.stamp().expect("stamp"), second);
    assert_eq!(all(&mut reader).len(), 5);
}

/// A set file of the first schema, whose directory had no ids.
fn set_back(region: &Region) {
    let back = "CREATE TABLE old (birth_year INTEGER NOT NULL, place INTEGER NOT NULL, sealed BLOB NOT NULL,
            PRIMARY KEY (birth_year, place)) STRICT, WITHOUT ROWID;
         INSERT INTO old SELECT birth_year, place, sealed FROM directory;
         DROP TABLE directory; ALTER TABLE old RENAME TO directory;
         CREATE INDEX directory_of_record ON directory (place);
         DELETE FROM migration WHERE step > 1; PRAGMA user_version = 1";
    region.raw_set().execute_batch(back).expect("set back");
}

/// What a search needs of a newer schema takes room and time; a tap needs neither.
#[test]
fn a_tap_is_answered_also_where_the_directory_cannot_be_brought_to_this_schema() {
    let region = Region::new();
    taken(&mut region.create(), &rows(&region, 30), 5);
    set_back(&region);
    region.raw_set().execute_batch("CREATE TABLE entry (in_the_way)").expect("made");
    let asked = [made::card_token(7)];
    let mut store = region.open();
    assert_eq!(store.facts().expect("facts").records, 30);
    let tapped = |store: &mut Store| store.find_by_card(&asked, made::card_key(7)).expect("looks");
    assert!(matches!(tapped(&mut store), Found::Record { .. }));
    assert!(reader(&region).years_present().is_err(), "a search is refused, never answered with nobody");
    assert!(matches!(tapped(&mut store), Found::Record { .. }), "and taps go on");
    region.raw_set().execute_batch("DROP TABLE entry").expect("out of the way");
    assert_eq!(all(&mut reader(&region)).len(), 30);
    assert!(matches!(tapped(&mut store), Found::Record { .. }), "on a connection from before");
}

#[test]
fn a_set_from_before_gets_the_ids_of_its_records() {
    let region = Region::new();
    let rows = rows(&region, 300);
    taken(&mut region.create(), &rows, 5);
    let before = all(&mut reader(&region));
    set_back(&region);
    assert_eq!(all(&mut reader(&region)), before);
    assert_eq!(found(&mut reader(&region)), expected(&rows));
    let mut store = region.open();
    store.load([born(made::row(region.feed, 1, 2), 1999)], 1).expect("loads");
    assert_eq!(all(&mut reader(&region)).len(), 300, "the row of the older version went");
}

#[test]
fn people_are_found_by_phone_house_and_number_with_what_their_household_is_told_by() {
    let region = Region::new();
    let mut rows = rows(&region, 8);
    let shared = rows[2].tokens[0];
    (3..6).for_each(|n| rows[n].tokens[1] = shared);
    taken(&mut region.create(), &rows, 5);
    let mut reader = reader(&region);
    let places = reader.places_by_token(&[made::card_token(99), shared], 10).expect("reads");
    let entries = reader.entries(&places).expect("reads");
    assert_eq!(entries.iter().map(|entry| entry.place).collect::<Vec<_>>(), places);
    let mut records: Vec<_> = entries.iter().map(|entry| entry.record).collect();
    records.sort_unstable();
    let mut wanted: Vec<_> = (2..6).map(made::record_id).collect();
    wanted.sort_unstable();
    assert_eq!(records, wanted);
    assert!(entries.iter().all(|entry| entry.tokens.contains(&shared) && entry.tokens.len() == 2));
    assert_eq!(
        reader.places_by_token(&[shared], 2).expect("reads").len(),
        3,
        "one more than asked tells that there are more"
    );
    let by_number = reader.places_by_card(&[made::card_token(6)]).expect("reads");
    assert_eq!(reader.entries(&by_number).expect("reads")[0].record, made::record_id(6));
    assert_eq!(reader.entries(&[by_number[0], 999]).expect("reads").len(), 1, "an empty place is left out");
}

#[test]
fn a_record_is_read_by_its_id_and_one_that_is_gone_is_damage() {
    let region = Region::new();
    let mut store = region.create();
    store.load([region.row(1, 1, &[make_card()])], 1).expect("loads");
    let mut reader = reader(&region);
    let (_, _, record, _) = all(&mut reader).remove(0);
    let (sealed, photo) = reader.record(record).expect("reads").expect("is here");
    assert!(region.open_record(&sealed) == crate::region::summary_of(1) && photo == StoredPhoto::None);
    assert!(reader.record(made::record_id(1)).expect("reads").is_none());
    let before = reader.stamp().expect("stamp");
    region.raw_set().execute("DELETE FROM sealed", []).expect("deleted");
    assert!(matches!(reader.record(record), Err(StoreError::Damaged)));
    assert_ne!(reader.stamp().expect("stamp"), before);
    assert_eq!(all(&mut reader).len(), 1, "what is whole is read on");
}
