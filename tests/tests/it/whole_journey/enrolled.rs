//! `kakari enrol --window`: the code is typed on the keys of the glass, and the tablet is ready.

use std::process::{Child, Command};

use kakari_tests::display::Display;
use kakari_tests::finger::Finger;
use kakari_tests::page::Page;
use kakari_tests::place::kakari;

use super::album::Album;
use super::town::Town;

/// A key that goes on, by day.
const PRIMARY: u32 = 0x0B_4A_6F;
/// The glass before anything is on it.
const NOTHING: u32 = 0;

/// Ends when the test does.
struct Enrolling(Child);

impl Drop for Enrolling {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(super) fn by_a_code_that_is_typed(town: &Town, display: &Display, album: &Album<'_>) {
    let finger = Finger::on(display);
    let mut command = Command::new(kakari());
    command.args(["enrol", "--window", "--server", &town.invited.url, "--state"]).arg(town.tablet());
    command.arg("--config").arg(&town.config).env("DISPLAY", &display.name);
    let mut program = Enrolling(command.env_remove("WAYLAND_DISPLAY").env("SLINT_SCALE_FACTOR", "1").spawn().unwrap());
    display.wait_for_change((960, 100), NOTHING);
    album.take("enrolment");
    finger.tap("enrolment", "ネットワークで登録");
    album.take("enrolment-keys");
    finger.spell("enrolment-code", &town.invited.code.replace('-', ""));
    album.take("enrolment-code");

    // The key that goes on stands at one place on each page, and nowhere while something is done.
    let (x, y) = Page::from("enrolment-code").key("決定");
    let beside_its_words = (x - 150, y);
    town.office.line.set_slow(true);
    finger.tap("enrolment-code", "決定");
    display.wait_for_change(beside_its_words, PRIMARY);
    album.take_moving("enrolment-working");
    town.office.line.set_slow(false);
    display.wait_for_colour(beside_its_words, PRIMARY);
    album.take("enrolment-ready");
    finger.tap("enrolment-ready", "終了");
    assert!(program.0.wait().unwrap().success(), "the tablet is not ready");
    println!("{} taps from a tablet of nobody's to one that is ready, the code's 12 among them", finger.taps());
}
