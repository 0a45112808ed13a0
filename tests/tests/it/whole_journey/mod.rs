//! From a tablet that belongs to nobody to the end of a shift: the real programs, reader, server and window, by taps alone.
//! A picture after every step goes to `tests/out`; with `KAKARI_PICTURES=1` those of the documentation are made anew.

mod album;
mod cases;
mod enrolled;
mod sound;
mod station;
mod town;

use std::path::Path;

use kakari_card_sim::in_own_process;
use kakari_record::audit::{AuditEvent, AuditKind, HandoverWay};
use kakari_store::{Store, StoreKey};
use kakari_tests::display::Display;
use kakari_tests::finger::Finger;
use kakari_tests::glass::Tablet;
use kakari_tests::place::patient_words;

use album::Album;
use sound::Heard;
use town::Town;

/// Everything of a shift: who is there, and what is seen and heard.
struct Shift<'a> {
    town: &'a Town,
    display: &'a Display,
    finger: Finger<'a>,
    album: &'a Album<'a>,
    tablet: Tablet,
    heard: Heard,
}

#[test]
fn a_new_tablet_is_enrolled_and_serves_a_whole_shift_by_taps_alone() {
    in_own_process("whole_journey::a_new_tablet_is_enrolled_and_serves_a_whole_shift_by_taps_alone", |dir| {
        let town = Town::found(dir);
        let display = Display::start();
        let album = Album::of(&display);
        enrolled::by_a_code_that_is_typed(&town, &display, &album);
        let daemon = town.start_sync();
        let heard = Heard::in_dir(dir);
        let tablet = Tablet::start_by(heard.kakari(), &town.config, &display, "trace");
        let shift =
            Shift { town: &town, display: &display, finger: Finger::on(&display), album: &album, tablet, heard };
        shift.begins();
        shift.looks_round_the_tablet();
        shift.is_joined();
        shift.reads_a_card();
        shift.finds_somebody_without_a_card();
        shift.looks_back();
        shift.ends();
        for word in town.residents.iter().flat_map(|resident| patient_words(&resident.summary)) {
            assert!(!shift.tablet.said().contains(&word), "a patient's word in the log");
        }
        println!("{} taps in the shift", shift.finger.taps());
        drop((shift, daemon));
        rows_tell_of_it(dir);
        album.close();
    });
}

/// What the audit has of the shift, in its order.
fn rows_tell_of_it(dir: &Path) {
    let key = StoreKey::load(&dir.join("tablet/store.key")).unwrap();
    let store = Store::open(&dir.join("tablet/kakari.db"), key).unwrap();
    store.verify_audit().unwrap().unwrap();
    let rows = store.last_audit(200).unwrap();
    let events: Vec<&AuditEvent> = rows.iter().filter_map(|row| row.event.as_ref()).collect();
    let told: Vec<&str> = events.iter().filter_map(|event| name(&event.kind)).collect();
    let card = ["opened", "shown", "receiver", "code", "closed"];
    let search = ["began", "named", "opened", "shown", "closed", "over"];
    let whole: Vec<&str> =
        ["in", "in"].iter().chain(&card).chain(&search).chain(&["locked", "again", "out"]).copied().collect();
    assert_eq!(told, whole);
}

/// The rows that are asked for; each search is a row, and how many there are depends on how fast the finger is.
fn name(kind: &AuditKind) -> Option<&'static str> {
    Some(match kind {
        AuditKind::SignedIn => "in",
        AuditKind::RecordOpened { .. } => "opened",
        AuditKind::RecordShown { .. } => "shown",
        AuditKind::HandedOver { way: HandoverWay::Qr, .. } => "code",
        AuditKind::HandedOver { receiver: Some(_), .. } => "receiver",
        AuditKind::CaseClosed { .. } => "closed",
        AuditKind::BreakGlassStarted { .. } => "began",
        AuditKind::Searched { newly: 1.., .. } => "named",
        AuditKind::BreakGlassEnded { .. } => "over",
        AuditKind::Locked { .. } => "locked",
        AuditKind::Reopened { .. } => "again",
        AuditKind::SignedOut => "out",
        _ => return None,
    })
}
