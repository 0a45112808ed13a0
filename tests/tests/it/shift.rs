//! A crew's shift with the real cards, the real store and the real program.

use std::io::{BufRead, BufReader, read_to_string};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use kakari::demo::{TRAINING_PIN, TrainingRegion, TrainingStaff};
use kakari_card_sim::in_own_process;
use kakari_record::seal::{FallbackCode, FallbackWrap, Keyring, VaultKey};
use kakari_store::{Store, StoreKey};
use kakari_tests::memory::find_in;
use kakari_tests::place::{Place, kakari};
use kakari_tests::touched::Touched;

/// How long after a lock nothing of a key may be left.
const WIPED: Duration = Duration::from_secs(2);

/// 佐藤 and 田中, whose card is laid on apart; the place's own staff is 佐藤 alone.
struct Shift {
    place: Place,
    second: TrainingStaff,
}

impl Shift {
    fn new(dir: &std::path::Path, region: TrainingRegion) -> Self {
        let place = Place::of_region(dir, region, &[1, 2], &[]);
        let second = place.region.staff(&place.desk(), "S0002", "田中").unwrap();
        let shift = Self { place, second };
        shift.set_roster(2, true, Vec::new());
        shift
    }

    /// A new roster reaches the tablet, as sync would bring it.
    fn set_roster(&self, version: u64, both: bool, fallback: Vec<FallbackWrap>) {
        let first = &self.place.staff[0];
        let mut staff = vec![("S0001", "佐藤", first.card.public_key)];
        if both {
            staff.push(("S0002", "田中", self.second.card.public_key));
        }
        let mut roster = self.place.region.roster_of(version, &staff, &[]).unwrap();
        roster.fallback = fallback;
        let signed = roster.sign(self.place.region.signing()).unwrap();
        let key = StoreKey::load(&self.place.tablet.config.store_key).unwrap();
        let mut store = Store::open_to_sync(&self.place.tablet.config.store, key).unwrap();
        store.set_roster(&signed).unwrap().unwrap();
    }

    /// A code for the tablet of this name.
    fn code_for(&self, tablet: &str) -> (FallbackCode, Vec<FallbackWrap>) {
        let (code, region) = (FallbackCode::make().unwrap(), &self.place.region);
        let keys = Keyring::new(vec![region.vault_key()]);
        let wraps = FallbackWrap::wrap_all(&keys, region.feed(), tablet, &code).unwrap();
        (code, wraps)
    }

    /// 佐藤 signs in and takes the card away.
    fn signed_in(&self) -> Touched {
        let mut tablet = Touched::start(&self.place);
        tablet.screen("sign-in");
        self.place.reader().insert(&self.place.staff[0].card.card);
        tablet.screen("pin");
        tablet.submit(TRAINING_PIN).screen("standby");
        self.place.reader().remove();
        tablet
    }

    /// One tap of the first resident, up to the summary.
    fn opens_a_record(&self, tablet: &mut Touched) {
        self.place.reader().insert(&self.place.cards[0].card);
        tablet.screen("check");
        tablet.touch("confirm").screen("summary");
        self.place.reader().remove();
    }

    /// One `kakari tap` that begins by a one-time code.
    fn tap_by_code(&self, code: &FallbackCode, staff: &str) -> (bool, String) {
        let file = self.place.dir.join("code");
        std::fs::write(&file, code.expose()).unwrap();
        let mut child = Command::new(kakari())
            .args(["tap", "--json", "--wait", "20", "--basis", "consent", "--staff", staff, "--fallback-code-file"])
            .arg(&file)
            .arg("--config")
            .arg(&self.place.tablet.config_path)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok) {
            if line.contains("patient card") {
                self.place.reader().insert(&self.place.cards[0].card);
            }
            said.push_str(&line);
        }
        said.push_str(&read_to_string(child.stderr.take().unwrap()).unwrap());
        self.place.reader().remove();
        (child.wait().unwrap().success(), said)
    }
}

#[test]
fn two_sign_in_and_a_pin_alone_opens_again_what_a_lock_had_wiped_from_memory() {
    in_own_process("shift::two_sign_in_and_a_pin_alone_opens_again_what_a_lock_had_wiped_from_memory", |dir| {
        // Sixteen bytes that stand nowhere else, twice: half a key left behind is found too.
        let secret: [u8; 32] = std::array::from_fn(|at| (at as u8).wrapping_mul(37).wrapping_add(0x5B));
        let vault = VaultKey::from_bytes(1, secret.into());
        let shift = Shift::new(dir, TrainingRegion::make().unwrap().with_vault_key(vault));
        let keys_in = |tablet: &Touched| find_in(tablet.id(), &[&secret[..16], &secret[16..]]);
        let mut tablet = shift.signed_in();
        shift.place.reader().insert(&shift.second.card.card);
        assert_eq!(tablet.screen("pin")["crew"], "佐藤");
        tablet.submit(TRAINING_PIN).until("two names", |seen| seen["crew"] == "佐藤・田中");
        shift.place.reader().remove();
        shift.opens_a_record(&mut tablet);
        let held = keys_in(&tablet);
        tablet.touch("lock").screen("locked");
        thread::sleep(WIPED);
        let locked = keys_in(&tablet);
        println!("halves of the vault key in memory: {held:?} with a case open, {locked:?} {WIPED:?} after the lock");
        assert!(held.iter().all(|times| *times > 0), "the search finds what is there");
        assert_eq!(locked, [0, 0]);

        tablet.submit("000000").says("残り2回");
        tablet.submit(TRAINING_PIN).screen("standby");
        shift.opens_a_record(&mut tablet);
        tablet.touch("close").screen("standby");
        tablet.touch("lock").screen("locked");
        for words in ["残り2回", "残り1回", "3回間違えたため"] {
            tablet.submit("000000").says(words);
        }
        assert_eq!(tablet.screen("sign-in")["crew"], "");
        tablet.submit(TRAINING_PIN);
        thread::sleep(WIPED);
        assert_eq!(keys_in(&tablet), [0, 0], "a PIN without a card is nothing now");
        shift.place.reader().insert(&shift.place.staff[0].card.card);
        tablet.screen("pin");
        tablet.submit(TRAINING_PIN).screen("standby");
        tablet.touch("end-shift").screen("sign-in");
        thread::sleep(WIPED);
        assert_eq!(keys_in(&tablet), [0, 0]);
    });
}

