//! The lines of the check that are about the data.

use chrono::{DateTime, Utc};
use kakari_record::language::Language;

use crate::findings::{SealedTimes, StoreFindings, Verified};
use crate::freshness::{self, Aging};
use crate::lease::LeaseState;
use crate::store_facts::{Lease, StoreTrouble, WipeStage};
use crate::view::Mark;

use super::checks::{CheckFacts, checked, worse};
use super::view::CheckLine;
use super::words;

/// Residents, rows that wait for a newer program, and when the whole store was read last.
pub(super) fn store(facts: &CheckFacts<'_>, now: DateTime<Utc>, language: Language) -> CheckLine {
    let label = language.say("保存データ", "Stored residents");
    if let Some(stage) = facts.wiped {
        let next = language.say("この端末は署に返してください", "Return this tablet to the station");
        return checked(label, erased(stage, language), Mark::Bad, next);
    }
    let found = match &facts.findings.store {
        Err(trouble) => {
            let next = language.say("地域事務局に連絡してください", "Call the regional office");
            return checked(label, trouble_words(*trouble, language), Mark::Bad, next);
        }
        Ok(found) => found,
    };
    let (people, mark) = residents(found, language);
    let (read, read_mark, read_next) = verified(found.verified, now, language);
    let next = match (mark, found.set_aside) {
        (Mark::Good, _) => read_next,
        _ if worse(mark, read_mark) != mark => read_next,
        (_, 0) => language.say("署で同期してください", "Sync at the station"),
        _ => language.say("アプリを更新して同期してください", "Update the app and sync"),
    };
    checked(label, language.say(format!("{people}・{read}"), format!("{people}, {read}")), worse(mark, read_mark), next)
}

/// 「検査 02:14」: every page is what was written, and every record was counted.
fn verified(verified: Verified, now: DateTime<Utc>, language: Language) -> (String, Mark, &'static str) {
    match verified {
        Verified::Running => (
            language.say("検査しています", "being read through").to_owned(),
            Mark::Unknown,
            language.say("終わるまでそのまま使えます", "The tablet can be used until that is done"),
        ),
        Verified::Sound { at, .. } => {
            let at = when(at, now, language);
            (language.say(format!("検査 {at} 異常なし"), format!("sound at {at}")), Mark::Good, "")
        }
        Verified::Unsound { at } => {
            let at = when(at, now, language);
            (
                language.say(format!("検査 {at} 破損あり"), format!("damaged at {at}")),
                Mark::Bad,
                language.say(
                    "署で同期し、続くなら地域事務局に連絡してください",
                    "Sync at the station; if it stays, call the regional office",
                ),
            )
        }
    }
}

/// 「02:14」 of today, 「11/20(金) 02:14」 of a day before.
fn when(at: DateTime<Utc>, now: DateTime<Utc>, language: Language) -> String {
    if words::day(at, language) == words::day(now, language) {
        words::time(at, language)
    } else {
        words::clock(at, language)
    }
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

/// When the store last held what the region knew, and how old the region's records are. Only the first is judged: a record
/// is as old as its last change, and that may be years.
pub(super) fn data_age(facts: &CheckFacts<'_>, now: DateTime<Utc>, language: Language) -> CheckLine {
    let (fed, mark) = fed(facts, now, language);
    let next = match mark {
        Mark::Unknown => language.say("端末の時計を合わせてください", "Set the tablet's clock"),
        _ => language.say("署のWi-FiかUSBで同期してください", "Sync by the station's Wi-Fi or a USB stick"),
    };
    let sealed = match facts.findings.store.as_ref().map(|found| found.verified) {
        Ok(Verified::Sound { sealed: Some(sealed), .. }) if mark != Mark::Unknown => {
            sealed_words(sealed, now, language)
        }
        _ => String::new(),
    };
    let value = language.say(format!("同期 {fed}{sealed}"), format!("synced {fed}{sealed}"));
    checked(language.say("データの古さ", "Age of data"), value, mark, next)
}

/// 「・情報の古さ 半数は9日以内・95%は41日以内」: the median and the 95th percentile, rounded up.
fn sealed_words(sealed: SealedTimes, now: DateTime<Utc>, language: Language) -> String {
    let [median, p95] = [sealed.median, sealed.p95].map(|at| words::within(at, now, language));
    let (Some(median), Some(p95)) = (median, p95) else {
        return language.say("・情報の古さは不明", "; age of the records not known").to_owned();
    };
    language.say(
        format!("・情報の古さ 半数は{median}以内・95%は{p95}以内"),
        format!("; records: half within {median}, 95% within {p95}"),
    )
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

/// What waits for the region's receipt, and whether the whole log hangs together.
///
/// A log that was changed, or of which the region holds other rows, is amber: what is lost is evidence, and every view from
/// now on is written down as before. To leave the tablet behind for it would cost a patient. The office has to be told,
/// and the tablet kept as it is. A log that cannot be read is red: where no row can be written nothing is shown.
pub(super) fn access_log(facts: &CheckFacts<'_>, now: DateTime<Utc>, language: Language) -> CheckLine {
    let label = language.say("閲覧記録", "Access log");
    let call = language.say(
        "地域事務局に連絡してください。端末は消さないでください",
        "Call the regional office; do not erase the tablet",
    );
    let Ok(found) = &facts.findings.store else {
        return checked(label, language.say("読めません", "cannot be read"), Mark::Bad, call);
    };
    if let Some(wrong) = not_whole(found, language) {
        let usable = language.say(
            "使用は続けられます。端末は消さずに、地域事務局に連絡してください",
            "The tablet can be used. Do not erase it; call the regional office",
        );
        return checked(label, wrong, Mark::Caution, usable);
    }
    let rows = words::number(found.audit_rows);
    let waiting = match facts.findings.region {
        Some(_) => found.audit_rows.saturating_sub(found.audit_receipted),
        None => 0,
    };
    let at = when(found.audit_checked_at, now, language);
    let whole =
        language.say(format!("全{rows}件・検査 {at} 異常なし"), format!("all {rows}, chain checked {at}, sound"));
    let value = match waiting {
        0 => whole,
        _ => {
            let waiting = words::number(waiting);
            language.say(format!("未送信 {waiting}件・{whole}"), format!("{waiting} not sent; {whole}"))
        }
    };
    // Rows wait for the next contact, as they should.
    checked(label, value, Mark::Good, "")
}

/// 「12件目から15件目が抜けています」, 「要確認 3件」
fn not_whole(found: &StoreFindings, language: Language) -> Option<String> {
    let conflict = || {
        let rows = words::number(found.audit_in_conflict);
        language.say(format!("要確認 {rows}件"), format!("{rows} in conflict"))
    };
    let fault = found.audit_fault.as_ref().map(|(ja, en)| language.say(ja, en).clone());
    fault.or_else(|| (found.audit_in_conflict > 0).then(conflict))
}
