//! How fresh the data is, and a sync that is asked for.

use kakari_record::audit::usage::{Ages, Usage};
use kakari_session::findings::{Findings, RoundFindings, SyncPart, SyncStage};
use kakari_session::touch::Touch;
use kakari_session::view::{Mark, StationBody, StationPage, SyncView};
use kakari_session::{Attempt, Effect, Event};

use super::{all_well, did};
use crate::tablet::Tablet;

fn on_sync(findings: Findings) -> Tablet {
    Tablet::signed_in().on_page(StationPage::Sync, findings)
}

fn view(tablet: &Tablet) -> SyncView {
    let StationBody::Sync(view) = tablet.body() else { panic!("sync") };
    view
}

fn value(tablet: &Tablet, label: &str) -> (String, Mark) {
    let line = view(tablet).lines.into_iter().find(|line| line.label == label);
    line.map(|line| (line.value, line.mark)).unwrap_or_else(|| panic!("no line {label}"))
}

fn looks(tablet: &Tablet) -> Vec<Attempt> {
    let asked = tablet.effects.iter().filter_map(|effect| match effect {
        Effect::LookRound(attempt) => Some(*attempt),
        _ => None,
    });
    asked.collect()
}

#[test]
fn the_lines_say_what_the_runner_found() {
    let tablet = on_sync(all_well());
    assert!(value(&tablet, "最終同期").0.starts_with("12分前"));
    assert_eq!(value(&tablet, "端末の時計"), ("地域の時刻との差 2秒".into(), Mark::Good));
    assert_eq!(value(&tablet, "登録者"), ("33,513人".into(), Mark::Good));
    assert_eq!(value(&tablet, "閲覧記録"), ("受領済 1,204・未送信 3".into(), Mark::Unknown));
    assert!(value(&tablet, "前回の結果").0.ends_with("追加・更新 12・削除 1・受領 30"));
    assert_eq!(value(&tablet, "同期プログラム"), ("動いています".into(), Mark::Good));
    assert_eq!(value(&tablet, "空き容量"), ("40 GB".into(), Mark::Good));
}

#[test]
fn rows_set_aside_a_conflict_a_fault_and_a_failed_round_are_said() {
    let mut findings = all_well();
    let store = findings.store.as_mut().expect("a store");
    (store.set_aside, store.audit_in_conflict) = (2, 1);
    store.audit_fault = Some(("3件目から7件目が抜けています".into(), "rows 3 to 7 are missing".into()));
    let failed = Some(("署名が違います".to_owned(), "wrongly signed".to_owned()));
    findings.region.as_mut().expect("a region").last_round = Some(RoundFindings { failed, ..did(0, 0) });
    let tablet = on_sync(findings);
    assert_eq!(value(&tablet, "登録者"), ("33,513人・保留 2件".into(), Mark::Caution));
    assert_eq!(value(&tablet, "閲覧記録"), ("受領済 1,204・未送信 3・要確認 1".into(), Mark::Caution));
    assert_eq!(value(&tablet, "閲覧記録の検査"), ("3件目から7件目が抜けています".into(), Mark::Caution));
    let (words, mark) = value(&tablet, "前回の結果");
    assert!(words.ends_with("署名が違います") && mark == Mark::Caution, "{words}");
}

#[test]
fn the_page_looks_again_every_five_seconds_and_keeps_what_it_shows() {
    let mut tablet = on_sync(all_well());
    tablet.effects.clear();
    tablet.wait(4_999);
    assert!(looks(&tablet).is_empty());
    tablet.wait(1);
    assert_eq!(looks(&tablet).len(), 1);
    assert!(!tablet.is_working());
    tablet.wait(10_000);
    assert_eq!(looks(&tablet).len(), 1, "the runner is still at it");
    tablet.touch(Touch::CheckAgain);
    assert_eq!(looks(&tablet).len(), 1);
    tablet.find(all_well());
    tablet.touch(Touch::CheckAgain);
    assert_eq!(looks(&tablet).len(), 2);
}

#[test]
fn an_answer_that_never_came_is_asked_for_again_and_when_it_comes_late_is_dropped() {
    let mut tablet = Tablet::signed_in();
    tablet.touch(Touch::OpenStation(StationPage::Sync));
    let early = looks(&tablet)[0];
    tablet.wait(30_000);
    assert_eq!(looks(&tablet).len(), 2);
    tablet.send(Event::LookedRound(early, Box::new(all_well())));
    assert!(tablet.is_working());
}

#[test]
fn nothing_is_asked_while_the_glass_is_dark_or_the_page_is_left() {
    let mut tablet = on_sync(all_well());
    tablet.wait(89_000);
    tablet.find(all_well());
    tablet.effects.clear();
    tablet.wait(10_000);
    assert!(looks(&tablet).is_empty(), "nobody sees it");
    tablet.touch(Touch::Wake);
    tablet.wait(1_000);
    assert_eq!(looks(&tablet).len(), 1);
    tablet.touch(Touch::CloseStation);
    tablet.effects.clear();
    tablet.wait(10_000);
    assert!(looks(&tablet).is_empty());
}

