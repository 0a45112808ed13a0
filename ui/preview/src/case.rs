//! A case: the card is read, the person checked, the summary and its details shown.

use kakari_session::look::Look;
use kakari_session::touch::Touch;
use kakari_session::view::View;
use kakari_session::{CardOutcome, Event};

use crate::tablet::Tablet;
use crate::{Case, Screen, people};

pub(crate) const SCREENS: [Screen; 6] = [
    ("reading", reading),
    ("check", check),
    ("summary", summary),
    ("none-confirmed", none_confirmed),
    ("other-card", other_card),
    ("details", details),
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
