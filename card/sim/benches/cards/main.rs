//! What a tap costs by the kind of card, on the real PC/SC stack: exchanges, bytes, and the time on a line as slow as a
//! contactless card's. `make bench-cards`; `KAKARI_BENCH_TAPS` (20) is how often each card is laid on.
//!
//! The line's time is slept by the virtual reader (`LinkModel`: 106 kbit/s, FeliCa 212 kbit/s, with USB and a chip that
//! needs 100 ms for a key agreement); everything else is measured. The store and the glass are `make bench`'s.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // A bench that cannot go on should panic; its output is the point.

mod kinds;

use std::env;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use kakari_card::{CardHere, Exchange, ReaderEvent, ReaderPattern, Talker, Watcher};
use kakari_card_sim::{SOCKET_VARIABLE, Stack};

use crate::kinds::{Kind, Region};

const DIR_VARIABLE: &str = "KAKARI_BENCH_DIR";
/// The driver's name decides how FeliCa blocks are read; this one is in the table of readers.
const READER: &str = "SONY FeliCa RC-S300/P";

fn main() {
    let Some(dir) = env::var_os(DIR_VARIABLE).map(PathBuf::from) else { start_anew() };
    let taps = env::var("KAKARI_BENCH_TAPS").ok().and_then(|taps| taps.parse().ok()).unwrap_or(20);
    {
        let bench = Bench::new(&dir);
        println!(
            "{:<44} {:>9} {:>6} {:>9}   no line: median    p99   contactless: median    p99   (ms, n = {taps})",
            "kind of card", "exchanges", "sent", "received"
        );
        for kind in kinds::all(&Region::new(&bench)) {
            measure(&bench, &kind, taps);
        }
    }
    std::fs::remove_dir_all(&dir).unwrap();
}

/// The PC/SC library reads its socket's name from the environment of the process.
fn start_anew() -> ! {
    let dir = tempfile::Builder::new().prefix("kakari-bench-").tempdir().unwrap().keep();
    let error = Command::new(env::current_exe().unwrap())
        .env(SOCKET_VARIABLE, Stack::socket_in(&dir))
        .env(DIR_VARIABLE, &dir)
        .exec();
    panic!("cannot start the bench anew: {error}");
}

/// A stack with one reader, and whoever watches it.
pub(crate) struct Bench {
    pub(crate) stack: Stack,
    pub(crate) talker: Talker,
    events: Receiver<ReaderEvent>,
    _watcher: Watcher,
}

impl Bench {
    fn new(dir: &std::path::Path) -> Self {
        let stack = Stack::start(dir, &[READER]).unwrap_or_else(|error| panic!("{error}"));
        let (sender, events) = mpsc::channel();
        let watcher = Watcher::start(ReaderPattern::new(""), move |event| drop(sender.send(event))).unwrap();
        let talker = Talker::default().with_profiles(kinds::profiles());
        Self { stack, talker, events, _watcher: watcher }
    }

    pub(crate) fn wait_for_card(&self) -> CardHere {
        loop {
            if let ReaderEvent::CardArrived(card) = self.events.recv_timeout(Duration::from_secs(5)).unwrap() {
                return card;
            }
        }
    }

    pub(crate) fn take_away(&self) {
        self.stack.reader(0).remove();
        while !matches!(self.events.recv_timeout(Duration::from_secs(5)).unwrap(), ReaderEvent::CardLeft { .. }) {}
    }
}

fn measure(bench: &Bench, kind: &Kind, taps: usize) {
    bench.stack.reader(0).set_model(kind.model);
    bench.stack.reader(0).set_link(None);
    let (cost, here) = tap_often(bench, kind, taps);
    bench.stack.reader(0).set_link(Some(kind.link));
    let (_, contactless) = tap_often(bench, kind, taps);
    bench.stack.reader(0).set_link(None);
    let sum = |bytes: fn(&Exchange) -> usize| cost.iter().map(bytes).sum::<usize>();
    println!(
        "{:<44} {:>9} {:>6} {:>9}   {:>15.1} {:>6.1}   {:>19.1} {:>6.1}",
        kind.name,
        cost.len(),
        sum(|exchange| exchange.sent),
        sum(|exchange| exchange.received),
        at(&here, 50),
        at(&here, 99),
        at(&contactless, 50),
        at(&contactless, 99),
    );
}

/// The exchanges of the last tap, and the times from the card's being seen to its being let go, sorted.
fn tap_often(bench: &Bench, kind: &Kind, taps: usize) -> (Vec<Exchange>, Vec<Duration>) {
    let (mut cost, mut times) = (Vec::new(), Vec::new());
    for _ in 0..taps {
        bench.stack.reader(0).insert(&kind.card);
        let here = bench.wait_for_card();
        let began = Instant::now();
        let mut conversation = bench.talker.connect(&here).unwrap();
        (kind.talk)(&mut conversation);
        cost = conversation.finish().unwrap();
        times.push(began.elapsed());
        bench.take_away();
    }
    times.sort_unstable();
    (cost, times)
}

fn at(times: &[Duration], share: usize) -> f64 {
    times[(times.len() - 1) * share / 100].as_secs_f64() * 1000.0
}
