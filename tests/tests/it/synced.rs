//! What the process that syncs does to a tablet, and what it can never do.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use kakari::demo::TrainingRegion;
use kakari_record::seal::{Change, Removal, VaultKey};
use kakari_store::{Contact, Store};
use kakari_sync::{Order, OrderKind};
use kakari_tests::bundled::{Bundled, Said};
use kakari_tests::memory::find_in;
use kakari_tests::watched::{Sockets, kakari_watched};
use ring::hkdf;
use rusqlite::Connection;

fn enrolled(numbers: &[usize]) -> (tempfile::TempDir, Bundled) {
    let dir = tempfile::tempdir().unwrap();
    let bundled = Bundled::new(dir.path(), TrainingRegion::make().unwrap(), numbers, 20);
    bundled.enrol();
    (dir, bundled)
}

#[test]
fn changes_and_withdrawals_reach_the_store_and_a_second_look_finds_nothing_new() {
    let (_dir, mut bundled) = enrolled(&[1, 2, 3]);
    let gone = bundled.rows[1].record.header().record;
    let changes = vec![Change::Remove { record: gone, reason: Removal::Withdrawn }];
    bundled.feed.delta(&bundled.region, changes, 2);
    let said = bundled.sync_once();
    assert_eq!((said.code, said.last()["removed"].as_u64()), (0, Some(1)), "{said:?}");
    assert_eq!(bundled.store().facts().unwrap().records, 2);
    let again = bundled.sync_once();
    assert_eq!((again.code, again.last()["words"].as_str()), (0, Some("最新です")), "{again:?}");
}

#[test]
fn a_feed_that_was_set_back_is_refused_with_its_own_exit_code() {
    let (_dir, mut bundled) = enrolled(&[1, 2]);
    let old = fs::read(bundled.feed.dir.join("head")).unwrap();
    bundled.feed.delta(&bundled.region, vec![Change::Put(bundled.rows[0].clone())], 2);
    assert_eq!(bundled.sync_once().code, 0);
    fs::write(bundled.feed.dir.join("head"), old).unwrap();
    let said = bundled.sync_once();
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.last()["words"].as_str().unwrap().contains("古いもの"), "{said:?}");
}

#[test]
fn without_a_network_a_round_says_so_and_strace_sees_that_it_tried() {
    let (dir, bundled) = enrolled(&[1]);
    let log = dir.path().join("sync.strace");
    let mut watched = kakari_watched(&log);
    let tried = watched.args(["sync", "--once", "--json", "--config"]).arg(bundled.config()).output().unwrap();
    assert_eq!(tried.status.code(), Some(1), "{tried:?}");
    let sockets = Sockets::seen(&log);
    println!("kakari sync: {sockets:?}");
    assert!(sockets.internet > 0, "the process that may speak to a network does, and strace sees it");
}

/// Keys that come from the vault key (docs/formats/sealed-record-v1.md), derived here anew.
fn derived(vault: &[u8; 32]) -> Vec<Vec<u8>> {
    let labels: [&[u8]; 4] = [b"card psk", b"index", b"vault wrap", b"directory"];
    let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"kakari vault v1");
    let keys = labels.map(|label| {
        let mut key = vec![0; 32];
        salt.extract(vault).expand(&[label], hkdf::HKDF_SHA256).unwrap().fill(&mut key).unwrap();
        key
    });
    keys.to_vec()
}

