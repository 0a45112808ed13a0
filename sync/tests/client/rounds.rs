//! Rounds with a server that means well.

use chrono::{TimeDelta, Utc};
use kakari_record::seal::{Change, RecordId};
use kakari_store::{Cursor, Trusted};
use kakari_sync::client::{Conditions, Ended, LinkError, Origin, Problem, Refusal, Waits, wiped};
use kakari_sync::{Frame, Order, OrderKind};
use tokio::sync::Notify;

use crate::region::{Region, make_key};
use crate::tablet::{HOME, Lie, METERED, Setting, append_audit, sync};

fn cursor(client: &kakari_sync::client::Client) -> Option<(u64, u64)> {
    client.store().cursor().unwrap().map(|Cursor { generation, sequence }| (generation, sequence))
}

#[tokio::test]
async fn a_new_tablet_takes_the_snapshot_and_then_only_what_changes() {
    let mut setting = Setting::of(Region::with_residents(10)).await;
    let mut tablet = setting.enrol().await;
    let first = sync(&mut tablet).await;
    assert!(first.is_success() && first.up_to_date && first.snapshot, "{first:?}");
    assert_eq!((first.put, tablet.store().facts().unwrap().records), (10, 10));
    let gone = setting.region.withdraw_first();
    setting.region.add(3);
    setting.publish();
    let second = sync(&mut tablet).await;
    assert!(second.is_success() && second.up_to_date && !second.snapshot, "{second:?}");
    assert_eq!((second.put, second.removed, tablet.store().facts().unwrap().records), (3, 1, 12));
    let held = tablet.store().with_versions(|rows| rows.map(|(record, _)| record).collect::<Vec<_>>()).unwrap();
    assert_eq!(held, setting.region.current.keys().copied().collect::<Vec<_>>());
    assert!(!held.contains(&gone));
    let third = sync(&mut tablet).await;
    assert!(third.up_to_date && third.put == 0 && third.contact);
    assert!(third.bytes < 1_000, "a round without news moves {} bytes", third.bytes);
}

#[tokio::test]
async fn the_status_tells_what_happened() {
    let setting = Setting::of(Region::with_residents(5)).await;
    setting.kept.lock().unwrap().ahead_seconds = 90;
    let mut tablet = setting.enrol().await;
    append_audit(tablet.store_mut(), 3);
    sync(&mut tablet).await;
    let status = tablet.status().unwrap();
    assert_eq!((status.records, status.rows_new, status.rows_failed), (5, 5, 0));
    assert_eq!((status.unreceipted, status.receipted, status.in_conflict), (0, 3, 0));
    assert!((89..=91).contains(&status.server_ahead_seconds.unwrap()), "{status:?}");
    assert_eq!(status.last_success, Some(setting.region.issued_at));
    assert!(status.lease_days_left.unwrap() >= 29 && status.certificate_days_left.unwrap() > 1_000, "{status:?}");
    assert_eq!(status.last_refusal, None);
    let report = setting.kept.lock().unwrap().reports[0].clone();
    assert_eq!((report.sequence, report.records, report.roster, report.unreceipted), (Some(5), 5, Some(1), 0));
}

#[tokio::test]
async fn every_audit_row_gets_a_receipt_once_and_another_chain_is_a_conflict() {
    let setting = Setting::of(Region::with_residents(1)).await;
    let mut tablet = setting.enrol().await;
    append_audit(tablet.store_mut(), 1_203);
    let outcome = sync(&mut tablet).await;
    assert_eq!((outcome.receipted, outcome.conflict), (1_203, false));
    assert_eq!(setting.kept.lock().unwrap().rows.len(), 1_203);
    assert_eq!(setting.world.asked_for("/v1/audit"), 3);
    setting.kept.lock().unwrap().rows.insert(1_204, b"another".to_vec());
    append_audit(tablet.store_mut(), 2);
    let outcome = sync(&mut tablet).await;
    assert!(outcome.conflict && outcome.up_to_date && !outcome.is_success());
    assert_eq!(tablet.status().unwrap().in_conflict, 2);
}

