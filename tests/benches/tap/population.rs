//! A store full of invented residents, some of whom have a virtual card.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use kakari::demo::{CardDesk, Enrolled, TrainingCard, TrainingRegion, TrainingStaff};
use kakari_card_sim::Stack;
use kakari_record::model::{CommonNumber, Consent, Summary};
use kakari_record::seal::Point;
use kakari_tests::generator::Generator;
use ring::agreement::{ECDH_P256, EphemeralPrivateKey};
use ring::rand::SystemRandom;

/// Residents with a virtual card, spread over the whole store.
const CARDS: usize = 40;
/// Residents whose rows are looked up, to meet cold pages too.
const SPREAD: usize = 4_000;
/// Rows sealed ahead of the store.
const AHEAD: usize = 2_000;

pub(crate) struct Population {
    pub(crate) dir: PathBuf,
    pub(crate) stack: Stack,
    pub(crate) region: TrainingRegion,
    pub(crate) staff: TrainingStaff,
    pub(crate) patients: Vec<(Summary, TrainingCard)>,
    /// Residents spread over the whole store: number and card key.
    pub(crate) spread: Vec<(CommonNumber, Point)>,
    pub(crate) tablet: Enrolled,
}

pub(crate) fn make(dir: &Path, residents: usize) -> Population {
    let socket_dir = dir.parent().unwrap();
    let stack = Stack::start(socket_dir, &["Kakari Bench Reader"]).unwrap_or_else(|error| panic!("{error}"));
    let region = TrainingRegion::make().unwrap().packing_fast().as_on_duty();
    let step = (residents / CARDS).max(1);
    let (staff, patients) = {
        let desk = CardDesk::new(&region, stack.reader(0)).unwrap();
        let staff = region.staff(&desk, "S0001", "佐藤").unwrap();
        let with_card = Generator::new(1).take(residents).step_by(step).map(consenting).take(CARDS);
        let patients = with_card.map(|summary| (summary.clone(), region.patient(&desk, &summary).unwrap()));
        (staff, patients.collect::<Vec<_>>())
    };
    let nobody: Vec<Point> = (0..64).map(|_| public_key()).collect();
    let holder = |place: usize| match patients.get(place / step).filter(|_| place.is_multiple_of(step)) {
        Some((_, card)) => card.public_key,
        None => nobody[place % nobody.len()],
    };
    let every = (residents / SPREAD).max(1);
    let numbers = Generator::new(1).take(residents).enumerate().step_by(every);
    let spread =
        numbers.filter_map(|(place, summary)| Some((summary.identity.number.clone()?, holder(place)))).collect();
    let began = Instant::now();
    let tablet = fill(dir, residents, &region, &staff, &patients, step, &holder);
    let size = std::fs::metadata(&tablet.config.store).unwrap().len();
    println!(
        "filled in {:.1} s, {:.0} residents/s; store {:.1} MB, {} bytes a resident",
        began.elapsed().as_secs_f64(),
        residents as f64 / began.elapsed().as_secs_f64(),
        size as f64 / 1e6,
        size / residents as u64
    );
    std::fs::write(dir.join("pin"), kakari::demo::TRAINING_PIN).unwrap();
    Population { dir: dir.to_owned(), stack, region, staff, patients, spread, tablet }
}

/// One thread seals, one writes. Cards that nobody holds share 64 public keys: sealing costs the same.
fn fill(
    dir: &Path,
    residents: usize,
    region: &TrainingRegion,
    staff: &TrainingStaff,
    patients: &[(Summary, TrainingCard)],
    step: usize,
    holder: &(impl Fn(usize) -> Point + Sync),
) -> Enrolled {
    let (sealed, rows) = mpsc::sync_channel(AHEAD);
    thread::scope(|scope| {
        scope.spawn(move || {
            for (place, summary) in Generator::new(1).take(residents).enumerate() {
                let own = patients.get(place / step).filter(|_| place.is_multiple_of(step));
                let summary = own.map_or(&summary, |(summary, _)| summary);
                if sealed.send(region.row(summary, None, &[holder(place)])).is_err() {
                    return;
                }
            }
        });
        region.enrol(dir, rows.into_iter(), std::slice::from_ref(staff), &[]).unwrap()
    })
}

/// A generated resident may have withdrawn consent; the bench wants to see the summary.
fn consenting(mut summary: Summary) -> Summary {
    summary.consent = Consent::Given { on: None, by: None };
    summary
}

fn public_key() -> Point {
    let key = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).unwrap();
    key.compute_public_key().unwrap().as_ref().try_into().unwrap()
}
