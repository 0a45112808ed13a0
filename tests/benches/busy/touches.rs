//! A patient's summary in a real window, and the touches on it.

use std::sync::LazyLock;
use std::thread;
use std::time::Instant;

use kakari_tests::display::Display;
use kakari_tests::glass::{PAGE_GUARD, PATIENT_CONSENTS, Tablet, type_pin};
use kakari_tests::page::Page;

use crate::tablet::Place;

/// On the summary the key 引継ぎ, between two keys on the details: each of the touches changes its colour.
const SPOT: (i16, i16) = (396, 1140);
/// Day to night, to the details, back to day, back to the summary: as it was.
static TOUCHES: LazyLock<[(i16, i16); 4]> = LazyLock::new(|| {
    let (summary, details) = (Page::from("summary"), Page::from("details"));
    [summary.key("夜の画面"), summary.key("詳細"), details.key("夜の画面"), details.key("要約へ戻る")]
});

pub(crate) struct Glass {
    // Ends before the display does.
    _tablet: Tablet,
    display: Display,
    /// What each touch brings to the spot.
    colours: [u32; 4],
}

impl Glass {
    /// A crew signs in and opens a patient's summary.
    pub(crate) fn open(place: &Place) -> Self {
        let display = Display::start();
        let tablet = Tablet::start(&place.config, &display, "kakari=info");
        let reader = place.stack.reader(0);
        tablet.wait_for("sign-in");
        reader.insert(&place.staff.card.card);
        tablet.wait_for("pin");
        thread::sleep(PAGE_GUARD);
        type_pin(&display);
        tablet.wait_for("standby");
        reader.remove();
        thread::sleep(PAGE_GUARD);
        reader.insert(&place.patient.card);
        tablet.wait_for("check");
        thread::sleep(PAGE_GUARD);
        display.tap(PATIENT_CONSENTS.0, PATIENT_CONSENTS.1);
        tablet.wait_for("summary");
        thread::sleep(PAGE_GUARD);
        let colours = TOUCHES.map(|(x, y)| {
            display.tap(x, y);
            thread::sleep(2 * PAGE_GUARD);
            display.pixel(SPOT.0, SPOT.1)
        });
        let told = colours.iter().zip(colours.iter().cycle().skip(1)).all(|(one, next)| one != next);
        assert!(told, "the touches cannot be told apart by {colours:06X?}");
        Self { _tablet: tablet, display, colours }
    }

    /// Touches, each as soon as the keys listen again: microseconds from the finger that leaves to the first frame of
    /// the answer.
    pub(crate) fn touches(&self) -> impl Iterator<Item = f64> {
        TOUCHES.iter().zip(self.colours).cycle().map(|(&(x, y), colour)| {
            self.display.press(x, y);
            let released = Instant::now();
            self.display.release();
            self.display.wait_for_colour(SPOT, colour);
            let took = released.elapsed();
            thread::sleep(PAGE_GUARD);
            took.as_nanos() as f64 / 1000.0
        })
    }
}
