//! The pages on which a tablet becomes a region's, touched without a window: over a real network and from a stick.

use std::fs;
use std::path::Path;

use chrono::TimeDelta;
use kakari::demo::TrainingRegion;
use kakari_cluster::Cluster;
use kakari_sync::enrol::{InvitationCode, OfflineEnrolment};
use kakari_tests::bundled::Bundled;
use kakari_tests::enrolling::{Enrolling, Fresh};
use kakari_tests::office::Office;
use serde_json::{Value, json};

/// Value and mark of the step of this name.
fn step<'a>(page: &'a Value, name: &str) -> [&'a str; 2] {
    let steps = page["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step[0] == name).unwrap_or_else(|| panic!("no {name} in {page}"));
    [step[1].as_str().unwrap(), step[2].as_str().unwrap()]
}

fn words<'a>(page: &'a Value, name: &str) -> &'a str {
    page[name].as_str().unwrap_or_else(|| panic!("no {name} in {page}"))
}

/// How long the longest file of a folder is.
fn largest(dir: &Path) -> u64 {
    let files = fs::read_dir(dir).into_iter().flatten().flatten();
    files.map(|file| file.metadata().map_or(0, |data| data.len())).max().unwrap_or(0)
}

#[test]
fn a_tablet_is_enrolled_by_touches_and_a_power_cut_and_a_dead_line_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let office = Office::open(&dir.path().join("region"), &Cluster::shared().database());
    let invited = office.invite("北町救急1");
    let tablet = Fresh::in_dir(&dir.path().join("first"));

    // Typed for the server, wrong at first, then as far as the middle of the snapshot.
    office.line.set_slow(true);
    let mut enrolling = tablet.start(&["--server", &invited.url]);
    let page = enrolling.wait_for("choose");
    assert_eq!(page["choose"][0], json!(["ネットワークで登録", invited.url, true]));
    assert_eq!(page["choose"][2][2], false, "no file of an invitation is on the stick");
    enrolling.touch("way 0");
    enrolling.touch("letters 8K2");
    enrolling.touch("submit");
    enrolling.wait_until("what is missing", |page| page["sentence"] == "あと9文字足りません");
    (0..3).for_each(|_| enrolling.touch("erase"));
    enrolling.touch(&format!("letters {}", invited.code.replace('-', "")));
    enrolling.wait_until("a whole code", |page| page["code"]["can_submit"] == true);
    enrolling.touch("submit");
    let half = |page: &Value| {
        let of = page["working"]["permille"].as_u64().unwrap_or(0);
        page["working"]["words"] == "全件データを受け取っています" && (500..1000).contains(&of)
    };
    let page = enrolling.wait_until("the middle of the snapshot", half);
    assert_eq!(step(&page, "招待"), [&format!("{} が受け付けました", invited.url), "good"]);
    assert_eq!(step(&page, "地域の鍵"), ["コードだけで確認(鍵の照合なし)", "good"]);
    assert_eq!(step(&page, "証明書"), ["tablet-001 / 北町救急1", "good"]);
    assert_eq!(step(&page, "登録者")[1], "unknown", "nothing partial is counted");
    office.line.set_cut(true);
    let mut told = enrolling.printed.clone();
    told += &enrolling.kill();
    let kept = largest(&tablet.state().join("partial"));
    assert!(kept > 0, "what came of the snapshot stays");

    // Started again without a word, on a line that is dead.
    let mut enrolling = tablet.start(&[]);
    enrolling.wait_until("another try by itself", |page| page["stage"] == "working" && page["sentence"].is_string());
    let page = enrolling.wait_for("stopped");
    assert_eq!(page["stopped"]["can_retry"], true);
    assert!(words(&page, "next_step").contains("再開"), "{page}");
    assert_eq!(step(&page, "証明書")[1], "good", "what was done stays done");
    assert!(largest(&tablet.state().join("partial")) >= kept);
    office.line.set_cut(false);
    office.line.set_slow(false);
    let before = office.line.down();
    enrolling.touch("retry");
    let page = enrolling.wait_for("ready");
    let moved = office.line.down() - before;
    assert!(words(&page, "prompt").contains("職員 1人"), "{page}");
    assert_eq!(step(&page, "名簿"), ["署名を確認・職員 1人", "good"]);
    assert_eq!(step(&page, "登録者")[1], "good");
    let whole = largest(&office.dir.join("feed"));
    println!("the snapshot's part of {whole} bytes was at {kept} when it was cut; {moved} bytes came after");
    assert!(moved < whole, "the snapshot was fetched from its beginning again");
    told += &enrolling.printed;
    let (code, log) = enrolling.finish();
    assert_eq!(code, Some(0));
    told += &log;
    assert!(!invited.code.split('-').any(|part| told.contains(part)), "the code in what was said");

    refuse_what_is_not_good(&office, &invited.qr, dir.path());
}

/// Another invitation in the place of the one on the stick, once it is offered: the stick is looked at every two seconds.
fn exchange(tablet: &Fresh, enrolling: &mut Enrolling, [before, name]: [&str; 2], invitation: &str) {
    fs::remove_file(tablet.on_stick(before)).unwrap();
    fs::write(tablet.on_stick(name), invitation).unwrap();
    let is_offered = |page: &Value| page["choose"][2][1].as_str().is_some_and(|detail| detail.starts_with(name));
    enrolling.wait_until("the invitation on the stick", is_offered);
}

