//! The pages round the work, with the real processes: sync asked for from the tablet, a stick, the look, the figures.

use std::fs;
use std::process::{Child, Stdio};

use kakari::demo::{TRAINING_PIN, TrainingRegion};
use kakari_card_sim::{Stack, in_own_process};
use kakari_record::seal::Change;
use kakari_tests::bundled::Bundled;
use kakari_tests::place::{Place, READER};
use kakari_tests::touched::Touched;
use serde_json::Value;

/// An enrolled tablet on a desk, and the stick's place.
fn enrolled(dir: &std::path::Path, numbers: &[usize]) -> (Stack, Bundled) {
    let stack = Stack::start(dir, &[READER]).unwrap_or_else(|error| panic!("{error}"));
    let bundled = Bundled::new(dir, TrainingRegion::make().unwrap(), numbers, 7);
    bundled.enrol();
    let config = fs::read_to_string(bundled.config()).unwrap();
    let media = format!("usb_dir = {:?}", dir.join("media").display().to_string());
    fs::write(bundled.config(), config.replace("usb_dir = \"/media\"", &media)).unwrap();
    (stack, bundled)
}

/// Killed when it is dropped.
struct Daemon(Child);

impl Daemon {
    fn start(bundled: &Bundled, words: &[&str]) -> Self {
        Self(bundled.sync_command(words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn has_line(seen: &Value, words: &str) -> bool {
    seen["lines"].as_array().is_some_and(|lines| lines.iter().any(|line| line.as_str().unwrap().contains(words)))
}

#[test]
fn a_round_that_was_asked_for_brings_what_is_new_and_says_so() {
    in_own_process("station::a_round_that_was_asked_for_brings_what_is_new_and_says_so", |dir| {
        let (_stack, mut bundled) = enrolled(dir, &[1, 2, 3]);
        let folder = bundled.feed.dir.display().to_string();
        let daemon = Daemon::start(&bundled, &["--from", &folder]);
        let mut tablet = Touched::at(&bundled.config());
        tablet.screen("sign-in");
        tablet.touch("open sync").until("the program runs", |seen| has_line(seen, "同期プログラム: 動いています"));
        let changes = vec![Change::Remove {
            record: bundled.rows[1].record.header().record,
            reason: kakari_record::seal::Removal::Withdrawn,
        }];
        bundled.feed.delta(&bundled.region, changes, 2);
        tablet.touch("sync-now").until("asked", |seen| seen["progress"]["words"].is_string());
        tablet.says("同期が終わりました");
        tablet.until("two are left", |seen| has_line(seen, "登録者: 2人"));

        // Killed, it answers nobody; and a request that was given up is not carried out by the next one.
        drop(daemon);
        tablet.touch("sync-now").says("同期プログラムが応答しません");
        assert!(!bundled.tablet().join("state/sync.request").exists());
    });
}

#[test]
fn a_stick_is_found_and_read_and_without_one_the_crew_is_told() {
    in_own_process("station::a_stick_is_found_and_read_and_without_one_the_crew_is_told", |dir| {
        let (_stack, mut bundled) = enrolled(dir, &[]);
        let all = bundled.residents.len();
        // The region's own server is out of reach; what comes, comes from the stick.
        let _daemon = Daemon::start(&bundled, &[]);
        let mut tablet = Touched::at(&bundled.config());
        tablet.screen("sign-in");
        tablet.touch("open sync").until("looked", |seen| has_line(seen, &format!("登録者: {all}人")));
        tablet.touch("import").says("USBに地域のデータが見つかりません");
        let rows = bundled.rows[..all - 1].to_vec();
        bundled.feed.snapshot(&bundled.region, &rows, 7);
        let stick = dir.join("media/crew/STICK");
        fs::create_dir_all(&stick).unwrap();
        for file in fs::read_dir(&bundled.feed.dir).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), stick.join(file.file_name())).unwrap();
        }
        tablet.touch("import").until("progress", |seen| seen["progress"]["words"].is_string());
        tablet.says(&format!("同期が終わりました(追加・更新 {}・削除 0", all - 1));
        tablet.until("from the stick", |seen| has_line(seen, &format!("登録者: {}人", all - 1)));
    });
}

#[test]
fn a_look_is_there_after_a_restart() {
    in_own_process("station::a_look_is_there_after_a_restart", |dir| {
        let place = Place::with_residents(dir, &[1]);
        let mut tablet = Touched::start(&place);
        tablet.screen("sign-in");
        tablet.touch("open settings").touch("speak en");
        tablet.until("English", |seen| has_line(seen, "Licence"));
        let kept = place.tablet.config.state.join("look.toml");
        let written = || fs::read_to_string(&kept).is_ok_and(|text| text.contains("english"));
        let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
        while !written() {
            assert!(std::time::Instant::now() < until, "the look is never kept");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        tablet.kill();
        let mut tablet = Touched::start(&place);
        tablet.screen("sign-in");
        tablet.touch("open settings").until("English", |seen| has_line(seen, "Licence"));
        tablet.kill();
        fs::write(&kept, "theme = \"pink\"").unwrap();
        let mut tablet = Touched::start(&place);
        tablet.screen("sign-in");
        tablet.touch("open settings").until("Japanese", |seen| has_line(seen, "ライセンス"));
    });
}

#[test]
fn review_and_figures_are_read_from_the_audit_between_taps() {
    in_own_process("station::review_and_figures_are_read_from_the_audit_between_taps", |dir| {
        let place = Place::with_residents(dir, &[1, 2]);
        let mut tablet = Touched::start(&place);
        tablet.screen("sign-in");
        place.reader().insert(&place.staff[0].card.card);
        tablet.screen("pin");
        tablet.submit(TRAINING_PIN).screen("standby");
        place.reader().remove();
        for card in &place.cards {
            tablet.touch("open usage").touch("open review").touch("open checks");
            tablet.until("the check", |seen| seen["page"] == "checks");
            tablet.touch("back").screen("standby");
            place.reader().insert(&card.card);
            tablet.screen("check");
            tablet.touch("confirm").screen("summary");
            place.reader().remove();
            tablet.touch("close").screen("standby");
        }
        tablet.touch("open review").until("none", |seen| seen["page"] == "review" && !has_line(seen, "確かめています"));
        tablet.touch("open usage").until("counted", |seen| seen["page"] == "usage" && has_line(seen, "/"));
        tablet.touch("open checks").until("checked", |seen| has_line(seen, "閲覧記録: ") && has_line(seen, "異常なし"));
    });
}
