//! A disk that is full. Needs a small file system: `TMPDIR` on it, and `KAKARI_SMALL_DISK=1`.

use kakari_store::{SnapshotId, StoreError};

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
