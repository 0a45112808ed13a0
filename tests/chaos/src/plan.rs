//! What is to happen in a schedule: all of it from its seed.

use std::time::Duration;

use crate::dice::Dice;
use crate::proxy::Line;

/// One of the processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    Server,
    Publisher,
    Sync,
    Tap,
}

/// Something that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// The line changes.
    Line(Line),
    /// Every open connection is cut.
    Cut,
    /// `kill -9`; it comes back after so long.
    Kill(Who, Duration),
    /// `kill -9` of one process when the tablet's sync says that it is at this step.
    KillAt(Who, &'static str, Duration),
    /// Residents' documents, cards or consent change.
    Change(u64),
}

/// A schedule.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    /// Old deltas and objects are forgotten at once.
    pub(crate) short: bool,
    /// The tablet has its first snapshot before anything fails.
    pub(crate) settled: bool,
    /// Act after a pause.
    pub(crate) acts: Vec<(Duration, Act)>,
}

const STEPS: [&str; 3] = ["Snapshot", "Deltas", "Receipts"];
const WHO: [Who; 4] = [Who::Sync, Who::Server, Who::Publisher, Who::Tap];

impl Plan {
    pub(crate) fn of(seed: u64) -> Self {
        let mut dice = Dice::of(seed);
        let (short, settled) = (dice.chance(40), dice.chance(50));
        let mut acts = Vec::new();
        // The first snapshot is the longest step.
        if !settled && dice.chance(70) {
            let who = *dice.of_list(&WHO[..2]);
            acts.push((Duration::ZERO, Act::KillAt(who, "Snapshot", millis(&mut dice, 1..80))));
        }
        for _ in 0..dice.number(7..13) {
            let pause = millis(&mut dice, 20..180);
            add(&mut dice, pause, &mut acts);
        }
        Self { seed, short, settled, acts }
    }
}

fn millis(dice: &mut Dice, range: std::ops::Range<u64>) -> Duration {
    Duration::from_millis(dice.number(range))
}

fn add(dice: &mut Dice, pause: Duration, acts: &mut Vec<(Duration, Act)>) {
    match dice.number(0..100) {
        0..26 => {
            acts.push((pause, Act::Change(dice.next())));
            // While it seals, packs, writes the head.
            if dice.chance(40) {
                acts.push((millis(dice, 0..60), Act::Kill(Who::Publisher, millis(dice, 0..100))));
            }
        }
        26..60 => acts.push((pause, Act::Line(line(dice)))),
        60..68 => acts.push((pause, Act::Cut)),
        68..82 => acts.push((pause, Act::Kill(*dice.of_list(&WHO), millis(dice, 0..120)))),
        _ => {
            let step = *dice.of_list::<&str>(&STEPS);
            acts.push((pause, Act::Line(Line::Clear)));
            if step == "Deltas" {
                acts.push((Duration::ZERO, Act::Change(dice.next())));
            }
            acts.push((Duration::ZERO, Act::KillAt(*dice.of_list(&WHO[..2]), step, millis(dice, 0..80))));
        }
    }
}

fn line(dice: &mut Dice) -> Line {
    match dice.number(0..9) {
        0 => Line::Clear,
        1 | 2 => Line::Delay(millis(dice, 5..60)),
        3 => Line::Throttle,
        4 => Line::Silent,
        5 => Line::Deaf,
        6 | 7 => Line::Late(millis(dice, 50..700)),
        _ => Line::Replay,
    }
}
