//! The hand-over of an open case.

use kakari_record::audit::{AuditKind, HandoverWay};
use kakari_record::handover::joined;
use kakari_record::model::Subject;
use kakari_session::touch::Touch;
use kakari_session::view::{Handover, Mark, Screen};
use kakari_session::{CardOutcome, Effect, Event, SaveAs, SaveOutcome, SaveTrouble, Session, StoreTrouble};

use crate::tablet::{Tablet, audit_attempt, patient};

const MINUTE: u64 = 60_000;
/// What patient 1 has not been told.
const UNTOLD: &str = "胃癌";

/// The page of patient 1's hand-over.
pub(crate) fn handing_over() -> Tablet {
    let mut tablet = Tablet::showing(1);
    let session = std::mem::replace(&mut tablet.session, Session::new(""));
    let receivers = vec!["北町総合病院".to_owned(), "東町中央病院".to_owned()];
    tablet.session = session.with_receivers(receivers).with_place_to_save(true);
    tablet.touch(Touch::OpenHandover);
    tablet.effects.clear();
    tablet
}

fn page(tablet: &Tablet) -> Handover {
    match tablet.screen() {
        Screen::Handover(view) => *view,
        other => panic!("{} instead of the hand-over", other.name()),
    }
}

/// What the rows of hand-overs say.
fn rows(tablet: &Tablet) -> Vec<(HandoverWay, usize, bool, Option<String>)> {
    let row = |kind: &AuditKind| match kind {
        AuditKind::HandedOver { way, sections, untold, receiver, .. } => {
            Some((*way, sections.len(), *untold, receiver.clone()))
        }
        _ => None,
    };
    tablet.audit().into_iter().filter_map(row).collect()
}

/// Everything on the page that is read aloud or coded.
fn given(view: &Handover) -> String {
    let code = view.code.as_ref().map(|code| code.text.clone()).unwrap_or_default();
    format!("{} {} {code}", view.script.join(" "), view.read_back.clone().unwrap_or_default())
}

fn last_save(tablet: &Tablet) -> Option<&Effect> {
    tablet.effects.iter().rev().find(|effect| matches!(effect, Effect::Save(..)))
}

fn saved(tablet: &mut Tablet, outcome: SaveOutcome) {
    let Some(Effect::Save(attempt, ..)) = last_save(tablet) else { panic!("nothing to save") };
    let attempt = *attempt;
    tablet.send(Event::Saved(attempt, outcome));
}

#[test]
fn the_page_has_the_banner_of_the_summary_and_every_section_but_what_the_patient_was_not_told() {
    let mut tablet = Tablet::showing(1);
    let Screen::Summary(summary) = tablet.screen() else { panic!("no summary") };
    tablet.touch(Touch::OpenHandover);
    let view = page(&tablet);
    assert!(view.banner == summary.banner);
    assert!(view.sections.len() == Subject::ALL.len() && view.sections.iter().all(|section| section.chosen));
    assert_eq!(view.untold.as_ref().map(|untold| (untold.asked, untold.chosen)), Some((false, false)));
    assert!(given(&view).contains("P1ペニシリン") && !given(&view).contains(UNTOLD));
    assert!(!view.can_save && view.receivers.is_empty() && view.code.is_none());
    tablet.touch(Touch::CloseHandover);
    assert_eq!(tablet.screen_name(), "summary");
}

#[test]
fn a_section_that_is_unticked_is_said_to_be_left_out() {
    let mut tablet = handing_over();
    tablet.touch(Touch::TickSection(Subject::Allergies));
    let view = page(&tablet);
    assert!(!given(&view).contains("P1ペニシリン"));
    assert!(view.script[1].contains("アレルギーは、この引き継ぎに含めていません"), "{}", view.script[1]);
    tablet.touch(Touch::TickSection(Subject::Allergies));
    assert!(given(&page(&tablet)).contains("P1ペニシリン"));
}

#[test]
fn untold_items_are_ticked_only_by_two_touches_in_a_row() {
    let mut tablet = handing_over();
    let ticked = |tablet: &Tablet| page(tablet).untold.is_some_and(|untold| untold.chosen);
    for between in [Touch::TickSection(Subject::Labs), Touch::Dismiss, Touch::HandedTo(0)] {
        tablet.touch(Touch::TickUntold);
        assert!(page(&tablet).untold.is_some_and(|untold| untold.asked && !untold.chosen));
        tablet.touch(between);
        assert!(!page(&tablet).untold.is_some_and(|untold| untold.asked));
        assert!(!ticked(&tablet), "after {between:?}");
    }
    tablet.touch(Touch::TickUntold);
    tablet.touch(Touch::TickUntold);
    assert!(ticked(&tablet));
    assert!(!given(&page(&tablet)).contains(UNTOLD), "never read aloud");
    tablet.touch(Touch::ShowCodes);
    tablet.write_audit();
    assert!(page(&tablet).code.is_some_and(|code| code.text.contains("【未告知】胃癌")));
    tablet.touch(Touch::TickUntold);
    assert!(!ticked(&tablet) && page(&tablet).code.is_none(), "one touch takes it back, and the codes with it");
}