#[test]
fn the_process_that_syncs_holds_no_key_that_opens_a_record() {
    let vault: [u8; 32] = std::array::from_fn(|n| u8::try_from(n).unwrap().wrapping_mul(37) ^ 0x5B);
    let dir = tempfile::tempdir().unwrap();
    let region = TrainingRegion::make().unwrap().with_vault_key(VaultKey::from_bytes(1, vault.into()));
    let mut bundled = Bundled::new(dir.path(), region, &[], 20);
    bundled.enrol();
    // A new snapshot and roster, so that the process takes in all there is.
    bundled.feed.snapshot(&bundled.region, &bundled.rows.clone(), 20);
    let roster = bundled.region.roster_of(2, &[("S0001", "佐藤", bundled.staff_card)], &[]).unwrap();
    bundled.feed.set_roster(&bundled.region, &roster);
    let folder = bundled.feed.dir.display().to_string();
    let mut syncing = bundled.sync_command(&["--from", &folder]).stdout(Stdio::null()).spawn().unwrap();
    let until = Instant::now() + Duration::from_secs(20);
    while bundled.store().roster_version().unwrap() != Some(2) || bundled.store().cursor().unwrap().is_none() {
        assert!(Instant::now() < until, "the round never came to its end");
        thread::sleep(Duration::from_millis(50));
    }
    thread::sleep(Duration::from_millis(500));

    let mut secrets = vec![vault.to_vec()];
    secrets.extend(derived(&vault));
    secrets.extend(bundled.card_keys.iter().cloned());
    // Who they are; what they have also stands in tables that the program carries.
    for identity in bundled.residents.iter().map(|resident| &resident.summary.identity) {
        let number = identity.number.iter().map(|number| number.digits().to_owned());
        let words = [Some(identity.name.clone()), identity.kana.clone(), identity.address.clone()];
        let words = words.into_iter().flatten().chain(number).chain(identity.phones.iter().cloned());
        secrets.extend(words.filter(|word| word.len() > 6).map(String::into_bytes));
    }
    assert!(secrets.len() > 250, "{} secrets looked for", secrets.len());
    let store_key = bundled.store_key();
    let mut needles: Vec<&[u8]> = secrets.iter().map(Vec::as_slice).collect();
    needles.push(&store_key);
    let found = find_in(syncing.id(), &needles);
    syncing.kill().unwrap();
    syncing.wait().unwrap();
    let (control, secret) = found.split_last().unwrap();
    println!(
        "{} of {} secrets in the memory of kakari sync; the store key, which it holds, {control} times",
        secret.iter().filter(|times| **times > 0).count(),
        secret.len()
    );
    assert!(*control > 0, "the search finds what is there");
    let which: Vec<_> = secret.iter().zip(&secrets).filter(|(times, _)| **times > 0).collect();
    let which: Vec<_> = which.iter().map(|(_, word)| String::from_utf8_lossy(word)).collect();
    assert!(which.is_empty(), "{which:?}");
}

/// Every row of every table of every file of the store, by file and table.
fn everything(bundled: &Bundled) -> BTreeMap<String, Vec<String>> {
    let key: String = bundled.store_key().iter().map(|byte| format!("{byte:02x}")).collect();
    let mut all = BTreeMap::new();
    for file in fs::read_dir(bundled.tablet()).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let ending = name.strip_prefix("kakari.db").unwrap_or("no");
        if ending.is_empty() || ending.strip_prefix(".set-").is_some_and(|number| number.parse::<u64>().is_ok()) {
            all.extend(tables(&path, &key).into_iter().map(|(table, rows)| (format!("{name} {table}"), rows)));
        }
    }
    all
}

fn tables(path: &Path, key: &str) -> Vec<(String, Vec<String>)> {
    let db = Connection::open(path).unwrap();
    db.pragma_update(None, "key", format!("x'{key}'")).unwrap();
    let mut names = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    names
        .into_iter()
        .map(|name| {
            let mut statement = db.prepare(&format!("SELECT * FROM \"{name}\"")).unwrap();
            let columns = statement.column_count();
            let row = |row: &rusqlite::Row<'_>| {
                Ok((0..columns).map(|column| format!("{:?} ", row.get_ref(column).unwrap())).collect())
            };
            let rows = statement.query_map([], row).unwrap().map(Result::unwrap).collect();
            (name, rows)
        })
        .collect()
}

#[test]
fn the_end_of_a_lease_erases_the_wraps_and_only_them() {
    let (_dir, mut bundled) = enrolled(&[1, 2, 3]);
    let heard = Utc::now() - TimeDelta::days(30) - TimeDelta::minutes(1);
    bundled.store().note_contact(&Contact { server_time: heard, own_time: heard }).unwrap();
    bundled.store().checkpoint().unwrap();
    let before = everything(&bundled);
    let wraps = bundled.store().roster().unwrap().unwrap().unwrap();
    let wrapped = &wraps.staff[0].wraps[0].wrapped;
    let said = Said::of(bundled.sync_command(&["--once"]).output().unwrap());
    assert!(said.lines.iter().any(|line| line["event"] == "lease over"), "{said:?}");
    let after = everything(&bundled);
    let changed: Vec<&str> =
        before.keys().filter(|table| before[*table] != after[*table]).map(String::as_str).collect();
    let by_the_round = ["kakari.db contact", "kakari.db sync_state", "kakari.db facts"];
    let other: Vec<&&str> = changed.iter().filter(|table| !by_the_round.contains(table)).collect();
    assert_eq!(other, [&"kakari.db roster"], "{changed:?}");
    assert!(after["kakari.db roster"].is_empty());
    assert_eq!(before.len(), after.len());
    assert!(before["kakari.db.set-1 sealed"].len() == 3 || before.keys().any(|name| name.ends_with(" sealed")));
    let pages: Vec<u8> = after.values().flatten().flat_map(|row| row.bytes()).collect();
    assert!(!pages.windows(wrapped.len()).any(|window| window == wrapped.as_slice()));
    assert_eq!(bundled.store().roster_version().unwrap(), Some(1), "an older roster stays refused");

    // The region is heard again: the roster comes back.
    bundled.feed.publish(&bundled.region);
    let said = bundled.sync_once();
    assert_eq!(said.code, 0, "{said:?}");
    assert!(bundled.store().roster().unwrap().is_some_and(|roster| roster.is_ok()));
}