#[tokio::test]
async fn a_region_restored_from_an_older_copy_gets_the_rows_that_it_lost() {
    let setting = Setting::of(Region::with_residents(1)).await;
    let mut tablet = setting.enrol().await;
    append_audit(tablet.store_mut(), 700);
    assert_eq!(sync(&mut tablet).await.receipted, 700);
    let all = setting.kept.lock().unwrap().rows.clone();
    setting.kept.lock().unwrap().rows.retain(|sequence, _| *sequence <= 40);
    append_audit(tablet.store_mut(), 3);
    let outcome = sync(&mut tablet).await;
    assert!(outcome.is_success() && !outcome.conflict);
    let rows = setting.kept.lock().unwrap().rows.clone();
    assert_eq!(rows.len(), 703);
    assert!(all.iter().all(|(sequence, event)| rows.get(sequence) == Some(event)));
    let status = tablet.status().unwrap();
    assert_eq!((status.unreceipted, status.in_conflict), (0, 0));
}

#[tokio::test]
async fn a_restored_region_gets_the_rows_that_it_lost_also_when_no_new_one_comes() {
    let mut setting = Setting::of(Region::with_residents(1)).await;
    let mut tablet = setting.enrol().await;
    append_audit(tablet.store_mut(), 700);
    assert_eq!(sync(&mut tablet).await.receipted, 700);
    let all = setting.kept.lock().unwrap().rows.clone();
    setting.kept.lock().unwrap().rows.retain(|sequence, _| *sequence <= 40);
    setting.region.generation += 1;
    setting.region.take_snapshot();
    setting.publish();
    let outcome = sync(&mut tablet).await;
    assert!(outcome.is_success() && outcome.up_to_date, "{outcome:?}");
    assert!(setting.kept.lock().unwrap().rows == all, "every row is there again");
    let asked = setting.world.asked_for("/v1/audit");
    assert!(sync(&mut tablet).await.is_success());
    assert_eq!(setting.world.asked_for("/v1/audit"), asked, "and it asks no more");
}

#[tokio::test]
async fn a_server_whose_clock_is_ahead_makes_nothing_younger() {
    let mut setting = Setting::of(Region::with_residents(1)).await;
    setting.region.issued_at = Utc::now() + TimeDelta::minutes(50);
    setting.publish();
    let mut tablet = setting.enrol().await;
    assert!(sync(&mut tablet).await.up_to_date);
    assert!(tablet.status().unwrap().last_success.unwrap() <= Utc::now());
}

#[tokio::test]
async fn a_snapshot_waits_for_wifi_and_comes_from_the_stick_or_at_a_persons_word() {
    for way in ["stick", "word", "home"] {
        let setting = Setting::of(Region::with_residents(9)).await;
        let mut tablet = setting.enrol().await;
        let waiting = tablet.round(&Origin::Network, METERED, &mut |_| ()).await;
        let bytes = setting.region.snapshot.unwrap().size;
        assert_eq!(waiting.waits, Some(Waits::ForWifi { bytes }));
        assert!(waiting.is_success() && !waiting.up_to_date && waiting.contact);
        let stick = setting.dir.path().join("stick");
        std::fs::create_dir(&stick).unwrap();
        for (name, bytes) in setting.world.files.lock().unwrap().iter() {
            std::fs::write(stick.join(name), bytes).unwrap();
        }
        let word = Conditions { metered: true, bulk_allowed: true };
        let (origin, conditions) = match way {
            "stick" => (Origin::Bundle(stick), METERED),
            "word" => (Origin::Network, word),
            _ => (Origin::Network, HOME),
        };
        let outcome = tablet.round(&origin, conditions, &mut |_| ()).await;
        assert!(outcome.up_to_date && outcome.snapshot && outcome.waits.is_none(), "{way}: {outcome:?}");
        assert_eq!(tablet.store().facts().unwrap().records, 9);
    }
}

#[tokio::test]
async fn a_metered_day_has_its_budget_and_orders_and_receipts_go_beyond_it() {
    let mut setting = Setting::of(Region::with_residents(3)).await;
    let mut tablet = setting.enrol().await;
    assert!(sync(&mut tablet).await.up_to_date);
    setting.region.orders.settings.metered_bytes_per_day = 5_000;
    setting.region.orders.version = 2;
    setting.region.add(20);
    setting.publish();
    append_audit(tablet.store_mut(), 4);
    // A day that does not end meanwhile.
    let now = Utc::now();
    let mut tablet = tablet.with_clock(move || now);
    let outcome = tablet.round(&Origin::Network, METERED, &mut |_| ()).await;
    assert_eq!((outcome.waits, outcome.receipted), (Some(Waits::ForTomorrow), 4));
    assert_eq!(tablet.store().settings().unwrap().metered_bytes_per_day, 5_000);
    let spent = tablet.store().spent_today(now.date_naive()).unwrap();
    assert_eq!(spent, outcome.bytes);
    assert!(sync(&mut tablet).await.up_to_date);
}

