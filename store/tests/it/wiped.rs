//! Erasing everything: interrupted anywhere, it finishes at the next start.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kakari_store::wipe::{self, Paths, Step, WipeState};
use kakari_store::{AuditSigner, KeyError, OpenError, Store, StoreKey};
use ring::signature::KeyPair;

use crate::children::{child_dir, kill_at_work, places, start, tell_ready};
use crate::made;
use crate::region::Region;
use crate::tamper::tablet_key;

const NONCE: [u8; 16] = [0xA7; 16];
/// At which step the child ends itself; otherwise it takes its time and is killed.
const STEP: &str = "KAKARI_STORE_WIPE_STEP";
const KILLS: usize = 40;

fn paths(dir: &Path) -> Paths {
    Paths {
        store: dir.join("kakari.db"),
        key: dir.join("store.key"),
        key_in_memory: None,
        also: vec![dir.join("tls.key"), dir.join("tls.der"), dir.join("no-such-folder/store-key.cred")],
        folders: vec![dir.join("incoming")],
    }
}

/// A tablet with a roster, records, a trusted maximum, and downloads that were not taken in yet.
fn tablet() -> Region {
    let region = Region::new();
    let dir = region.dir.path();
    let mut store = region.create();
    store.set_roster(&region.signed_roster(3)).expect("stored").expect("believed");
    store.load((0..20).map(|n| made::row(region.feed, n, 1)), 50).expect("loads");
    store.trust(&crate::sync::trusted(1, 10)).expect("trusts");
    for name in ["tls.key", "tls.der"] {
        fs::write(dir.join(name), [9; 300]).expect("written");
    }
    fs::create_dir(dir.join("incoming")).expect("made");
    fs::write(dir.join("incoming/part"), [1; 9000]).expect("written");
    region
}

fn left_over(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir).expect("dir").map(|file| file.expect("file").file_name());
    names.map(|name| name.to_string_lossy().into_owned()).collect()
}

fn child(dir: &Path) {
    let stop = std::env::var(STEP).ok().and_then(|step| step.parse().ok()).unwrap_or(usize::MAX);
    let mut step = 0;
    if stop == usize::MAX {
        tell_ready(dir);
    }
    let done = wipe::finish_telling(&paths(dir), |_| {
        if step == stop {
            std::process::abort();
        }
        step += 1;
        if stop == usize::MAX {
            thread::sleep(Duration::from_millis(1));
        }
    });
    done.expect("finished");
}

