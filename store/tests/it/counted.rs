//! A counter that cannot go back, and copies of store and file that can.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{fs, io};

use kakari_store::{CounterState, RollbackCounter, Store, Trusted};

use crate::children::{child_dir, kill_at_work, places, start, tell_ready};
use crate::region::Region;
use crate::sync::{at, trusted};

const KILLS: usize = 40;
const HOUR: i64 = 3600;

/// What the double does when it is to count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Counts {
    #[default]
    Well,
    /// The power goes before it has counted.
    Stops,
    /// It counts, and the power goes before it has said so.
    StopsAfter,
}

#[derive(Debug, Default)]
struct Inside {
    value: Option<u64>,
    away: bool,
    counts: Counts,
    counted: u64,
}

/// A counter that a test holds the other end of.
#[derive(Clone, Debug, Default)]
struct Double(Arc<Mutex<Inside>>);

impl Double {
    fn standing_at(value: u64) -> Self {
        Self(Arc::new(Mutex::new(Inside { value: Some(value), ..Inside::default() })))
    }

    fn set(&self, change: impl FnOnce(&mut Inside)) {
        change(&mut self.0.lock().expect("held"));
    }

    fn value(&self) -> Option<u64> {
        self.0.lock().expect("held").value
    }

    fn counted(&self) -> u64 {
        self.0.lock().expect("held").counted
    }
}

impl RollbackCounter for Double {
    fn read(&mut self) -> io::Result<Option<u64>> {
        let inside = self.0.lock().expect("held");
        if inside.away { Err(io::Error::other("away")) } else { Ok(inside.value) }
    }

    fn increment(&mut self) -> io::Result<u64> {
        let mut inside = self.0.lock().expect("held");
        if inside.away || inside.counts == Counts::Stops {
            return Err(io::Error::other("stopped"));
        }
        let next = inside.value.map_or(7, |value| value + 1);
        (inside.value, inside.counted) = (Some(next), inside.counted + 1);
        if inside.counts == Counts::StopsAfter { Err(io::Error::other("stopped")) } else { Ok(next) }
    }
}

fn at_head(generation: u64, seconds: i64) -> Trusted {
    Trusted { issued_at: at(seconds), ..trusted(generation, 10) }
}

fn with(store: Store, counter: &Double) -> Store {
    store.with_counter(Box::new(counter.clone()))
}

/// Both places as they were, put back later.
struct Copy {
    dir: PathBuf,
    files: Vec<(PathBuf, Vec<u8>)>,
}

impl Copy {
    fn of(region: &Region) -> Self {
        let dir = region.dir.path().to_owned();
        Self { files: files(&dir).map(|path| (path.clone(), fs::read(path).expect("bytes"))).collect(), dir }
    }

    fn put_back(&self) {
        files(&self.dir).for_each(|path| fs::remove_file(path).expect("removed"));
        self.files.iter().for_each(|(path, bytes)| fs::write(path, bytes).expect("put back"));
    }

    fn put_back_beside(&self) {
        let beside = self.files.iter().find(|(path, _)| path.extension().is_some_and(|name| name == "trusted"));
        let (path, bytes) = beside.expect("a file beside the store");
        fs::write(path, bytes).expect("put back");
    }
}

/// All but the key, which was never another one.
fn files(dir: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let entries = fs::read_dir(dir).expect("folder").map(|entry| entry.expect("entry").path());
    entries.filter(|path| !path.ends_with("store.key"))
}

fn state(store: &Store) -> CounterState {
    store.counter_state().expect("judged")
}

#[test]
fn older_copies_of_store_and_file_together_are_noticed_until_somebody_reconciled() {
    let (region, counter) = (Region::new(), Double::default());
    let mut store = with(region.create(), &counter);
    assert_eq!(state(&store), CounterState::None);
    store.trust(&at_head(1, 0)).expect("trusts");
    assert_eq!((state(&store), counter.value()), (CounterState::Sound, Some(8)));
    drop(store);
    let older = Copy::of(&region);
    let mut store = with(region.open(), &counter);
    store.trust(&at_head(2, 60)).expect("trusts");
    store.trust(&at_head(3, 120)).expect("trusts");
    assert!(!store.restored_older().expect("reads"));
    drop(store);

    older.put_back();
    assert!(!region.open().restored_older().expect("reads"), "without the counter nobody could tell");
    let mut store = with(region.open(), &counter);
    assert_eq!(state(&store), CounterState::Behind { by: 2 });
    assert!(store.restored_older().expect("reads"));
    store.trust(&at_head(9, 999)).expect("trusts");
    assert_eq!((state(&store), counter.value()), (CounterState::Behind { by: 2 }, Some(10)), "not forgotten by a head");
    assert!(store.restored_older().expect("reads"));
    store.note_reconciled(at(2000)).expect("noted");
    assert_eq!((state(&store), counter.value()), (CounterState::Sound, Some(11)));
    assert!(!store.restored_older().expect("reads"));
}

