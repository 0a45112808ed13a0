//! Backups: what is one, what is none, and what a restore refuses.

use std::fs;
use std::path::Path;

use kakari_cluster::Cluster;
use kakari_region::db;
use kakari_region::keys::{RegionKeys, ServerKey};
use kakari_region::publish::{Objects, Pace, PublishError, Publisher};
use serde_json::Value;
use sqlx::{Connection, PgConnection};

use crate::http::World;
use crate::program::Office;
use kakari_region::keys::Role;

fn with_residents() -> Office {
    let office = Office::make();
    fs::write(office.path("t.csv"), "number,consent\n9010000000000285,given\n9010000000000148,absent\n").unwrap();
    office.does(&["resident", "import", "t.csv"]);
    office
}

fn manifest(office: &Office, folder: &str) -> Value {
    serde_json::from_slice(&fs::read(office.path(folder).join("manifest.json")).unwrap()).unwrap()
}

#[test]
fn a_backup_is_whole_or_not_there_and_is_never_written_over() {
    let office = with_residents();
    let told = office.does(&["backup", "--to", "b"]);
    assert!(told.contains("server key is not in it") && told.contains("server.key"), "{told}");
    let names: Vec<_> = fs::read_dir(office.path("b")).unwrap().map(|one| one.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert_eq!(manifest(&office, "b")["tables"]["resident"], 2);
    let again = office.refuses(&["backup", "--to", "b"]);
    assert!(again.contains("is there already"), "{again}");
    // Cut off: what it leaves has another name, and is no backup.
    fs::rename(office.path("b"), office.path("c.partial")).unwrap();
    fs::remove_file(office.path("c.partial").join("manifest.json")).unwrap();
    assert!(office.refuses(&["restore", "--check", "c.partial"]).contains("no whole backup"));
    office.does(&["backup", "--to", "c"]);
    assert!(!office.path("c.partial").exists(), "what was left is cleared away");
    // PostgreSQL's program is not there: nothing is left behind.
    let mut without = std::process::Command::new(env!("CARGO_BIN_EXE_kakari-region"));
    let said =
        without.current_dir(office.dir.path()).env("PATH", "/nowhere").args(["backup", "--to", "d"]).output().unwrap();
    assert!(String::from_utf8_lossy(&said.stderr).contains("install postgresql-client"), "{said:?}");
    assert!(!office.path("d").exists() && !office.path("d.partial").exists());
}

#[test]
fn a_backup_that_was_damaged_or_is_not_of_this_key_is_refused_before_anything_is_touched() {
    let office = with_residents();
    office.does(&["backup", "--to", "b"]);
    assert!(office.does(&["restore", "--check", "b"]).contains("this backup can be used"));
    let dump = office.path("b/region.dump");
    let whole = fs::read(&dump).unwrap();
    let mut bytes = whole.clone();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&dump, &bytes).unwrap();
    for words in [["restore", "--check", "b"], ["restore", "--from", "b"]] {
        assert!(office.refuses(&words).contains("not the file that was backed up"));
    }
    fs::write(&dump, &whole[..middle]).unwrap();
    assert!(office.refuses(&["restore", "--check", "b"]).contains("not the file that was backed up"));
    fs::write(&dump, &whole).unwrap();
    let key = fs::read(office.path("server.key")).unwrap();
    fs::write(office.path("server.key"), [7; 32]).unwrap();
    assert!(office.refuses(&["restore", "--check", "b"]).contains("not opened by this server key"));
    fs::write(office.path("server.key"), key).unwrap();
    assert_eq!(office.json(&["restore", "--check", "b"])["usable"], true);
}

