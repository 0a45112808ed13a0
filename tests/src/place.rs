//! A region, its cards and an enrolled tablet, in a folder of their own.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use chrono::Utc;
use kakari::demo::{
    CardDesk, Enrolled, Resident, TRAINING_PIN, TrainingCard, TrainingRegion, TrainingStaff, read_folder,
};
use kakari_card_sim::{Stack, VirtualCard, VirtualReader};
use kakari_record::display::day_of;
use kakari_record::model::Summary;
use kakari_record::photo::Photo;
use kakari_store::{Store, StoreKey};
use rusqlite::Connection;
use serde_json::Value;

/// The virtual reader's name.
pub const READER: &str = "Kakari Test Reader";

/// A region and its tablet. The process must have the stack's socket in its environment
/// ([`kakari_card_sim::in_own_process`]).
pub struct Place {
    /// Where everything is.
    pub dir: PathBuf,
    /// The private pcscd.
    pub stack: Stack,
    /// The region's keys.
    pub region: TrainingRegion,
    /// Who may sign in.
    pub staff: Vec<TrainingStaff>,
    /// Who is in the store.
    pub residents: Vec<Summary>,
    /// Their photos, in the same order.
    pub photos: Vec<Option<Photo>>,
    /// Their cards, in the same order.
    pub cards: Vec<TrainingCard>,
    /// The enrolled tablet.
    pub tablet: Enrolled,
}

/// The sample residents whose files begin with these numbers, or all for an empty list.
pub fn sample_residents(numbers: &[usize]) -> Vec<Summary> {
    samples(numbers).into_iter().map(|resident| resident.summary).collect()
}

fn samples(numbers: &[usize]) -> Vec<Resident> {
    let all = read_folder(&repository().join("assets/region/residents")).unwrap_or_else(|error| panic!("{error}"));
    if numbers.is_empty() {
        return all;
    }
    numbers.iter().map(|number| all[number - 1].clone()).collect()
}

/// The root of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The program that is tested, beside the test's own folder.
pub fn kakari() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let program = tests.parent().and_then(Path::parent).unwrap().join("kakari");
    assert!(program.exists(), "{} is missing: run `cargo build -p kakari` first", program.display());
    program
}

impl Place {
    /// A tablet with these sample residents; each has a card.
    pub fn with_residents(dir: &Path, numbers: &[usize]) -> Self {
        Self::revoking(dir, numbers, &[])
    }

    /// The same, with the cards of the residents at these places revoked.
    pub fn revoking(dir: &Path, numbers: &[usize], revoked: &[usize]) -> Self {
        Self::of_region(dir, TrainingRegion::make().unwrap(), numbers, revoked)
    }

    /// The same in this region.
    pub fn of_region(dir: &Path, region: TrainingRegion, numbers: &[usize], revoked: &[usize]) -> Self {
        let stack = Stack::start(dir, &[READER]).unwrap_or_else(|error| panic!("{error}"));
        let samples = samples(numbers);
        let residents: Vec<Summary> = samples.iter().map(|resident| resident.summary.clone()).collect();
        let (staff, cards) = {
            let desk = CardDesk::new(&region, stack.reader(0)).unwrap();
            let staff = vec![region.staff(&desk, "S0001", "佐藤").unwrap()];
            let cards = residents.iter().map(|summary| region.patient(&desk, summary).unwrap()).collect::<Vec<_>>();
            (staff, cards)
        };
        let revoked: Vec<Vec<u8>> = revoked.iter().map(|place| cards[*place].certificate_serial.clone()).collect();
        let rows = region.rows(samples.iter().zip(&cards).map(|(resident, card)| (resident, card.public_key)));
        let tablet = region.enrol(dir, rows, &staff, &revoked).unwrap();
        std::fs::write(dir.join("pin"), TRAINING_PIN).unwrap();
        let photos = samples.into_iter().map(|resident| resident.photo).collect();
        Self { dir: dir.to_owned(), stack, region, staff, residents, photos, cards, tablet }
    }

