//! A tablet enrolled from a bundle by the real program, with residents whose cards are keys that the test knows.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use kakari::demo::{Resident, TrainingRegion, read_folder};
use kakari_record::seal::{Point, Row};
use kakari_store::{Store, StoreKey};
use kakari_sync::enrol::InvitationCode;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256};
use serde_json::Value;

use crate::feed::Feed;
use crate::place::{kakari, repository};

/// A port of this machine where nobody listens.
pub const NOBODY: &str = "https://127.0.0.1:9";

/// A region that publishes to a folder, and a tablet's folder.
pub struct Bundled {
    /// Everything of this test.
    pub dir: PathBuf,
    /// The region's keys.
    pub region: TrainingRegion,
    /// What it publishes.
    pub feed: Feed,
    /// The invitation.
    pub code: InvitationCode,
    /// The invented residents.
    pub residents: Vec<Resident>,
    /// The private keys of their cards (32 bytes each), then of the staff card.
    pub card_keys: Vec<Vec<u8>>,
    /// Residents' sealed rows as they were published first.
    pub rows: Vec<Row>,
    /// The staff card's public key.
    pub staff_card: Point,
}

impl Bundled {
    /// A region with these sample residents (all for an empty list), in parts of `rows_each`.
    pub fn new(dir: &Path, region: TrainingRegion, numbers: &[usize], rows_each: usize) -> Self {
        let all = read_folder(&repository().join("assets/region/residents")).unwrap();
        let residents: Vec<Resident> = match numbers {
            [] => all,
            numbers => numbers.iter().map(|number| all[number - 1].clone()).collect(),
        };
        let (staff_card, staff_key) = card();
        let cards: Vec<(Point, Vec<u8>)> = residents.iter().map(|_| card()).collect();
        let rows = region.rows(residents.iter().zip(&cards).map(|(resident, (card, _))| (resident, *card)));
        let rows: Vec<Row> = rows.collect::<Result<_, _>>().unwrap();
        let roster = region.roster_of(1, &[("S0001", "佐藤", staff_card)], &[]).unwrap();
        let mut feed = Feed::new(&dir.join("bundle"), &region, &roster);
        feed.snapshot(&region, &rows, rows_each);
        let code = InvitationCode::make().unwrap();
        feed.invite(&region, "kita-1", NOBODY, &code);
        let card_keys = cards.into_iter().map(|(_, key)| key).chain([staff_key]).collect();
        Self { dir: dir.to_owned(), region, feed, code, residents, card_keys, rows, staff_card }
    }

    /// The tablet's configuration, written when it is enrolled.
    pub fn config(&self) -> PathBuf {
        self.dir.join("kakari.toml")
    }

    /// The tablet's own folder.
    pub fn tablet(&self) -> PathBuf {
        self.dir.join("tablet")
    }

    /// `kakari enrol` with this code.
    pub fn enrol_with(&self, code: &str) -> Said {
        let (config, tablet) = (self.config(), self.tablet());
        let mut command = Command::new(kakari());
        command.args(["enrol", "--json", "--code", code, "--from"]).arg(&self.feed.dir);
        Said::of(command.arg("--state").arg(tablet).arg("--config").arg(config).output().unwrap())
    }

    /// Enrols the tablet; it must be ready.
    pub fn enrol(&self) -> &Self {
        let said = self.enrol_with(&self.code.expose());
        assert_eq!((said.code, said.last()["event"].as_str()), (0, Some("ready")), "{said:?}");
        self
    }

    /// `kakari sync` with these words.
    pub fn sync_command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(kakari());
        command.args(["sync", "--json"]).args(words).arg("--config").arg(self.config());
        command
    }

    /// One round from the bundle.
    pub fn sync_once(&self) -> Said {
        let folder = self.feed.dir.display().to_string();
        Said::of(self.sync_command(&["--once", "--from", &folder]).output().unwrap())
    }

    /// The tablet's store, beside whatever process has it open.
    pub fn store(&self) -> Store {
        let key = StoreKey::load(&self.tablet().join("store.key")).unwrap();
        Store::open(&self.tablet().join("kakari.db"), key).unwrap()
    }

    /// The bytes of the store key.
    pub fn store_key(&self) -> Vec<u8> {
        fs::read(self.tablet().join("store.key")).unwrap()
    }
}

/// What a command said, and how it ended.
#[derive(Debug)]
pub struct Said {
    /// Exit code; -1 when it was ended by a signal.
    pub code: i32,
    /// Its JSON lines.
    pub lines: Vec<Value>,
    /// Its log.
    pub log: String,
}

impl Said {
    /// Reads what a command with `--json` left.
    pub fn of(output: Output) -> Self {
        let text = String::from_utf8(output.stdout).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        Self { code: output.status.code().unwrap_or(-1), lines, log }
    }

    /// The last line.
    pub fn last(&self) -> &Value {
        self.lines.last().unwrap_or(&Value::Null)
    }
}

/// A card that is only a key: its public and its private half.
fn card() -> (Point, Vec<u8>) {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let der = key.serialize_der();
    // ECPrivateKey (RFC 5915): version 1, then the octets of the private key.
    let at = der.windows(5).position(|window| window == [2, 1, 1, 4, 32]).unwrap() + 5;
    (Point::try_from(key.public_key_raw()).unwrap(), der[at..at + 32].to_vec())
}
