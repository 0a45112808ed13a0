//! What is wrong with the tablet itself: reader, store, roster, clock, lease, audit.

use chrono::TimeDelta;
use kakari_record::model::{Block, Unavailability};
use kakari_session::findings::{Battery, Gauges, Link};
use kakari_session::look::Look;
use kakari_session::touch::Touch;
use kakari_session::view::View;
use kakari_session::{Event, Lease, Moment, ReaderState, RosterState, StoreFacts, StoreTrouble, WipeStage};

use super::{CASE, Named};
use crate::tablet::{Tablet, moment};
use crate::{crew, people};

const STORES: [(&str, StoreTrouble); 8] = [
    ("store-missing", StoreTrouble::Missing),
    ("store-no-key", StoreTrouble::NoKey),
    ("store-wrong-key", StoreTrouble::WrongKey),
    ("store-damaged", StoreTrouble::Damaged),
    ("store-wrong-key-or-damaged", StoreTrouble::WrongKeyOrDamaged),
    ("store-newer", StoreTrouble::Newer),
    ("store-full", StoreTrouble::Full),
    ("store-refused", StoreTrouble::Refused),
];

pub(super) fn problems(look: Look) -> Vec<Named> {
    let readers = [
        ("reader-missing", ReaderState::Missing),
        ("reader-service-stopped", ReaderState::ServiceStopped),
        ("reader-asleep", ReaderState::Asleep),
    ];
    let mut all: Vec<Named> = readers.map(|(name, state)| (name, standby(look, Event::ReaderChanged(state)))).to_vec();
    all.extend(STORES.map(|(name, trouble)| (name, store(look, trouble))));
    let rosters = [("roster-missing", RosterState::Missing), ("roster-not-believed", RosterState::NotBelieved)];
    all.extend(rosters.map(|(name, roster)| (name, opened(look, StoreFacts { roster, ..crew::facts(CASE) }))));
    all.extend([
        ("lease-nearly-over", standby(look, Event::StoreChanged(lease(TimeDelta::hours(60), false)))),
        ("lease-over", opened(look, lease(TimeDelta::hours(-1), false))),
        ("lease-over-erased", opened(look, lease(TimeDelta::hours(-1), true))),
        ("wipe-begun", standby(look, Event::Wiped(WipeStage::Pending))),
        ("wiped", standby(look, Event::Wiped(WipeStage::Done))),
        ("clock-doubtful", clock(look)),
        ("audit-owed", audit(look, Event::AuditOwed)),
        ("audit-not-written", audit(look, |attempt| Event::AuditFailed(attempt, StoreTrouble::Full))),
        ("audit-faulty", standby(look, faulty())),
        ("battery-low", standby(look, battery(18))),
        ("battery-nearly-empty", nearly_empty(look)),
        ("part-unavailable", part(look)),
    ]);
    all
}

fn standby(look: Look, event: Event) -> View {
    let mut tablet = Tablet::signed_in(look, CASE);
    tablet.send(event);
    tablet.view()
}

fn store(look: Look, trouble: StoreTrouble) -> View {
    let mut tablet = Tablet::switched_on(look, CASE);
    tablet.send(Event::StoreFailed(trouble));
    tablet.view()
}

fn opened(look: Look, facts: StoreFacts) -> View {
    let mut tablet = Tablet::switched_on(look, CASE);
    tablet.send(Event::ReaderChanged(ReaderState::Ready));
    tablet.send(Event::StoreOpened(facts));
    tablet.view()
}

fn lease(left: TimeDelta, wraps_erased: bool) -> StoreFacts {
    StoreFacts { lease: Some(Lease { days: 14, left, wraps_erased }), ..crew::facts(CASE) }
}

/// The tablet's own clock stands before what the region has signed.
fn clock(look: Look) -> View {
    let mut tablet = Tablet::signed_in(look, CASE);
    let facts = StoreFacts { not_before: Some(moment(0).utc), ..crew::facts(CASE) };
    tablet.send(Event::StoreChanged(facts));
    tablet.send(Event::Tick(Moment { utc: moment(0).utc - TimeDelta::days(400), monotonic_ms: 1_000 }));
    tablet.show(people::resident(CASE));
    tablet.view()
}

/// The card was read; the row of its record cannot be written as it should.
fn audit(look: Look, answer: fn(kakari_session::Attempt) -> Event) -> View {
    let mut tablet = Tablet::signed_in(look, CASE);
    tablet.audit = answer;
    tablet.check(people::resident(CASE));
    tablet.touch(Touch::Confirm(kakari_session::touch::Basis::Emergency));
    tablet.view()
}

fn faulty() -> Event {
    let (japanese, english) = ("12件目から15件目が抜けています", "rows 12 to 15 are missing");
    Event::AuditFaulty { japanese: japanese.to_owned(), english: english.to_owned() }
}

fn battery(percent: u8) -> Event {
    Event::Gauges(Gauges { battery: Some(Battery { percent, charging: false }), link: Some(Link::Mobile), modem: None })
}

/// While a patient is looked at, too.
fn nearly_empty(look: Look) -> View {
    let mut tablet = Tablet::signed_in(look, CASE);
    tablet.show(people::resident(CASE));
    tablet.send(battery(9));
    tablet.view()
}

/// A block of the record that could not be had.
fn part(look: Look) -> View {
    let mut record = people::resident(CASE);
    record.summary.medicines = Block::Unavailable(Unavailability::NotSynced);
    let mut tablet = Tablet::signed_in(look, CASE);
    tablet.show(record);
    tablet.view()
}