#[test]
fn a_second_card_that_is_blocked_by_wrong_pins_leaves_the_first_at_work() {
    in_own_process("shift::a_second_card_that_is_blocked_by_wrong_pins_leaves_the_first_at_work", |dir| {
        let shift = Shift::new(dir, TrainingRegion::make().unwrap());
        let mut tablet = shift.signed_in();
        tablet.touch("add-crew").screen("sign-in");
        shift.place.reader().insert(&shift.second.card.card);
        tablet.screen("pin");
        tablet.submit("000000").says("残り2回");
        tablet.submit("000000").says("残り1回");
        tablet.submit("000000").says("最後の1回");
        tablet.touch("submit").says("ロックされています");
        tablet.touch("cancel");
        assert_eq!(tablet.screen("standby")["crew"], "佐藤");
        shift.place.reader().remove();
        shift.opens_a_record(&mut tablet);
        tablet.touch("close").screen("standby");
        shift.place.reader().insert(&shift.place.staff[0].card.card);
        tablet.says("もうサインインしています");
        assert_eq!(tablet.screen("standby")["crew"], "佐藤");
    });
}

#[test]
fn a_one_time_code_starts_a_shift_without_a_staff_card_once_and_on_its_own_tablet_alone() {
    in_own_process(
        "shift::a_one_time_code_starts_a_shift_without_a_staff_card_once_and_on_its_own_tablet_alone",
        |dir| {
            let shift = Shift::new(dir, TrainingRegion::make().unwrap());
            let tablet = shift.place.tablet.config.tablet.clone();
            let ((first, mut wraps), (second, more), (other, others)) =
                (shift.code_for(&tablet), shift.code_for(&tablet), shift.code_for("another tablet"));
            wraps.extend(more.into_iter().chain(others));
            shift.set_roster(3, true, wraps);
            let (shown, said) = shift.tap_by_code(&first, "S0001,S0002");
            assert!(shown && said.contains("\"shown\""), "{said}");
            let (again, said) = shift.tap_by_code(&first, "S0001,S0002");
            assert!(!again && said.contains("もう使われています"), "{said}");
            let (elsewhere, said) = shift.tap_by_code(&other, "S0001,S0002");
            assert!(!elsewhere && said.contains("この端末の番号ではありません"), "{said}");
            let (alone, said) = shift.tap_by_code(&second, "S0001,S0009");
            assert!(!alone && said.contains("名簿にありません"), "{said}");

            // Killed as soon as its keys are held: the code is used up all the same.
            let code = String::from_utf8(second.expose().to_vec()).unwrap();
            let mut running = Touched::start(&shift.place);
            running.screen("sign-in");
            running.touch("one-time-code").screen("fallback");
            running.touch("pick 0").touch("pick 1").submit(&code).screen("standby");
            running.touch("lock").screen("locked");
            running.submit(&code).screen("standby");
            running.kill();
            let (after, said) = shift.tap_by_code(&second, "S0001,S0002");
            assert!(!after && said.contains("もう使われています"), "{said}");
        },
    );
}

#[test]
fn staff_removed_by_a_roster_are_locked_out_of_a_running_tablet_also_when_it_is_locked() {
    in_own_process(
        "shift::staff_removed_by_a_roster_are_locked_out_of_a_running_tablet_also_when_it_is_locked",
        |dir| {
            let shift = Shift::new(dir, TrainingRegion::make().unwrap());
            let mut tablet = shift.signed_in();
            for (version, locked) in [(3, false), (5, true)] {
                shift.place.reader().insert(&shift.second.card.card);
                tablet.screen("pin");
                tablet.submit(TRAINING_PIN).until("two names", |seen| seen["crew"] == "佐藤・田中");
                shift.place.reader().remove();
                if locked {
                    tablet.touch("lock").screen("locked");
                }
                shift.set_roster(version, false, Vec::new());
                assert_eq!(tablet.says("名簿から外れた")["screen"], "sign-in");
                tablet.submit(TRAINING_PIN);
                if !locked {
                    shift.set_roster(version + 1, true, Vec::new());
                    // A tablet looks for a new roster every second; before that 田中 is still nobody.
                    std::thread::sleep(std::time::Duration::from_millis(2_500));
                    shift.place.reader().insert(&shift.place.staff[0].card.card);
                    tablet.screen("pin");
                    tablet.submit(TRAINING_PIN).screen("standby");
                    shift.place.reader().remove();
                }
            }
        },
    );
}
