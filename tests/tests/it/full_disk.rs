//! A disk that is full while a crew is at work: every record that is stored is shown all the same, and no row is lost.
//!
//! The store lies on a file system of its own (tmpfs, 48 MB), mounted in a namespace of the test's own. The long form
//! taps `KAKARI_FULL_TAPS` times.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use kakari_card_sim::in_own_process;
use kakari_record::audit::AuditKind;
use kakari_store::{Store, StoreKey};
use kakari_tests::place::{Place, Tapping, kakari};
use serde_json::Value;

/// Says that this process has mounts of its own.
const OWN_MOUNTS: &str = "KAKARI_OWN_MOUNTS";

/// Runs this test of this program in a mount namespace of its own.
fn with_own_mounts(name: &str, body: impl FnOnce(&Path)) {
    if std::env::var_os(OWN_MOUNTS).is_some() {
        return in_own_process(name, body);
    }
    let program = std::env::current_exe().unwrap();
    let status = Command::new("unshare")
        .args(["--mount", "--map-root-user"])
        .arg(program)
        .args([name, "--exact", "--nocapture"])
        .env(OWN_MOUNTS, "1")
        .status()
        .expect("unshare (util-linux) runs");
    assert!(status.success(), "{name} failed, or this machine allows no namespaces of one's own: run it as root");
}

/// A place whose store lies on a small disk.
fn on_small_disk(dir: &Path) -> (Place, PathBuf) {
    let disk = dir.join("disk");
    fs::create_dir(&disk).unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=48m", "none"]).arg(&disk).status().unwrap();
    assert!(mounted.success(), "a small disk is mounted");
    let mut place = Place::with_residents(dir, &[1, 2]);
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("kakari.db") {
            fs::copy(&path, disk.join(&name)).unwrap();
            fs::remove_file(&path).unwrap();
        }
    }
    let store = disk.join("kakari.db");
    let (old, new) = (place.tablet.config.store.display().to_string(), store.display().to_string());
    let text = fs::read_to_string(&place.tablet.config_path).unwrap();
    assert!(text.contains(&old));
    fs::write(&place.tablet.config_path, text.replace(&old, &new)).unwrap();
    place.tablet.config.store = store;
    (place, disk)
}

/// Leaves nothing free.
fn fill(disk: &Path, name: &str) {
    let mut file = File::create(disk.join(name)).unwrap();
    for size in [1024 * 1024, 4096, 512] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
}

fn rows(place: &Place) -> Vec<AuditKind> {
    let key = StoreKey::load(&place.tablet.config.store_key).unwrap();
    let store = Store::open(&place.tablet.config.store, key).unwrap();
    let check = store.check_audit(None, None).unwrap();
    assert!(check.holds(), "{:?}", check.faults);
    store.last_audit(u32::MAX).unwrap().into_iter().map(|row| row.event.unwrap().kind).collect()
}

/// Lays the cards that are wanted; `before` is told the number of each patient's card, from 0. Returns what was shown.
fn tap_on(place: &Place, tapping: &mut Tapping, mut before: impl FnMut(usize) -> bool) -> Vec<Value> {
    let (mut taps, mut outcomes) = (0, Vec::new());
    while let Some(line) = tapping.next_line() {
        match line["wanted"].as_str() {
            Some("staff card") => place.reader().insert(&place.staff[0].card.card),
            Some(_) => {
                if !before(taps) {
                    break;
                }
                place.reader().remove();
                place.reader().insert(&place.cards[taps % place.cards.len()].card);
                taps += 1;
            }
            None => outcomes.push(line),
        }
    }
    outcomes
}

#[test]
fn every_stored_record_is_shown_while_the_disk_is_full_and_every_row_is_there_afterwards() {
    let name = "full_disk::every_stored_record_is_shown_while_the_disk_is_full_and_every_row_is_there_afterwards";
    with_own_mounts(name, |dir| {
        let taps = std::env::var("KAKARI_FULL_TAPS").ok().and_then(|taps| taps.parse().ok()).unwrap_or(8);
        let (place, disk) = on_small_disk(dir);
        let mut tapping = Tapping::start_many(Command::new(kakari()), &place, "kakari=warn", taps);
        let outcomes = tap_on(&place, &mut tapping, |tap| {
            match tap {
                // The first uses up the room, the second the reserve that was given up.
                1 => fill(&disk, "fill-1"),
                3 => {
                    assert!(!disk.join("kakari.db.reserve").exists(), "the reserve was given up");
                    fill(&disk, "fill-2");
                }
                tap if tap + 2 == taps => {
                    fs::remove_file(disk.join("fill-1")).unwrap();
                    fs::remove_file(disk.join("fill-2")).unwrap();
                }
                _ => {}
            }
            true
        });
        place.reader().remove();
        drop(tapping.finish(Value::Null));
        let shown = outcomes.iter().filter(|outcome| outcome["outcome"] == "shown").count();
        for (tap, outcome) in outcomes.iter().enumerate() {
            let resident = &place.residents[tap % place.residents.len()];
            assert_eq!(outcome["outcome"], "shown", "tap {tap}: {}", outcome["sentence"]);
            let summary: kakari_record::model::Summary = serde_json::from_value(outcome["summary"].clone()).unwrap();
            assert!(summary == resident.told(), "another summary than the documents gave");
        }
        let rows = rows(&place);
        let count = |wanted: fn(&AuditKind) -> bool| rows.iter().filter(|kind| wanted(kind)).count();
        let late: u64 = rows
            .iter()
            .filter_map(|kind| if let AuditKind::RowsLate { rows } = kind { Some(*rows) } else { None })
            .sum();
        println!("disk full: {shown} of {taps} shown, {late} rows written late, none lost");
        assert_eq!(shown, taps);
        assert_eq!(count(|kind| matches!(kind, AuditKind::RecordShown { .. })), taps);
        assert_eq!(count(|kind| matches!(kind, AuditKind::RecordOpened { .. })), taps);
        assert_eq!(count(|kind| matches!(kind, AuditKind::RowsLost { .. })), 0);
        assert!(late > 0, "rows waited for room");
        place.tap(&place.cards[0].card).shows(&place.residents[0]);
        assert!(disk.join("kakari.db.reserve").exists(), "the reserve is taken again");
    });
}

#[test]
fn rows_that_a_crash_took_while_they_waited_are_confessed_at_the_next_start() {
    let name = "full_disk::rows_that_a_crash_took_while_they_waited_are_confessed_at_the_next_start";
    with_own_mounts(name, |dir| {
        let (place, disk) = on_small_disk(dir);
        let mut tapping = Tapping::start_many(Command::new(kakari()), &place, "kakari=warn", 10);
        tap_on(&place, &mut tapping, |tap| {
            match tap {
                1 => fill(&disk, "fill-1"),
                2 => fill(&disk, "fill-2"),
                _ => {}
            }
            tap < 4
        });
        tapping.kill();
        let _ = tapping.finish(Value::Null);
        place.reader().remove();
        fs::remove_file(disk.join("fill-1")).unwrap();
        fs::remove_file(disk.join("fill-2")).unwrap();
        place.tap(&place.cards[0].card).shows(&place.residents[0]);
        let rows = rows(&place);
        let lost: Vec<u64> = rows
            .iter()
            .filter_map(|kind| if let AuditKind::RowsLost { rows } = kind { Some(*rows) } else { None })
            .collect();
        assert_eq!(lost.len(), 1, "{rows:?}");
        assert!(lost[0] >= 2, "{lost:?}");
        assert!(rows.iter().any(|kind| matches!(kind, AuditKind::CrashRecovered)));
    });
}
