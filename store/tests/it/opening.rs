//! Opening: the right key, a wrong key, damage, a newer program's store.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use kakari_store::{KeyError, OpenError, Store, StoreKey};

use crate::region::Region;

#[test]
fn what_was_created_opens_again_with_the_same_facts() {
    let region = Region::new();
    drop(region.create());
    assert_eq!(region.open().facts().expect("facts"), region.facts());
}

#[test]
fn nothing_of_the_store_is_readable_in_its_files() {
    let region = Region::new();
    let mut store = region.create();
    store.load([region.row(1, 1, &[])], 1).expect("loads");
    for file in fs::read_dir(region.dir.path()).expect("dir") {
        let bytes = fs::read(file.expect("file").path()).expect("bytes");
        for word in ["SQLite format", "CREATE TABLE", "KKR1", "試験"] {
            assert!(!bytes.windows(word.len()).any(|window| window == word.as_bytes()), "{word}");
        }
    }
}

#[test]
fn a_wrong_key_is_not_called_damage() {
    let region = Region::new();
    drop(region.create());
    let other = StoreKey::make_at(&region.dir.path().join("other.key")).expect("key");
    assert!(matches!(Store::open(&region.store_path(), other), Err(OpenError::WrongKey)));
}

#[test]
fn damage_is_not_called_a_wrong_key() {
    let region = Region::new();
    drop(region.create());
    for (from, to) in [(0, 16), (16, 64), (0, 4096)] {
        let whole = fs::read(region.store_path()).expect("bytes");
        let mut damaged = whole.clone();
        damaged[from..to].fill(0xA5);
        fs::write(region.store_path(), &damaged).expect("written");
        assert!(matches!(Store::open(&region.store_path(), region.key()), Err(OpenError::Damaged)), "{from}..{to}");
        fs::write(region.store_path(), &whole).expect("written");
    }
    assert!(Store::open(&region.store_path(), region.key()).is_ok());
}

#[test]
fn without_the_key_check_both_are_named() {
    let region = Region::new();
    drop(region.create());
    fs::remove_file(region.dir.path().join("kakari.db.key-check")).expect("removed");
    let other = StoreKey::make_at(&region.dir.path().join("other.key")).expect("key");
    assert!(matches!(Store::open(&region.store_path(), other), Err(OpenError::WrongKeyOrDamaged)));
}

#[test]
fn a_missing_store_and_an_existing_one_are_said_so() {
    let region = Region::new();
    assert!(matches!(Store::open(&region.store_path(), region.key()), Err(OpenError::Missing(_))));
    drop(region.create());
    assert!(matches!(Store::create(&region.store_path(), region.key(), &region.facts()), Err(OpenError::Exists(_))));
}

#[test]
fn a_newer_store_is_refused_politely() {
    let region = Region::new();
    drop(region.create());
    region.raw().pragma_update(None, "user_version", 99).expect("set");
    let opened = Store::open(&region.store_path(), region.key());
    assert!(matches!(opened, Err(OpenError::Newer { found: 99, known: 6 })));
}

#[test]
fn a_store_that_another_version_brought_further_while_it_was_open_says_so() {
    let region = Region::new();
    let store = region.create();
    assert!(!store.is_newer().expect("read"));
    region.raw().pragma_update(None, "user_version", 99).expect("set");
    assert!(store.is_newer().expect("read"));
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    let region = Region::new();
    region.key();
    let path = region.dir.path().join("store.key");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("mode");
    assert!(matches!(StoreKey::load(&path), Err(KeyError::Exposed(_))));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("mode");
    fs::write(&path, [1; 31]).expect("written");
    assert!(matches!(StoreKey::load(&path), Err(KeyError::Length(_))));
}

#[test]
fn an_older_roster_does_not_replace_a_newer_one() {
    use kakari_record::seal::RosterError;
    let region = Region::new();
    let mut store = region.create();
    assert!(store.set_roster(&region.signed_roster(2)).expect("stored").is_ok());
    assert!(matches!(store.set_roster(&region.signed_roster(1)).expect("stored"), Err(RosterError::Older)));
    assert_eq!(store.roster().expect("read").expect("there").expect("believed").version, 2);
    assert!(store.set_roster(&region.signed_roster(3)).expect("stored").is_ok());
}

/// A store as the second schema made it, with its records in the main file: what it knows stays, the rows are loaded anew.
#[test]
fn a_store_from_before_sets_keeps_what_it_knows_and_loads_its_rows_anew() {
    let region = Region::new();
    let mut store = region.create();
    store.set_roster(&region.signed_roster(2)).expect("stored").expect("believed");
    drop(store);
    let second = region.raw();
    second
        .execute_batch(
            "CREATE TABLE record (place INTEGER PRIMARY KEY, id BLOB, version INTEGER, sealed BLOB);
             CREATE TABLE opener (token BLOB, card_key BLOB, place INTEGER, opener BLOB);
             CREATE TABLE token (token BLOB, place INTEGER);
             CREATE TABLE directory (birth_year INTEGER, place INTEGER, sealed BLOB);
             CREATE TABLE photo (place INTEGER PRIMARY KEY, sealed BLOB);
             INSERT INTO record VALUES (1, x'00', 1, x'00');
             ALTER TABLE facts ADD COLUMN records INTEGER NOT NULL DEFAULT 1;
             ALTER TABLE facts DROP COLUMN live; ALTER TABLE facts DROP COLUMN next_set;
             ALTER TABLE facts DROP COLUMN roster_version; ALTER TABLE facts DROP COLUMN restored_older;
             ALTER TABLE facts DROP COLUMN reconciled_at;
             DROP TABLE staging; DROP TABLE trusted; DROP TABLE receipt; DROP TABLE contact; DROP TABLE settings;
             DROP TABLE spent; DROP TABLE sync_state; DROP TABLE audit_mark; DROP TABLE used_code;
             DELETE FROM migration WHERE step > 2; PRAGMA user_version = 2",
        )
        .expect("set back");
    drop(second);
    let mut store = region.open();
    assert_eq!(store.facts().expect("facts"), region.facts());
    assert_eq!(store.roster_version().expect("read"), Some(2));
    assert!(matches!(
        store.set_roster(&region.signed_roster(1)).expect("asked"),
        Err(kakari_record::seal::RosterError::Older)
    ));
    store.load([region.row(1, 1, &[])], 1).expect("loads");
    assert_eq!(store.facts().expect("facts").records, 1);
}