/// A file on the stick needs no typing; what is not good any more says which, and leads back to the first question.
fn refuse_what_is_not_good(office: &Office, used: &str, dir: &Path) {
    let tablet = Fresh::in_dir(&dir.join("second"));
    fs::write(tablet.on_stick("used.txt"), used).unwrap();
    let mut enrolling = tablet.start(&[]);
    enrolling.touch("way 2");
    let page = enrolling.wait_for("stopped");
    assert_eq!(
        (words(&page, "sentence"), &page["stopped"]["can_retry"]),
        ("この招待は別の端末で使われました", &json!(false))
    );
    enrolling.touch("back");

    let late = office.invite("北町救急2").qr;
    office.let_invitations_expire();
    let (url, words_of) = (office.invite("北町救急2"), |page: &Value| words(page, "sentence").to_owned());
    exchange(&tablet, &mut enrolling, ["used.txt", "late.txt"], &late);
    enrolling.touch("way 2");
    let page = enrolling.wait_until("expired", |page| page["stage"] == "stopped");
    assert_eq!(words_of(&page), "この招待は期限が切れています");

    // Another region's keys are pinned: nothing is said to this server.
    enrolling.touch("back");
    let mut parts: Vec<String> = url.qr.split(' ').map(str::to_owned).collect();
    parts[3] = "0".repeat(64);
    exchange(&tablet, &mut enrolling, ["late.txt", "other-keys.txt"], &parts.join(" "));
    enrolling.touch("way 2");
    let page = enrolling.wait_until("other keys", |page| page["stage"] == "stopped");
    assert!(words_of(&page).contains("招待の内容と違います"), "{page}");
    assert!(!tablet.dir.join("kakari.toml").exists(), "nothing was made");

    // And the right one, without a letter typed; in English from here on.
    enrolling.touch("back");
    exchange(&tablet, &mut enrolling, ["other-keys.txt", "right.txt"], &url.qr);
    enrolling.touch("english");
    enrolling.touch("theme");
    enrolling.touch("way 2");
    let page = enrolling.wait_for("ready");
    assert_eq!(step(&page, "Region's keys"), ["Match those in the invitation", "good"]);
    assert_eq!(enrolling.finish().0, Some(0));
    let look = fs::read_to_string(tablet.state().join("look.toml")).unwrap();
    assert!(look.contains("language = \"english\"") && look.contains("theme = \"night\""), "{look}");
}

#[test]
fn a_stick_that_was_changed_is_found_out_and_the_right_one_makes_the_tablet_ready() {
    let dir = tempfile::tempdir().unwrap();
    let tablet = Fresh::in_dir(&dir.path().join("tablet"));
    let bundled = Bundled::new(&tablet.on_stick("region"), TrainingRegion::make().unwrap(), &[1, 2], 7);
    let enrolment = bundled.feed.dir.join(OfflineEnrolment::FILE);
    let good = fs::read(&enrolment).unwrap();
    let mut forged = good.clone();
    let at = good.windows(6).position(|window| window == b"kita-1").unwrap();
    forged[at] = b'n';
    let code = bundled.code.expose().replace('-', "");
    let other = InvitationCode::make().unwrap().expose().replace('-', "");
    let mut enrolling = tablet.start(&[]);
    let mut type_in = |code: &str| {
        for line in ["way 1", &format!("letters {code}"), "submit"] {
            enrolling.touch(line);
        }
        let page = enrolling.wait_for("stopped");
        enrolling.touch("back");
        enrolling.wait_for("choose");
        words(&page, "sentence").to_owned()
    };
    let unknown = type_in(&other);
    fs::write(&enrolment, &forged).unwrap();
    let forged = type_in(&code);
    bundled.feed.invite_until(&bundled.region, "kita-1", &bundled.code, TimeDelta::seconds(-1));
    let expired = type_in(&code);
    assert!(unknown.contains("ありません") && forged.contains("偽") && expired.contains("期限"));
    assert!(!tablet.dir.join("kakari.toml").exists(), "nothing was made");

    // A part of the snapshot is missing on the stick; what was verified stays.
    fs::write(&enrolment, &good).unwrap();
    let mut objects: Vec<_> = fs::read_dir(&bundled.feed.dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    objects.sort_by_key(|path| std::cmp::Reverse(fs::metadata(path).unwrap().len()));
    let whole = fs::read(&objects[1]).unwrap();
    fs::remove_file(&objects[1]).unwrap();
    for line in ["way 1", &format!("letters {code}"), "submit"] {
        enrolling.touch(line);
    }
    let page = enrolling.wait_for("stopped");
    assert_eq!(page["stopped"]["can_retry"], true);
    assert_eq!(step(&page, "証明書")[1], "caution", "the certificate comes at the first contact");
    fs::write(&objects[1], whole).unwrap();
    enrolling.touch("retry");
    let page = enrolling.wait_for("ready");
    assert_eq!(step(&page, "登録者"), ["2人(配信 2人)を数えました", "good"]);
    assert_eq!(step(&page, "招待")[0], "USBの登録データと合いました");
    assert_eq!(enrolling.finish().0, Some(0));
}
