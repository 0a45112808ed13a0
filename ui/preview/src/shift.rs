//! Before a patient: starting, sign-in, standby, lock, the start without a card.

use kakari_record::audit::FallbackRefusal;
use kakari_session::look::Look;
use kakari_session::touch::Touch;
use kakari_session::view::View;
use kakari_session::{
    CardTrouble, Effect, Event, FallbackOutcome, ReaderState, ReopenOutcome, SignInOutcome, StaffCardOutcome,
    StoreFacts,
};

use crate::tablet::Tablet;
use crate::{Case, Screen, crew, people};

pub(crate) const SCREENS: [Screen; 8] = [
    ("starting", |look, case| Tablet::switched_on(look, case).view()),
    ("sign-in", sign_in),
    ("pin", pin),
    ("standby", standby),
    ("standby-dark", dark),
    ("training", training),
    ("locked", locked),
    ("fallback", fallback),
];

fn sign_in(look: Look, case: Case) -> View {
    let mut tablet = Tablet::started(look, case);
    if case == Case::Extreme {
        tablet.sign_in(0);
        tablet.touch(Touch::AddCrew);
        tablet.answer_staff_card(StaffCardOutcome::Refused(CardTrouble::MyNumberCard));
    }
    tablet.view()
}

fn pin(look: Look, case: Case) -> View {
    let mut tablet = Tablet::started(look, case);
    tablet.lay_staff_card(0, Some(3));
    match case {
        Case::Empty => {}
        Case::Typical => tablet.type_digits("1234"),
        Case::Extreme => {
            tablet.type_digits("123456");
            tablet.touch(Touch::SubmitPin);
            tablet.answer_sign_in(SignInOutcome::WrongPin { tries_left: 1 });
            tablet.type_digits("12345678");
        }
    }
    tablet.view()
}

fn standby(look: Look, case: Case) -> View {
    let mut tablet = Tablet::signed_in(look, case);
    if case == Case::Extreme {
        tablet.show(people::resident(Case::Typical));
        tablet.touch(Touch::CloseCase);
        tablet.send(Event::CardLeft);
        tablet.send(Event::ReaderChanged(ReaderState::ServiceStopped));
    }
    tablet.view()
}

/// Nobody has touched it for a while.
fn dark(look: Look, case: Case) -> View {
    let mut tablet = Tablet::signed_in(look, case);
    if case == Case::Extreme {
        tablet.send(Event::ReaderChanged(ReaderState::ServiceStopped));
    }
    tablet.wait(120_000);
    tablet.view()
}

/// A training store: the watermark over what has most words.
fn training(look: Look, case: Case) -> View {
    let mut tablet = Tablet::signed_in(look, case);
    tablet.send(Event::StoreChanged(StoreFacts { training: true, ..crew::facts(case) }));
    if case != Case::Empty {
        tablet.show(people::resident(case));
    }
    tablet.view()
}

fn locked(look: Look, case: Case) -> View {
    let mut tablet = Tablet::signed_in(look, case);
    tablet.touch(Touch::Lock);
    match case {
        Case::Empty => {}
        Case::Typical => tablet.type_digits("123"),
        Case::Extreme => {
            tablet.type_digits("123456");
            tablet.touch(Touch::SubmitPin);
            let asked = tablet.asked(|effect| match effect {
                Effect::Reopen(attempt, _) => Some(*attempt),
                _ => None,
            });
            tablet.send(Event::ReopenAnswered(asked, ReopenOutcome::WrongPin { tries_left: 1 }));
            tablet.type_digits("12345678");
        }
    }
    tablet.view()
}

fn fallback(look: Look, case: Case) -> View {
    let mut tablet = Tablet::started(look, case);
    tablet.touch(Touch::OpenFallback);
    if case != Case::Empty {
        tablet.touch(Touch::PickStaff(0));
        tablet.touch(Touch::PickStaff(2));
        tablet.type_code(case.pick(0, 9, 16));
    }
    if case == Case::Extreme {
        refuse(&mut tablet, FallbackRefusal::WrongCode, 16);
    }
    tablet.view()
}

/// The code is submitted and refused, and another typed.
pub(crate) fn refuse(tablet: &mut Tablet, reason: FallbackRefusal, again: usize) {
    tablet.touch(Touch::SubmitPin);
    let asked = tablet.asked(|effect| match effect {
        Effect::StartFallback(attempt, ..) => Some(*attempt),
        _ => None,
    });
    tablet.send(Event::FallbackAnswered(asked, FallbackOutcome::Refused(reason)));
    tablet.type_code(again);
}
