//! A summary in a real window that goes from day to night or back on every line of standard input: a full redraw.
//!
//! `redraw software|femtovg` says a line when the window is on the display; tests/benches/frames looks at it from
//! outside. `redraw software memory N` says for N redraws how many microseconds the layout took, and drawing into memory.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::io::BufRead;
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

use kakari_preview::Case;
use kakari_session::view::{Language, Theme, View};
use kakari_ui::Tablet;

/// Until the window is there in its size.
const OPENS: Duration = Duration::from_secs(2);

fn main() {
    let mut words = std::env::args().skip(1);
    let tablet = Rc::new(Tablet::on_renderer(&words.next().unwrap()).unwrap());
    let mut view = kakari_preview::one("summary", Case::Typical, Language::Japanese).unwrap().view;
    // A tablet at work has no watermark.
    view.training = false;
    tablet.show(&view);
    match words.next() {
        Some(_) => in_memory(tablet.clone(), view, words.next().unwrap().parse().unwrap()),
        None => on_the_display(&tablet, view),
    }
    tablet.run().unwrap();
}

fn switch(view: &mut View) {
    view.look.theme = if view.look.theme == Theme::Day { Theme::Night } else { Theme::Day };
}

fn on_the_display(tablet: &Tablet, mut view: View) {
    let remote = tablet.remote();
    thread::spawn(move || {
        thread::sleep(OPENS);
        println!("ready");
        for line in std::io::stdin().lock().lines() {
            line.unwrap();
            switch(&mut view);
            remote.show(view.clone()).unwrap();
        }
        remote.quit().unwrap();
    });
}

fn in_memory(tablet: Rc<Tablet>, mut view: View, times: usize) {
    slint::Timer::single_shot(OPENS, move || {
        for _ in 0..times {
            switch(&mut view);
            let began = Instant::now();
            tablet.show(&view);
            let laid = began.elapsed();
            tablet.snapshot().unwrap();
            println!("{} {}", laid.as_micros(), (began.elapsed() - laid).as_micros());
        }
        tablet.remote().quit().unwrap();
    });
}
