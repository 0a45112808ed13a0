//! The lines of the check that are about sync: contact, lease, receipts, rows set aside, certificate, erasure.

use chrono::{DateTime, Utc};
use kakari_record::display;
use kakari_session::{Lease, LeaseState, StoreFacts, WipeStage};
use kakari_store::{ReceiptState, Store, StoreError};
use kakari_sync::client::{Problem, StateDir};

use super::check::Line;
use crate::config::Config;
use crate::runner::store_trouble;
use crate::{clock, wiping};

/// A certificate renews itself while a third of its life is left; this late something stands in the way.
const CERTIFICATE_DAYS: i64 = 30;

/// Nothing for a tablet that belongs to no server, as in training.
pub(super) fn sync_lines(config: &Config, store: &Store, facts: &StoreFacts) -> Vec<Line> {
    let Ok(true) = config.state.join("enrolment.cbor").try_exists() else { return Vec::new() };
    vec![
        contact_line(store),
        lease_line(facts.lease),
        receipts_line(store.receipt_state()),
        set_aside_line(store),
        certificate_line(config),
    ]
}

fn contact_line(store: &Store) -> Line {
    let now = clock::now().utc;
    let state = store.sync_state().ok();
    let contact = store.contact().ok().flatten().map(|contact| contact.server_time);
    // The first line is in the crew's language, the second in English.
    let refused = state.as_ref().and_then(|state| state.last_refusal.as_ref()?.lines().next().map(str::to_owned));
    let age = contact.map_or_else(|| "まだありません".to_owned(), |at| display::data_age(at, now));
    let ahead = state.and_then(|state| state.server_ahead_seconds).filter(|ahead| ahead.abs() >= 60);
    let ahead = ahead.map(|ahead| format!("(端末の時計との差 {ahead}秒)")).unwrap_or_default();
    let refusal = refused.as_ref().map(|why| format!("、前回: {why}")).unwrap_or_default();
    Line {
        what: "地域との連絡",
        good: contact.is_some_and(|at| is_recent(at, now)) && refused.is_none(),
        words: format!("{age}{ahead}{refusal}"),
        next_step: "kakari sync が動いているか、ネットワークを確かめてください",
    }
}

/// Within a day; a clock that stands before the contact is not to be trusted with its age.
fn is_recent(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    at <= now + chrono::TimeDelta::minutes(5) && (now - at).num_hours() < 24
}

fn lease_line(lease: Option<Lease>) -> Line {
    let state = lease.map(|lease| lease.state());
    let words = match (lease, state) {
        (_, None) => "連絡がまだありません".to_owned(),
        (_, Some(LeaseState::Over)) => "過ぎました。鍵は消してあります".to_owned(),
        (_, Some(LeaseState::NearlyOver { days_left })) => format!("あと{days_left}日"),
        (Some(lease), Some(LeaseState::Fresh)) => format!("あと{}日", lease.left.num_days()),
        (None, Some(LeaseState::Fresh)) => String::new(),
    };
    Line {
        what: "同期の期限",
        good: matches!(state, Some(LeaseState::Fresh)),
        words,
        next_step: "署のWi-FiかUSBで同期してください",
    }
}

fn receipts_line(state: Result<ReceiptState, StoreError>) -> Line {
    let (good, words) = match state {
        Ok(state) if state.in_conflict > 0 => (false, format!("要確認 {}件", number(state.in_conflict))),
        Ok(state) if state.rows == state.receipted => (true, format!("受領済 {}件", number(state.receipted))),
        Ok(state) => {
            (true, format!("未送信 {}件、受領済 {}件", number(state.rows - state.receipted), number(state.receipted)))
        }
        Err(error) => (false, format!("読めません({:?})", store_trouble(&error))),
    };
    Line {
        what: "閲覧記録の受領", good, words, next_step: "地域事務局に連絡してください。端末は消さないでください"
    }
}

fn set_aside_line(store: &Store) -> Line {
    let rows = store.set_aside_rows().map(|rows| rows.len() as u64);
    Line {
        what: "取り込めない行",
        good: matches!(rows, Ok(0)),
        words: rows.map_or_else(
            |error| format!("読めません({:?})", store_trouble(&error)),
            |rows| format!("{}件", number(rows)),
        ),
        next_step: "アプリを更新して同期し、続くなら地域事務局に連絡してください",
    }
}

fn certificate_line(config: &Config) -> Line {
    let now = clock::now().utc;
    let left = StateDir::make(&config.state).and_then(|state| state.load_identity());
    let left = left.map(|identity| identity.and_then(|identity| identity.certificate).map(|own| own.days_left(now)));
    let words = match &left {
        Ok(Some(days)) if *days < 0 => "期限切れ".to_owned(),
        Ok(Some(days)) => format!("あと{days}日"),
        Ok(None) => "まだありません(USBで登録)".to_owned(),
        Err(problem) => unreadable(problem),
    };
    Line {
        what: "端末の証明書",
        good: matches!(left, Ok(Some(days)) if days >= CERTIFICATE_DAYS),
        words,
        next_step: "ネットワークにつないで kakari sync を動かしてください",
    }
}

fn unreadable(problem: &Problem) -> String {
    problem.words().ja
}

/// Only when an erasure was ordered.
pub(super) fn wipe_line(config: &Config) -> Option<Line> {
    let words = match (wiping::stage(config)?, wiping::is_untold(config)) {
        (WipeStage::Pending, _) => "消去の途中です",
        (WipeStage::Done, true) => "消去しました。報告はまだ届いていません",
        (WipeStage::Done, false) => "消去し、報告しました",
    };
    Some(Line {
        what: "消去の命令",
        good: false,
        words: words.to_owned(),
        next_step: "署に戻し、kakari sync --once のあとで登録し直してください",
    })
}

fn number(count: u64) -> String {
    display::amount(&count.to_string())
}
