//! A version that lies ready is taken at rest, and never while somebody works with the tablet.

use kakari_record::language::Language;
use kakari_session::findings::{SyncPart, SyncStage};
use kakari_session::station::StationPage;
use kakari_session::touch::{Basis, Touch};
use kakari_session::view::Screen;
use kakari_session::{CardOutcome, Effect, Event, WipeStage};

use crate::shift::locked;
use crate::station::{all_well, did};
use crate::tablet::{Tablet, patient};

const MINUTE: u64 = 60_000;

/// So often the runner was asked to mark that the tablet rests.
fn restarts(tablet: &Tablet) -> usize {
    tablet.effects.iter().filter(|effect| matches!(effect, Effect::NoteRest)).count()
}

fn ready(mut tablet: Tablet) -> Tablet {
    tablet.send(Event::UpdateReady(Some("0.2.0".to_owned())));
    tablet
}

/// A locked crew that left its case open is signed in all the same: it is a break-glass case here.
fn in_break_glass() -> Tablet {
    crate::search::showing(1)
}

fn pin_half_typed() -> Tablet {
    let mut tablet = Tablet::started();
    tablet.lay_staff_card(Some(3));
    tablet.touch(Touch::Digit(1));
    tablet
}

fn wiped() -> Tablet {
    let mut tablet = Tablet::started();
    tablet.send(Event::Wiped(WipeStage::Pending));
    tablet
}

fn owing_a_row() -> Tablet {
    let mut tablet = Tablet::started();
    let attempt = tablet.effects.iter().find_map(crate::tablet::audit_attempt).expect("the start's row");
    tablet.send(Event::AuditOwed(attempt));
    tablet
}

fn another_card_over_a_case() -> Tablet {
    let mut tablet = Tablet::showing(1);
    tablet.lay_patient_card(CardOutcome::Opened(patient(2)));
    tablet
}

