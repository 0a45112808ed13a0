//! The lines of the check that are about the data.

use chrono::{DateTime, Utc};
use kakari_record::language::Language;

use crate::findings::StoreFindings;
use crate::freshness::{self, Aging};
use crate::lease::LeaseState;
use crate::store_facts::{Lease, StoreTrouble, WipeStage};
use crate::view::Mark;

use super::checks::{CheckFacts, checked, worse};
use super::view::CheckLine;
use super::words;

/// Residents, and rows that wait for a newer program.
pub(super) fn store(facts: &CheckFacts<'_>, language: Language) -> CheckLine {
    let label = language.say("保存データ", "Stored residents");
    if let Some(stage) = facts.wiped {
        let next = language.say("この端末は署に返してください", "Return this tablet to the station");
        return checked(label, erased(stage, language), Mark::Bad, next);
    }
    let found = match &facts.findings.store {
        Err(trouble) => {
            let next = language.say("署で端末を点検してください", "Have the tablet looked at, at the station");
            return checked(label, trouble_words(*trouble, language), Mark::Bad, next);
        }
        Ok(found) => found,
    };
    let (value, mark) = residents(found, language);
    let next = match found.set_aside {
        0 => language.say("署で同期してください", "Sync at the station"),
        _ => language.say("アプリを更新して同期してください", "Update the app and sync"),
    };
    checked(label, value, mark, next)
}

/// 「33,513人」, 「33,513人・保留 2件」
pub(super) fn residents(found: &StoreFindings, language: Language) -> (String, Mark) {
    let people = words::people(found.records, language);
    let some = if found.records > 0 { Mark::Good } else { Mark::Bad };
    match found.set_aside {
        0 => (people, some),
        rows => {
            let rows = words::number(rows);
            (
                language.say(format!("{people}・保留 {rows}件"), format!("{people}, {rows} set aside")),
                worse(some, Mark::Caution),
            )
        }
    }
}

fn erased(stage: WipeStage, language: Language) -> &'static str {
    match stage {
        WipeStage::Pending => language.say("消去しています", "being erased"),
        WipeStage::Done => language.say("消去しました", "erased"),
    }
}

pub(super) fn trouble_words(trouble: StoreTrouble, language: Language) -> &'static str {
    match trouble {
        StoreTrouble::Missing => language.say("ありません(未登録)", "none (not enrolled)"),
        StoreTrouble::NoKey => language.say("鍵が読めません", "its key cannot be read"),
        StoreTrouble::WrongKey => language.say("鍵が合いません", "the key does not fit"),
        StoreTrouble::Damaged => language.say("壊れています", "damaged"),
        StoreTrouble::WrongKeyOrDamaged => language.say("鍵違いまたは破損", "wrong key or damaged"),
        StoreTrouble::Newer => language.say("新しい版のものです", "of a newer version"),
        StoreTrouble::Full => language.say("空き容量がありません", "no room is left"),
        StoreTrouble::Refused => language.say("応答しません", "does not answer"),
    }
}

pub(super) fn data_age(facts: &CheckFacts<'_>, now: DateTime<Utc>, language: Language) -> CheckLine {
    let (value, mark) = fed(facts, now, language);
    let next = match mark {
        Mark::Unknown => language.say("端末の時計を合わせてください", "Set the tablet's clock"),
        _ => language.say("署のWi-FiかUSBで同期してください", "Sync by the station's Wi-Fi or a USB stick"),
    };
    checked(language.say("最終同期", "Last sync"), value, mark, next)
}

/// By a clock in doubt an age is the least that it can be.
pub(super) fn fed(facts: &CheckFacts<'_>, now: DateTime<Utc>, language: Language) -> (String, Mark) {
    let Some(at) = facts.store.and_then(|store| store.synced_at) else {
        return (language.say("未同期", "never").to_owned(), Mark::Bad);
    };
    let mark = match freshness::mark(Aging::Feed, at, now) {
        Mark::Good if facts.clock_doubtful => Mark::Unknown,
        mark => mark,
    };
    let age = words::age(at, now, language);
    let age = match facts.clock_doubtful {
        true => language.say(format!("少なくとも{age}"), format!("at least {age}")),
        false => age,
    };
    (age, mark)
}

pub(super) fn lease(facts: &CheckFacts<'_>, language: Language) -> CheckLine {
    let (value, mark) = due(facts.store.and_then(|store| store.lease), language);
    let next = match mark {
        Mark::Unknown => language.say("地域に登録すると決まります", "It is set once the tablet is enrolled"),
        _ => language.say("署のWi-FiかUSBで同期してください", "Sync by the station's Wi-Fi or a USB stick"),
    };
    checked(language.say("同期の期限", "Sync due"), value, mark, next)
}

pub(super) fn due(lease: Option<Lease>, language: Language) -> (String, Mark) {
    let Some(lease) = lease else {
        return (language.say("まだ決まっていません", "not set yet").to_owned(), Mark::Unknown);
    };
    let days = |left: i64| language.say(format!("あと{left}日"), format!("{left} days left"));
    match lease.state() {
        LeaseState::Fresh => (days(lease.left.num_days()), Mark::Good),
        LeaseState::NearlyOver { days_left } => (days(days_left), Mark::Caution),
        LeaseState::Over => (language.say("過ぎました", "over").to_owned(), Mark::Bad),
    }
}

pub(super) fn access_log(facts: &CheckFacts<'_>, language: Language) -> CheckLine {
    let label = language.say("閲覧記録", "Access log");
    let call = language.say(
        "地域事務局に連絡してください。端末は消さないでください",
        "Call the regional office; do not erase the tablet",
    );
    let Ok(found) = &facts.findings.store else {
        return checked(label, language.say("読めません", "cannot be read"), Mark::Bad, call);
    };
    let rows = words::number(found.audit_rows);
    if let Some(fault) = &found.audit_fault {
        return checked(label, language.say(fault.0.clone(), fault.1.clone()), Mark::Bad, call);
    }
    if found.audit_in_conflict > 0 {
        let value = words::number(found.audit_in_conflict);
        return checked(
            label,
            language.say(format!("要確認 {value}件"), format!("{value} in conflict")),
            Mark::Bad,
            call,
        );
    }
    let waiting = match facts.findings.region {
        Some(_) => found.audit_rows.saturating_sub(found.audit_receipted),
        None => 0,
    };
    let value = match waiting {
        0 => language.say(format!("{rows}件 つながっています"), format!("{rows} rows, whole")),
        _ => {
            let waiting = words::number(waiting);
            language.say(
                format!("{rows}件 つながっています・未送信 {waiting}件"),
                format!("{rows} rows, whole; {waiting} not sent"),
            )
        }
    };
    // Rows wait for the next contact, as they should.
    checked(label, value, Mark::Good, "")
}