/// What holds at each moment of a wipe, from the files alone.
fn check_order(dir: &Path, key: &StoreKey) {
    let there = |name: &str| dir.join(name).exists();
    if !there("kakari.db") || !there("kakari.db.set-1") {
        assert!(!there("store.key"), "files went before the store key");
    }
    let zeros = fs::read(dir.join("store.key")).is_ok_and(|bytes| bytes.iter().all(|byte| *byte == 0));
    if zeros || !there("store.key") {
        if let Ok(store) = Store::open(&dir.join("kakari.db"), key.clone()) {
            assert!(store.roster().expect("reads").is_none(), "the store key went before the wraps");
        }
        match StoreKey::load(&dir.join("store.key")) {
            Err(KeyError::File { .. }) => {}
            Ok(nothing) if zeros && there("kakari.db") => {
                let opened = Store::open(&dir.join("kakari.db"), nothing);
                assert!(matches!(opened, Err(OpenError::WrongKey)), "something opens after the key step");
            }
            Ok(_) if zeros => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_wipe_interrupted_at_any_point_finishes_at_the_next_start() {
    let name = "wiped::a_wipe_interrupted_at_any_point_finishes_at_the_next_start";
    if let Some(dir) = child_dir() {
        return child(&dir);
    }
    let mut steps = 0;
    let whole = tablet();
    wipe::begin(&paths(whole.dir.path()), NONCE).expect("begun");
    wipe::finish_telling(&paths(whole.dir.path()), |_| steps += 1).expect("finished");
    let by_step = (0..steps).map(Some);
    let by_time = std::iter::repeat_n(None, KILLS);
    let (mut points, mut unfinished, mut delays) = (0, 0, places(20_261_122));
    for stop in by_step.chain(by_time) {
        let region = tablet();
        let (dir, key) = (region.dir.path(), region.key());
        wipe::begin(&paths(dir), NONCE).expect("begun");
        let extra: Vec<_> = stop.iter().map(|step: &usize| (STEP, step.to_string())).collect();
        let mut child = start(name, dir, &extra);
        if stop.is_none() {
            kill_at_work(child, dir, Duration::from_micros(delays.next().unwrap_or(0) % 40_000));
        } else {
            assert!(!child.wait().expect("ended").success(), "the child did not stop at its step");
        }
        check_order(dir, &key);
        unfinished += usize::from(wipe::state(&paths(dir)).expect("reads") == WipeState::Pending { nonce: NONCE });
        assert_eq!(wipe::finish(&paths(dir)).expect("finishes"), WipeState::Done { nonce: NONCE }, "at {stop:?}");
        assert_eq!(left_over(dir), ["kakari.db.wipe"], "at {stop:?}");
        points += 1;
    }
    println!("{points} interruptions, {unfinished} of them before the end; all finished at the next start");
    assert!(points >= 50 && unfinished > steps);
}

#[test]
fn nothing_is_erased_without_an_order_and_the_order_outlasts_a_second_one() {
    let region = tablet();
    let paths = paths(region.dir.path());
    assert_eq!(wipe::finish(&paths).expect("looked"), WipeState::None);
    assert!(region.open().roster().expect("reads").is_some());
    wipe::begin(&paths, NONCE).expect("begun");
    wipe::begin(&paths, [1; 16]).expect("begun");
    assert_eq!(wipe::state(&paths).expect("reads"), WipeState::Pending { nonce: NONCE });
    assert!(region.open().roster().expect("reads").is_some(), "the marker alone erases nothing");
    let mut steps = Vec::new();
    wipe::finish_telling(&paths, |step| steps.push(step.clone())).expect("finished");
    assert_eq!(steps[..3], [Step::Wraps, Step::KeyBytes, Step::KeyFile]);
    wipe::forget(&paths).expect("forgotten");
    assert_eq!(wipe::state(&paths).expect("reads"), WipeState::None);
    assert!(left_over(region.dir.path()).is_empty());
}

#[test]
fn a_store_that_is_damaged_is_erased_all_the_same() {
    let region = tablet();
    let paths = paths(region.dir.path());
    fs::write(&paths.store, [0xA5; 8192]).expect("damaged");
    wipe::begin(&paths, NONCE).expect("begun");
    assert_eq!(wipe::finish(&paths).expect("finishes"), WipeState::Done { nonce: NONCE });
    assert_eq!(left_over(region.dir.path()), ["kakari.db.wipe"]);
}

/// With a TPM the file holds the key sealed, and the program's copy of it cannot be overwritten.
#[test]
fn with_a_sealed_key_the_wraps_still_go_first_and_the_sealed_form_goes_after_them() {
    let region = tablet();
    let dir = region.dir.path();
    let (memory, sealed) = (tempfile::tempdir().expect("folder"), dir.join("store-key.cred"));
    let copy = memory.path().join("kakari-store-key");
    fs::rename(dir.join("store.key"), &copy).expect("moved");
    fs::write(&sealed, [0x5E; 700]).expect("sealed");
    let paths = Paths { key: sealed.clone(), key_in_memory: Some(copy.clone()), ..paths(dir) };
    wipe::begin(&paths, NONCE).expect("begun");
    let mut had_wraps_at = Vec::new();
    let done = wipe::finish_telling(&paths, |step| {
        let key = StoreKey::load(&copy).expect("a copy in memory");
        if matches!(step, Step::Wraps | Step::KeyBytes) {
            had_wraps_at.push(Store::open(&paths.store, key).expect("opens").roster().expect("reads").is_some());
        }
        if *step == Step::KeyFile {
            assert!(fs::read(&sealed).expect("bytes").iter().all(|byte| *byte == 0), "overwritten before it goes");
        }
    });
    assert_eq!(done.expect("finishes"), WipeState::Done { nonce: NONCE });
    assert_eq!(had_wraps_at, [true, false]);
    assert_eq!(left_over(dir), ["kakari.db.wipe"]);
}

/// The glass looks for the mark once a second, and until then writes what it has to write.
#[test]
fn what_who_had_the_store_open_noted_after_the_erasure_is_nothing_of_the_next_store() {
    let (region, key) = (tablet(), tablet_key());
    let dir = region.dir.path();
    let mut glass = region.open();
    glass.sign_audit(AuditSigner::new(Arc::clone(&key), region.feed));
    wipe::begin(&paths(dir), NONCE).expect("begun");
    wipe::finish(&paths(dir)).expect("finished");
    (0..60).for_each(|n| _ = glass.append_audit(&crate::audit::event(n)));
    drop(glass);
    assert!(left_over(dir).contains(&"kakari.db.checkpoint".to_owned()), "or this test shows nothing");
    wipe::forget(&paths(dir)).expect("forgotten");
    let key = tablet_key();
    let mut store = region.create();
    store.sign_audit(AuditSigner::new(Arc::clone(&key), region.feed));
    (0..60).for_each(|n| _ = store.append_audit(&crate::audit::event(n)).expect("appended"));
    let check = store.check_audit(Some(key.public_key().as_ref()), None).expect("reads");
    assert!(check.holds() && check.checkpoints > 0, "{:?}", check.faults);
}
