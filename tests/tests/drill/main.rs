//! The region's database is lost and comes back from a backup: a real region, real tablets' processes, real PostgreSQL.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)] // A test that cannot go on should panic, and says its figure.

mod tablet;
mod town;

use std::collections::BTreeSet;
use std::time::Instant;

use kakari_cluster::Cluster;
use kakari_tests::office::Office;

use tablet::Tablet;
use town::{Deeds, grow};

/// Audit rows that each tablet writes at each step.
const ROWS: u64 = 7;

#[test]
fn a_region_comes_back_from_its_backup_and_nothing_is_lost_or_resurrected() {
    let dir = tempfile::tempdir().unwrap();
    let mut office = Office::open(&dir.path().join("region"), &Cluster::shared().database());
    office.tell(&["tablet", "settings", "--poll-seconds", "1"]);
    let mut deeds = Deeds::prepare(&office, dir.path());
    grow(&office, dir.path(), "first", 100..340);
    let [online, away, past] = ["online", "away", "past"].map(|name| Tablet::enrol(&office, &dir.path().join(name)));
    for tablet in [&online, &away, &past] {
        tablet.write_rows(ROWS);
        tablet.sync_until_like(&office);
    }
    let daemon = online.start_daemon();

    let backup = dir.path().join("backup");
    let begun = Instant::now();
    let made = office.tell(&["backup", "--to", &backup.display().to_string()]);
    let took_backup = begun.elapsed();
    let tried = office.tell(&["restore", "--check", &backup.display().to_string()]);
    assert_eq!(tried["usable"], true);
    assert!(office.asks("SELECT datname FROM pg_database WHERE datname LIKE 'kakari_drill%'").is_empty());

    // After the backup: what is going to be lost with the database.
    deeds.all(&office);
    grow(&office, dir.path(), "later", 400..420);
    let newcomer = Tablet::enrol(&office, &dir.path().join("newcomer"));
    let first_life = office.published();
    for tablet in [&online, &past, &newcomer] {
        tablet.write_rows(ROWS);
    }
    past.sync_until_like(&office);
    newcomer.sync_until_like(&office);
    online.wait_until_like(&office);
    let receipted = office.audit_rows(&online.id) + office.audit_rows(&past.id);
    // Away since before the backup, with rows that nobody has.
    away.write_rows(ROWS);

    // The disk of the database breaks; the tablet that is online goes on asking all the while.
    office.ends();
    office.loses_its_database();
    let begun = Instant::now();
    let restored = office.tell(&["restore", "--from", &backup.display().to_string()]);
    let took_restore = begun.elapsed();
    assert_eq!(restored["rows"], made["rows"]);
    let missing = receipted - office.audit_rows(&online.id) - office.audit_rows(&past.id);
    assert!(missing >= 2 * ROWS, "rows that had receipts are gone from the server: {missing}");
    let refused = office.refuses(&["publish", "--once"]);
    assert!(refused.contains("generation next") && refused.contains("restored from the backup"), "{refused}");

    // As the runbook says: entered again, and only then published.
    deeds.all(&office);
    grow(&office, dir.path(), "again", 400..420);
    assert_eq!(office.tell(&["generation", "next"])["generation"], 2);
    office.serves();
    away.sync_until_like(&office);
    past.sync_until_like(&office);
    online.wait_until_like(&office);
    drop(daemon);
    // It may have been killed between a row and its receipt.
    online.sync_until_like(&office);

    // Whoever came after the backup gets one clear answer, and the office knows who that is.
    let told = newcomer.sync_once();
    assert!(told.contains("端末の登録をやり直してください"), "{told}");
    let alerts = office.tell(&["alert", "list"]).to_string();
    assert!(alerts.contains("unknown_certificate") && alerts.contains(&newcomer.id), "{alerts}");
    assert_ne!(office.tell(&["tablet", "invite", "--vehicle", "北町救急9"])["tablet"], newcomer.id.as_str());

    let region = office.published();
    let gone: BTreeSet<_> = first_life.difference(&region).cloned().collect();
    println!(
        "backup {:.1} s, restore {:.1} s; {} rows of the database",
        took_backup.as_secs_f64(),
        took_restore.as_secs_f64(),
        made["rows"]
    );
    println!("drill: restored, opened and compared in {:.1} s", tried["seconds"].as_f64().unwrap());
    println!("tablet           records  as region  lost  resurrected  audit rows  at the server");
    for (name, tablet) in [("always online", &online), ("away since before", &away), ("past the backup", &past)] {
        let held = tablet.held();
        let (lost, back) = (region.difference(&held).count(), held.difference(&region).count());
        let (ours, theirs) = (tablet.audit(), office.audit(&tablet.id));
        println!(
            "{name:17}{:7}{:11}{lost:6}{back:13}{:12}{:15}",
            held.len(),
            region.intersection(&held).count(),
            ours.len(),
            theirs.len()
        );
        assert_eq!((lost, back), (0, 0), "{name}");
        assert!(held.is_disjoint(&gone), "{name}: a record of before the loss stayed");
        assert!(!held.iter().any(|row| row.starts_with(deeds.withdrawn_record())), "{name}: withdrawn, and shown");
        assert_eq!(ours, theirs, "{name}: the audit");
        let state = tablet.receipts();
        assert_eq!(
            (state.rows, state.receipted, state.in_conflict),
            (ours.len() as u64, ours.len() as u64, 0),
            "{name}"
        );
    }
    println!("{missing} audit rows had receipts and were gone from the restored database: all came again");
    deeds.are_in_the_roster(&office);
}
