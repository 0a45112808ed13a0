//! `kakari report`: the figures that the tablet reports by itself, from its audit alone. Nobody's data.

use std::process::ExitCode;

use chrono::NaiveDate;
use clap::Args;
use kakari_record::audit::usage::{Took, Usage};
use kakari_record::display;
use kakari_store::{Store, StoreError};

use super::audit::open;
use crate::cli::Configured;
use crate::{figures, output};

/// Of which days.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    configured: Configured,
    /// From this day on (in Japan), YYYY-MM-DD.
    #[arg(long, value_name = "DAY")]
    from: Option<NaiveDate>,
    /// Up to and with this day.
    #[arg(long, value_name = "DAY")]
    to: Option<NaiveDate>,
    /// One JSON object instead of text.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &ReportArgs) -> Result<ExitCode, String> {
    if args.from.zip(args.to).is_some_and(|(from, to)| from > to) {
        return Err("--from lies after --to: say the earlier day with --from".to_owned());
    }
    let store = open(&args.configured.load()?)?;
    let usage = count(&store, args).map_err(|error| error.to_string())?;
    if args.json {
        output::json(&serde_json::to_value(&usage).map_err(|error| error.to_string())?);
    } else {
        lines(&usage).iter().for_each(|line| output::line(line));
    }
    Ok(ExitCode::SUCCESS)
}

fn count(store: &Store, args: &ReportArgs) -> Result<Usage, StoreError> {
    figures::usage(store, |event| {
        let day = event.map(|event| display::day_of(event.at));
        day.is_none_or(|day| args.from.is_none_or(|from| day >= from) && args.to.is_none_or(|to| day <= to))
    })
}

fn lines(usage: &Usage) -> Vec<String> {
    let funnel = &usage.funnel;
    let day =
        |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| display::day_of(at).to_string()).unwrap_or_default();
    let handed: u64 = usage.handed_over.values().sum();
    let mut lines = vec![
        format!("期間 {} 〜 {}({}行)", day(usage.from), day(usage.to), usage.rows),
        format!(
            "試行 {} → カードあり {} → 情報あり・同意取消なし {} → 閲覧 {}(うち本人・家族の同意 {})",
            funnel.tried, funnel.card, funnel.found, funnel.shown, funnel.consented
        ),
        format!(
            "閲覧 {}: カード {}(うち未認証 {}、カード内の写し {})、カードなし {}",
            usage.cases, usage.by_card, usage.unproven, usage.copies, usage.without_card
        ),
        format!("別人・不明 {}、カードの不成立 {}", usage.other_person, usage.refused.values().sum::<u64>()),
        format!("確認画面まで {}、要約まで {}", took_words(usage.to_check), took_words(usage.to_summary)),
        format!("連絡なしでの閲覧 {}/{}", usage.offline, usage.offline_known),
        format!("引継ぎ {handed}(事案 {})", usage.cases_handed_over),
        format!("緊急閲覧 {}、検索 {}", usage.search.break_glass.values().sum::<u64>(), usage.search.searches),
        format!("搬送先が変わった {}/{}", usage.destination_changed, usage.destination_asked),
    ];
    lines.extend(
        usage.missing_most().into_iter().take(5).map(|(title, times)| format!("表示できない {title}: {times}")),
    );
    if usage.unreadable + usage.lost > 0 {
        lines.push(format!("数えられない行: 新しい版 {}、失われた {}", usage.unreadable, usage.lost));
    }
    lines
}

fn took_words(took: Took) -> String {
    match (took.median_ms, took.p95_ms) {
        (Some(median), Some(p95)) => format!("中央値 {median}ms・95% {p95}ms({}回)", took.count),
        _ => "計測なし".to_owned(),
    }
}
