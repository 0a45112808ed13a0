//! The desk where cards are issued: the program itself, a real pcscd, blank cards, a real database.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

use kakari_card::issue::{IssueError, ManagementKey, put_object};
use kakari_card::{CardAuthority, CardHere, Laid, Pin, PinOutcome, Talker};
use kakari_card_sim::{SOCKET_VARIABLE, Stack, VirtualCard, in_own_process};
use kakari_cluster::Cluster;
use kakari_record::model::Summary;
use kakari_record::seal::{CardCopy, Dictionary, SharedX, SignedRoster};
use kakari_region::config::RegionConfig;
use kakari_region::db;
use kakari_region::keys::{RegionKeys, ServerKey, VaultKeys};
use kakari_region::publish::{Objects, Pace, PublishError, Publisher};
use serde_json::Value;
use sqlx::PgPool;
use tokio::runtime::Runtime;

const DICTIONARY: &[u8] = include_bytes!("../../../assets/dictionary/1.zdict");
const READER: &str = "Kakari Virtual Reader";
const ALICE: &str = "9010000000000285";
const BOB: &str = "9010000000000148";

mod felica;

/// A region whose office has a reader.
struct Desk {
    dir: PathBuf,
    stack: Stack,
    runtime: Runtime,
    pool: PgPool,
}

impl Desk {
    fn open(dir: &Path, readers: &[&str]) -> Self {
        let stack = Stack::start(dir, readers).unwrap_or_else(|error| panic!("{error}"));
        let (dir, database) = (dir.join("region"), Cluster::shared().database());
        fs::create_dir(&dir).unwrap();
        let runtime = Runtime::new().unwrap();
        let pool = runtime.block_on(db::connect_to(&database)).unwrap();
        let desk = Self { dir, stack, runtime, pool };
        desk.does(&["init", "--name", "北町", "--make-card-authority", "--training", "--database", &database]);
        for number in [ALICE, BOB] {
            desk.does(&["resident", "add", number, "--consent", "given"]);
        }
        desk.does(&["staff", "add", "--id", "S0001", "--name", "高橋 美咲"]);
        desk
    }

    fn run(&self, words: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_kakari-region"))
            .current_dir(&self.dir)
            .env_remove("KAKARI_REGION")
            .env(SOCKET_VARIABLE, self.stack.socket())
            .args(["--by", "test"])
            .args(words)
            .output()
            .unwrap()
    }

    fn does(&self, words: &[&str]) -> String {
        let said = self.run(words);
        assert!(said.status.success(), "{words:?}: {}", String::from_utf8_lossy(&said.stderr));
        String::from_utf8(said.stdout).unwrap()
    }

    fn refuses(&self, words: &[&str]) -> String {
        let said = self.run(words);
        assert_eq!(said.status.code(), Some(1), "{words:?}: {}", String::from_utf8_lossy(&said.stdout));
        assert!(said.stdout.is_empty());
        String::from_utf8(said.stderr).unwrap()
    }

    /// The same with this card on the reader.
    fn with<T>(&self, card: &VirtualCard, work: impl FnOnce() -> T) -> T {
        self.stack.reader(0).insert(card);
        self.wait_for(pcsc::State::PRESENT);
        let done = work();
        self.stack.reader(0).remove();
        self.wait_for(pcsc::State::EMPTY);
        done
    }

    /// Until pcscd has seen it: a card laid on before that would be met by the end of the one before.
    fn wait_for(&self, wanted: pcsc::State) {
        let context = pcsc::Context::establish(pcsc::Scope::User).unwrap();
        let readers = context.list_readers_owned().unwrap();
        let named = |reader: &&std::ffi::CString| reader.to_string_lossy().starts_with(self.stack.reader(0).name());
        let reader = readers.iter().find(named).unwrap().clone();
        let mut states = [pcsc::ReaderState::new(reader, pcsc::State::UNAWARE)];
        let patience = std::time::Duration::from_secs(5);
        while !states[0].event_state().contains(wanted) {
            context.get_status_change(patience, &mut states).unwrap();
            states[0].sync_current_state();
        }
    }