fn wipe_order(tablet: &str) -> Order {
    let now = Utc::now();
    Order {
        nonce: [0xA7; 16],
        tablet: tablet.to_owned(),
        kind: OrderKind::Wipe,
        issued_at: now,
        expires_at: now + TimeDelta::days(1),
        countersignature: None,
    }
}

fn copy_dir(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_dir(&entry.path(), &target)
        } else {
            _ = fs::copy(entry.path(), target).unwrap()
        }
    }
}

/// What is left of the store and its key.
fn left(tablet: &Path) -> Vec<String> {
    let names = fs::read_dir(tablet).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| (name.starts_with("kakari.db") && !name.ends_with(".wipe")) || name == "store.key").collect()
}

#[test]
fn an_ordered_erasure_that_is_killed_at_random_points_finishes_at_the_next_start() {
    let runs: u64 = std::env::var("KAKARI_WIPE_RUNS").map_or(12, |runs| runs.parse().unwrap());
    let (dir, mut bundled) = enrolled(&[1, 2, 3]);
    bundled.feed.set_orders(&bundled.region, vec![wipe_order("kita-2")]);
    bundled.feed.publish(&bundled.region);
    assert_eq!(bundled.sync_once().code, 0, "another tablet's order");
    bundled.feed.set_orders(&bundled.region, vec![wipe_order("kita-1")]);
    bundled.feed.publish(&bundled.region);
    let spare = dir.path().join("spare");
    copy_dir(&bundled.tablet(), &spare);
    let (mut killed, mut began, mut forgetting) = (0, 0, 0);
    for run in 0..runs {
        fs::remove_dir_all(bundled.tablet()).unwrap();
        copy_dir(&spare, &bundled.tablet());
        let folder = bundled.feed.dir.display().to_string();
        let mut syncing = bundled
            .sync_command(&["--once", "--from", &folder])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // From before the order is read until after all is erased, which takes a few milliseconds; every fourth while the
        // region is forgotten, which comes last.
        let (marker, state) = (bundled.tablet().join("kakari.db.wipe"), bundled.tablet().join("state"));
        let reached = || match run % 4 {
            0 => true,
            3 => !state.join("enrolment.cbor").exists(),
            _ => marker.exists(),
        };
        while !reached() && syncing.try_wait().unwrap().is_none() {
            thread::sleep(Duration::from_micros(100));
        }
        let (early, begun) = (Duration::from_millis(run % 12 * 3), Duration::from_micros(run % 20 * 250));
        thread::sleep(if run % 4 == 0 { early } else { begun });
        let _ = syncing.kill();
        killed += u64::from(syncing.wait().unwrap().code().is_none());
        began += u64::from(marker.exists());
        let forgotten = bundled.tablet().join("state.forgotten");
        forgetting += u64::from(forgotten.exists());
        let said = bundled.sync_once();
        assert_eq!((said.code, said.last()["event"].as_str()), (4, Some("erased")), "run {run}: {said:?}");
        assert_eq!(left(&bundled.tablet()), Vec::<String>::new(), "run {run}");
        // Enrolled by a stick, it never had the certificate with which it could tell; and a tablet that is being wiped gets none.
        assert!(!state.exists() && !forgotten.exists(), "run {run}: it forgets its region and can be enrolled anew");
        assert_ne!(said.last()["told"], true);
    }
    println!(
        "{runs} erasures, {killed} killed with kill -9, {began} after it had begun, {forgetting} while it forgot its region"
    );
    assert!(killed > 0, "the program was never killed");
    assert!(
        Store::open(
            &bundled.tablet().join("kakari.db"),
            kakari_store::StoreKey::make_at(&dir.path().join("key")).unwrap()
        )
        .is_err()
    );
}