/// What somebody is doing, and a tablet with which they do it.
type State = (&'static str, fn() -> Tablet);

#[test]
fn nobody_who_works_with_the_tablet_is_ever_interrupted() {
    let table: [State; 11] = [
        ("signed in, at standby", Tablet::signed_in),
        ("an identity check", || Tablet::checking(1)),
        ("a case", || Tablet::showing(1)),
        ("a case, another card on the reader", another_card_over_a_case),
        ("a case found without a card", in_break_glass),
        ("signed in, on a page round the work", || Tablet::signed_in().on_page(StationPage::Sync, all_well())),
        ("searching", crate::search::searching),
        ("locked within a shift", locked),
        ("a PIN half typed", pin_half_typed),
        ("an erasure going on", wiped),
        ("an audit row in memory", owing_a_row),
    ];
    for (name, state) in table {
        let mut tablet = ready(state());
        for _ in 0..4 {
            tablet.wait(MINUTE);
            assert_eq!(restarts(&tablet), 0, "{name}");
        }
    }
}

/// As after a stick: what it came to stands on the glass.
fn synced_from_a_stick(stage: SyncStage) -> Tablet {
    let mut tablet = Tablet::started().on_page(StationPage::Sync, all_well());
    tablet.touch(Touch::ImportBundle);
    tablet.send(Event::SyncStage(stage));
    ready(tablet)
}

#[test]
fn what_a_stick_brought_is_taken_though_nobody_answers_the_word_of_its_end_or_leaves_the_page() {
    for leaves in [true, false] {
        let mut tablet = synced_from_a_stick(SyncStage::Done(did(0, 0)));
        if leaves {
            tablet.touch(Touch::CloseStation);
        }
        tablet.wait(2 * MINUTE);
        assert_eq!(restarts(&tablet), 1, "leaves the page: {leaves}");
    }
    let mut tablet = synced_from_a_stick(SyncStage::Fetching { part: SyncPart::Everything, done: 1, of: 2 });
    for _ in 0..4 {
        tablet.wait(MINUTE / 2);
        tablet.send(Event::SyncStage(SyncStage::Fetching { part: SyncPart::Everything, done: 1, of: 2 }));
    }
    assert_eq!(restarts(&tablet), 0, "it still comes");
}

#[test]
fn a_case_that_is_left_open_for_hours_is_not_ended_for_a_version() {
    let mut tablet = ready(Tablet::showing(1));
    tablet.touch(Touch::Confirm(Basis::PatientConsents));
    for _ in 0..7 * 60 {
        tablet.wait(MINUTE);
        assert_eq!((restarts(&tablet), tablet.screen_name()), (0, "summary"));
    }
}

#[test]
fn at_rest_the_program_ends_once_two_minutes_after_the_last_touch() {
    let mut tablet = ready(Tablet::started());
    tablet.wait(MINUTE);
    tablet.touch(Touch::Wake);
    tablet.wait(2 * MINUTE - 1);
    assert_eq!((restarts(&tablet), tablet.session.ends_for_update()), (0, false), "somebody was here");
    tablet.wait(1);
    assert_eq!((restarts(&tablet), tablet.session.ends_for_update()), (1, false), "not before the mark is on the disk");
    tablet.send(Event::RestNoted(true));
    assert!(tablet.session.ends_for_update());
    tablet.wait(10 * MINUTE);
    assert_eq!(restarts(&tablet), 1, "asked once");
}

#[test]
fn without_the_mark_of_its_rest_on_the_disk_the_program_stays_until_it_is_told_of_the_version_again() {
    let mut tablet = ready(Tablet::started());
    tablet.wait(2 * MINUTE);
    tablet.send(Event::RestNoted(false));
    tablet.wait(10 * MINUTE);
    assert_eq!((restarts(&tablet), tablet.session.ends_for_update()), (1, false));
    let mut tablet = ready(tablet);
    tablet.wait(1);
    assert_eq!(restarts(&tablet), 2);
}

#[test]
fn whoever_comes_while_the_mark_is_written_keeps_the_tablet_and_the_mark_goes() {
    let mut tablet = ready(Tablet::started());
    tablet.wait(2 * MINUTE);
    tablet.touch(Touch::Wake);
    tablet.send(Event::RestNoted(true));
    assert!(!tablet.session.ends_for_update() && tablet.effects.contains(&Effect::ForgetRest));
    tablet.wait(2 * MINUTE);
    assert_eq!(restarts(&tablet), 2, "and it is taken later");
}

#[test]
fn rows_that_found_their_place_on_the_disk_hold_up_nothing() {
    let mut tablet = ready(owing_a_row());
    tablet.wait(5 * MINUTE);
    assert_eq!(restarts(&tablet), 0);
    tablet.send(Event::RowsWritten);
    tablet.wait(1);
    assert_eq!(restarts(&tablet), 1);
}

#[test]
fn after_the_shift_the_version_is_taken_and_without_one_nothing_ends() {
    let mut tablet = ready(Tablet::signed_in());
    tablet.wait(3 * MINUTE);
    tablet.touch(Touch::EndShift);
    tablet.touch(Touch::EndShift);
    tablet.wait(MINUTE);
    assert_eq!(restarts(&tablet), 0);
    tablet.wait(MINUTE);
    assert_eq!(restarts(&tablet), 1);
    let mut without = ready(Tablet::started());
    without.send(Event::UpdateReady(None));
    without.wait(30 * MINUTE);
    assert_eq!(restarts(&without), 0, "it was taken back");
}

#[test]
fn standby_says_which_version_is_ready_and_when_it_is_taken() {
    let mut tablet = ready(Tablet::signed_in());
    for (language, words) in
        [(Language::Japanese, "0.2.0 勤務終了後に入れ替え"), (Language::English, "0.2.0, after the shift")]
    {
        tablet.touch(Touch::Speak(language));
        let Screen::Standby(standby) = tablet.screen() else { panic!("standby") };
        assert!(standby.lines.iter().any(|line| line.value == words), "{:?}", standby.lines);
    }
}
