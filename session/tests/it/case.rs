//! An open case.

use kakari_record::audit::{AuditKind, Closing};
use kakari_record::model::{Block, Coded, Origin, Unavailability};
use kakari_session::touch::{Basis, Touch};
use kakari_session::view::{CardMark, OtherCard, Screen, Standing, Topic};
use kakari_session::{CardOutcome, CardTrouble, Effect, Event};

use crate::tablet::{Tablet, patient, patient_words};

fn other_card(tablet: &Tablet) -> Option<OtherCard> {
    match tablet.screen() {
        Screen::Summary(view) => view.other_card,
        _ => None,
    }
}

#[test]
fn the_case_stays_open_when_the_card_is_taken_away() {
    let mut tablet = Tablet::showing(1);
    tablet.send(Event::CardLeft);
    let Screen::Summary(view) = tablet.screen() else { panic!("no summary") };
    assert!(view.banner.card_mark == CardMark::Gone && view.banner.card.contains("カードなし"));
}

#[test]
fn the_same_card_laid_again_is_simply_back() {
    let mut tablet = Tablet::showing(1);
    tablet.send(Event::CardLeft);
    tablet.lay_patient_card(CardOutcome::Opened(patient(1)));
    assert!(other_card(&tablet).is_none());
    let Screen::Summary(view) = tablet.screen() else { panic!("no summary") };
    assert_eq!(view.banner.card_mark, CardMark::Genuine);
}

#[test]
fn another_card_is_offered_and_never_mixed_in() {
    let mut tablet = Tablet::showing(1);
    tablet.send(Event::CardLeft);
    tablet.lay_patient_card(CardOutcome::Opened(patient(2)));
    assert!(!other_card(&tablet).expect("reading").can_switch, "not before its row is durable");
    tablet.write_audit();
    let offer = other_card(&tablet).expect("offer");
    assert!(offer.can_switch && offer.words.contains("P2山田"));
    assert!(!patient_words(&tablet.screen()).contains("P2"));

    tablet.touch(Touch::SwitchPatient);
    assert_eq!(tablet.screen_name(), "check");
    assert!(!patient_words(&tablet.screen()).contains("P1"));
    assert!(tablet.audit().iter().any(|kind| matches!(kind, AuditKind::CaseClosed { reason: Closing::Switched, .. })));
    tablet.touch(Touch::Confirm(Basis::FamilyAsks));
    tablet.write_audit();
    assert!(patient_words(&tablet.screen()).contains("P2") && !patient_words(&tablet.screen()).contains("P1"));
}

#[test]
fn staying_drops_the_other_patient() {
    let mut tablet = Tablet::showing(1);
    tablet.lay_patient_card(CardOutcome::Opened(patient(2)));
    tablet.write_audit();
    tablet.touch(Touch::StayWithPatient);
    tablet.touch(Touch::SwitchPatient);
    assert!(other_card(&tablet).is_none() && patient_words(&tablet.screen()).contains("P1"));
}

#[test]
fn another_card_that_does_not_open_says_why_and_leaves_the_case() {
    let mut tablet = Tablet::showing(1);
    tablet.lay_patient_card(CardOutcome::Refused(CardTrouble::MyNumberCard));
    assert_eq!(other_card(&tablet).expect("words").words, "マイナンバーカードです");
    assert!(patient_words(&tablet.screen()).contains("P1"));
}

#[test]
fn closing_wrong_person_locking_and_eight_hours_end_the_case() {
    for (end, reason, screen) in [
        (Touch::CloseCase, Closing::ByCrew, "standby"),
        (Touch::WasAnotherPerson, Closing::WrongPerson, "standby"),
        (Touch::Lock, Closing::Locked, "locked"),
    ] {
        let mut tablet = Tablet::showing(1);
        tablet.touch(end);
        assert_eq!(tablet.screen_name(), screen);
        assert!(
            tablet
                .audit()
                .iter()
                .any(|kind| matches!(kind, AuditKind::CaseClosed { reason: written, .. } if *written == reason))
        );
        assert_eq!(patient_words(&tablet.screen()), "");
    }
    let mut tablet = Tablet::showing(1);
    tablet.wait(7 * 3_600_000);
    assert_eq!(tablet.screen_name(), "summary", "no auto-lock while a case is open");
    tablet.wait(3_600_000);
    assert_eq!(tablet.screen_name(), "standby");
}

#[test]
fn locking_wipes_the_keys() {
    let mut tablet = Tablet::showing(1);
    tablet.touch(Touch::Lock);
    assert!(tablet.effects.contains(&Effect::SleepKeys));
    assert_eq!(tablet.screen_name(), "locked");
}

#[test]
fn what_the_patient_was_not_told_needs_a_second_touch_and_its_own_audit_row() {
    let mut tablet = Tablet::showing(1);
    assert!(!patient_words(&tablet.screen()).contains("胃癌"));
    tablet.touch(Touch::OpenDetails);
    tablet.touch(Touch::ShowVeiled);
    assert!(!patient_words(&tablet.screen()).contains("胃癌"), "not before the row is durable");
    tablet.write_audit();
    assert!(patient_words(&tablet.screen()).contains("胃癌"));
    tablet.touch(Touch::HideVeiled);
    assert!(!patient_words(&tablet.screen()).contains("胃癌"));
    tablet.touch(Touch::ShowVeiled);
    tablet.write_audit();
    tablet.touch(Touch::CloseDetails);
    assert!(!patient_words(&tablet.screen()).contains("胃癌"), "never on the first screen");
    tablet.touch(Touch::OpenDetails);
    assert!(!patient_words(&tablet.screen()).contains("胃癌"), "and veiled again");
}