#[test]
fn a_sync_is_asked_for_once_and_told_by_bytes_until_its_end() {
    let mut tablet = on_sync(all_well());
    assert!(view(&tablet).can_sync && view(&tablet).can_import && view(&tablet).progress.is_none());
    tablet.effects.clear();
    tablet.touch(Touch::SyncNow);
    assert_eq!(tablet.effects, [Effect::SyncNow]);
    let asked = view(&tablet);
    assert!(!asked.can_sync && !asked.can_import);
    let progress = asked.progress.expect("words");
    assert!(progress.figures.is_empty() && progress.permille.is_none() && !progress.words.is_empty());
    tablet.touch(Touch::ImportBundle);
    assert_eq!(tablet.effects, [Effect::SyncNow], "one at a time");
    tablet.send(Event::SyncStage(SyncStage::Fetching { part: SyncPart::Everything, done: 12_399_999, of: 41_900_000 }));
    let progress = view(&tablet).progress.expect("progress");
    assert_eq!(progress.words, "全件データを受け取っています");
    assert_eq!((progress.figures.as_str(), progress.permille), ("12.3 / 41.9 MB", Some(295)));
    tablet.send(Event::SyncStage(SyncStage::Fetching { part: SyncPart::Notices, done: 0, of: 0 }));
    assert_eq!(view(&tablet).progress.expect("progress").permille, None, "of nothing there is no share");
    tablet.send(Event::SyncStage(SyncStage::Fetching { part: SyncPart::Program, done: 1, of: 4 }));
    let progress = view(&tablet).progress.expect("progress");
    assert_eq!((progress.words.as_str(), progress.permille), ("新しい版のアプリを受け取っています", Some(250)));
    tablet.effects.clear();
    tablet.send(Event::SyncStage(SyncStage::Done(did(5, 0))));
    assert_eq!(looks(&tablet).len(), 1, "what it did is looked at");
    let notice = tablet.page().notice.expect("notice");
    assert!(notice.mark == Mark::Good && notice.sentence.contains("追加・更新 5"), "{notice:?}");
    assert!(view(&tablet).can_sync);
    tablet.touch(Touch::Dismiss);
    assert!(tablet.page().notice.is_none());
}

#[test]
fn what_did_not_come_off_is_said_with_a_next_step_and_can_be_tried_again() {
    let failed = Some(("途中で切れました".to_owned(), "broken off".to_owned()));
    for stage in [SyncStage::NoAnswer, SyncStage::NoBundle, SyncStage::Done(RoundFindings { failed, ..did(0, 0) })] {
        let mut tablet = on_sync(all_well());
        tablet.touch(Touch::ImportBundle);
        assert_eq!(tablet.effects.last(), Some(&Effect::ImportBundle));
        tablet.send(Event::SyncStage(stage));
        let notice = tablet.page().notice.expect("notice");
        assert!(notice.mark == Mark::Caution && !notice.next_step.is_empty(), "{notice:?}");
        assert!(view(&tablet).can_sync);
    }
}

#[test]
fn a_sync_goes_on_while_other_pages_are_looked_at_and_is_given_up_after_two_silent_minutes() {
    let mut tablet = on_sync(all_well());
    tablet.touch(Touch::SyncNow);
    tablet.touch(Touch::CloseStation);
    tablet.touch(Touch::OpenStation(StationPage::Sync));
    tablet.find(all_well());
    assert!(view(&tablet).progress.is_some());
    tablet.wait(60_000);
    tablet.send(Event::SyncStage(SyncStage::Fetching { part: SyncPart::Changes, done: 1, of: 2 }));
    tablet.wait(119_999);
    assert!(view(&tablet).progress.is_some());
    tablet.wait(1);
    assert!(view(&tablet).progress.is_none() && tablet.page().notice.is_some());
}

#[test]
fn a_tablet_of_no_region_has_nobody_to_sync_with() {
    let mut tablet = on_sync(Findings { region: None, ..all_well() });
    assert!(!view(&tablet).can_sync && !view(&tablet).can_import);
    tablet.effects.clear();
    tablet.touch(Touch::SyncNow);
    tablet.touch(Touch::ImportBundle);
    assert!(tablet.effects.is_empty());
    assert_eq!(value(&tablet, "同期プログラム").1, Mark::Unknown);
}

#[test]
fn how_old_the_information_was_is_a_chart_for_a_crew() {
    let mut tablet = Tablet::signed_in();
    tablet.touch(Touch::OpenStation(StationPage::Sync));
    let counted = tablet.asked(|effect| match effect {
        Effect::CountUsage(attempt) => Some(*attempt),
        _ => None,
    });
    tablet.find(all_well());
    assert!(view(&tablet).ages.is_none());
    let ages = Ages { hour: 3, day: 1, ..Ages::default() };
    tablet.send(Event::Counted(counted.expect("asked"), Ok(Box::new(Usage { ages, ..Usage::default() }))));
    let chart = view(&tablet).ages.expect("a chart");
    assert_eq!((chart.bars[0].value.as_str(), chart.bars[0].permille), ("3 (75%)", 750));
    assert_eq!(chart.bars.len(), 6);
}
