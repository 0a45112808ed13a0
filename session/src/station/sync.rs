//! How fresh the data is, and what sync does.

use kakari_record::language::Language;

use crate::Effect;
use crate::event::Moment;
use crate::findings::{RoundFindings, SyncPart, SyncStage};
use crate::session::{Session, StoreStatus};
use crate::state::State;
use crate::touch::Touch;
use crate::view::{Mark, Notice};

use super::sync_lines::{did, lines};
use super::view::{ProgressView, SyncView};
use super::{Station, StationPage, words};

/// A program that syncs and says nothing for so long is at it no more.
const SILENT_MS: u64 = 120_000;

/// A sync that was asked for.
#[derive(Debug)]
pub(crate) struct SyncAsked {
    stage: SyncStage,
    heard_ms: u64,
}

impl Session {
    pub(super) fn ask_for_sync(&mut self, touch: Touch) -> Vec<Effect> {
        let State::Station(station) = &self.state else { return Vec::new() };
        if station.page != StationPage::Sync || !self.can_sync(station) {
            return Vec::new();
        }
        self.note_sync(SyncStage::Asked);
        vec![if touch == Touch::ImportBundle { Effect::ImportBundle } else { Effect::SyncNow }]
    }

    /// A tablet that belongs to a region, while nothing runs that was asked for.
    fn can_sync(&self, station: &Station) -> bool {
        let belongs = station.round.answer.as_ref().is_some_and(|found| found.region.is_some());
        belongs && !self.is_syncing() && !matches!(self.store, StoreStatus::Wiped(_))
    }

    pub(crate) fn is_syncing(&self) -> bool {
        let stage = self.sync_asked.as_ref().map(|asked| &asked.stage);
        matches!(stage, Some(SyncStage::Asked | SyncStage::Fetching { .. }))
    }

    pub(super) fn note_sync(&mut self, stage: SyncStage) {
        self.sync_asked = Some(SyncAsked { stage, heard_ms: self.now_ms() });
    }

    /// What came of it was read.
    pub(super) fn forget_sync_answer(&mut self) {
        if !self.is_syncing() {
            self.sync_asked = None;
        }
    }

    pub(super) fn mind_sync(&mut self, now: Moment) {
        let silent = |asked: &SyncAsked| now.monotonic_ms.saturating_sub(asked.heard_ms) >= SILENT_MS;
        if self.is_syncing() && self.sync_asked.as_ref().is_some_and(silent) {
            self.note_sync(SyncStage::NoAnswer);
        }
    }

    pub(super) fn sync_view(&self, station: &Station) -> Option<SyncView> {
        let (findings, now) = (station.round.answer.as_ref()?, self.ages.now()?);
        let facts = self.check_facts(station, findings);
        let can = self.can_sync(station);
        let ages = station.usage.answer.as_ref().map(|usage| self.ages_chart(&usage.ages));
        Some(SyncView {
            lines: lines(&facts, now, self.look.language),
            progress: self.sync_asked.as_ref().and_then(|asked| progress(&asked.stage, self.look.language)),
            ages: ages.filter(|_| !self.crew.is_empty()),
            can_sync: can,
            can_import: can,
        })
    }

    pub(super) fn sync_notice(&self) -> Option<Notice> {
        let language = self.look.language;
        let (mark, sentence, next_step) = match &self.sync_asked.as_ref()?.stage {
            SyncStage::Asked | SyncStage::Fetching { .. } => return None,
            SyncStage::Done(RoundFindings { failed: Some((ja, en)), .. }) => (
                Mark::Caution,
                language.say(ja, en).clone(),
                language.say(
                    "もう一度試し、続くなら地域事務局に連絡してください",
                    "Try again; if it stays, call the regional office",
                ),
            ),
            SyncStage::Done(round) => (
                Mark::Good,
                language.say(
                    format!("同期が終わりました({})", did(round, language)),
                    format!("Synced ({})", did(round, language)),
                ),
                language.say("このまま使えます", "The tablet is ready for use"),
            ),
            SyncStage::NoAnswer => (
                Mark::Caution,
                language.say("同期プログラムが応答しません", "The sync program does not answer").to_owned(),
                language.say(
                    "端末を再起動し、続くなら管理者に連絡してください",
                    "Restart the tablet; if it stays, call the administrator",
                ),
            ),
            SyncStage::NoBundle => (
                Mark::Caution,
                language
                    .say("USBに地域のデータが見つかりません", "No data of the region was found on a stick")
                    .to_owned(),
                language.say(
                    "地域事務局のUSBを挿し、もう一度押してください",
                    "Plug in the regional office's stick and try again",
                ),
            ),
        };
        Some(Notice { mark, sentence, next_step: next_step.to_owned(), stays: false })
    }
}

fn progress(stage: &SyncStage, language: Language) -> Option<ProgressView> {
    let (words, figures, permille) = match *stage {
        SyncStage::Asked => (language.say("同期を頼みました", "Sync was asked for"), String::new(), None),
        SyncStage::Fetching { part, done, of } => {
            let words = match part {
                SyncPart::Notices => language.say("お知らせと名簿を確かめています", "Looking for notices and roster"),
                SyncPart::Receipts => language.say("閲覧記録を送っています", "Sending the access log"),
                SyncPart::Changes => language.say("変更を受け取っています", "Receiving what changed"),
                SyncPart::Everything => language.say("全件データを受け取っています", "Receiving all records"),
                SyncPart::Comparing => language.say("地域のデータと見比べています", "Comparing with the region"),
                SyncPart::Program => {
                    language.say("新しい版のアプリを受け取っています", "Receiving a newer version of the app")
                }
            };
            let known = of > 0;
            let figures = if known { words::megabytes(done, of) } else { String::new() };
            (words, figures, known.then(|| words::permille(done, of)))
        }
        SyncStage::Done(_) | SyncStage::NoAnswer | SyncStage::NoBundle => return None,
    };
    Some(ProgressView { words: words.to_owned(), figures, permille })
}