    fn issue(&self, card: &VirtualCard, more: &[&str]) -> Value {
        let words = [&["--json", "card", "issue", "--number", ALICE], more].concat();
        serde_json::from_str(&self.with(card, || self.does(&words))).unwrap()
    }

    fn refuses_to_issue(&self, card: &VirtualCard, more: &[&str]) -> String {
        let words = [&["card", "issue", "--number", ALICE, "--wait", "20"], more].concat();
        self.with(card, || self.refuses(&words))
    }

    fn keys<T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin + 'static>(
        &self,
        sql: &'static str,
    ) -> Vec<T> {
        self.runtime.block_on(sqlx::query_scalar(sql).fetch_all(&self.pool)).unwrap()
    }

    fn authority(&self) -> CardAuthority {
        let point: Vec<Vec<u8>> = self.keys("SELECT card_authority FROM region");
        CardAuthority::new([point[0].as_slice().try_into().unwrap()])
    }

    /// Serials that tablets refuse from the next roster on.
    fn refused(&self) -> Vec<String> {
        let config = RegionConfig::load(&self.dir.join("region.toml")).unwrap();
        let server = ServerKey::load(&config.server_key).unwrap();
        self.runtime.block_on(async {
            let keys = RegionKeys::load(&self.pool, &server).await.unwrap();
            let objects = Objects::open(&config.feed).unwrap();
            let head = loop {
                let publisher = Publisher::open(self.pool.clone(), server.clone(), objects.clone(), Pace::default());
                match publisher.await {
                    // The one before is on its way out of the database.
                    Err(PublishError::Busy) => tokio::time::sleep(std::time::Duration::from_millis(5)).await,
                    publisher => break publisher.unwrap().once().await.unwrap(),
                }
            };
            let roster = objects.get(head.roster.object.sha256).await.unwrap();
            let roster = SignedRoster::decode(&roster).unwrap().verify(&keys.region_key, keys.feed).unwrap();
            roster.revoked.iter().map(hex::encode).collect()
        })
    }

    /// A tablet's conversation with a resident's card: its serial, when it holds the key that is registered for it.
    fn tap(&self, card: &VirtualCard) -> String {
        let talker = Talker::default();
        self.with(card, || {
            let mut conversation = wait_to_connect(&talker);
            let laid = conversation.identify(&self.authority(), SystemTime::now()).unwrap();
            let Laid::Patient(patient) = laid else { panic!("not a patient's card: {laid:?}") };
            let registered: Vec<Vec<u8>> = self.keys("SELECT public_key FROM card WHERE state = 'active'");
            assert!(registered.iter().any(|key| key == &patient.public_key.to_vec()), "registered");
            assert!(conversation.prove_key(&patient.public_key).unwrap(), "and the card holds it");
            conversation.finish().unwrap();
            let mut conversation = talker.connect(&CardHere::on(self.stack.reader(0).name())).unwrap();
            let erased = put_object(&mut conversation, &ManagementKey::factory_keys(), [0x5F, 0xC1, 0x01], &[]);
            assert!(matches!(erased, Err(IssueError::WrongManagementKey)), "{erased:?}");
            hex::encode(patient.certificate_serial.as_bytes())
        })
    }
}

