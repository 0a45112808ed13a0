//! The real program on a real store: it is proved on a copy, and once it has migrated the store it is not taken back.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use kakari_record::seal::FeedId;
use kakari_store::{Facts, Store, StoreKey, newest_schema};
use rusqlite::Connection;

use crate::tablet::Tablet;

/// The program that is tested, beside the tests' own folder.
fn kakari() -> PathBuf {
    let tests = std::env::current_exe().expect("this program");
    let program = tests.ancestors().nth(2).expect("a folder").join("kakari");
    assert!(program.exists(), "{} is missing: run `cargo build -p kakari` first", program.display());
    program
}

/// The real program under another version's number.
fn as_version(version: &str, config: &str) -> String {
    let real = kakari();
    format!(
        "#!/bin/sh\nif [ \"$1\" = --version ]; then echo kakari {version}; exit; fi\n\
         if [ \"$1\" = store-schema ]; then exec {} store-schema; fi\n\
         export KAKARI_CONFIG={config}\nexec {} \"$@\"\n",
        real.display(),
        real.display()
    )
}

struct Stored {
    tablet: Tablet,
    config: String,
}

impl Stored {
    /// A store one step behind, as the packaged program, which is older, has left it; 1.1.0 is the real program.
    fn new() -> Self {
        let tablet = Tablet::new();
        tablet.install("1.0.0", newest_schema() - 1);
        let dir = tablet.path("var/lib/kakari");
        let key = StoreKey::make_at(&dir.join("store.key")).expect("a key");
        let facts = Facts {
            feed: FeedId::from_bytes([7; 16]),
            region_key: [1; 32],
            card_authority: [2; 65],
            training: true,
            records: 0,
            synced_at: None,
        };
        drop(Store::create(&dir.join("kakari.db"), key, &facts).expect("created"));
        let config = tablet.path("etc/kakari/kakari.toml").display().to_string();
        let lines = [("store", "kakari.db"), ("store_key", "store.key"), ("state", "state")]
            .map(|(key, name)| format!("{key} = \"{}\"\n", dir.join(name).display()));
        fs::write(&config, lines.concat() + "vehicle = \"北町救急1\"\ntablet = \"kita-1\"\n").expect("written");
        let stored = Self { tablet, config };
        let back = "ALTER TABLE trusted DROP COLUMN counter; ALTER TABLE trusted DROP COLUMN counted_generation;
                    ALTER TABLE trusted DROP COLUMN counted_at;
                    DELETE FROM migration WHERE step > 5; PRAGMA user_version = 5";
        stored.raw().execute_batch(back).expect("set back");
        fs::write(stored.note(), format!("{}\n", newest_schema() - 1)).expect("noted");
        stored
    }

    fn note(&self) -> PathBuf {
        self.tablet.path("var/lib/kakari/kakari.db.schema")
    }

    fn raw(&self) -> Connection {
        let key = fs::read(self.tablet.path("var/lib/kakari/store.key")).expect("the key");
        let db = Connection::open(self.tablet.path("var/lib/kakari/kakari.db")).expect("there");
        db.execute_batch(&format!("PRAGMA key = \"x'{}'\"", hex::encode(key))).expect("keyed");
        db
    }

    fn schema(&self) -> u32 {
        self.raw().query_row("PRAGMA user_version", [], |row| row.get(0)).expect("read")
    }

    fn take(&self) {
        self.tablet.stage_program("1.1.0", &as_version("1.1.0", &self.config));
        let said = self.tablet.run("take");
        assert!(said.ok && said.words.contains("A copy of the store opens"), "{}", said.words);
        assert_eq!(
            (self.schema(), fs::read_to_string(self.note()).expect("noted").trim().parse()),
            (5, Ok(newest_schema() - 1))
        );
    }

    /// Whatever opens the store migrates it: here the pre-shift check, with no reader and nobody's card.
    fn opens_the_store(&self) {
        let slot = self.tablet.path("var/lib/kakari-update/current/kakari");
        let checked = Command::new(slot).args(["check", "--json"]).output().expect("runs");
        assert!(!checked.stdout.is_empty(), "{}", String::from_utf8_lossy(&checked.stderr));
        assert_eq!(self.schema(), 6, "migrated");
    }
}

#[test]
fn a_real_program_that_has_migrated_the_store_is_not_taken_back_and_one_that_has_not_is() {
    for migrates in [false, true] {
        let stored = Stored::new();
        stored.take();
        stored.tablet.rest_and_choose();
        if migrates {
            stored.opens_the_store();
        }
        let words: Vec<String> = (0..3).map(|_| stored.tablet.choose()).collect();
        let state = stored.tablet.state();
        let (in_force, stuck) = if migrates { ("1.1.0", Some("1.1.0")) } else { ("1.0.0", None) };
        assert_eq!((stored.tablet.in_force().as_str(), state.stuck.as_deref()), (in_force, stuck), "{words:?}");
        println!("migrated: {migrates}; after three starts that were not in order: {}", words[2]);
    }
}

#[test]
fn a_real_program_that_cannot_open_the_store_is_not_taken() {
    let stored = Stored::new();
    stored.raw().execute_batch("PRAGMA user_version = 99").expect("from a later program");
    stored.tablet.stage_program("1.1.0", &as_version("1.1.0", &stored.config));
    let said = stored.tablet.run("take");
    assert!(!said.ok && said.words.contains("cannot open this tablet's store"), "{}", said.words);
    assert!(said.words.contains("schema 99"), "{}", said.words);
    assert_eq!(stored.tablet.in_force(), "1.0.0");
    // Before the tablet is enrolled there is nothing to try.
    fs::remove_file(&stored.config).expect("removed");
    assert!(stored.tablet.run("take").words.contains("not enrolled yet"));
}
