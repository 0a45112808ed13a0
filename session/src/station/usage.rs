//! Figures of this tablet's use, as its audit says them. Nobody's data.

use kakari_record::audit::usage::{Ages, Counts, Usage};
use kakari_record::audit::{BreakGlassReason, HandoverWay};
use kakari_record::language::Language;

use crate::session::Session;
use crate::view::{Mark, StateLine};

use super::cases::way_words;
use super::view::{BarView, ChartView, UsageView};
use super::words::{self, line};

const WAYS: [HandoverWay; 4] = [HandoverWay::Spoken, HandoverWay::Qr, HandoverWay::Document, HandoverWay::Paper];

impl Session {
    pub(super) fn usage_view(&self, usage: &Usage) -> UsageView {
        let language = self.look.language;
        let period = match (usage.from, usage.to) {
            (Some(from), Some(to)) => {
                let (from, to) = (words::day(from, language), words::day(to, language));
                language.say(format!("{from}〜{to}"), format!("{from} - {to}"))
            }
            _ => language.say("まだ記録がありません", "Nothing recorded yet").to_owned(),
        };
        let charts = vec![
            funnel(usage, language),
            shown_by(usage, language),
            reasons(&usage.search.break_glass, language),
            hand_overs(usage, language),
        ];
        UsageView { period, charts, lines: lines(usage, language) }
    }

    /// How old the information was when it was shown.
    pub(super) fn ages_chart(&self, ages: &Ages) -> ChartView {
        let language = self.look.language;
        let steps = [
            (ages.hour, language.say("1時間未満", "under 1 hour")),
            (ages.day, language.say("1日未満", "under 1 day")),
            (ages.week, language.say("1週間未満", "under 1 week")),
            (ages.month, language.say("30日未満", "under 30 days")),
            (ages.older, language.say("30日以上", "30 days or more")),
            (ages.unknown, language.say("不明", "not known")),
        ];
        let all = steps.iter().map(|(count, _)| count).sum();
        ChartView {
            title: language.say("閲覧時の情報の古さ", "Age of the information when shown").to_owned(),
            bars: steps.into_iter().map(|(count, label)| bar(label, count, all)).collect(),
            note: shown_times(all, language),
        }
    }
}

fn funnel(usage: &Usage, language: Language) -> ChartView {
    let funnel = &usage.funnel;
    let steps = [
        (funnel.tried, language.say("試行", "tried")),
        (funnel.card, language.say("地域のカード", "card of the region")),
        (funnel.found, language.say("情報あり", "record found")),
        (funnel.shown, language.say("閲覧", "shown")),
    ];
    let consented = words::number(funnel.consented);
    ChartView {
        title: language.say("試行から閲覧まで", "From the try to the summary").to_owned(),
        bars: steps.into_iter().map(|(count, label)| bar(label, count, funnel.tried)).collect(),
        note: language.say(
            format!("緊急閲覧は「地域のカード」に数えません。本人・家族の同意 {consented}"),
            format!("Emergency access counts as no card. On the patient's or family's word: {consented}"),
        ),
    }
}

fn shown_by(usage: &Usage, language: Language) -> ChartView {
    let steps =
        [(usage.by_card, language.say("カード", "card")), (usage.without_card, language.say("カードなし", "no card"))];
    ChartView {
        title: language.say("閲覧の方法", "How records were found").to_owned(),
        bars: steps.into_iter().map(|(count, label)| bar(label, count, usage.cases)).collect(),
        note: shown_times(usage.cases, language),
    }
}

fn reasons(counts: &Counts<BreakGlassReason>, language: Language) -> ChartView {
    let all = counts.values().sum();
    let count = |reason| counts.get(&reason).copied().unwrap_or(0);
    let bars = BreakGlassReason::ALL.map(|reason| bar(words::reason(reason, language), count(reason), all));
    ChartView {
        title: language.say("緊急閲覧の理由", "Reasons for emergency access").to_owned(),
        bars: bars.into(),
        note: String::new(),
    }
}

fn hand_overs(usage: &Usage, language: Language) -> ChartView {
    let all = usage.handed_over.values().sum();
    let count = |way| usage.handed_over.get(&way).copied().unwrap_or(0);
    let cases = words::number(usage.cases_handed_over);
    ChartView {
        title: language.say("引継ぎ", "Hand-overs").to_owned(),
        bars: WAYS.map(|way| bar(way_words(way, language), count(way), all)).into(),
        note: language.say(format!("引き継いだ事案 {cases}件"), format!("{cases} cases handed over")),
    }
}

fn lines(usage: &Usage, language: Language) -> Vec<StateLine> {
    let timed = |label, took| match words::took(took, language) {
        Some(words) => line(label, words, Mark::Good),
        None => line(label, language.say("計測なし", "not measured"), Mark::Unknown),
    };
    let mut lines = vec![
        timed(language.say("確認画面まで", "To the check"), usage.to_check),
        timed(language.say("要約まで", "To the summary"), usage.to_summary),
        share(language.say("連絡なしでの閲覧", "Shown offline"), usage.offline, usage.offline_known, language),
        share(
            language.say("搬送先が変わった", "Destination changed"),
            usage.destination_changed,
            usage.destination_asked,
            language,
        ),
        line(language.say("別人・不明", "Not this person"), words::items(usage.other_person, language), Mark::Good),
    ];
    let uncounted = usage.unreadable + usage.lost;
    if uncounted > 0 {
        let label = language.say("数えられない記録", "Rows not counted");
        lines.push(line(label, words::items(uncounted, language), Mark::Caution));
    }
    lines
}

/// 「12 / 340 (3%)」; of nothing there is no share.
fn share(label: &str, part: u64, of: u64, language: Language) -> StateLine {
    if of == 0 {
        return line(label, language.say("記録なし", "not recorded"), Mark::Unknown);
    }
    line(label, format!("{} / {} ({})", words::number(part), words::number(of), words::percent(part, of)), Mark::Good)
}

fn bar(label: &str, count: u64, of: u64) -> BarView {
    let value = match of {
        0 => words::number(count),
        _ => format!("{} ({})", words::number(count), words::percent(count, of)),
    };
    BarView { label: label.to_owned(), value, permille: words::permille(count, of) }
}

fn shown_times(count: u64, language: Language) -> String {
    let count = words::number(count);
    language.say(format!("閲覧 {count}回"), format!("shown {count} times"))
}