#[tokio::test]
async fn a_wipe_order_is_handed_out_before_anything_else_and_told_after() {
    let mut setting = Setting::of(Region::with_residents(3)).await;
    let mut tablet = setting.enrol().await;
    sync(&mut tablet).await;
    let now = Utc::now();
    let order = |tablet: &str| Order {
        nonce: [9; 16],
        tablet: tablet.to_owned(),
        kind: OrderKind::Wipe,
        issued_at: now,
        expires_at: now + TimeDelta::days(30),
        countersignature: None,
    };
    setting.region.orders.orders = vec![order("t-2")];
    setting.region.orders.version = 2;
    setting.region.add(2);
    setting.publish();
    assert_eq!(sync(&mut tablet).await.wipe, None, "another tablet's");
    setting.region.orders.orders.push(order("t-1"));
    setting.region.orders.version = 3;
    setting.region.add(2);
    setting.publish();
    let outcome = sync(&mut tablet).await;
    assert_eq!(outcome.wipe.map(|wipe| wipe.nonce), Some([9; 16]));
    assert_eq!(outcome.put, 0, "nothing else is done");
    drop(tablet);
    wiped::tell(&setting.state(), [9; 16]).await.unwrap();
    wiped::forget_identity(setting.state().path()).unwrap();
    assert_eq!(setting.kept.lock().unwrap().wiped, ["{\"nonce\":\"09090909090909090909090909090909\"}"]);
    assert!(setting.state().load_identity().unwrap().is_none());
}

#[tokio::test]
async fn a_bad_row_is_set_aside_and_the_others_are_taken() {
    let mut setting = Setting::of(Region::with_residents(6)).await;
    let mut tablet = setting.enrol().await;
    sync(&mut tablet).await;
    let stranger = Region::make().row(99);
    let bad = RecordId::from_bytes(*stranger.record.header().record.as_bytes());
    let good = setting.region.row(70);
    let frames =
        [Frame { sequence: 7, change: Change::Put(stranger) }, Frame { sequence: 8, change: Change::Put(good) }];
    setting.region.publish(&frames);
    setting.region.current.remove(&bad);
    setting.publish();
    let outcome = sync(&mut tablet).await;
    assert!(outcome.up_to_date, "{outcome:?}");
    assert_eq!((outcome.put, outcome.set_aside), (1, 1));
    assert_eq!(tablet.store().set_aside_rows().unwrap().len(), 1);
    assert_eq!(setting.kept.lock().unwrap().reports.last().unwrap().unapplied.len(), 1);
}

#[tokio::test]
async fn a_bad_row_in_a_snapshot_does_not_block_it() {
    let mut region = Region::make();
    region.add(6);
    let mut rows: Vec<_> = region.current.values().map(|(sequence, row)| (*sequence, row.clone())).collect();
    rows[2].1 = Region::make().row(50);
    let frames = crate::region::frames_of(&rows);
    region.snapshot = Some(region.snapshot_of(&[frames], 6));
    region.deltas.clear();
    let setting = Setting::of(region).await;
    let mut tablet = setting.enrol().await;
    let outcome = sync(&mut tablet).await;
    assert!(outcome.up_to_date && outcome.is_success(), "{outcome:?}");
    assert_eq!((outcome.set_aside, tablet.store().facts().unwrap().records), (1, 5));
}

#[tokio::test]
async fn a_row_that_a_tablet_lost_is_found_by_the_digests_and_comes_back_with_a_snapshot() {
    let mut setting = Setting::of(Region::with_residents(8)).await;
    let mut tablet = setting.enrol().await;
    sync(&mut tablet).await;
    // What no publisher does: a delta that takes a record away which the region still holds.
    let kept = setting.region.current.clone();
    setting.region.withdraw_first();
    setting.region.current = kept;
    let late = Utc::now() + TimeDelta::hours(20);
    let mut tablet = tablet.with_clock(move || late);
    setting.region.issued_at = late;
    setting.publish();
    let outcome = sync(&mut tablet).await;
    assert!(outcome.count_differs && !outcome.up_to_date);
    assert_ne!(tablet.status().unwrap().last_success, Some(late), "what differs is not called current");
    let later = Utc::now() + TimeDelta::days(8);
    let mut tablet = tablet.with_clock(move || later);
    setting.region.take_snapshot();
    setting.region.issued_at = later;
    setting.publish();
    let outcome = sync(&mut tablet).await;
    assert_eq!((outcome.differing, outcome.snapshot, outcome.up_to_date), (Some(1), true, true), "{outcome:?}");
    assert_eq!(tablet.store().facts().unwrap().records, 8);
}

