//! What goes wrong with a sign-in, a lock, a one-time code.

use std::sync::Arc;

use kakari_record::audit::FallbackRefusal;
use kakari_record::seal::Roster;
use kakari_session::look::Look;
use kakari_session::touch::Touch;
use kakari_session::view::View;
use kakari_session::{
    CardTrouble, Effect, Event, FallbackOutcome, ReopenOutcome, RosterState, SignInOutcome, StaffCardOutcome,
    StoreFacts, StoreTrouble,
};

use super::{CASE, Named};
use crate::crew;
use crate::shift::refuse;
use crate::tablet::Tablet;

const HOUR: u64 = 60 * 60 * 1000;

pub(super) fn problems(look: Look) -> Vec<Named> {
    let mut all: Vec<Named> = vec![
        ("wrong-pin", sign_in(look, SignInOutcome::WrongPin { tries_left: 2 })),
        ("last-try", sign_in(look, SignInOutcome::LastTry)),
        ("pin-blocked", sign_in(look, SignInOutcome::Blocked)),
        ("not-on-roster", sign_in(look, SignInOutcome::NotOnRoster)),
        ("no-keys", sign_in(look, SignInOutcome::NoKeys)),
        ("patient-card-at-sign-in", patient_card(look)),
        ("same-crew-member", same(look)),
        ("crew-removed", removed(look)),
        ("wrong-reopen", reopened(look, ReopenOutcome::WrongPin { tries_left: 2 })),
        ("reopen-spent", reopened(look, ReopenOutcome::WrongPin { tries_left: 0 })),
        ("reopen-gone", reopened(look, ReopenOutcome::Gone)),
        ("card-while-locked", card_while_locked(look)),
        ("shift-over", over(look)),
        ("code-mistyped", mistyped(look)),
        ("code-not-marked", not_marked(look)),
        ("code-paused", paused(look)),
    ];
    let refusals = [
        ("code-wrong", FallbackRefusal::WrongCode),
        ("code-used", FallbackRefusal::Used),
        ("code-too-many-tries", FallbackRefusal::TooManyTries),
        ("code-no-codes", FallbackRefusal::NoCodes),
        ("code-not-on-roster", FallbackRefusal::NotOnRoster),
    ];
    all.extend(refusals.map(|(name, reason)| (name, refused(look, reason))));
    all
}

fn sign_in(look: Look, outcome: SignInOutcome) -> View {
    let mut tablet = Tablet::started(look, CASE);
    tablet.lay_staff_card(0, Some(3));
    tablet.type_digits("123456");
    tablet.touch(Touch::SubmitPin);
    tablet.answer_sign_in(outcome);
    tablet.view()
}

fn patient_card(look: Look) -> View {
    let mut tablet = Tablet::started(look, CASE);
    tablet.answer_staff_card(StaffCardOutcome::Refused(CardTrouble::PatientCard));
    tablet.view()
}

fn same(look: Look) -> View {
    let mut tablet = Tablet::started(look, CASE);
    tablet.sign_in(0);
    tablet.touch(Touch::AddCrew);
    tablet.lay_staff_card(0, Some(3));
    tablet.view()
}

fn removed(look: Look) -> View {
    let mut tablet = Tablet::signed_in(look, CASE);
    let facts = crew::facts(CASE);
    let RosterState::Believed(roster) = &facts.roster else { return tablet.view() };
    let fewer = Roster { staff: roster.staff[2..].to_vec(), ..(**roster).clone() };
    tablet.send(Event::StoreChanged(StoreFacts { roster: RosterState::Believed(Arc::new(fewer)), ..facts }));
    tablet.view()
}

fn locked(look: Look) -> Tablet {
    let mut tablet = Tablet::signed_in(look, CASE);
    tablet.touch(Touch::Lock);
    tablet
}

fn reopened(look: Look, outcome: ReopenOutcome) -> View {
    let mut tablet = locked(look);
    tablet.type_digits("123456");
    tablet.touch(Touch::SubmitPin);
    let asked = tablet.asked(|effect| match effect {
        Effect::Reopen(attempt, _) => Some(*attempt),
        _ => None,
    });
    tablet.send(Event::ReopenAnswered(asked, outcome));
    tablet.view()
}

fn card_while_locked(look: Look) -> View {
    let mut tablet = locked(look);
    tablet.answer_staff_card(StaffCardOutcome::Refused(CardTrouble::PatientCard));
    tablet.view()
}

fn over(look: Look) -> View {
    let mut tablet = locked(look);
    tablet.wait(13 * HOUR);
    tablet.view()
}

fn chosen(look: Look) -> Tablet {
    let mut tablet = Tablet::started(look, CASE);
    tablet.touch(Touch::OpenFallback);
    tablet.touch(Touch::PickStaff(0));
    tablet.touch(Touch::PickStaff(2));
    tablet
}

fn mistyped(look: Look) -> View {
    let mut tablet = chosen(look);
    tablet.type_digits("1234567890123456");
    tablet.touch(Touch::SubmitPin);
    tablet.view()
}

fn refused(look: Look, reason: FallbackRefusal) -> View {
    let mut tablet = chosen(look);
    tablet.type_code(16);
    refuse(&mut tablet, reason, 0);
    tablet.view()
}

fn not_marked(look: Look) -> View {
    let mut tablet = chosen(look);
    tablet.type_code(16);
    tablet.touch(Touch::SubmitPin);
    let asked = tablet.asked(|effect| match effect {
        Effect::StartFallback(attempt, ..) => Some(*attempt),
        _ => None,
    });
    tablet.send(Event::FallbackAnswered(asked, FallbackOutcome::Store(StoreTrouble::Full)));
    tablet.view()
}

/// Five codes of no tablet, one after the other.
fn paused(look: Look) -> View {
    let mut tablet = chosen(look);
    for _ in 0..5 {
        tablet.type_code(16);
        refuse(&mut tablet, FallbackRefusal::WrongCode, 0);
    }
    tablet.view()
}
