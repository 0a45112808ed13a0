//! A region, its cards, and a folder with its feed and an invitation: what an office gives a station on a stick.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kakari::demo::{CardDesk, Resident, TrainingCard, TrainingRegion, TrainingStaff, read_folder};
use kakari_card_sim::Stack;
use kakari_record::seal::Row;
use kakari_sync::enrol::InvitationCode;
use kakari_tests::bundled::NOBODY;
use kakari_tests::feed::Feed;
use serde_json::Value;

use crate::made::{program, repository};

/// The region. Its cards were made on a private pcscd: the test must run in a process of its own
/// ([`kakari_card_sim::in_own_process`]).
pub struct Town {
    /// A crew member.
    pub staff: TrainingStaff,
    /// The invented residents.
    pub residents: Vec<Resident>,
    /// Their cards, in the same order.
    pub cards: Vec<TrainingCard>,
    /// The invitation's code.
    pub code: String,
    /// What an office's stick holds: the bundle, with the enrolment in it.
    pub bundle: PathBuf,
    region: TrainingRegion,
    feed: Feed,
}

impl Town {
    /// With these sample residents.
    #[must_use]
    pub fn with_residents(dir: &Path, numbers: &[usize]) -> Self {
        let region = TrainingRegion::make().unwrap();
        let stack = Stack::start(dir, &["Kakari Test Reader"]).unwrap_or_else(|error| panic!("{error}"));
        let all = read_folder(&repository().join("assets/region/residents")).unwrap();
        let residents: Vec<Resident> = numbers.iter().map(|number| all[number - 1].clone()).collect();
        let desk = CardDesk::new(&region, stack.reader(0)).unwrap();
        let staff = region.staff(&desk, "S0001", "佐藤").unwrap();
        let cards: Vec<_> = residents.iter().map(|one| region.patient(&desk, &one.summary).unwrap()).collect();
        let rows = region.rows(residents.iter().zip(&cards).map(|(one, card)| (one, card.public_key)));
        let rows: Vec<Row> = rows.collect::<Result<_, _>>().unwrap();
        let member = [(staff.staff_id.as_str(), staff.name.as_str(), staff.card.public_key)];
        let roster = region.roster_of(1, &member, &[]).unwrap();
        let bundle = dir.join("bundle");
        let mut feed = Feed::new(&bundle, &region, &roster);
        feed.snapshot(&region, &rows, 1000);
        let code = InvitationCode::make().unwrap();
        feed.invite(&region, "kita-1", NOBODY, &code);
        Self { staff, residents, cards, code: code.expose().to_string(), bundle, region, feed }
    }

    /// Puts a release of the program on the office's stick, signed as a region does it, with a new release key. Gives what root writes into
    /// `release-keys.toml` of each tablet.
    pub fn offer(&mut self, dir: &Path, package: &Path) -> String {
        let (key, statement) = (dir.join("release.key"), dir.join("kakari.release"));
        let made = sign(&["key", "--out"], &[&key]);
        sign(&["sign", "--package"], &[package, Path::new("--key"), &key, Path::new("--statement"), &statement]);
        self.feed.release(&self.region, &fs::read(statement).unwrap(), &fs::read(package).unwrap());
        format!("threshold = 1\nkeys = [{}]\n", made["public"])
    }
}

fn sign(words: &[&str], paths: &[&Path]) -> Value {
    let mut office = Command::new(program("kakari-region"));
    let said = office.args(["--json", "release"]).args(words).args(paths).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    serde_json::from_slice(&said.stdout).unwrap()
}
