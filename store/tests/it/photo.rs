//! Photos beside records: found with them, replaced with them, and never in their way.

use kakari_record::photo::Photo;
use kakari_record::seal::{KeyId, Point, SealError, SealedRecord};
use kakari_store::{Store, StoredPhoto};

use crate::region::{Region, make_card, summary_of};

fn photo(name: &str) -> Photo {
    let path = format!("{}/../record/tests/photos/{name}", env!("CARGO_MANIFEST_DIR"));
    Photo::from_image(&std::fs::read(path).expect("picture")).expect("a photo")
}

fn find(region: &Region, store: &mut Store, n: u64, card: &Point) -> (SealedRecord, StoredPhoto) {
    match store.find_by_card(&[region.token(n)], KeyId::derive(card)).expect("looked") {
        kakari_store::Found::Record { record, photo, .. } => (record, photo),
        other => panic!("{other:?}"),
    }
}

fn sealed(found: StoredPhoto) -> kakari_record::seal::SealedPhoto {
    match found {
        StoredPhoto::Sealed(photo) => photo,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_photo_is_found_with_its_record_and_with_no_other() {
    let (region, cards) = (Region::new(), [make_card(), make_card(), make_card()]);
    let (first, second) = (photo("progressive.jpg"), photo("grey.jpg"));
    let mut store = region.create();
    let rows = [
        region.row_with(1, 1, &cards[..1], Some(&first)),
        region.row_with(2, 1, &cards[1..2], Some(&second)),
        region.row(3, 1, &cards[2..]),
    ];
    store.load(rows, 10).expect("loads");
    let (own, found) = find(&region, &mut store, 1, &cards[0]);
    let (other, others) = find(&region, &mut store, 2, &cards[1]);
    let (found, others) = (sealed(found), sealed(others));
    assert!(region.open_photo(&found, &own).expect("opens") == first);
    assert!(region.open_photo(&others, &other).expect("opens") == second);
    assert_eq!(region.open_photo(&found, &other), Err(SealError::NotOpened));
    assert_eq!(find(&region, &mut store, 3, &cards[2]).1, StoredPhoto::None);
}

#[test]
fn a_newer_version_replaces_the_photo_or_takes_it_away() {
    let (region, card) = (Region::new(), [make_card()]);
    let (first, second) = (photo("progressive.jpg"), photo("grey.jpg"));
    let mut store = region.create();
    store.load([region.row_with(1, 1, &card, Some(&first))], 1).expect("loads");
    let old = sealed(find(&region, &mut store, 1, &card[0]).1);
    store.load([region.row_with(1, 2, &card, Some(&second))], 1).expect("loads");
    let (record, found) = find(&region, &mut store, 1, &card[0]);
    assert!(region.open_photo(&sealed(found), &record).expect("opens") == second);
    assert_eq!(region.open_photo(&old, &record), Err(SealError::NotOpened), "of an older version");
    store.load([region.row_with(1, 1, &card, Some(&first))], 1).expect("loads");
    assert_eq!(find(&region, &mut store, 1, &card[0]).0.header().version, 2, "an older row changes nothing");
    store.load([region.row(1, 3, &card)], 1).expect("loads");
    assert_eq!(find(&region, &mut store, 1, &card[0]).1, StoredPhoto::None);
}

#[test]
fn a_photo_that_is_no_photo_any_more_leaves_the_record_readable() {
    let (region, card) = (Region::new(), [make_card()]);
    region.create().load([region.row_with(1, 1, &card, Some(&photo("grey.jpg")))], 1).expect("loads");
    region.raw_set().execute("UPDATE photo SET sealed = x'00'", []).expect("changed");
    let (record, found) = find(&region, &mut region.open(), 1, &card[0]);
    assert_eq!(found, StoredPhoto::Unreadable);
    assert!(region.open_record(&record) == summary_of(1));
}

/// The page with the photo is damaged in the file itself; the records, also those after it, are still read.
#[test]
fn a_damaged_page_of_a_photo_stops_no_record() {
    let (region, cards) = (Region::new(), [make_card(), make_card()]);
    let rows = [region.row_with(1, 1, &cards[..1], Some(&photo("progressive.jpg"))), region.row(2, 1, &cards[1..])];
    region.create().load(rows, 10).expect("loads");
    let page: u64 = region
        .raw_set()
        .query_row("SELECT rootpage FROM sqlite_master WHERE name = 'photo'", [], |row| row.get::<_, u32>(0))
        .expect("the photo's page")
        .into();
    let path = region.set_path();
    let mut bytes = std::fs::read(&path).expect("bytes");
    let at = usize::try_from((page - 1) * 4096 + 2000).expect("small");
    bytes[at] ^= 1;
    for extra in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{extra}", path.display()));
    }
    std::fs::write(path, bytes).expect("written");
    let mut store = region.open();
    for _ in 0..2 {
        let (record, found) = find(&region, &mut store, 1, &cards[0]);
        assert_eq!(found, StoredPhoto::Unreadable);
        assert!(region.open_record(&record) == summary_of(1));
        let (record, _) = find(&region, &mut store, 2, &cards[1]);
        assert!(region.open_record(&record) == summary_of(2));
    }
}

#[test]
fn nothing_of_a_photo_is_readable_in_the_files() {
    let region = Region::new();
    let photo = photo("progressive.jpg");
    region.create().load([region.row_with(1, 1, &[], Some(&photo))], 1).expect("loads");
    let parts: Vec<&[u8]> = photo.jpeg().chunks_exact(24).collect();
    assert!(parts.len() > 20);
    for file in std::fs::read_dir(region.dir.path()).expect("dir") {
        let bytes = std::fs::read(file.expect("file").path()).expect("bytes");
        assert!(!parts.iter().any(|part| bytes.windows(part.len()).any(|window| window == *part)));
        assert!(!bytes.windows(4).any(|window| window == b"KKP1"));
    }
}
