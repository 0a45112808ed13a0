//! What goes wrong without a card.

use kakari_session::look::Look;
use kakari_session::touch::Touch;
use kakari_session::view::View;
use kakari_session::{CardOutcome, Effect, Event, SearchOutcome, SearchTally, StoreFacts, StoreTrouble};

use super::{CASE, Named};
use crate::crew;
use crate::search::{answer, begun, choosing, found_case, type_rows};
use crate::tablet::Tablet;

const MINUTE: u64 = 60 * 1000;

pub(super) fn problems(look: Look) -> Vec<Named> {
    vec![
        ("search-failed", failed(look)),
        ("search-unusual", searched(look, SearchTally { people: 61, opened: 0 })),
        ("search-stopped", searched(look, SearchTally { people: 151, opened: 0 })),
        ("wrong-year", wrong_years(look, 1)),
        ("wrong-years", wrong_years(look, 3)),
        ("found-gone", gone(look)),
        ("break-glass-ending", ending(look)),
        ("break-glass-over", over(look)),
    ]
}

fn failed(look: Look) -> View {
    let mut tablet = begun(look, CASE);
    type_rows(&mut tablet);
    tablet.touch(Touch::SearchSex(Some(kakari_session::touch::Sex::Female)));
    answer(&mut tablet, SearchOutcome::Failed(StoreTrouble::Refused));
    tablet.view()
}

fn searched(look: Look, searched: SearchTally) -> View {
    let mut tablet = Tablet::started(look, CASE);
    tablet.send(Event::StoreOpened(StoreFacts { searched, ..crew::facts(CASE) }));
    tablet.sign_in(0);
    tablet.touch(Touch::NoCard);
    tablet.view()
}

fn wrong_years(look: Look, times: u8) -> View {
    let mut tablet = choosing(look, CASE);
    for _ in 0..times {
        tablet.type_digits("1899");
        tablet.touch(Touch::SubmitPin);
    }
    tablet.view()
}

/// Sync takes the record away between the list and the choice.
fn gone(look: Look) -> View {
    let mut tablet = choosing(look, CASE);
    crate::search::type_year(&mut tablet, CASE);
    let asked = tablet.asked(|effect| match effect {
        Effect::OpenFound(attempt, _) => Some(*attempt),
        _ => None,
    });
    tablet.send(Event::FoundOpened(asked, Box::new(CardOutcome::NothingStored)));
    tablet.view()
}

fn ending(look: Look) -> View {
    let mut tablet = found_case(look, CASE);
    tablet.wait(26 * MINUTE);
    tablet.view()
}

fn over(look: Look) -> View {
    let mut tablet = begun(look, CASE);
    tablet.wait(MINUTE);
    tablet.touch(Touch::Cancel);
    for _ in 0..31 {
        tablet.wait(MINUTE);
        type_rows(&mut tablet);
    }
    tablet.view()
}