#[test]
fn it_counts_once_an_hour_and_at_every_new_generation_and_reconciliation() {
    let (region, counter) = (Region::new(), Double::standing_at(100));
    let mut store = with(region.create(), &counter);
    for minute in 0..24 * 60 {
        store.trust(&at_head(1, minute * 60)).expect("trusts");
    }
    println!("{} counts in a day of a head a minute", counter.counted());
    assert_eq!(counter.counted(), 24);
    store.trust(&at_head(2, 24 * HOUR - 59)).expect("trusts");
    assert_eq!(counter.counted(), 25, "a new generation");
    store.note_reconciled(at(0)).expect("noted");
    assert_eq!(counter.counted(), 26, "a reconciliation");
    assert_eq!(state(&store), CounterState::Sound);
}

#[test]
fn stopped_between_any_two_steps_it_is_sound_and_made_good_the_next_time() {
    for (counts, beside_old) in
        [(Counts::Stops, true), (Counts::Stops, false), (Counts::StopsAfter, false), (Counts::Well, false)]
    {
        let (region, counter) = (Region::new(), Double::standing_at(40));
        let mut store = with(region.create(), &counter);
        store.trust(&at_head(1, 0)).expect("trusts");
        drop(store);
        let before = Copy::of(&region);
        let mut store = with(region.open(), &counter);
        counter.set(|inside| inside.counts = counts);
        store.trust(&at_head(2, 0)).expect("nobody waits for it");
        drop(store);
        if beside_old {
            before.put_back_beside();
        }
        counter.set(|inside| inside.counts = Counts::Well);
        let mut store = with(region.open(), &counter);
        assert_eq!(state(&store), CounterState::Sound, "{counts:?}, beside old: {beside_old}");
        assert!(!store.restored_older().expect("reads"), "{counts:?}, beside old: {beside_old}");
        store.trust(&at_head(2, 60)).expect("trusts");
        assert_eq!(counter.value(), Some(42), "{counts:?}: made good, and not counted twice");
        drop(store);
        before.put_back();
        assert_eq!(state(&with(region.open(), &counter)), CounterState::Behind { by: 1 }, "{counts:?}");
    }
}

#[test]
fn stopped_while_the_first_counter_is_made_is_made_good_by_a_reconciliation() {
    let (region, counter) = (Region::new(), Double::default());
    region.create().trust(&at_head(1, 0)).expect("trusts, without a counter");
    let before = Copy::of(&region);
    with(region.open(), &counter).trust(&at_head(1, 60)).expect("trusts");
    before.put_back();
    let mut store = with(region.open(), &counter);
    assert!(store.restored_older().expect("reads"), "it cannot be told from an older copy");
    store.note_reconciled(at(0)).expect("noted");
    assert_eq!((store.restored_older().expect("reads"), state(&store)), (false, CounterState::Sound));
}

#[test]
fn one_that_is_away_stops_nobody_and_is_told() {
    let (region, counter) = (Region::new(), Double::standing_at(5));
    let mut store = with(region.create(), &counter);
    store.trust(&at_head(1, 0)).expect("trusts");
    counter.set(|inside| inside.away = true);
    assert_eq!(state(&store), CounterState::Away);
    store.trust(&at_head(2, 0)).expect("trusts all the same");
    store.note_reconciled(at(1)).expect("noted all the same");
    assert!(!store.restored_older().expect("reads"));
    counter.set(|inside| inside.away = false);
    assert_eq!((state(&store), counter.value()), (CounterState::Sound, Some(6)));
    store.trust(&at_head(2, 60)).expect("trusts");
    assert_eq!(counter.value(), Some(7), "the new generation is made good");
}

#[test]
fn a_counter_that_was_replaced_or_cleared_is_another_one_and_taken_at_the_next_reconciliation() {
    for other in [Double::default(), Double::standing_at(3)] {
        let (region, counter) = (Region::new(), Double::standing_at(500));
        let mut store = with(region.create(), &counter);
        store.trust(&at_head(1, 0)).expect("trusts");
        store.trust(&at_head(2, 0)).expect("trusts");
        drop(store);
        let mut store = with(region.open(), &other);
        assert_eq!(state(&store), CounterState::Another);
        assert!(!store.restored_older().expect("reads"), "nobody put anything back");
        store.trust(&at_head(3, 0)).expect("trusts");
        assert_eq!((state(&store), other.counted()), (CounterState::Another, 0), "a head does not take it");
        store.note_reconciled(at(1)).expect("noted");
        assert_eq!(state(&store), CounterState::Sound);
        store.trust(&at_head(4, 0)).expect("trusts");
        assert_eq!((state(&store), store.restored_older().expect("reads")), (CounterState::Sound, false));
    }
}

