//! The region of the drill: how it grows, and what its office does after the backup.

use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use kakari_generator::Generator;
use kakari_record::fhir::write_document;
use kakari_tests::office::Office;

const SEED: u64 = 11;
/// Whose documents change after the backup, whose consent ends, whose card is lost.
const CHANGED: Range<u64> = 100..110;
const WITHDRAWN: u64 = 120;
const CARDED: u64 = 130;
/// Any two points of the curve: the cards are never laid on.
const ONE: &str = "04\
6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296\
4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
const OTHER: &str = "04\
7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978\
07775510db8ed040293d9ac69f7430dbba7dade63ce982299e04b79d227873d1";

/// Invented residents with a document each come in.
pub(super) fn grow(office: &Office, dir: &Path, name: &str, which: Range<u64>) {
    let mut table = "number,consent\n".to_owned();
    which.clone().for_each(|index| writeln!(table, "{},given", number(index)).unwrap());
    let path = dir.join(format!("{name}.csv"));
    fs::write(&path, table).unwrap();
    office.tell(&["resident", "import", &path.display().to_string()]);
    office.take_in(&documents(dir, name, which, 0));
    if name == "first" {
        office.tell(&["card", "register", "--number", &number(CARDED), "--public-key", OTHER, "--serial", "0c"]);
    }
}

fn number(index: u64) -> String {
    Generator::new(SEED).resident(index).identity.number.as_ref().unwrap().digits().to_owned()
}

fn documents(dir: &Path, name: &str, which: Range<u64>, days: i64) -> PathBuf {
    let to = dir.join(format!("documents-{name}"));
    fs::create_dir_all(&to).unwrap();
    for index in which {
        let resident = Generator::new(SEED).resident(index);
        let document = write_document(&resident, resident.as_of + TimeDelta::days(days)).unwrap();
        fs::write(to.join(format!("{index}.json")), document).unwrap();
    }
    to
}

/// What the office does after the backup, and once more after the restore.
pub(super) struct Deeds {
    documents: PathBuf,
    withdrawn: Option<String>,
}

impl Deeds {
    /// What has to be there before.
    pub(super) fn prepare(office: &Office, dir: &Path) -> Self {
        office.tell(&["staff", "add", "--id", "S0002", "--name", "田中"]);
        office.tell(&["staff", "card", "register", "--id", "S0002", "--public-key", ONE, "--serial", "0b"]);
        Self { documents: documents(dir, "changed", CHANGED, 1), withdrawn: None }
    }

    pub(super) fn all(&mut self, office: &Office) {
        let record = format!("SELECT encode(record, 'hex') FROM resident WHERE number = '{}'", number(WITHDRAWN));
        self.withdrawn = Some(office.asks(&record).remove(0));
        office.tell(&["resident", "consent", &number(WITHDRAWN), "withdrawn"]);
        office.tell(&["card", "lose", "0c"]);
        office.tell(&["staff", "leave", "S0002"]);
        office.take_in(&self.documents);
    }

    pub(super) fn withdrawn_record(&self) -> &str {
        self.withdrawn.as_deref().unwrap()
    }

    /// The card stays lost, and who left stays out.
    pub(super) fn are_in_the_roster(&self, office: &Office) {
        assert_eq!(office.asks("SELECT state FROM card WHERE serial = '\\x0c'"), ["lost"]);
        assert_eq!(office.asks("SELECT state FROM staff WHERE id = 'S0002'"), ["left"]);
    }
}
