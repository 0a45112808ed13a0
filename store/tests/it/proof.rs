//! A new program tries a copy of the store: what it finds, and that the store itself stays as it was. And the note that
//! says which schema the store may have.

use std::fs;

use kakari_store::{OpenError, Proof, ProofError, Store, StoreKey, newest_schema, prove};

use crate::audit::event;
use crate::region::{Region, make_card};

/// Three records, a roster, seven rows.
fn filled() -> Region {
    let region = Region::new();
    let mut store = region.create();
    store.set_roster(&region.signed_roster(1)).expect("stored").expect("believed");
    store.load((1..=3).map(|n| region.row(n, n, &[make_card()])), 1).expect("loads");
    for n in 1..=7 {
        store.append_audit(&event(n)).expect("appended");
    }
    store.checkpoint().expect("in the files");
    region
}

/// Every file of the region's folder but what SQLite keeps beside an open one, with its bytes.
fn files(region: &Region) -> Vec<(String, Vec<u8>)> {
    let all = fs::read_dir(region.dir.path()).expect("the folder").map(|file| file.expect("one").path());
    let kept =
        all.filter(|path| !path.to_string_lossy().ends_with("-shm") && !path.to_string_lossy().ends_with("-wal"));
    let mut files: Vec<_> = kept.map(|path| (path.display().to_string(), fs::read(&path).expect("a file"))).collect();
    files.sort();
    files
}

/// The main file at the schema before the newest.
fn set_back(region: &Region) {
    region
        .raw()
        .execute_batch(
            "ALTER TABLE trusted DROP COLUMN counter; ALTER TABLE trusted DROP COLUMN counted_generation;
             ALTER TABLE trusted DROP COLUMN counted_at;
             DELETE FROM migration WHERE step > 5; PRAGMA user_version = 5",
        )
        .expect("set back");
}

fn note(region: &Region) -> std::path::PathBuf {
    region.dir.path().join("kakari.db.schema")
}

#[test]
fn a_proof_reads_a_copy_and_leaves_the_store_byte_for_byte_as_it_was() {
    let region = filled();
    let before = files(&region);
    let proof = prove(&region.store_path(), &region.key()).expect("proved");
    assert_eq!(proof, Proof { audit_rows: 7, roster: true, records: Some(3) });
    assert!(files(&region) == before, "the store was written to");
}

#[test]
fn a_proof_migrates_its_copy_alone_and_goes_on_beside_whoever_has_the_store_open() {
    let region = filled();
    set_back(&region);
    let before = format!("{}\n", newest_schema() - 1);
    fs::write(note(&region), &before).expect("as the program before wrote it");
    let open = region.raw();
    assert_eq!(prove(&region.store_path(), &region.key()).expect("proved").audit_rows, 7);
    let version: u32 = open.query_row("PRAGMA user_version", [], |row| row.get(0)).expect("read");
    assert_eq!((version, fs::read_to_string(note(&region)).expect("noted")), (5, before));
    drop(region.open());
    let version: u32 = open.query_row("PRAGMA user_version", [], |row| row.get(0)).expect("read");
    let noted = fs::read_to_string(note(&region)).expect("noted");
    assert_eq!((version, noted.trim()), (6, newest_schema().to_string().as_str()), "opened in earnest");
}

#[test]
fn what_a_new_program_cannot_open_is_said_and_no_copy_is_left() {
    let region = filled();
    let other = StoreKey::make_at(&region.dir.path().join("other.key")).expect("a key");
    assert!(matches!(prove(&region.store_path(), &other), Err(ProofError::Copy(_))));
    region.raw().execute_batch("PRAGMA user_version = 99").expect("from a later program");
    let newer = prove(&region.store_path(), &region.key());
    assert!(matches!(newer, Err(ProofError::Open(OpenError::Newer { found: 99, .. }))), "{newer:?}");
    assert!(!region.dir.path().join("kakari.db.proof").exists());
    // What a proof that was cut off has left is nobody's.
    fs::create_dir(region.dir.path().join("kakari.db.proof")).expect("made");
    fs::write(region.dir.path().join("kakari.db.proof/kakari.db"), "half").expect("written");
    region.raw().execute_batch("PRAGMA user_version = 6").expect("put right");
    assert!(prove(&region.store_path(), &region.key()).is_ok());
}

#[test]
fn the_schema_is_noted_at_creation_and_a_store_that_cannot_be_noted_is_not_migrated() {
    let region = filled();
    assert_eq!(fs::read_to_string(note(&region)).expect("noted").trim(), newest_schema().to_string());
    set_back(&region);
    fs::remove_file(note(&region)).expect("removed");
    fs::create_dir(note(&region)).expect("a folder in its place");
    let opened = Store::open(&region.store_path(), region.key());
    assert!(matches!(opened, Err(OpenError::Noting(_))), "{opened:?}");
    let version: u32 = region.raw().query_row("PRAGMA user_version", [], |row| row.get(0)).expect("read");
    assert_eq!(version, 5);
}