/// pcscd takes a moment to see a card.
fn wait_to_connect(talker: &Talker) -> kakari_card::Conversation {
    for _ in 0..200 {
        let name = pcsc::Context::establish(pcsc::Scope::User).unwrap().list_readers_owned().unwrap().remove(0);
        if let Ok(conversation) = talker.connect(&CardHere::on(&name.to_string_lossy())) {
            return conversation;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("no card came")
}

/// Exchanges to tear at: all with KAKARI_EVERY_EXCHANGE=1.
fn exchanges() -> Vec<usize> {
    if std::env::var_os("KAKARI_EVERY_EXCHANGE").is_some() { (1..=24).collect() } else { vec![2, 8, 10, 13, 15, 18] }
}

#[test]
fn an_issue_torn_anywhere_leaves_nothing_registered_and_the_same_command_finishes_it() {
    in_own_process("desk::an_issue_torn_anywhere_leaves_nothing_registered_and_the_same_command_finishes_it", |dir| {
        let desk = Desk::open(dir, &[READER]);
        let mut torn = 0;
        for n in exchanges() {
            let before: Vec<String> = desk.keys("SELECT state FROM card WHERE state = 'active'");
            let card = VirtualCard::blank().unwrap();
            card.tear_at_exchange(n);
            let words = ["card", "issue", "--number", ALICE, "--another"];
            let said = desk.with(&card, || desk.run(&words));
            if !said.status.success() {
                torn += 1;
                let told = String::from_utf8_lossy(&said.stderr).into_owned();
                assert!(told.contains("the card was taken away: lay the same card on again"), "exchange {n}: {told}");
                let now: Vec<String> = desk.keys("SELECT state FROM card WHERE state = 'active'");
                assert_eq!(now.len(), before.len(), "exchange {n}: nothing is registered");
            }
            card.forget_faults();
            let issued = desk.issue(&card, &["--another"]);
            assert_eq!(desk.tap(&card), issued["serial"].as_str().unwrap(), "exchange {n}");
            let now: Vec<String> = desk.keys("SELECT state FROM card WHERE state = 'active'");
            assert_eq!(now.len(), before.len() + 1, "exchange {n}: one more, not two");
        }
        eprintln!("torn {torn} times, as often finished by the same command");
        assert!(torn >= 5, "{torn}");
    });
}

#[test]
fn a_card_is_issued_lost_replaced_and_refused_where_it_must_be() {
    in_own_process("desk::a_card_is_issued_lost_replaced_and_refused_where_it_must_be", |dir| {
        let desk = Desk::open(dir, &[READER]);
        let [first, second, third] = [(); 3].map(|()| VirtualCard::blank().unwrap());
        let one = desk.issue(&first, &["--print", "out", "--name", "見本 花子"]);
        let serial = one["serial"].as_str().unwrap();
        assert_eq!((&one["number"], &one["qr"], &one["name"]), (&ALICE.into(), &ALICE.into(), &"見本 花子".into()));
        let printed: Value =
            serde_json::from_str(&fs::read_to_string(desk.dir.join(format!("out/card-{serial}.json"))).unwrap())
                .unwrap();
        assert_eq!(printed["number"], ALICE);
        assert!(desk.dir.join(format!("out/card-{serial}-back.svg")).exists());
        opensc_reads_it(&desk, &first, serial);

        assert!(desk.refuses_to_issue(&second, &[]).contains(&format!("has a card in use ({serial})")));
        assert!(desk.refuses_to_issue(&second, &["--replaces", "2a"]).contains("names no card in use"));
        let again = desk.issue(&first, &[]);
        assert_eq!(again["serial"], one["serial"], "given again, it says the same and makes nothing anew");
        let other = desk.with(&first, || desk.refuses(&["card", "issue", "--number", BOB]));
        assert!(other.contains(&format!("card {serial} was issued already")), "{other}");

        let two = desk.issue(&second, &["--replaces", serial]);
        assert_eq!(desk.refused(), [serial], "the one before is refused from the next roster on");
        let three = desk.issue(&third, &["--lost"]);
        assert_eq!(desk.tap(&third), three["serial"].as_str().unwrap());
        let refused = desk.refused();
        assert!(refused.len() == 2 && refused.contains(&two["serial"].as_str().unwrap().to_owned()), "{refused:?}");
        assert!(desk.refuses_to_issue(&first, &["--another"]).contains("cards are not issued twice"));
        let log: Vec<String> = desk.keys("SELECT what || subject FROM office_log");
        assert!(!log.iter().any(|line| line.contains(ALICE)), "the log names no patient");
        let foreign = VirtualCard::answering(&[0x3B, 0x80, 0x80, 0x01, 0x01], |_| vec![0x6A, 0x82]).unwrap();
        assert!(desk.refuses_to_issue(&foreign, &["--another"]).contains("not a PIV card"));
        let no_card = desk.refuses(&["card", "issue", "--number", ALICE, "--another", "--wait", "1"]);
        assert!(no_card.contains(&format!("no card was laid on {READER}")), "{no_card}");
        let no_reader =
            desk.refuses(&["card", "issue", "--number", ALICE, "--another", "--wait", "1", "--reader", "SONY"]);
        assert!(no_reader.contains("no card reader whose name matches 'SONY'"), "{no_reader}");
    });
}

#[test]
fn an_interrupted_card_that_is_not_laid_on_again_is_given_up_by_word_alone_and_refused() {
    in_own_process(
        "desk::an_interrupted_card_that_is_not_laid_on_again_is_given_up_by_word_alone_and_refused",
        |dir| {
            let desk = Desk::open(dir, &[READER]);
            let [first, second, third] = [(); 3].map(|()| VirtualCard::blank().unwrap());
            first.tear_at_exchange(13);
            assert!(desk.refuses_to_issue(&first, &[]).contains("lay the same card on again"));
            let open: Vec<Vec<u8>> = desk.keys("SELECT serial FROM card_issue WHERE state = 'open'");
            let serial = hex::encode(&open[0]);
            let other = desk.with(&first, || desk.refuses(&["card", "issue", "--number", BOB]));
            assert!(other.contains(&format!("card {serial} is being issued for another holder")), "{other}");
            assert!(desk.refuses_to_issue(&second, &[]).contains(&format!("its card is {serial}")));
            let issued = desk.issue(&second, &["--anew"]);
            assert_ne!(issued["serial"], serial.as_str());
            assert_eq!(desk.tap(&second), issued["serial"].as_str().unwrap());
            let gone = desk.refuses_to_issue(&first, &["--another"]);
            assert!(
                gone.contains(&format!("card {serial} is unusable: a blank card was taken in its place")),
                "{gone}"
            );
            assert_eq!(desk.refused(), [serial]);

            // A card whose management key is somebody else's is left as it is.
            desk.with(&third, || {
                let mut conversation = wait_to_connect(&Talker::default());
                let order = kakari_card::issue::Order {
                    new_management_keys: vec![ManagementKey::aes(&[7; 32]).unwrap()],
                    ..kakari_card::issue::Order::new(
                        kakari_card::issue::Holder::Patient(kakari_card::CardNumber::new(ALICE).unwrap()),
                        1,
                        SystemTime::now(),
                        SystemTime::now(),
                    )
                };
                let stranger = kakari_card::issue::CardAuthoritySigner::make("Elsewhere").unwrap();
                kakari_card::issue::issue(&mut conversation, &stranger, &order).unwrap();
                conversation.finish().unwrap();
            });
            let theirs = desk.refuses_to_issue(&third, &["--another"]);
            assert!(theirs.contains("issued by another region, or by somebody else"), "{theirs}");
        },
    );
}

#[test]
fn a_staff_card_signs_in_with_the_pin_of_its_letter_which_stands_nowhere_else() {
    in_own_process("desk::a_staff_card_signs_in_with_the_pin_of_its_letter_which_stands_nowhere_else", |dir| {
        let desk = Desk::open(dir, &[READER]);
        let card = VirtualCard::blank().unwrap();
        let words = ["staff", "issue", "--id", "S0001"];
        assert!(desk.refuses(&words).contains("name a folder with --print"));
        let said = desk.with(&card, || desk.run(&[words.as_slice(), &["--print", "out"]].concat()));
        let told = [String::from_utf8(said.stdout).unwrap(), String::from_utf8(said.stderr).unwrap()].concat();
        assert!(said.status.success(), "{told}");
        let letter = fs::read_dir(desk.dir.join("out")).unwrap().map(|entry| entry.unwrap().path());
        let letter = letter.into_iter().find(|path| path.display().to_string().contains("pin-letter")).unwrap();
        assert_eq!(fs::metadata(&letter).unwrap().permissions().mode() & 0o777, 0o600);
        let words = fs::read_to_string(&letter).unwrap();
        let pin = words.lines().find_map(|line| line.strip_prefix("最初のPIN: ")).unwrap();
        assert!(pin.len() == 6 && !told.contains(pin), "{told}");
        desk.with(&card, || {
            let mut conversation = wait_to_connect(&Talker::default());
            let Laid::Staff(staff) = conversation.identify(&desk.authority(), SystemTime::now()).unwrap() else {
                panic!("not a staff card")
            };
            let registered: Vec<Vec<u8>> = desk.keys("SELECT public_key FROM staff_card WHERE state = 'active'");
            assert_eq!(registered, [staff.public_key.to_vec()]);
            assert_eq!(conversation.verify_pin(&Pin::new(pin).unwrap()).unwrap(), PinOutcome::Accepted);
            assert!(conversation.prove_staff_key(&staff.public_key).unwrap());
            conversation.finish().unwrap();
        });
    });
}

#[test]
fn cards_on_two_readers_are_told_with_both_names() {
    in_own_process("desk::cards_on_two_readers_are_told_with_both_names", |dir| {
        let desk = Desk::open(dir, &["Left Reader", "Right Reader"]);
        let [one, other] = [(); 2].map(|()| VirtualCard::blank().unwrap());
        desk.stack.reader(1).insert(&other);
        let told = desk.refuses_to_issue(&one, &[]);
        assert!(told.contains("Left Reader") && told.contains("Right Reader") && told.contains("--reader"), "{told}");
        let begun: Vec<Vec<u8>> = desk.keys("SELECT serial FROM card_issue");
        assert!(begun.is_empty());
        let issued = desk.with(&one, || desk.does(&["card", "issue", "--number", ALICE, "--reader", "right"]));
        assert!(issued.contains("issued and registered"), "{issued}");
    });
}

#[test]
fn a_copy_of_what_was_published_is_written_to_its_residents_card_and_to_no_other() {
    in_own_process("desk::a_copy_of_what_was_published_is_written_to_its_residents_card_and_to_no_other", |dir| {
        let desk = Desk::open(dir, &[READER]);
        let card = VirtualCard::blank().unwrap();
        desk.issue(&card, &[]);
        let words = ["card", "write-copy", "--number", ALICE, "--wait", "20"];
        let early = desk.with(&card, || desk.refuses(&words));
        assert!(early.contains("nothing of this resident is published"), "{early}");
        let document = "assets/region/residents/002-warfarin-atrial-fibrillation.json";
        let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(document);
        desk.does(&["ingest", document.to_str().unwrap()]);
        desk.refused(); // Publishes.
        let of_bob = ["card", "write-copy", "--number", BOB, "--wait", "20"];
        let told = desk.with(&card, || desk.refuses(&of_bob));
        assert!(told.contains("another resident's: nothing was written"), "{told}");
        assert_eq!(carried(&desk, &card), None);
        let gone = desk.does(&["resident", "consent", BOB, "withdrawn"]);
        assert!(!gone.contains("a copy of the record"), "{gone}");

        card.tear_at_exchange(9);
        let torn = desk.with(&card, || desk.refuses(&words));
        assert!(torn.contains("the card was taken away"), "{torn}");
        let known: Vec<i64> = desk.keys("SELECT count(*) FROM card_copy");
        assert_eq!(known, [1], "a torn card may carry it");
        card.forget_faults();

        let json = [&["--json"], words.as_slice()].concat();
        let written: Value = serde_json::from_str(&desk.with(&card, || desk.does(&json))).unwrap();
        assert_eq!((&written["version"], written["left_out"].as_array().map(Vec::len)), (&1.into(), Some(0)));
        let carried = carried(&desk, &card).expect("a copy");
        assert_eq!(carried.identity.number.as_ref().map(|number| number.digits()), Some(ALICE));
        assert!(!carried.medicines.items().is_empty());
        let blank = VirtualCard::blank().unwrap();
        let told = desk.with(&blank, || desk.refuses(&words));
        assert!(told.contains("no card of a resident"), "{told}");

        // It stays on the card when the record leaves the tablets, so the office hears of it.
        let serial = written["serial"].as_str().unwrap();
        for gone in [["consent", ALICE, "withdrawn"], ["status", ALICE, "moved"]] {
            let told = desk.does(&[&["resident"], &gone[..]].concat());
            assert!(told.contains(&format!("a copy of the record stays on the cards: {serial}")), "{told}");
        }
    });
}

/// The copy on this card, opened as a tablet of the region does it.
fn carried(desk: &Desk, card: &VirtualCard) -> Option<Summary> {
    let config = RegionConfig::load(&desk.dir.join("region.toml")).unwrap();
    let server = ServerKey::load(&config.server_key).unwrap();
    let keys = desk.runtime.block_on(RegionKeys::load(&desk.pool, &server)).unwrap();
    let vault = desk.runtime.block_on(VaultKeys::load(&desk.pool, &server)).unwrap();
    desk.with(card, || {
        let mut conversation = wait_to_connect(&Talker::default());
        let laid = conversation.identify(&desk.authority(), SystemTime::now()).unwrap();
        let Laid::Patient(patient) = laid else { panic!("not a patient's card: {laid:?}") };
        let copy = conversation.read_copy(|beginning| CardCopy::peek(beginning).is_some()).unwrap()?;
        let copy = CardCopy::decode(&copy).unwrap().verify(&keys.region_key, keys.feed, &patient.public_key).unwrap();
        let answer = conversation.agree(copy.enc()).unwrap();
        conversation.finish().unwrap();
        let (answer, dictionary) = (SharedX::new(*answer.expose()), Dictionary::new(1, DICTIONARY));
        Some(copy.open(&patient.public_key, &answer, &vault.current.copy_key(), &dictionary).unwrap())
    })
}

/// A tool that shares no code with us reads the card that the desk issued, and finds the certificate that was registered.
fn opensc_reads_it(desk: &Desk, card: &VirtualCard, serial: &str) {
    desk.with(card, || {
        drop(wait_to_connect(&Talker::default()));
        let tool = |arguments: &[&str]| {
            let output = Command::new("pkcs15-tool")
                .args(arguments)
                .env(SOCKET_VARIABLE, desk.stack.socket())
                .output()
                .expect("pkcs15-tool is needed: scripts/setup.sh test, or apt-get install opensc");
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
        };
        let listed = tool(&["--list-certificates"]);
        assert!(listed.contains("Certificate for Card Authentication"), "{listed}");
        let read = tool(&["--read-certificate", "04"]);
        let begin = read.find("-----BEGIN").unwrap_or_else(|| panic!("{read}"));
        let authority = desk.authority().keys()[0];
        let read = kakari_region::office::CardCertificate::read(&read.as_bytes()[begin..], &authority).unwrap();
        assert_eq!(hex::encode(&read.serial), serial);
        let registered: Vec<Vec<u8>> = desk.keys("SELECT public_key FROM card WHERE state = 'active'");
        assert_eq!(registered, [read.public_key.to_vec()]);
    });
}
