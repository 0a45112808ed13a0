//! Chance, the same on every machine.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// Dice of one resident: a ChaCha stream of its own, so that no resident depends on the ones before.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn of(seed: u64, resident: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(resident);
        Self(rng)
    }

    /// A number below `n`; 0 when `n` is 0. Always 32 bits wide, whatever the machine's `usize`.
    pub(super) fn below(&mut self, n: u32) -> u32 {
        if n == 0 { 0 } else { self.0.random_range(0..n) }
    }

    /// A number from `from` up to and including `to`.
    pub(super) fn between(&mut self, from: u32, to: u32) -> u32 {
        from + self.below(to.saturating_sub(from) + 1)
    }

    /// True that many times in a thousand.
    pub(super) fn permille(&mut self, n: u32) -> bool {
        self.below(1000) < n
    }

    /// One of the items, which must not be empty.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let at = self.below(u32::try_from(items.len()).unwrap_or(u32::MAX));
        &items[usize::try_from(at).unwrap_or_default()]
    }

    /// One of the words.
    pub(super) fn word<'a>(&mut self, words: &[&'a str]) -> &'a str {
        self.pick::<&str>(words)
    }

    /// One of the items, the first ones more often than the last.
    pub(super) fn pick_common<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let n = u32::try_from(items.len()).unwrap_or(u32::MAX);
        let at = self.below(n).min(self.below(n));
        &items[usize::try_from(at).unwrap_or_default()]
    }

    /// One of the values, each as often as its weight says; the weights must not all be 0.
    pub(super) fn weighted<T: Copy>(&mut self, items: &[(T, u32)]) -> T {
        let mut left = self.below(items.iter().map(|(_, weight)| weight).sum());
        for (value, weight) in items {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return *value,
            }
        }
        items[items.len() - 1].0
    }
}
