//! A case: the card is read, the person checked, the summary and its details shown.

use kakari_session::look::Look;
use kakari_session::touch::Touch;
use kakari_session::view::View;
use kakari_session::{CardOutcome, Event, OpenRecord};

use crate::tablet::Tablet;
use crate::{Case, Screen, people};

pub(crate) const SCREENS: [Screen; 10] = [
    ("reading", reading),
    ("check", check),
    ("summary", summary),
    ("none-confirmed", none_confirmed),
    ("other-card", other_card),
    ("details", details),
    ("check-unproven", check_unproven),
    ("summary-unproven", summary_unproven),
    ("check-copy", check_copy),
    ("summary-copy", summary_copy),
];

fn reading(look: Look, case: Case) -> View {
    let mut tablet = Tablet::signed_in(look, case);
    tablet.send(Event::CardArrived);
    tablet.view()
}

fn check(look: Look, case: Case) -> View {
    let mut tablet = Tablet::signed_in(look, case);
    tablet.check(people::resident(case));
    tablet.view()
}

fn shown(look: Look, case: Case) -> Tablet {
    let mut tablet = Tablet::signed_in(look, case);
    tablet.show(people::resident(case));
    if case == Case::Extreme {
        tablet.send(Event::CardLeft);
    }
    tablet
}

fn summary(look: Look, case: Case) -> View {
    shown(look, case).view()
}

/// Somebody said of every block that there is none; without that, nobody said anything.
fn none_confirmed(look: Look, case: Case) -> View {
    let mut tablet = Tablet::signed_in(look, case);
    tablet.show(people::none_confirmed());
    if case == Case::Extreme {
        tablet.touch(Touch::OpenDetails);
    }
    tablet.view()
}

fn other_card(look: Look, case: Case) -> View {
    let mut tablet = shown(look, case);
    tablet.send(Event::CardLeft);
    match case {
        Case::Empty => tablet.send(Event::CardArrived),
        Case::Typical => tablet.lay_patient_card(CardOutcome::Opened(people::other())),
        Case::Extreme => tablet.lay_patient_card(CardOutcome::NothingStored),
    }
    tablet.view()
}

fn details(look: Look, case: Case) -> View {
    let mut tablet = shown(look, case);
    tablet.touch(Touch::OpenDetails);
    tablet.view()
}

fn check_of(record: OpenRecord, look: Look, case: Case) -> View {
    let mut tablet = Tablet::signed_in(look, case);
    tablet.check(record);
    tablet.view()
}

fn summary_of(record: OpenRecord, look: Look, case: Case) -> View {
    let mut tablet = Tablet::signed_in(look, case);
    tablet.show(record);
    tablet.view()
}

/// The card says a number, and proves nothing.
fn check_unproven(look: Look, case: Case) -> View {
    check_of(people::unproven(case), look, case)
}

fn summary_unproven(look: Look, case: Case) -> View {
    summary_of(people::unproven(case), look, case)
}

/// The card is another region's: what is written on it is all there is.
fn check_copy(look: Look, case: Case) -> View {
    check_of(people::copy(case), look, case)
}

fn summary_copy(look: Look, case: Case) -> View {
    summary_of(people::copy(case), look, case)
}