    /// The file of the store that holds the records.
    pub fn records(&self) -> PathBuf {
        let key = StoreKey::load(&self.tablet.config.store_key).unwrap();
        let store = Store::open(&self.tablet.config.store, key).unwrap();
        store.live_set_path().unwrap().expect("a set")
    }

    /// A file of the store, opened by somebody who has the store key.
    pub fn unlocked(&self, file: &Path) -> Connection {
        let key = std::fs::read(&self.tablet.config.store_key).unwrap();
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        let db = Connection::open(file).unwrap();
        db.pragma_update(None, "key", format!("x'{hex}'")).unwrap();
        db
    }

    /// The reader.
    pub fn reader(&self) -> &VirtualReader {
        self.stack.reader(0)
    }

    /// Where more cards are issued.
    pub fn desk(&self) -> CardDesk<'_> {
        CardDesk::new(&self.region, self.reader()).unwrap()
    }

    /// One `kakari tap`: the staff card, then this card.
    pub fn tap(&self, card: &VirtualCard) -> Tapped {
        self.tap_when(|wanted| match wanted {
            "staff card" => self.reader().insert(&self.staff[0].card.card),
            _ => self.reader().insert(card),
        })
    }

    /// One tap of this card, which another takes the place of after so long.
    pub fn tap_then(&self, card: &VirtualCard, other: &VirtualCard, after: Duration) -> Tapped {
        self.tap_when(|wanted| {
            if wanted == "staff card" {
                self.reader().insert(&self.staff[0].card.card);
            } else {
                self.reader().insert(card);
                thread::sleep(after);
                self.reader().insert(other);
            }
        })
    }

    /// One `kakari tap`; `hand` is told which card is wanted.
    pub fn tap_when(&self, hand: impl FnMut(&str)) -> Tapped {
        self.tap_by(Command::new(kakari()), hand)
    }

    /// The same, begun by this command.
    pub fn tap_by(&self, program: Command, mut hand: impl FnMut(&str)) -> Tapped {
        let mut tapping = Tapping::start_by(program, self, "kakari=info");
        let outcome = loop {
            let Some(line) = tapping.next_line() else { break Value::Null };
            match line["wanted"].as_str() {
                Some(wanted) => hand(wanted),
                None => break line,
            }
        };
        self.reader().remove();
        tapping.finish(outcome)
    }
}

/// A running `kakari tap --json`.
pub struct Tapping {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
    stderr: Option<JoinHandle<String>>,
    printed: String,
    killed: bool,
}

/// What came of it.
pub struct Tapped {
    /// The last JSON line, null when the program ended without one.
    pub outcome: Value,
    /// Everything it printed.
    pub printed: String,
    /// Its log.
    pub log: String,
    /// Whether it ended well.
    pub success: bool,
}

impl Tapping {
    /// Starts the program with this `RUST_LOG`.
    pub fn start(place: &Place, log: &str) -> Self {
        Self::start_by(Command::new(kakari()), place, log)
    }

    /// The same, begun by this command: `strace …`, and the program as its last word.
    pub fn start_by(program: Command, place: &Place, log: &str) -> Self {
        Self::start_many(program, place, log, 1)
    }

    /// The same for so many patients' cards, one after the other.
    pub fn start_many(mut program: Command, place: &Place, log: &str, taps: usize) -> Self {
        let mut child = program
            .args(["tap", "--json", "--wait", "20", "--basis", "consent", "--taps", &taps.to_string(), "--pin-file"])
            .arg(place.dir.join("pin"))
            .arg("--config")
            .arg(&place.tablet.config_path)
            .env("RUST_LOG", log)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let stderr = child.stderr.take().unwrap();
        let stderr = thread::spawn(move || std::io::read_to_string(stderr).unwrap_or_default());
        Self { child, lines, stderr: Some(stderr), printed: String::new(), killed: false }
    }