#[test]
fn the_gravest_allergy_stands_first_and_a_contraindication_is_named_one() {
    use kakari_record::model::{Allergy, AllergyCategory, Verification};
    let allergy = |name: &str, reaction: &str| Allergy {
        substance: Coded::from_text(name),
        category: AllergyCategory::Medication,
        reactions: vec![reaction.to_owned()],
        severity: None,
        criticality: None,
        verification: Verification::Confirmed,
        past: false,
        note: None,
        origin: Origin::default(),
    };
    let mut record = patient(1);
    record.summary.allergies.block =
        Block::Known(vec![allergy("そば", "発疹"), allergy("ペニシリン", "アナフィラキシーショック")]);
    record.summary.contraindications = Block::Known(vec![allergy("レボフロキサシン", "")]);
    let mut tablet = Tablet::signed_in();
    tablet.lay_patient_card(CardOutcome::Opened(record));
    tablet.write_audit();
    tablet.touch(Touch::Confirm(Basis::Emergency));
    tablet.write_audit();
    let Screen::Summary(view) = tablet.screen() else { panic!("no summary") };
    let rows: Vec<_> = view.panels[0].rows.iter().map(|row| (row.tag.as_str(), row.short.as_str())).collect();
    assert_eq!((rows[0].1, rows[1].1), ("ペニシリン", "そば"));
    assert_eq!(rows[2].0, "禁忌");
}

#[test]
fn each_of_the_four_values_reaches_its_panel() {
    let tablet = Tablet::showing(1);
    let Screen::Summary(view) = tablet.screen() else { panic!("no summary") };
    let standing = |topic| view.panels.iter().find(|panel| panel.topic == topic).expect("panel").standing;
    assert_eq!(standing(Topic::Allergies), Standing::Known);
    for topic in [Topic::Medicines, Topic::Devices, Topic::Directives, Topic::Contacts] {
        assert_eq!(standing(topic), Standing::NotRecorded);
    }
    for panel in &view.panels {
        assert!(!panel.rows.is_empty(), "no panel is silent");
    }
}

#[test]
fn a_touch_that_was_meant_for_another_patient_does_nothing() {
    let mut tablet = Tablet::checking(1);
    let first = tablet.session.scene();
    tablet.lay_patient_card(CardOutcome::Opened(patient(2)));
    tablet.write_audit();
    assert_eq!(tablet.screen_name(), "check");
    for touch in [Touch::Confirm(Basis::PatientConsents), Touch::NotThisPerson] {
        tablet.send(Event::TouchedIn(first, touch));
        tablet.write_audit();
        assert_eq!(tablet.screen_name(), "check", "{touch:?}");
    }
    let second = tablet.session.scene();
    tablet.send(Event::TouchedIn(second, Touch::Confirm(Basis::PatientConsents)));
    tablet.write_audit();
    assert!(patient_words(&tablet.screen()).contains("P2"));
    tablet.send(Event::TouchedIn(first, Touch::CloseCase));
    assert_eq!(tablet.screen_name(), "summary");
}

#[test]
fn what_is_said_of_a_patient_is_not_taken_away_by_a_touch_on_what_was_said_before() {
    let mut record = patient(1);
    record.summary.medicines = Block::Unavailable(Unavailability::NotOpened);
    let mut tablet = Tablet::signed_in();
    tablet.lay_patient_card(CardOutcome::Opened(record));
    tablet.write_audit();
    tablet.send(Event::CardMute);
    let check = tablet.session.scene();
    tablet.send(Event::TouchedIn(check, Touch::Confirm(Basis::Emergency)));
    // The row is durable before the touch that was meant for the mute card's notice arrives.
    tablet.write_audit();
    tablet.send(Event::TouchedIn(check, Touch::Dismiss));
    assert!(tablet.notice().expect("that a part is missing").sentence.contains("1項目"));
    tablet.send(Event::TouchedIn(tablet.session.scene(), Touch::Dismiss));
    assert_eq!(tablet.notice(), None);
}

#[test]
fn a_part_that_is_unavailable_is_said_when_the_summary_opens_and_never_reads_as_none() {
    let mut record = patient(1);
    record.summary.medicines = Block::Unavailable(Unavailability::NotOpened);
    record.summary.contacts = Block::Unavailable(Unavailability::NotOpened);
    let mut tablet = Tablet::signed_in();
    tablet.lay_patient_card(CardOutcome::Opened(record));
    tablet.write_audit();
    tablet.touch(Touch::Confirm(Basis::PatientConsents));
    tablet.write_audit();
    let notice = tablet.notice().expect("notice");
    assert!(notice.sentence.contains("2項目") && notice.next_step.contains("「なし」ではありません"), "{notice:?}");
    tablet.touch(Touch::Dismiss);
    assert_eq!(tablet.notice(), None);
    let Screen::Summary(view) = tablet.screen() else { panic!("no summary") };
    let unavailable = view.panels.iter().filter(|panel| panel.standing == Standing::Unavailable).count();
    assert_eq!(unavailable, 2, "the panels go on saying so");
    assert_eq!(Tablet::showing(1).notice(), None, "and of a whole record it is not said");
}
