//! A sync asked for on the glass, done by the real `kakari sync` at the real region's server.

use std::fs;
use std::process::{Command, Stdio};

use kakari_card_sim::{Stack, in_own_process};
use kakari_cluster::Cluster;
use kakari_tests::office::Office;
use kakari_tests::place::{READER, kakari};
use kakari_tests::touched::Touched;
use serde_json::Value;

#[test]
fn a_crew_sees_how_far_everything_is_and_what_came_of_it() {
    in_own_process("station_online::a_crew_sees_how_far_everything_is_and_what_came_of_it", |dir| {
        let _stack = Stack::start(dir, &[READER]).unwrap_or_else(|error| panic!("{error}"));
        let office = Office::open(&dir.join("region"), &Cluster::shared().database());
        let invited = office.invite("北町救急1");
        let config = dir.join("kakari.toml");
        // Over a metered link everything waits; then the line is dead.
        let mut enrol = Command::new(kakari());
        enrol.args(["enrol", "--json", "--metered", "--code", &invited.code, "--server", &invited.url, "--state"]);
        let enrolled = enrol.arg(dir.join("tablet")).arg("--config").arg(&config).output().unwrap();
        assert_eq!(enrolled.status.code(), Some(1), "{enrolled:?}");
        let text = fs::read_to_string(&config).unwrap();
        fs::write(&config, text.replace("metered = true", "metered = false")).unwrap();
        office.line.set_cut(true);
        let mut daemon = Command::new(kakari());
        daemon.args(["sync", "--config"]).arg(&config).stdout(Stdio::null()).stderr(Stdio::null());
        let mut daemon = daemon.spawn().unwrap();
        let mut tablet = Touched::at(&config);
        tablet.screen("sign-in");
        let has = |seen: &Value, words: &str| {
            seen["lines"].as_array().is_some_and(|lines| lines.iter().any(|line| line.to_string().contains(words)))
        };
        tablet.touch("open sync").until("a round that failed", |seen| {
            has(seen, "同期プログラム: 動いています") && has(seen, "前回の結果") && !has(seen, "前回の結果: まだ")
        });

        // It comes back, and takes its time.
        office.line.set_slow(true);
        office.line.set_cut(false);
        tablet.touch("sync-now").until("the middle of everything", |seen| {
            let progress = &seen["progress"];
            progress["words"] == "全件データを受け取っています"
                && progress["permille"].as_u64().is_some_and(|of| of > 0 && of < 1000)
        });
        office.line.set_slow(false);
        let seen = tablet.says("同期が終わりました(追加・更新 ");
        assert!(seen["progress"].is_null(), "{seen}");
        let digits = seen["sentence"].as_str().unwrap().chars().skip_while(|letter| !letter.is_ascii_digit());
        let put: String = digits.take_while(char::is_ascii_digit).collect();
        assert!(put.parse::<u32>().unwrap() > 60, "{seen}");
        tablet.until("as many residents", |seen| has(seen, &format!("登録者: {put}人")));
        daemon.kill().unwrap();
        daemon.wait().unwrap();
    });
}
