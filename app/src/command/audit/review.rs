//! `kakari audit review`.

use std::process::ExitCode;

use kakari_record::audit::review::BreakGlassUse;
use kakari_record::audit::{AuditKind, BreakGlassEnd, ReviewVerdict};
use kakari_record::display;
use kakari_record::language::Language;
use kakari_store::Store;
use serde_json::json;

use super::{ReviewArgs, Verdict, open, open_to_write};
use crate::runner::AuditClerk;
use crate::{figures, output};

pub(super) fn run(args: &ReviewArgs) -> Result<ExitCode, String> {
    let config = args.configured.load()?;
    if let (Some(sequence), Some(verdict), Some(by)) = (args.mark, args.verdict, &args.by) {
        let mut store = open_to_write(&config)?;
        let found = uses(&store)?;
        if !found.iter().any(|used| used.sequence == sequence) {
            return Err(format!("row {sequence} begins no use of break-glass; `kakari audit review` lists them"));
        }
        let kind = AuditKind::BreakGlassReviewed { sequence, verdict: verdict_of(verdict), reviewer: by.clone() };
        store.append_audit(&AuditClerk::new(&config).own(kind)).map_err(|error| error.to_string())?;
    }
    let found = uses(&open(&config)?)?;
    if args.json {
        output::json(&json!({ "uses": found }));
    } else if found.is_empty() {
        output::line("緊急閲覧はありません");
    } else {
        found.iter().flat_map(lines).for_each(|line| output::line(&line));
    }
    Ok(ExitCode::SUCCESS)
}

fn uses(store: &Store) -> Result<Vec<BreakGlassUse>, String> {
    figures::break_glass_uses(store).map_err(|error| error.to_string())
}

fn lines(used: &BreakGlassUse) -> Vec<String> {
    let when = display::clock(used.began, Language::Japanese);
    let mark = match &used.reviewed {
        None => "□ 未確認".to_owned(),
        Some(reviewed) => {
            let found = match reviewed.verdict {
                ReviewVerdict::Justified => "✓ 妥当",
                ReviewVerdict::Questioned => "■ 要確認",
            };
            format!("{found}({} {})", reviewed.reviewer, display::clock(reviewed.at, Language::Japanese))
        }
    };
    let ended = match used.ended {
        None => "終わりの記録なし".to_owned(),
        Some(ended) => {
            let long = ended.seconds.map(|seconds| format!("{}分", seconds.div_ceil(60))).unwrap_or_default();
            format!("{long} {}", end_words(ended.reason)).trim().to_owned()
        }
    };
    vec![
        format!(
            "{} {when} {} 乗員 {} {mark}",
            used.sequence,
            display::break_glass_reason(used.reason, Language::Japanese),
            used.crew.join("・")
        ),
        format!(
            "    検索 {}回、表示した人 {}人、開いた記録 {}件、要約 {}件、延長 {}回、{ended}",
            used.searches,
            used.people,
            used.opened.len(),
            used.shown.len(),
            used.extended,
        ),
    ]
}

fn end_words(end: BreakGlassEnd) -> &'static str {
    match end {
        BreakGlassEnd::ByCrew => "乗員が終了",
        BreakGlassEnd::Expired => "時間切れ",
        BreakGlassEnd::CaseClosed => "事案の終了",
        BreakGlassEnd::Locked => "ロック",
        BreakGlassEnd::Restarted => "再起動",
        BreakGlassEnd::Limit => "検索の上限",
    }
}

fn verdict_of(verdict: Verdict) -> ReviewVerdict {
    match verdict {
        Verdict::Justified => ReviewVerdict::Justified,
        Verdict::Questioned => ReviewVerdict::Questioned,
    }
}
