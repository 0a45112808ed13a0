//! Before the work and after it: sign-in, the pages round the work, lock, the end of the shift.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use kakari_tests::page::Page;

use super::Shift;

impl Shift<'_> {
    /// A staff card and its PIN.
    pub(super) fn begins(&self) {
        self.tablet.wait_for("sign-in");
        self.album.take("sign-in");
        self.signs_in(0);
        self.album.take("standby-alone");
    }

    fn signs_in(&self, who: usize) {
        self.town.reader().insert(&self.town.staff[who].card.card);
        self.tablet.wait_for("pin");
        self.album.take("pin");
        self.finger.pin("pin");
        self.tablet.wait_for("standby");
        self.town.reader().remove();
    }

    /// Sync, the check with a card that only tries the reader, a sync that brings something, settings there and back.
    pub(super) fn looks_round_the_tablet(&self) {
        let (finger, album) = (&self.finger, self.album);
        finger.tap(Page::from("standby").empty(), "同期・点検");
        self.tablet.wait_for("sync");
        finger.tap("sync", "点検");
        self.tablet.wait_for("checks");
        album.take("checks");
        self.town.reader().insert(&self.town.card.card);
        album.take("checks-card-tried");
        self.town.reader().remove();

        self.town.publish_more();
        finger.tap("checks", "同期・状態");
        self.tablet.wait_for("sync");
        finger.tap("sync", "今すぐ同期");
        album.take_moving("sync-at-work");
        println!("{} residents came with the sync that was asked for", self.town.wait_for_answer());
        // The glass looks at what the other program says every so often.
        thread::sleep(Duration::from_secs(1));
        album.take("sync");

        finger.tap("sync", "設定");
        self.tablet.wait_for("settings");
        album.take("settings");
        finger.tap("settings", "言語 Language English");
        self.is_kept("language = \"english\"");
        album.take("settings-english");
        finger.tap(Page::from("settings").english(), "言語 Language 日本語");
        self.is_kept("language = \"japanese\"");
        finger.tap("settings", "夜の画面の色 赤");
        finger.tap("settings", "夜の画面");
        self.is_kept("theme = \"red\"");
        album.take("settings-red");
        finger.tap("settings", "夜の画面");
        self.is_kept("theme = \"day\"");
        finger.tap("settings", "戻る");
        self.tablet.wait_for("standby");
    }

    /// The second of a crew.
    pub(super) fn is_joined(&self) {
        self.finger.tap(Page::from("standby").empty(), "乗務員を追加");
        self.tablet.wait_for("sign-in");
        self.signs_in(1);
        self.album.take("standby");
    }

    /// This shift's cases, what has to be looked at by others, the figures.
    pub(super) fn looks_back(&self) {
        let (finger, album) = (&self.finger, self.album);
        finger.tap("standby", "直近の事案");
        self.tablet.wait_for("cases");
        album.take("cases");
        finger.tap("cases", "緊急閲覧の確認");
        self.tablet.wait_for("review");
        album.take("review");
        finger.tap("review", "利用状況");
        self.tablet.wait_for("usage");
        album.take("usage");
        finger.tap("usage", "戻る");
        self.tablet.wait_for("standby");
    }

    /// Locked, opened by the PIN alone, and over.
    pub(super) fn ends(&self) {
        let (finger, album) = (&self.finger, self.album);
        finger.tap("standby", "ロック");
        self.tablet.wait_for("locked");
        album.take("locked");
        finger.pin("locked");
        self.tablet.wait_for("standby");
        finger.tap("standby", "同期・点検");
        self.tablet.wait_for("sync");
        finger.tap("sync", "勤務終了");
        self.tablet.wait_for("sign-in");
        album.take("over");
    }

    /// Waits until the look that was chosen is on the disk.
    pub(super) fn is_kept(&self, line: &str) {
        let file = self.town.tablet().join("state/look.toml");
        let until = Instant::now() + Duration::from_secs(10);
        while !fs::read_to_string(&file).is_ok_and(|text| text.contains(line)) {
            assert!(Instant::now() < until, "{line} was never kept: {:?}", fs::read_to_string(&file));
            thread::sleep(Duration::from_millis(20));
        }
    }
}
