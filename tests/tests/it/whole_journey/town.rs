//! A region with its server, its residents' cards, and a tablet that belongs to nobody yet.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use kakari::demo::{CardDesk, Resident, TrainingCard, TrainingRegion, TrainingStaff, read_folder};
use kakari_card_sim::{Stack, VirtualReader};
use kakari_cluster::Cluster;
use kakari_tests::office::{Carded, Invited, Office};
use kakari_tests::place::{READER, kakari, repository};
use serde_json::Value;

/// Whose documents are there from the beginning, and whose come during the shift.
const FIRST: std::ops::Range<usize> = 0..12;
const LATER: std::ops::Range<usize> = 12..60;
/// 山田 花子, who takes warfarin.
pub(super) const CARDED: usize = 1;
/// 渡邉 清, who is found without a card.
pub(super) const SEARCHED: usize = 2;
/// Where the preview's crew hands over, too.
const RECEIVERS: &str = r#"receivers = ["北町総合病院", "県立救命センター", "さくら医院"]"#;

pub(super) struct Town {
    pub(super) office: Office,
    pub(super) invited: Invited,
    pub(super) residents: Vec<Resident>,
    pub(super) staff: Vec<TrainingStaff>,
    pub(super) card: TrainingCard,
    pub(super) config: PathBuf,
    dir: PathBuf,
    stack: Stack,
}

/// `kakari sync`. Ends when it is dropped.
pub(super) struct Sync(Child);

impl Drop for Sync {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Town {
    pub(super) fn found(dir: &Path) -> Self {
        let stack = Stack::start(dir, &[READER]).unwrap_or_else(|error| panic!("{error}"));
        let region = TrainingRegion::make().unwrap();
        let residents = read_folder(&repository().join("assets/region/residents")).unwrap();
        let (staff, card) = {
            let desk = CardDesk::new(&region, stack.reader(0)).unwrap();
            let staff = [("S0001", "佐藤"), ("S0002", "田中")].map(|(id, name)| region.staff(&desk, id, name).unwrap());
            (Vec::from(staff), region.patient(&desk, &residents[CARDED].summary).unwrap())
        };
        let number = residents[CARDED].summary.identity.number.as_ref().unwrap().digits();
        let carded = Carded { region: &region, staff: &staff, residents: vec![(number, &card)] };
        let database = Cluster::shared().database();
        let office = Office::on_duty(&dir.join("region"), &database, &carded, &documents(dir, "first", FIRST));
        let invited = office.invite("北町救急1");
        let (config, dir) = (dir.join("kakari.toml"), dir.to_owned());
        Self { office, invited, residents, staff, card, config, dir, stack }
    }

    /// The reader of the tablet.
    pub(super) fn reader(&self) -> &VirtualReader {
        self.stack.reader(0)
    }

    /// Where the tablet's things are.
    pub(super) fn tablet(&self) -> PathBuf {
        self.dir.join("tablet")
    }

    /// The daemon, once it has looked for the first time. The hospitals are set up before.
    pub(super) fn start_sync(&self) -> Sync {
        let text = fs::read_to_string(&self.config).unwrap();
        assert!(text.contains("receivers = []"), "{text}");
        fs::write(&self.config, text.replace("receivers = []", RECEIVERS)).unwrap();
        let mut command = Command::new(kakari());
        command.args(["sync", "--config"]).arg(&self.config).stdout(Stdio::null()).stderr(Stdio::null());
        let daemon = Sync(command.spawn().unwrap());
        self.wait_for_round("the first look", |_| true);
        daemon
    }

    /// More documents are published, while the tablet hears nothing of it: what it asks for next is not there yet.
    pub(super) fn publish_more(&self) {
        self.office.line.set_cut(true);
        self.office.take_in(&documents(&self.dir, "later", LATER));
        let head = || fs::read(self.office.dir.join("feed/head")).unwrap();
        // Published in several rounds, a second apart.
        wait_until("the last of the heads", || {
            let before = head();
            thread::sleep(Duration::from_millis(2500));
            head() == before
        });
        self.office.line.set_slow(true);
        self.office.line.set_cut(false);
    }

    /// A round that did what was asked for on the glass; how many rows it brought.
    pub(super) fn wait_for_answer(&self) -> u64 {
        self.office.line.set_slow(false);
        self.wait_for_round("the round that was asked for", |round| round["asked"].is_string())["put"].as_u64().unwrap()
    }

    fn wait_for_round(&self, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let round = || -> Option<Value> {
            let status: Value =
                serde_json::from_slice(&fs::read(self.tablet().join("state/sync.status")).ok()?).ok()?;
            Some(status["last_round"].clone()).filter(|round| round.is_object() && holds(round))
        };
        wait_until(what, || round().is_some());
        round().unwrap()
    }
}

fn documents(dir: &Path, name: &str, which: std::ops::Range<usize>) -> PathBuf {
    let to = dir.join(name);
    fs::create_dir(&to).unwrap();
    let all = fs::read_dir(repository().join("assets/region/residents")).unwrap();
    let mut all: Vec<PathBuf> = all.map(|entry| entry.unwrap().path()).collect();
    all.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    all.sort();
    for document in &all[which] {
        fs::copy(document, to.join(document.file_name().unwrap())).unwrap();
    }
    to
}

fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < until, "{what} never came");
        thread::sleep(Duration::from_millis(50));
    }
}
