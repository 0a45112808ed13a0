//! When a tablet may say that it has everything, and when it may not.

use chrono::{TimeDelta, Utc};
use kakari_record::seal::{Change, Removal};
use kakari_sync::client::Client;
use kakari_sync::{DigestsRef, Frame, digests};

use crate::region::Region;
use crate::tablet::{Setting, sync};

/// Digests of what the region has now.
fn take_digests(region: &mut Region) {
    let versions = region.current.iter().map(|(record, (_, row))| (*record, row.record.header().version));
    let digests = digests::of(versions);
    region.digests = Some(DigestsRef { sequence: region.sequence, object: region.put(&digests) });
}

/// A tablet that has everything, and then nothing for eight days, so that a comparison is due.
async fn away(setting: &mut Setting) -> Client {
    let mut tablet = setting.enrol().await;
    assert!(sync(&mut tablet).await.up_to_date);
    let later = Utc::now() + TimeDelta::days(8);
    setting.region.issued_at = later;
    tablet.with_clock(move || later)
}

#[tokio::test]
async fn a_merged_delta_on_the_way_is_no_reason_to_fetch_everything() {
    let mut setting = Setting::of(Region::with_residents(4)).await;
    let mut tablet = away(&mut setting).await;
    setting.region.add(1);
    take_digests(&mut setting.region);
    let (record, _) =
        *setting.region.current.iter().map(|(id, (at, _))| (*id, *at)).max_by_key(|(_, at)| *at).as_ref().unwrap();
    setting.region.publish(&[Frame { sequence: 6, change: Change::Remove { record, reason: Removal::Moved } }]);
    // What the publisher merges later: the newest change of whoever came at 5 is not in it any more.
    let (generation, feed) = (setting.region.generation, setting.region.feed);
    setting.region.deltas[0] = setting.region.delta(4, 5, generation, feed, &[]);
    setting.publish();
    let outcome = sync(&mut tablet).await;
    assert!(outcome.is_success() && outcome.up_to_date, "{outcome:?}");
    assert_eq!((outcome.differing, outcome.snapshot), (None, false));
    assert!(sync(&mut tablet).await.up_to_date, "and no snapshot is wanted");
}

#[tokio::test]
async fn digests_are_compared_on_the_way_through_deltas_that_leave_nothing_out() {
    let mut setting = Setting::of(Region::with_residents(4)).await;
    let mut tablet = away(&mut setting).await;
    setting.region.add(1);
    take_digests(&mut setting.region);
    setting.region.add(2);
    setting.publish();
    let outcome = sync(&mut tablet).await;
    assert_eq!((outcome.up_to_date, outcome.differing), (true, Some(0)), "{outcome:?}");
}

#[tokio::test]
async fn no_row_is_taken_before_the_dictionary_that_it_may_be_packed_with() {
    let mut setting = Setting::of(Region::with_residents(4)).await;
    let dictionary = setting.region.head().dictionaries[0].object.sha256.name();
    let bytes = setting.world.files.lock().unwrap().remove(&dictionary).unwrap();
    let mut tablet = setting.enrol().await;
    let outcome = sync(&mut tablet).await;
    assert!(!outcome.is_success() && !outcome.up_to_date && outcome.put == 0, "{outcome:?}");
    assert_eq!(tablet.store().cursor().unwrap(), None);
    setting.world.files.lock().unwrap().insert(dictionary, bytes);
    assert!(sync(&mut tablet).await.up_to_date);
}
