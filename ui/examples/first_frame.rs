//! How long a page takes from view to pixels, without a display: `cargo run --release -p kakari-ui --example first_frame`.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::time::{Duration, Instant};

use i_slint_backend_testing as testing;
use kakari_preview::Case;
use kakari_session::view::{Language, View};
use kakari_ui::Tablet;
use slint::ComponentHandle;

const TIMES: usize = 40;

fn of(name: &str, case: Case) -> View {
    kakari_preview::one(name, case, Language::Japanese).unwrap().view
}

fn main() {
    let options =
        testing::TestingBackendOptions { mock_time: true, threading: false, renderer_name: Some("software".into()) };
    slint::platform::set_platform(Box::new(testing::TestingBackend::new(options))).unwrap();
    let start = Instant::now();
    let tablet = Tablet::new().unwrap();
    tablet.show(&of("standby", Case::Typical));
    tablet.window().window().set_size(slint::PhysicalSize::new(1920, 1200));
    tablet.open().unwrap();
    println!("window: {:.1?}", start.elapsed());
    let check = of("check", Case::Typical);
    for case in [Case::Typical, Case::Extreme] {
        let (name, view) = (case.name(), of("summary", case));
        tablet.show(&check);
        tablet.snapshot().unwrap();
        println!("check → summary ({name}), first: {}", once(&tablet, &view));
        let mut all: Vec<Time> = (0..TIMES)
            .map(|_| {
                tablet.show(&check);
                tablet.snapshot().unwrap();
                once(&tablet, &view)
            })
            .collect();
        all.sort_by_key(|time| time.layout + time.frame);
        println!("check → summary ({name}), median of {TIMES}: {}", all[TIMES / 2]);
    }
}

#[derive(Clone, Copy)]
struct Time {
    layout: Duration,
    frame: Duration,
}

impl std::fmt::Display for Time {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "laid out {:.1?}, full frame into memory {:.1?}", self.layout, self.frame)
    }
}

fn once(tablet: &Tablet, view: &View) -> Time {
    let start = Instant::now();
    tablet.show(view);
    let layout = start.elapsed();
    let start = Instant::now();
    tablet.snapshot().unwrap();
    Time { layout, frame: start.elapsed() }
}