#[test]
fn a_manifest_that_counts_otherwise_restores_nothing_at_all() {
    let office = with_residents();
    office.does(&["backup", "--to", "b"]);
    let mut told = manifest(&office, "b");
    told["tables"]["resident"] = 3.into();
    fs::write(office.path("b/manifest.json"), told.to_string()).unwrap();
    let empty = Cluster::shared().database();
    let refused = office.refuses(&["restore", "--from", "b", "--database", &empty]);
    assert!(refused.contains("nothing was restored") && refused.contains("resident"), "{refused}");
    assert!(office.refuses(&["restore", "--check", "b"]).contains("resident"));
    told["tables"]["resident"] = 2.into();
    fs::write(office.path("b/manifest.json"), told.to_string()).unwrap();
    let done = office.json(&["restore", "--from", "b", "--database", &empty]);
    assert_eq!(done["tables"]["resident"], 2, "the database was still empty");
}

#[test]
fn only_this_regions_database_goes_away_for_a_backup_and_only_when_told() {
    let office = with_residents();
    office.does(&["backup", "--to", "b"]);
    office.does(&["resident", "add", "9010000000000033"]);
    assert!(office.refuses(&["restore", "--from", "b"]).contains("--replace"));
    let other = Office::make();
    let refused = office.refuses(&["restore", "--from", "b", "--replace", "--database", &other.database]);
    assert!(refused.contains("is not this region's"), "{refused}");
    let told = office.does(&["restore", "--from", "b", "--replace"]);
    assert!(told.contains("BEFORE anything is published") && told.contains("generation next"), "{told}");
    assert_eq!(office.json(&["report"])["residents"]["given"], 1);
    assert!(office.refuses(&["publish", "--once"]).contains("generation next"));
    office.does(&["generation", "next"]);
    office.does(&["publish", "--once"]);
}

#[tokio::test]
async fn nothing_is_restored_while_a_publisher_or_a_server_is_at_work() {
    let office = with_residents();
    office.does(&["backup", "--to", "b"]);
    let pool = db::connect_to(&office.database).await.unwrap();
    let words = ["restore", "--from", "b", "--replace"];
    assert!(office.refuses(&words).contains("at work"), "a server has connections");
    pool.close().await;
    let mut holder = PgConnection::connect(&office.database).await.unwrap();
    sqlx::query("SELECT pg_advisory_lock($1)").bind(0x6b61_6b61_7269_i64).execute(&mut holder).await.unwrap();
    assert!(office.refuses(&words).contains("at work"), "a publisher has its lock");
    holder.close().await.unwrap();
    office.does(&words);
}

#[tokio::test]
async fn a_copy_from_between_two_orders_is_noticed_too() {
    let office = with_residents();
    office.does(&["publish", "--once"]);
    let pool = db::connect_to(&office.database).await.unwrap();
    // Orders that tablets have, and this copy has not; sequence and roster are the same.
    sqlx::query("UPDATE region SET orders_version = orders_version - 1").execute(&pool).await.unwrap();
    let server = ServerKey::load(&office.path("server.key")).unwrap();
    let objects = |path: &Path| Objects::open(&path.display().to_string()).unwrap();
    let refused = Publisher::open(pool.clone(), server.clone(), objects(&office.path("feed")), Pace::default()).await;
    assert!(matches!(refused.err(), Some(PublishError::Restored { .. })));
    RegionKeys::load(&pool, &server).await.unwrap();
}

#[tokio::test]
async fn a_certificate_of_after_the_backup_is_refused_told_and_listed() {
    let world = World::make().await;
    let (_, stranger) = world.stranger(Role::Tablet, "tablet-007", 30);
    let answer = world.client(&stranger).get(world.url("/feed/head")).send().await.unwrap();
    assert_eq!(answer.status(), 403);
    let told: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!(told["refused"], "unknown_certificate");
    assert_eq!(world.count("SELECT count(*) FROM unknown_certificate WHERE subject = 'tablet-007'").await, 1);
    let mut conn = world.region.conn().await;
    let alerts = kakari_region::office::alerts::list(&mut conn).await.unwrap();
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    assert!(alerts[0].name.starts_with("certificate/"));
    kakari_region::office::alerts::dismiss(&mut conn, "test", &alerts[0].name).await.unwrap();
    assert!(kakari_region::office::alerts::list(&mut conn).await.unwrap().is_empty());
}
