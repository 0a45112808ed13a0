//! The hand-over, its parts and its codes.

use kakari_session::look::Look;
use kakari_session::touch::Touch;
use kakari_session::view::{Language, View};
use kakari_session::{Effect, Event, SaveOutcome, SaveTrouble};

use crate::tablet::Tablet;
use crate::{Case, Screen, people};

/// The key that opens a part of the page: the glass alone remembers which is open.
pub(crate) fn press(name: &str, language: Language) -> Option<&'static str> {
    match name {
        "hand-over-sections" => Some(language.say("項目を選ぶ", "Choose parts")),
        "hand-over-receivers" => Some(language.say("引継ぎ先", "Handed to")),
        _ => None,
    }
}

pub(crate) const SCREENS: [Screen; 4] = [
    ("hand-over", |look, case| page(look, case).view()),
    ("hand-over-code", code),
    ("hand-over-sections", |look, case| page(look, case).view()),
    ("hand-over-receivers", |look, case| page(look, case).view()),
];

fn page(look: Look, case: Case) -> Tablet {
    let mut tablet = Tablet::signed_in(look, case);
    tablet.show(people::resident(case));
    tablet.touch(Touch::OpenHandover);
    if case == Case::Extreme {
        (0..6).for_each(|place| tablet.touch(Touch::HandedTo(place)));
        tablet.touch(Touch::SavePaper);
        let asked = tablet.asked(|effect| match effect {
            Effect::Save(attempt, ..) => Some(*attempt),
            _ => None,
        });
        tablet.send(Event::Saved(asked, SaveOutcome::NotSaved(SaveTrouble::NotMounted)));
        tablet.touch(Touch::TickUntold);
    }
    tablet
}

fn code(look: Look, case: Case) -> View {
    let mut tablet = page(look, case);
    tablet.touch(Touch::ShowCodes);
    tablet.wait(case.pick(0, 40_000, 880_000));
    tablet.view()
}
