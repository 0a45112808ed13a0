//! One-time codes are good once, whatever happens to the program.

use std::path::Path;
use std::thread;
use std::time::Duration;

use chrono::Utc;
use kakari_store::{Store, StoreKey};

use crate::children::{child_dir, kill_at_work, start, tell_ready};
use crate::region::Region;

fn open(dir: &Path) -> Store {
    let key = StoreKey::load(&dir.join("store.key")).expect("key");
    Store::open(&dir.join("kakari.db"), key).expect("opens")
}

#[test]
fn a_code_is_good_once() {
    let region = Region::new();
    let mut store = region.create();
    assert!(store.use_code([1; 8], Utc::now()).expect("marked"));
    assert!(!store.use_code([1; 8], Utc::now()).expect("known"));
    assert!(store.use_code([2; 8], Utc::now()).expect("another"));
    drop(store);
    assert!(!region.open().use_code([1; 8], Utc::now()).expect("known after a restart"));
}

#[test]
fn a_code_that_was_marked_before_a_kill_is_used_up() {
    if let Some(dir) = child_dir() {
        assert!(open(&dir).use_code([1; 8], Utc::now()).expect("marked"));
        tell_ready(&dir);
        thread::sleep(Duration::from_secs(60));
        return;
    }
    let region = Region::new();
    drop(region.create());
    let path = region.store_path();
    let dir = path.parent().expect("a folder");
    let child = start("used_code::a_code_that_was_marked_before_a_kill_is_used_up", dir, &[]);
    kill_at_work(child, dir, Duration::ZERO);
    assert!(!region.open().use_code([1; 8], Utc::now()).expect("known"));
}