#[test]
fn a_copy_from_before_there_was_a_counter_is_an_older_one_and_a_new_store_is_not() {
    let (region, counter) = (Region::new(), Double::default());
    region.create().trust(&at_head(1, 0)).expect("trusts");
    let old = fs::read(region.dir.path().join("kakari.db.trusted")).expect("bytes");
    assert_eq!(old.len(), 72, "a tablet without a TPM writes version 1");
    let before = Copy::of(&region);
    let mut store = with(region.open(), &counter);
    assert_eq!(state(&store), CounterState::None, "what version 1 says is read");
    store.trust(&at_head(1, 60)).expect("trusts");
    let new = fs::read(region.dir.path().join("kakari.db.trusted")).expect("bytes");
    assert_eq!((new.len(), state(&store)), (80, CounterState::Sound));
    drop(store);
    before.put_back();
    assert!(matches!(state(&with(region.open(), &counter)), CounterState::Behind { .. }));
    // Enrolled anew on the same TPM: nothing was trusted yet.
    let other = Region::new();
    let mut store = with(other.create(), &counter);
    assert!(!store.restored_older().expect("reads"));
    store.trust(&at_head(1, 0)).expect("trusts");
    assert_eq!(state(&store), CounterState::Sound);
}

#[test]
fn any_flipped_bit_in_the_file_beside_is_noticed_and_the_store_counts() {
    let (region, counter) = (Region::new(), Double::standing_at(9));
    let mut store = with(region.create(), &counter);
    store.trust(&at_head(1, 0)).expect("trusts");
    let path = region.dir.path().join("kakari.db.trusted");
    let whole = fs::read(&path).expect("bytes");
    for bit in 0..whole.len() * 8 {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, flipped).expect("written");
        assert_eq!(store.trusted().expect("reads"), Some(at_head(1, 0)));
        assert_eq!(state(&store), CounterState::Sound, "bit {bit}");
    }
}

/// A counter in a file of its own, which no copy of the store's folder brings back.
struct InFile(PathBuf);

impl RollbackCounter for InFile {
    fn read(&mut self) -> io::Result<Option<u64>> {
        Ok(fs::read_to_string(&self.0).ok().and_then(|text| text.parse().ok()))
    }

    fn increment(&mut self) -> io::Result<u64> {
        let next = self.read()?.unwrap_or(0) + 1;
        let fresh = self.0.with_extension("new");
        fs::write(&fresh, next.to_string())?;
        fs::rename(&fresh, &self.0)?;
        Ok(next)
    }
}

fn child(dir: &Path) {
    let key = kakari_store::StoreKey::load(&dir.join("store.key")).expect("key");
    let store = Store::open(&dir.join("kakari.db"), key).expect("opens");
    let mut store = store.with_counter(Box::new(InFile(dir.join("counter"))));
    let first = store.trusted().expect("reads").map_or(0, |trusted| trusted.generation);
    tell_ready(dir);
    for generation in first + 1.. {
        store.trust(&trusted(generation, 1)).expect("trusts");
    }
}

#[test]
fn killed_at_any_moment_a_store_is_never_taken_for_an_older_one() {
    if let Some(dir) = child_dir() {
        return child(&dir);
    }
    let region = Region::new();
    let dir = region.dir.path();
    drop(region.create());
    let (mut delays, mut pending) = (places(20_261_121), 0);
    for kill in 0..KILLS {
        let child = start("counted::killed_at_any_moment_a_store_is_never_taken_for_an_older_one", dir, &[]);
        kill_at_work(child, dir, Duration::from_micros(delays.next().unwrap_or(0) % 60_000));
        let store = region.open().with_counter(Box::new(InFile(dir.join("counter"))));
        assert!(!store.restored_older().expect("reads"), "kill {kill}");
        let state = state(&store);
        assert!(matches!(state, CounterState::Sound | CounterState::None), "kill {kill}: {state:?}");
        let noted = region.raw().query_row("SELECT counter FROM trusted", [], |row| row.get::<_, u32>(0));
        let stands = InFile(dir.join("counter")).read().expect("reads").unwrap_or(0);
        pending += u32::from(noted.is_ok_and(|noted| u64::from(noted) != stands));
    }
    println!("{KILLS} kills, {pending} of them between the note and the count; none taken for an older copy");
}
