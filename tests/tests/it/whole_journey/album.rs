//! A picture of every step.

use std::cell::{Cell, RefCell};
use std::env;
use std::fs::{self, File};
use std::path::PathBuf;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use image::codecs::png::CompressionType::Best;
use image::codecs::png::FilterType::Adaptive;
use image::codecs::png::PngEncoder;
use image::imageops::{FilterType, resize};
use kakari_tests::display::Display;
use kakari_tests::place::repository;

/// Steps whose pictures stand in the documentation, there by these names and in this size.
const SHOWN: [(&str, &str); 10] = [
    ("enrolment-code", "enrolment"),
    ("checks-card-tried", "pre-shift-check"),
    ("sync", "sync"),
    ("standby", "standby"),
    ("check", "identity-check"),
    ("summary", "summary-day"),
    ("summary-red", "summary-red"),
    ("summary-night", "summary-night"),
    ("hand-over-code", "hand-over"),
    ("search", "search"),
];
const SIZE: (u32, u32) = (960, 600);

/// The pictures of one journey, numbered.
pub(super) struct Album<'a> {
    display: &'a Display,
    count: Cell<u32>,
    saving: RefCell<Vec<JoinHandle<()>>>,
}

impl<'a> Album<'a> {
    pub(super) fn of(display: &'a Display) -> Self {
        Self { display, count: Cell::new(0), saving: RefCell::default() }
    }

    /// What is on the glass once it rests.
    pub(super) fn take(&self, name: &str) -> PathBuf {
        self.display.rest();
        self.keep(name)
    }

    /// The same for who looks at the file.
    pub(super) fn take_now(&self, name: &str) -> PathBuf {
        let path = self.take(name);
        self.close();
        path
    }

    /// What is on the glass while something goes on.
    pub(super) fn take_moving(&self, name: &str) {
        thread::sleep(Duration::from_millis(600));
        self.keep(name);
    }

    /// Waits until all are on the disk.
    pub(super) fn close(&self) {
        self.saving.take().into_iter().for_each(|one| one.join().unwrap());
    }

    /// Written beside the journey: it takes longer than a tap.
    fn keep(&self, name: &str) -> PathBuf {
        self.count.set(self.count.get() + 1);
        let path = repository().join(format!("tests/out/journey-{:02}-{name}.png", self.count.get()));
        let shown = SHOWN.into_iter().find(|(step, _)| *step == name && env::var_os("KAKARI_PICTURES").is_some());
        let small = shown.map(|(_, name)| repository().join(format!("docs/pictures/{name}.png")));
        let (seen, to) = (self.display.seen(), path.clone());
        self.saving.borrow_mut().push(thread::spawn(move || {
            for path in [Some(&to), small.as_ref()].into_iter().flatten() {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
            }
            if let Some(small) = small {
                let small = PngEncoder::new_with_quality(File::create(small).unwrap(), Best, Adaptive);
                resize(&seen, SIZE.0, SIZE.1, FilterType::Lanczos3).write_with_encoder(small).unwrap();
            }
            seen.save(to).unwrap();
        }));
        path
    }
}
