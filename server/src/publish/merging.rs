//! Which delta packs become one. Pure.

use std::ops::Range;

use kakari_sync::Pack;

use super::Pace;

/// The newest packs stay as they are even when there are too many: a tablet that looked a minute ago takes few bytes.
const LEFT_ALONE: usize = 8;
/// Fewer packs than these are not worth a new one, unless there are too many.
const WORTHWHILE: usize = 4;
const MOST_BYTES: u64 = (Pack::PART_LEN - Pack::HEADER_LEN) as u64;

/// A delta pack as far as merging goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Live {
    /// Bytes of its records' newest changes: what a pack made now would hold.
    pub(crate) bytes: u64,
    /// Whether tablets that look regularly have it.
    pub(crate) old: bool,
}

impl Live {
    /// Too heavy to be merged to any use. Such ones do not count: only a snapshot makes them fewer.
    const fn is_full(self) -> bool {
        self.bytes * 3 > MOST_BYTES
    }
}

/// The neighbours to merge next: the longest run that fits one pack and in which none outweighs all others together, so
/// that a byte is written again only a few times. `None` when there are few enough, or nothing fits.
pub(crate) fn plan(deltas: &[Live], pace: &Pace) -> Option<Range<usize>> {
    let light = deltas.iter().filter(|delta| !delta.is_full()).count();
    if light <= pace.deltas_wanted {
        return None;
    }
    let pressed = light > pace.deltas_most;
    let settled = deltas.iter().take_while(|delta| delta.old).count();
    let eligible = if pressed { deltas.len() - LEFT_ALONE.min(deltas.len() / 2) } else { settled };
    let fewest = if pressed { 2 } else { WORTHWHILE };
    let runs = (0..eligible).flat_map(|begin| (begin + fewest..=eligible).map(move |end| begin..end));
    let fitting = runs.filter(|run| fits(&deltas[run.clone()]));
    let best = fitting.max_by_key(|run| (run.len(), std::cmp::Reverse(bytes(&deltas[run.clone()]))));
    best.or_else(|| if pressed { lightest_pair(&deltas[..eligible]) } else { None })
}

fn fits(run: &[Live]) -> bool {
    let heaviest = run.iter().map(|delta| delta.bytes).max().unwrap_or(0);
    bytes(run) <= MOST_BYTES && heaviest * 2 <= bytes(run)
}

fn lightest_pair(deltas: &[Live]) -> Option<Range<usize>> {
    let pairs = (1..deltas.len()).map(|second| second - 1..second + 1);
    pairs
        .map(|pair| (bytes(&deltas[pair.clone()]), pair))
        .filter(|(bytes, _)| *bytes <= MOST_BYTES)
        .min_by_key(|(bytes, _)| *bytes)
        .map(|(_, pair)| pair)
}

fn bytes(run: &[Live]) -> u64 {
    run.iter().map(|delta| delta.bytes).sum()
}

#[cfg(test)]
mod tests {
    use super::{LEFT_ALONE, Live, MOST_BYTES, bytes, plan};
    use crate::publish::Pace;

    /// Merges until nothing is left to merge; how many bytes were written for it.
    fn settle(deltas: &mut Vec<Live>, pace: &Pace) -> u64 {
        let mut written = 0;
        while let Some(run) = plan(deltas, pace) {
            let merged = Live { bytes: bytes(&deltas[run.clone()]), old: true };
            assert!(merged.bytes <= MOST_BYTES, "no pack grows beyond a part");
            written += merged.bytes;
            deltas.splice(run, [merged]);
        }
        written
    }

    #[test]
    fn few_or_young_deltas_stay_as_they_are() {
        let pace = Pace::default();
        let old = Live { bytes: 2_000, old: true };
        assert_eq!(plan(&vec![old; pace.deltas_wanted], &pace), None);
        let young = Live { bytes: 2_000, old: false };
        assert_eq!(plan(&vec![young; pace.deltas_most], &pace), None);
    }

    #[test]
    fn however_many_deltas_come_few_light_ones_stay_and_each_byte_is_written_a_few_times() {
        let pace = Pace::default();
        for size in [1_500, 20_000, 250_000] {
            let (mut deltas, mut written, added) = (Vec::new(), 0, 600_u64);
            for _ in 0..added {
                deltas.push(Live { bytes: size, old: false });
                let settled = deltas.len().saturating_sub(15);
                deltas[..settled].iter_mut().for_each(|delta| delta.old = true);
                written += settle(&mut deltas, &pace);
                // What is full stays until a snapshot takes its place.
                let full = deltas.iter().filter(|delta| delta.is_full()).count();
                assert!(deltas.len() - full <= pace.deltas_most, "{} of {size}", deltas.len());
            }
            assert!(written / (added * size) < 8, "each byte written {} times", written / (added * size));
        }
    }

    #[test]
    fn the_newest_stay_apart_even_when_there_are_too_many() {
        let pace = Pace::default();
        let mut deltas = vec![Live { bytes: 2_000, old: false }; pace.deltas_most + 1];
        settle(&mut deltas, &pace);
        assert!(deltas.len() > LEFT_ALONE);
        assert!(deltas[deltas.len() - LEFT_ALONE..].iter().all(|delta| delta.bytes == 2_000));
    }
}
