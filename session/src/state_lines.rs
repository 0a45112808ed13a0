//! The state of things as lines of standby, each with its mark.

use chrono::{DateTime, Utc};
use kakari_record::display;

use crate::event::ReaderState;
use crate::freshness::{self, Aging};
use crate::lease::LeaseState;
use crate::session::{Session, StoreStatus};
use crate::store_facts::Receipts;
use crate::view::{Mark, StateLine};

impl Session {
    pub(crate) fn state_lines(&self) -> Vec<StateLine> {
        let line = |label: (&str, &str), (value, mark): (String, Mark)| {
            let label = self.say(label.0, label.1).to_owned();
            StateLine { label, value, mark }
        };
        let reader = match self.reader {
            ReaderState::Ready => (self.say("準備完了", "ready"), Mark::Good),
            ReaderState::Unknown => (self.say("確認中", "checking"), Mark::Unknown),
            ReaderState::Missing => (self.say("なし", "missing"), Mark::Bad),
            ReaderState::ServiceStopped => (self.say("停止中", "stopped"), Mark::Bad),
            ReaderState::Asleep => (self.say("応答なし", "no answer"), Mark::Bad),
        };
        let mut lines = vec![line(("リーダー", "Reader"), (reader.0.to_owned(), reader.1))];
        match &self.store {
            StoreStatus::Open(facts) => {
                let some = if facts.records > 0 { Mark::Good } else { Mark::Bad };
                let residents = display::amount(&facts.records.to_string());
                let residents = self.say(format!("{residents}人"), residents);
                lines.push(line(("登録者", "Residents"), (residents, some)));
                lines.extend(self.feed_line(facts.synced_at).map(|feed| line(("最終同期", "Last sync"), feed)));
                lines.extend(self.lease_line().map(|lease| line(("同期の期限", "Sync due"), lease)));
                lines.extend(
                    facts.receipts.map(|receipts| line(("閲覧記録", "Access log"), self.receipts_line(receipts))),
                );
            }
            StoreStatus::Opening | StoreStatus::Failed(_) | StoreStatus::Wiped(_) => {
                lines.push(line(
                    ("保存データ", "Stored data"),
                    (self.say("使えません", "not usable").to_owned(), Mark::Bad),
                ));
            }
        }
        lines.extend(self.shift_line().map(|shift| line(("勤務", "Shift"), shift)));
        lines.extend(self.update_line().map(|update| line(("更新", "Update"), update)));
        lines
    }

    pub(crate) fn feed_line(&self, synced_at: Option<DateTime<Utc>>) -> Option<(String, Mark)> {
        let now = self.ages.now()?;
        Some(match synced_at {
            Some(at) => (
                self.ago(display::data_age(at, now, self.look.language)),
                self.doubted(freshness::mark(Aging::Feed, at, now)),
            ),
            None => (self.say("未同期", "never synced").to_owned(), Mark::Bad),
        })
    }

    /// Said from the day on which it warns.
    fn lease_line(&self) -> Option<(String, Mark)> {
        match self.lease()? {
            LeaseState::Fresh => None,
            LeaseState::NearlyOver { days_left } => {
                let english = if days_left == 1 { "1 day left".to_owned() } else { format!("{days_left} days left") };
                Some((self.say(format!("あと{days_left}日"), english), Mark::Caution))
            }
            LeaseState::Over => Some((self.say("過ぎました", "overdue").to_owned(), Mark::Bad)),
        }
    }

    /// Nothing is sent until the region has signed for it. Rows that the region holds in another form keep no tablet from duty.
    fn receipts_line(&self, receipts: Receipts) -> (String, Mark) {
        let rows = display::amount(&receipts.waiting.to_string());
        match receipts {
            Receipts { in_conflict: true, .. } => {
                (self.say(format!("要確認 {rows}件"), format!("to be checked: {rows}")), Mark::Caution)
            }
            Receipts { waiting: 0, .. } => (self.say("受領済", "received").to_owned(), Mark::Good),
            Receipts { .. } => (self.say(format!("未送信 {rows}件"), format!("{rows} not sent")), Mark::Unknown),
        }
    }
}