#[test]
fn codes_are_seen_once_their_row_is_durable_and_for_fifteen_minutes() {
    let mut tablet = handing_over();
    tablet.touch(Touch::ShowCodes);
    assert!(page(&tablet).code.is_none(), "not before the row");
    assert_eq!(rows(&tablet), [(HandoverWay::Qr, 15, false, None)]);
    tablet.write_audit();
    let view = page(&tablet);
    let code = view.code.expect("shown");
    assert!(code.text.contains("P1ペニシリン") && !code.text.contains(UNTOLD));
    assert_eq!((code.left.as_str(), code.place.as_str()), ("あと15:00", ""));
    assert!(view.done[0].ends_with("QRを表示"));
    tablet.wait(40_000);
    assert_eq!(page(&tablet).code.map(|code| code.left), Some("あと14:20".to_owned()));
    tablet.wait(15 * MINUTE - 40_001);
    assert!(page(&tablet).code.is_some());
    tablet.wait(1);
    assert!(page(&tablet).code.is_none(), "fifteen minutes");
    tablet.write_audit();
    assert!(page(&tablet).code.is_none(), "an old row brings no code back");
}

#[test]
fn many_codes_follow_one_another_and_are_the_text() {
    let mut tablet = Tablet::checking(2);
    let mut record = patient(1);
    record.summary.conditions = kakari_record::model::Block::Known(
        (0..60).map(|at| crate::tablet::condition(&format!("とても長い名前の病気その{at}"), false)).collect(),
    );
    tablet.touch(Touch::NotThisPerson);
    tablet.lay_patient_card(CardOutcome::Opened(record));
    tablet.write_audit();
    tablet.touch(Touch::Confirm(kakari_session::touch::Basis::Emergency));
    tablet.write_audit();
    tablet.touch(Touch::OpenHandover);
    tablet.touch(Touch::ShowCodes);
    tablet.write_audit();
    let mut parts = Vec::new();
    let first = page(&tablet).code.expect("a code");
    let count: usize = first.place.split_once('/').expect("of several").1.parse().expect("a number");
    for at in 1..=count {
        let code = page(&tablet).code.expect("a code");
        assert_eq!(code.place, format!("{at}/{count}"));
        parts.push(code.text);
        tablet.touch(Touch::NextCode);
    }
    assert!(page(&tablet).code.expect("a code") == first, "round again");
    assert!(joined(&parts).is_some_and(|text| text.contains("その59")));
}

#[test]
fn leaving_the_page_hiding_and_every_end_of_the_case_take_the_codes() {
    for leave in [Touch::HideCodes, Touch::CloseHandover, Touch::OpenDetails, Touch::TickSection(Subject::Labs)] {
        let mut tablet = handing_over();
        tablet.touch(Touch::ShowCodes);
        tablet.write_audit();
        tablet.touch(leave);
        tablet.wait(1);
        tablet.touch(Touch::OpenHandover);
        assert!(page(&tablet).code.is_none(), "{leave:?}");
    }
    for end in [Touch::CloseCase, Touch::WasAnotherPerson, Touch::Lock] {
        let mut tablet = handing_over();
        tablet.touch(Touch::ShowCodes);
        tablet.touch(end);
        tablet.write_audit();
        assert_ne!(tablet.screen_name(), "hand-over", "{end:?}");
        assert!(!format!("{:?}", tablet.session).contains("P1"));
    }
    let mut tablet = handing_over();
    tablet.touch(Touch::ShowCodes);
    tablet.write_audit();
    tablet.wait(8 * 60 * MINUTE);
    assert_eq!(tablet.screen_name(), "standby", "eight hours");
}

#[test]
fn who_got_it_is_said_in_the_way_that_was_last_begun() {
    let mut tablet = handing_over();
    tablet.touch(Touch::HandedTo(1));
    assert!(page(&tablet).done.is_empty(), "not before the row");
    tablet.write_audit();
    assert!(page(&tablet).done[0].ends_with("東町中央病院へ 口頭で引継ぎ済み"));
    tablet.touch(Touch::ShowCodes);
    tablet.write_audit();
    tablet.touch(Touch::HandedTo(0));
    tablet.write_audit();
    assert!(page(&tablet).done[0].ends_with("北町総合病院へ QRで引継ぎ済み"));
    tablet.touch(Touch::HandedTo(7));
    let receiver = |name: &str| Some(name.to_owned());
    let spoken = (HandoverWay::Spoken, 15, false, receiver("東町中央病院"));
    let coded = (HandoverWay::Qr, 15, false, receiver("北町総合病院"));
    assert_eq!(rows(&tablet), [spoken, (HandoverWay::Qr, 15, false, None), coded], "nobody is at the eighth place");
}

