//! A disk that is full. Needs a small file system: `TMPDIR` on it, and `KAKARI_SMALL_DISK=1`.

use kakari_store::{Contact, SnapshotId, StoreError};

use crate::made;
use crate::region::Region;

/// More than the disk takes.
const ENDLESS: SnapshotId = SnapshotId { generation: 3, sequence: 900, manifest: [6; 32], parts: 1_000_000 };

#[test]
fn a_snapshot_that_the_disk_cannot_hold_leaves_room_for_the_audit() {
    if std::env::var_os("KAKARI_SMALL_DISK").is_none() {
        return;
    }
    let region = Region::new();
    let mut store = crate::sync::synced(&region);
    let mut crew = region.open();
    let mut staging = store.stage(ENDLESS).expect("stages");
    let mut put = 0;
    let error = (0..ENDLESS.parts)
        .find_map(|part| {
            let first = u64::from(part) * 500;
            let rows = (first..first + 500).map(|n| made::row(region.feed, n, 1)).collect();
            put += 1;
            staging.put_part(part, rows).err()
        })
        .expect("the disk is small");
    drop(staging);
    println!("{put} parts, {error:?}");
    let mut written = 0;
    for n in 0..2_000 {
        match crew.append_audit(&crate::audit::event(n)) {
            Ok(_) => written += 1,
            Err(error) => {
                println!("{n}: {error:?}");
                break;
            }
        }
    }
    println!("{written} rows");
    assert!(matches!(error, StoreError::Full), "{error:?}");
    assert_eq!(written, 2_000, "what a paramedic does is written down");
}

#[test]
fn a_note_that_was_torn_when_it_was_made_is_an_empty_one_and_heals() {
    let region = Region::new();
    let mut store = region.create();
    for bytes in [b"".as_slice(), b"KKG1\0\0"] {
        std::fs::write(region.dir.path().join("kakari.db.gap"), bytes).expect("torn");
        assert_eq!(store.lost_rows().expect("reads"), 0);
        store.append_audit(&crate::audit::event(1)).expect("appended");
        store.note_gap(3).expect("notes");
        assert_eq!(store.lost_rows().expect("reads"), 3);
    }
}

#[test]
fn the_reserve_is_given_up_for_a_one_time_code_and_for_the_mark_of_a_configuration() {
    for what in ["INSERT ON used_code", "UPDATE ON audit_mark"] {
        let region = Region::new();
        let mut store = region.create();
        assert!(store.keep_reserve().expect("there is room"));
        region.fill_up(what);
        let full = match what {
            "INSERT ON used_code" => store.use_code([1; 8], chrono::Utc::now()).map(drop),
            _ => store.set_config_hash(&[1; 32]),
        };
        assert!(matches!(full, Err(StoreError::Full)), "{full:?}");
        assert!(!region.dir.path().join("kakari.db.reserve").exists(), "{what}");
    }
}

#[test]
fn a_lease_is_told_on_a_full_disk() {
    use chrono::{TimeDelta, Utc};
    let region = Region::new();
    let mut store = region.create();
    let then = Utc::now() - TimeDelta::days(2);
    store.note_contact(&Contact { server_time: then, own_time: then }).expect("noted");
    region.fill_up("UPDATE ON contact");
    let left = store.lease_left(Utc::now()).expect("told").expect("a lease");
    let days = i64::from(store.settings().expect("reads").lease_days);
    assert!(left > TimeDelta::days(days - 3) && left <= TimeDelta::days(days - 2), "{left}");
}