#[tokio::test]
async fn a_restored_store_is_behind_what_was_trusted_and_catches_up() {
    let mut setting = Setting::of(Region::with_residents(4)).await;
    let mut tablet = setting.enrol().await;
    sync(&mut tablet).await;
    drop(tablet.into_store());
    let copy = setting.dir.path().join("copy");
    std::fs::create_dir(&copy).unwrap();
    let files = || std::fs::read_dir(setting.dir.path()).unwrap().map(|entry| entry.unwrap().path());
    let store_files = || files().filter(|path| path.is_file() && path.to_string_lossy().contains("kakari.db"));
    for path in store_files().filter(|path| !path.to_string_lossy().ends_with(".trusted")) {
        std::fs::copy(&path, copy.join(path.file_name().unwrap())).unwrap();
    }
    let old_head = setting.world.files.lock().unwrap()["head"].clone();
    setting.region.add(3);
    setting.publish();
    let reopen = |setting: &Setting| {
        let key = kakari_store::StoreKey::load(&setting.key_path()).unwrap();
        let store = kakari_store::Store::open_to_sync(&setting.store_path(), key).unwrap();
        setting.client(setting.state().load_identity().unwrap().unwrap(), store)
    };
    let mut tablet = reopen(&setting);
    assert!(sync(&mut tablet).await.up_to_date);
    drop(tablet.into_store());
    for entry in std::fs::read_dir(&copy).unwrap().map(|entry| entry.unwrap().path()) {
        std::fs::copy(&entry, setting.dir.path().join(entry.file_name().unwrap())).unwrap();
    }
    let mut tablet = reopen(&setting);
    assert_eq!(cursor(&tablet), Some((1, 4)), "the store is the old one");
    let good = setting.world.files.lock().unwrap().insert("head".to_owned(), old_head).unwrap();
    let outcome = sync(&mut tablet).await;
    assert_eq!(outcome.refusal(), Some(&Refusal::Rollback), "what is trusted is not the old one");
    setting.world.files.lock().unwrap().insert("head".to_owned(), good);
    assert!(sync(&mut tablet).await.up_to_date);
    assert_eq!(cursor(&tablet), Some((1, 7)));
}

#[tokio::test]
async fn another_generation_replaces_everything_and_what_was_trusted_survives_a_restart() {
    let mut setting = Setting::of(Region::with_residents(4)).await;
    let mut tablet = setting.enrol().await;
    sync(&mut tablet).await;
    setting.region.generation = 2;
    setting.region.sequence = 2;
    setting.region.current.retain(|_, (sequence, _)| *sequence <= 2);
    setting.region.take_snapshot();
    setting.publish();
    let outcome = sync(&mut tablet).await;
    assert!(outcome.snapshot && outcome.up_to_date, "{outcome:?}");
    assert_eq!((cursor(&tablet), tablet.store().facts().unwrap().records), (Some((2, 2)), 2));
    let tablet = setting.restart(tablet);
    let Trusted { generation, sequence, roster, orders, .. } = tablet.store().trusted().unwrap().unwrap();
    assert_eq!((generation, sequence, roster, orders), (2, 2, 1, 1));
}

#[tokio::test]
async fn no_server_is_told_as_such_and_nothing_is_lost() {
    let setting = Setting::of(Region::with_residents(2)).await;
    let mut tablet = setting.enrol().await;
    sync(&mut tablet).await;
    append_audit(tablet.store_mut(), 2);
    setting.kept.lock().unwrap().audit_status = Some(503);
    let outcome = sync(&mut tablet).await;
    assert!(outcome.up_to_date && outcome.contact && !outcome.is_success());
    let failed: Vec<_> = outcome.failures.iter().map(|failure| &failure.problem).collect();
    assert!(matches!(failed[..], [Problem::Link(LinkError::Status(503))]), "{failed:?}");
    assert_eq!(tablet.status().unwrap().unreceipted, 2);
    let mut identity = setting.state().load_identity().unwrap().unwrap();
    identity.enrolment.feed_url = "https://127.0.0.1:9/feed".to_owned();
    identity.enrolment.api_url = "https://127.0.0.1:9".to_owned();
    let mut away = setting.client(identity, tablet.into_store());
    let outcome = sync(&mut away).await;
    assert!(!outcome.contact);
    assert_eq!(outcome.words().unwrap().en, "no connection to the server");
    assert_eq!(away.status().unwrap().records, 2);
}