#[test]
fn a_file_is_written_once_its_row_is_durable_and_its_name_is_said() {
    for (touch, way, save_as) in [
        (Touch::SaveDocument, HandoverWay::Document, SaveAs::Document),
        (Touch::SavePaper, HandoverWay::Paper, SaveAs::Paper),
    ] {
        let mut tablet = handing_over();
        tablet.touch(Touch::TickSection(Subject::Conditions));
        tablet.touch(touch);
        tablet.touch(touch);
        assert!(last_save(&tablet).is_none(), "not before the row");
        assert_eq!(rows(&tablet), [(way, 14, false, None)], "the second touch finds one under way");
        tablet.write_audit();
        let Some(Effect::Save(_, form, chosen)) = last_save(&tablet) else { panic!("nothing to save") };
        assert!(*form == save_as && chosen.left_out() == [Subject::Conditions]);
        saved(&mut tablet, SaveOutcome::Saved { file: "kakari-1.pdf".to_owned() });
        let view = page(&tablet);
        let notice = view.notice.expect("said");
        assert!(notice.mark == Mark::Good && notice.sentence.contains("kakari-1.pdf"));
        assert!(view.done[0].contains("kakari-1.pdf"));
    }
}

#[test]
fn each_reason_for_no_file_has_a_sentence_and_a_late_answer_says_nothing() {
    let mut sentences = std::collections::BTreeSet::new();
    for trouble in
        [SaveTrouble::NoPlace, SaveTrouble::NotMounted, SaveTrouble::Full, SaveTrouble::Failed, SaveTrouble::Withdrawn]
    {
        let mut tablet = handing_over();
        tablet.touch(Touch::SavePaper);
        tablet.write_audit();
        saved(&mut tablet, SaveOutcome::NotSaved(trouble));
        let notice = page(&tablet).notice.expect("said");
        assert!(notice.mark == Mark::Bad && !notice.next_step.is_empty());
        sentences.insert(notice.sentence);
        saved(&mut tablet, SaveOutcome::Saved { file: "late".to_owned() });
        assert!(page(&tablet).notice.is_some_and(|notice| notice.mark == Mark::Bad), "an answer that is not awaited");
    }
    assert_eq!(sentences.len(), 5);
    let mut tablet = Tablet::showing(1);
    tablet.touch(Touch::OpenHandover);
    tablet.touch(Touch::SavePaper);
    assert!(rows(&tablet).is_empty() && page(&tablet).notice.is_some(), "there is no place to write to");
}

#[test]
fn a_row_that_is_not_durable_lets_nothing_go() {
    for touch in [Touch::ShowCodes, Touch::SaveDocument, Touch::HandedTo(0)] {
        let mut tablet = handing_over();
        tablet.touch(touch);
        let attempt = tablet.effects.iter().rev().find_map(audit_attempt).expect("a row");
        tablet.send(Event::AuditFailed(attempt, StoreTrouble::Refused));
        tablet.write_audit();
        let view = page(&tablet);
        assert!(view.code.is_none() && view.done.is_empty() && last_save(&tablet).is_none(), "{touch:?}");
        assert!(view.notice.is_some_and(|notice| notice.mark == Mark::Bad));
    }
}

#[test]
fn another_patients_case_begins_without_anything_of_the_one_before() {
    let mut tablet = handing_over();
    tablet.touch(Touch::TickSection(Subject::Allergies));
    tablet.touch(Touch::TickUntold);
    tablet.touch(Touch::TickUntold);
    tablet.touch(Touch::HandedTo(0));
    tablet.write_audit();
    tablet.lay_patient_card(CardOutcome::Opened(patient(2)));
    tablet.write_audit();
    assert!(
        page(&tablet).notice.is_some_and(|notice| notice.sentence.contains("P2山田")),
        "the offer is said here too"
    );
    tablet.touch(Touch::SwitchPatient);
    tablet.touch(Touch::Confirm(kakari_session::touch::Basis::FamilyAsks));
    tablet.write_audit();
    tablet.touch(Touch::OpenHandover);
    let view = page(&tablet);
    assert!(view.done.is_empty() && view.sections.iter().all(|section| section.chosen));
    assert!(view.untold.is_some_and(|untold| !untold.chosen));
    assert!(!given(&page(&tablet)).contains("P1"));
}

#[test]
fn after_a_case_the_destination_is_asked_for_once_until_something_else_is_done() {
    let question = |tablet: &Tablet| match tablet.screen() {
        Screen::Standby(view) => view.question,
        _ => String::new(),
    };
    let told = |tablet: &Tablet| {
        tablet.audit().iter().filter(|kind| matches!(kind, AuditKind::DestinationTold { changed: true })).count()
    };
    let mut tablet = Tablet::showing(1);
    tablet.touch(Touch::CloseCase);
    assert!(!question(&tablet).is_empty());
    tablet.touch(Touch::DestinationChanged(true));
    tablet.touch(Touch::DestinationChanged(true));
    assert_eq!((told(&tablet), question(&tablet)), (1, String::new()));

    let mut tablet = Tablet::showing(1);
    tablet.touch(Touch::CloseCase);
    tablet.touch(Touch::Dismiss);
    tablet.touch(Touch::DestinationChanged(true));
    assert_eq!((told(&tablet), question(&tablet)), (0, String::new()), "something else was done");

    let mut tablet = Tablet::showing(1);
    tablet.touch(Touch::WasAnotherPerson);
    assert!(question(&tablet).is_empty(), "nothing is asked after the wrong person");
}
