//! The lines of the page about sync.

use chrono::{DateTime, Utc};
use kakari_record::language::Language;

use crate::findings::{RegionFindings, RoundFindings, StoreFindings};
use crate::view::{Mark, StateLine};

use super::CheckFacts;
use super::check_clock::{clock_off, difference};
use super::check_data::{due, fed, residents, trouble_words};
use super::check_device::free_room;
use super::words::{self, line};

pub(super) fn lines(facts: &CheckFacts<'_>, now: DateTime<Utc>, language: Language) -> Vec<StateLine> {
    let region = facts.findings.region.as_ref();
    let mut lines = vec![last_success(facts, now, language)];
    lines.extend(region.map(|region| server_time(region, language)));
    match &facts.findings.store {
        Ok(found) => lines.extend(of_store(found, region.is_some(), language)),
        Err(trouble) => {
            lines.push(line(language.say("保存データ", "Stored data"), trouble_words(*trouble, language), Mark::Bad));
        }
    }
    lines.extend(region.map(|region| last_round(region.last_round.as_ref(), language)));
    let (value, mark) = due(facts.store.and_then(|store| store.lease), language);
    lines.push(line(language.say("同期の期限", "Sync due"), value, mark));
    let (value, mark) = free_room(facts.findings.disk_free_mb, language);
    lines.push(line(language.say("空き容量", "Free space"), value, mark));
    lines.push(program(region, language));
    lines
}

/// 「12分前(11/20(金) 02:14)」
fn last_success(facts: &CheckFacts<'_>, now: DateTime<Utc>, language: Language) -> StateLine {
    let (age, mark) = fed(facts, now, language);
    let at = facts.store.and_then(|store| store.synced_at).map(|at| words::clock(at, language));
    let at = at.map(|at| language.say(format!("({at})"), format!(" ({at})"))).unwrap_or_default();
    line(language.say("最終同期", "Last sync"), format!("{age}{at}"), mark)
}

fn server_time(region: &RegionFindings, language: Language) -> StateLine {
    let (value, mark) = match region.ahead_seconds {
        None => (language.say("不明", "not known").to_owned(), Mark::Unknown),
        Some(ahead) => (difference(ahead, language), if clock_off(Some(ahead)) { Mark::Caution } else { Mark::Good }),
    };
    line(language.say("端末の時計", "Tablet's clock"), value, mark)
}

fn of_store(found: &StoreFindings, has_region: bool, language: Language) -> Vec<StateLine> {
    let (people, some) = residents(found, language);
    let (log, log_mark) = log(found, has_region, language);
    let (whole, whole_mark) = match &found.audit_fault {
        None => (language.say("異常なし", "sound").to_owned(), Mark::Good),
        Some((ja, en)) => (language.say(ja, en).clone(), Mark::Caution),
    };
    vec![
        line(language.say("登録者", "Residents"), people, some),
        line(language.say("閲覧記録", "Access log"), log, log_mark),
        line(language.say("閲覧記録の検査", "Log check"), whole, whole_mark),
    ]
}

/// 「受領済 1,204・未送信 3」. Nothing is sent until the region has signed for it.
fn log(found: &StoreFindings, has_region: bool, language: Language) -> (String, Mark) {
    if !has_region {
        return (words::items(found.audit_rows, language), Mark::Good);
    }
    let waiting = found.audit_rows.saturating_sub(found.audit_receipted);
    let [receipted, sent] = [found.audit_receipted, waiting].map(words::number);
    let value =
        language.say(format!("受領済 {receipted}・未送信 {sent}"), format!("{receipted} received, {sent} not sent"));
    match found.audit_in_conflict {
        0 => (value, if waiting == 0 { Mark::Good } else { Mark::Unknown }),
        rows => {
            let rows = words::number(rows);
            (language.say(format!("{value}・要確認 {rows}"), format!("{value}, {rows} in conflict")), Mark::Caution)
        }
    }
}

fn last_round(round: Option<&RoundFindings>, language: Language) -> StateLine {
    let label = language.say("前回の結果", "Last round");
    let Some(round) = round else {
        return line(label, language.say("まだありません", "none yet"), Mark::Unknown);
    };
    let at = words::clock(round.at, language);
    match &round.failed {
        Some((ja, en)) => line(label, format!("{at} {}", language.say(ja, en)), Mark::Caution),
        None => line(label, format!("{at} {}", did(round, language)), Mark::Good),
    }
}

/// 「追加・更新 12・削除 1・受領 30」
pub(super) fn did(round: &RoundFindings, language: Language) -> String {
    let [put, removed, receipted] = [round.put, round.removed, round.receipted].map(words::number);
    language.say(
        format!("追加・更新 {put}・削除 {removed}・受領 {receipted}"),
        format!("{put} put, {removed} removed, {receipted} receipted"),
    )
}

fn program(region: Option<&RegionFindings>, language: Language) -> StateLine {
    let (value, mark) = match region {
        None => (language.say("地域に属していません", "belongs to no region"), Mark::Unknown),
        Some(region) if region.syncing => (language.say("動いています", "running"), Mark::Good),
        Some(_) => (language.say("止まっています", "not running"), Mark::Bad),
    };
    line(language.say("同期プログラム", "Sync program"), value, mark)
}