#[tokio::test]
async fn a_snapshot_that_is_cut_again_and_again_arrives_and_nothing_is_seen_before_it_is_whole() {
    let setting = Setting::of(Region::with_residents(40)).await;
    let mut tablet = setting.enrol().await;
    tablet.round(&Origin::Network, METERED, &mut |_| ()).await;
    let part = setting.region.snapshot.unwrap().size / 10;
    *setting.world.cut_after.lock().unwrap() = Some(usize::try_from(part / 2).unwrap());
    let (mut rounds, mut outcome) = (0, sync(&mut tablet).await);
    while !outcome.up_to_date {
        rounds += 1;
        assert!(rounds < 200, "{outcome:?}");
        assert_eq!(tablet.store().facts().unwrap().records, 0, "nothing is seen before");
        if rounds % 7 == 0 {
            tablet = setting.restart(tablet);
        }
        outcome = sync(&mut tablet).await;
    }
    assert!(rounds >= 10, "{rounds} rounds");
    assert_eq!(tablet.store().facts().unwrap().records, 40);
    let sent: usize = setting.world.sent.lock().unwrap().iter().map(|(_, bytes)| bytes).sum();
    let size = usize::try_from(setting.region.snapshot.unwrap().size).unwrap();
    let manifest = usize::try_from(setting.region.snapshot.unwrap().manifest.size).unwrap();
    // The manifest is read anew in each round, the orders after each start, the dictionary and the roster once.
    let beside = (rounds + 2) * (manifest + 500) + setting.region.files.values().map(Vec::len).max().unwrap() + 1_000;
    assert!(sent < size + beside, "{sent} bytes for {size} in {rounds} rounds");
}

#[tokio::test]
async fn a_receipt_for_anything_else_marks_nothing() {
    let setting = Setting::of(Region::with_residents(1)).await;
    let mut tablet = setting.enrol().await;
    append_audit(tablet.store_mut(), 3);
    let lies: [(_, Lie); 5] = [
        ("another feed", |receipt| receipt.feed = [1; 16]),
        ("another tablet", |receipt| receipt.tablet = "t-2".to_owned()),
        ("more rows", |receipt| receipt.last += 1),
        ("fewer rows", |receipt| receipt.last -= 1),
        ("another chain", |receipt| receipt.head[0] ^= 1),
    ];
    for (name, lie) in lies {
        setting.kept.lock().unwrap().lie = Some(lie);
        let outcome = sync(&mut tablet).await;
        assert_eq!(outcome.refusal(), Some(&Refusal::WrongReceipt), "{name}: {outcome:?}");
        assert_eq!(tablet.status().unwrap().unreceipted, 3, "{name}");
    }
    setting.kept.lock().unwrap().lie = None;
    setting.kept.lock().unwrap().forger = Some(make_key());
    assert_eq!(sync(&mut tablet).await.refusal(), Some(&Refusal::WrongReceipt), "another key");
    setting.kept.lock().unwrap().forger = None;
    assert_eq!(sync(&mut tablet).await.receipted, 3);
}

#[tokio::test]
async fn the_rounds_go_on_when_woken_until_they_are_stopped() {
    let setting = Setting::of(Region::with_residents(2)).await;
    let mut tablet = setting.enrol().await;
    let (wake, (stop, mut stopped)) = (Notify::new(), tokio::sync::mpsc::channel::<()>(1));
    let mut rounds = 0;
    let on_outcome = |outcome: &kakari_sync::client::Outcome| {
        assert!(outcome.up_to_date);
        rounds += 1;
        if rounds < 3 { wake.notify_one() } else { stop.try_send(()).unwrap() }
    };
    let stop = async {
        let _ = stopped.recv().await;
    };
    let ended = tablet.run(stop, &wake, || HOME, on_outcome, &mut |_| ()).await;
    assert_eq!((ended, rounds), (Ended::Stopped, 3));
}
