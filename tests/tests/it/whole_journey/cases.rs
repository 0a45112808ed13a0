//! Two cases: a patient's card up to the hand-over, and somebody without a card.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use kakari_tests::page::Page;
use kakari_tests::place::age;

use super::Shift;
use super::sound::SEEN_AND_READ;
use super::town::{CARDED, SEARCHED};

/// A key that says yes, by day.
const PRIMARY: u32 = 0x0B_4A_6F;
/// The first of a short list: higher or lower, as the words of the list are, but always here.
const FIRST: (i16, i16) = (1425, 423);

impl Shift<'_> {
    /// One touch from the card to the summary; then everything of the case.
    pub(super) fn reads_a_card(&self) {
        let (finger, album, tablet) = (&self.finger, self.album, &self.tablet);
        let (taps, typed) = (finger.taps(), finger.typed());
        let (silent, laid) = (self.heard.so_far(), Instant::now());
        self.town.reader().insert(&self.town.card.card);
        // A card that answers at once is seen by its check; the green edge is for those that take a while.
        let (x, y) = Page::from("check").key("本人同意");
        let above_its_words = (x, y - 80);
        self.display.wait_for_colour(above_its_words, PRIMARY);
        println!("card laid → identity check on the glass {} ms", laid.elapsed().as_millis());
        tablet.wait_for("check");
        let waves = self.heard.waves_since(silent, SEEN_AND_READ);
        assert!(waves.abs_diff(SEEN_AND_READ) < 10, "{waves} waves of sound");
        album.take("check");
        finger.tap("check", "本人同意");
        tablet.wait_for("summary");
        let (taps, typed) = (finger.taps() - taps, finger.typed() - typed);
        println!("card to summary: {taps} taps, {typed} characters typed");
        assert!(taps <= 2 && typed == 0);
        album.take("summary");
        finger.tap("summary", "夜の画面");
        self.is_kept("theme = \"red\"");
        album.take("summary-red");
        finger.tap("summary", "夜の画面");
        self.is_kept("theme = \"day\"");
        finger.tap("summary", "詳細");
        tablet.wait_for("details");
        album.take("details");
        finger.tap("details", "薬");
        album.take("details-medicines");
        finger.tap("details", "要約へ戻る");
        tablet.wait_for("summary");
        self.hands_over();
        self.town.reader().remove();
        finger.tap("summary", "事案を閉じる");
        tablet.wait_for("standby");
        album.take("standby-after");
        finger.tap(Page::from("standby").extreme(), "いいえ");
    }

    /// To whom, and by a code that a phone reads from the glass.
    fn hands_over(&self) {
        let (finger, album) = (&self.finger, self.album);
        finger.tap("summary", "引継ぎ");
        self.tablet.wait_for("hand-over");
        album.take("hand-over");
        finger.tap("hand-over", "項目を選ぶ");
        album.take("hand-over-sections");
        finger.tap("hand-over-sections", "引継ぎへ戻る");
        finger.tap("hand-over", "引継ぎ先");
        finger.tap("hand-over-receivers", "北町総合病院");
        album.take("hand-over-receivers");
        finger.tap("hand-over-receivers", "引継ぎへ戻る");
        finger.tap("hand-over", "QRを表示");
        // A busy machine draws the code late; what is read in the end is what counts.
        let mut reads = (0..10).map(|_| read_by_zbar(&album.take_now("hand-over-code")));
        let read = reads.find(|read| !read.is_empty()).unwrap_or_default();
        for word in [&*self.town.residents[CARDED].summary.identity.name, "ワルファリンカリウム"] {
            assert!(read.contains(word), "the code on the glass says {word}, not only: {read}");
        }
        finger.tap("hand-over-code", "要約へ戻る");
        self.tablet.wait_for("summary");
    }

    /// Two touches to the search; then as much as is known of them.
    pub(super) fn finds_somebody_without_a_card(&self) {
        let (finger, album, tablet) = (&self.finger, self.album, &self.tablet);
        self.night_is_amber();
        let taps = finger.taps();
        finger.tap("standby", "カードなし");
        tablet.wait_for("reason");
        album.take("reason");
        finger.tap("reason", "意識障害");
        tablet.wait_for("search");
        println!("standby to the search without a card, reason and all: {} taps", finger.taps() - taps);
        assert!(finger.taps() - taps <= 2);
        finger.spell("search", "ワタナハカ");
        finger.tap("search", "年齢(およそ)");
        finger.spell("search-digits", &age(&self.town.residents[SEARCHED].summary).to_string());
        finger.tap("search", "男性");
        album.take("search");
        finger.tap_at(FIRST);
        tablet.wait_for("birth-year");
        finger.spell("birth-year", "1958");
        album.take("birth-year");
        finger.tap("birth-year", "決定");
        tablet.wait_for("check");
        album.take("check-found");
        finger.tap("check", "意識なし・緊急");
        tablet.wait_for("summary");
        println!("{} taps from standby to the summary without a card", finger.taps() - taps);
        assert!(self.town.residents[SEARCHED].summary.identity.name.contains('清'));
        album.take("summary-found");
        finger.tap("found", "夜の画面");
        self.is_kept("theme = \"night\"");
        album.take("summary-night");
        finger.tap("found", "夜の画面");
        self.is_kept("theme = \"day\"");
        finger.tap("found", "事案を閉じる");
        tablet.wait_for("standby");
    }

    fn night_is_amber(&self) {
        self.finger.tap("standby", "同期・点検");
        self.tablet.wait_for("sync");
        self.finger.tap("sync", "設定");
        self.tablet.wait_for("settings");
        self.finger.tap("settings", "夜の画面の色 暗い黄");
        self.is_kept("dark = \"amber\"");
        self.finger.tap("settings", "戻る");
        self.tablet.wait_for("standby");
    }
}

fn read_by_zbar(picture: &Path) -> String {
    let read = Command::new("zbarimg").args(["--raw", "--quiet"]).arg(picture).output().expect("scripts/setup.sh test");
    String::from_utf8(read.stdout).unwrap()
}
