//! Figures of the tablet's use.

use std::collections::BTreeMap;

use kakari_record::audit::usage::{Funnel, Took, Usage};
use kakari_record::audit::{BreakGlassReason, HandoverWay};
use kakari_session::touch::Touch;
use kakari_session::view::{Mark, StationBody, StationPage, UsageView};
use kakari_session::{Attempt, Effect, Event, StoreTrouble};

use crate::tablet::{Tablet, moment};

fn asked(tablet: &Tablet) -> Attempt {
    tablet
        .asked(|effect| match effect {
            Effect::CountUsage(attempt) => Some(*attempt),
            _ => None,
        })
        .expect("asked")
}

fn counted(usage: Usage) -> UsageView {
    let mut tablet = Tablet::signed_in();
    tablet.touch(Touch::OpenStation(StationPage::Usage));
    assert!(tablet.is_working());
    let attempt = asked(&tablet);
    tablet.send(Event::Counted(attempt, Ok(Box::new(usage))));
    let StationBody::Usage(view) = tablet.body() else { panic!("usage") };
    view
}

fn value(view: &UsageView, label: &str) -> (String, Mark) {
    let line = view.lines.iter().find(|line| line.label == label).expect("a line");
    (line.value.clone(), line.mark)
}

#[test]
fn the_funnel_says_each_step_with_its_share_of_the_tries() {
    let usage = Usage {
        from: Some(moment(0).utc),
        to: Some(moment(86_400_000).utc),
        cases: 1_264,
        funnel: Funnel { tried: 1_560, card: 1_500, found: 1_300, shown: 1_264, consented: 900 },
        by_card: 1_200,
        without_card: 64,
        ..Usage::default()
    };
    let view = counted(usage);
    let bars: Vec<(&str, u16)> = view.charts[0].bars.iter().map(|bar| (bar.value.as_str(), bar.permille)).collect();
    assert_eq!(bars, [("1,560 (100%)", 1000), ("1,500 (96%)", 961), ("1,300 (83%)", 833), ("1,264 (81%)", 810)]);
    assert_eq!(view.charts[1].bars[1].value, "64 (5%)");
    assert!(view.period.contains('〜'), "{}", view.period);
}

#[test]
fn reasons_ways_times_and_shares_are_told() {
    let usage = Usage {
        to_summary: Took { count: 31, median_ms: Some(6_150), p95_ms: Some(14_000) },
        handed_over: BTreeMap::from([(HandoverWay::Qr, 3), (HandoverWay::Spoken, 1)]),
        search: kakari_record::audit::usage::SearchUsage {
            break_glass: BTreeMap::from([(BreakGlassReason::Unconscious, 2)]),
            ..Default::default()
        },
        offline: 12,
        offline_known: 340,
        unreadable: 1,
        ..Usage::default()
    };
    let view = counted(usage);
    assert_eq!(value(&view, "要約まで").0, "中央値 6.2秒・95% 14.0秒(31回)");
    assert_eq!(value(&view, "連絡なしでの閲覧").0, "12 / 340 (3%)");
    assert_eq!(value(&view, "数えられない記録"), ("1件".into(), Mark::Caution));
    assert_eq!(view.charts[2].bars.len(), BreakGlassReason::ALL.len());
    assert_eq!(view.charts[2].bars[0].value, "2 (100%)");
    assert_eq!(view.charts[3].bars[1].value, "3 (75%)");
}

#[test]
fn what_was_never_measured_is_not_a_nought() {
    let view = counted(Usage::default());
    for label in ["確認画面まで", "要約まで", "連絡なしでの閲覧", "搬送先が変わった"] {
        assert_eq!(value(&view, label).1, Mark::Unknown, "{label}");
    }
    assert!(view.charts.iter().flat_map(|chart| &chart.bars).all(|bar| bar.permille == 0 && bar.value == "0"));
}

#[test]
fn a_count_that_failed_is_said() {
    let mut tablet = Tablet::signed_in();
    tablet.touch(Touch::OpenStation(StationPage::Usage));
    let attempt = asked(&tablet);
    tablet.send(Event::Counted(attempt, Err(StoreTrouble::Damaged)));
    assert!(tablet.page().notice.is_some());
    assert_eq!(tablet.body(), StationBody::Working("記録を読めませんでした".to_owned()));
}