    /// The next JSON line; `None` when the program ended.
    pub fn next_line(&mut self) -> Option<Value> {
        let line = self.lines.next()?.unwrap();
        self.printed.push_str(&line);
        Some(serde_json::from_str(&line).unwrap())
    }

    /// Ends the program as a crash does.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.killed = true;
    }

    /// Waits for the program's end.
    pub fn finish(mut self, outcome: Value) -> Tapped {
        let ended = self.child.wait().unwrap();
        let success = ended.success();
        let log = self.stderr.take().unwrap().join().unwrap();
        let _ = std::io::stderr().write_all(log.as_bytes());
        assert!(self.killed || ended.code().is_some(), "the program fell: {ended}");
        Tapped { outcome, printed: self.printed, log, success }
    }
}

impl Tapped {
    /// The sentence of a tap that showed nothing, here or on standard error.
    pub fn sentence(&self) -> String {
        match self.outcome["sentence"].as_str() {
            Some(sentence) => sentence.to_owned(),
            None => self.log.lines().rev().find(|line| line.starts_with("kakari: ")).unwrap_or_default().to_owned(),
        }
    }

    /// Fails unless exactly this resident was shown, whole but for what the patient has not been told.
    pub fn shows(&self, summary: &Summary) {
        assert_eq!(self.outcome["outcome"], "shown", "{}", self.sentence());
        let shown: Summary = serde_json::from_value(self.outcome["summary"].clone()).unwrap();
        assert!(shown == summary.told(), "another summary than the documents gave");
    }

    /// Which of these residents was shown, whole. Fails if it is none of them, or another than stood on the check.
    pub fn shows_whom_was_checked(&self, residents: &[Summary]) -> usize {
        let shown: Summary = serde_json::from_value(self.outcome["summary"].clone()).unwrap();
        let whole = residents.iter().position(|summary| shown == summary.told());
        let who = whole.expect("the documents of one resident, whole");
        assert_eq!(self.outcome["checked"]["name"], shown.identity.name, "another stood on the check");
        who
    }

    /// Fails if anything of these residents was printed, and returns the sentence.
    pub fn shows_nothing_of(&self, residents: &[Summary]) -> String {
        assert!(!self.success);
        assert_eq!(self.outcome["summary"], Value::Null);
        for word in residents.iter().flat_map(patient_words) {
            assert!(!self.printed.contains(&word), "a patient's word in an answer that must show nothing");
        }
        self.sentence()
    }
}

/// How old this patient is today, as a crew would say.
pub fn age(summary: &Summary) -> u32 {
    let born = summary.identity.birth_date.unwrap().earliest();
    day_of(Utc::now()).years_since(born).unwrap()
}

/// Words that tell of this patient: name, kana, number, address, phones, and every text of the record longer than
/// three characters.
pub fn patient_words(summary: &Summary) -> Vec<String> {
    let identity = serde_json::to_value(&summary.identity).unwrap();
    let whole = serde_json::to_value(summary).unwrap();
    let mut words = Vec::new();
    texts(&identity, &mut words);
    texts(&whole["allergies"], &mut words);
    texts(&whole["conditions"], &mut words);
    texts(&whole["contacts"], &mut words);
    texts(&whole["medicines"], &mut words);
    words.retain(|word| word.chars().count() > 3 && !word.is_ascii() || word.len() > 9);
    words.retain(|word| {
        !word.starts_with("http") && !word.starts_with("not_recorded") && !word.starts_with("medication")
    });
    words.retain(|word| !matches!(word.as_str(), "environment" | "not_recorded" | "unconfirmed" | "unable_to_assess"));
    words
}

fn texts(value: &Value, words: &mut Vec<String>) {
    match value {
        Value::String(text) => words.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, words)),
        Value::Object(fields) => fields.values().for_each(|field| texts(field, words)),
        _ => {}
    }
}
