//! Whether a typed name is the beginning of a stored one, with at most one slip.
//!
//! Bit-parallel (Wu and Manber's Shift-And): bit `i` of a word says that the first `i` typed units were met, so that a
//! stored name costs a few instructions a unit.

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::kana::{CODES, DI, DU, LONG, N, WO, WORD, folded, lengthens, row};

/// Typed units that are compared; the rest of a longer name is not looked at.
const MOST: usize = 60;

/// How a typed name fits a stored one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Met {
    /// It is the whole of it.
    Whole,
    /// It is its beginning.
    Beginning,
    /// It is its beginning with one unit more, less, other, or changed with its neighbour.
    OneSlip,
}

/// A typed name, made ready.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct Pattern {
    /// Bit `i`: the typed unit `i` is met by this stored code.
    accepts: [u64; CODES],
    /// The bit that is set once everything typed was met.
    whole: u64,
    /// Stored units that need not be typed: all that only make a vowel long, or ー alone.
    lenient: bool,
    /// ン need not be typed.
    without_n: bool,
}

impl Pattern {
    /// Kana as they were typed; where a stored name has ー it makes no difference.
    pub(super) fn of_kana(typed: &[u8]) -> Self {
        let typed = typed.iter().map(|unit| folded(unit & !WORD)).filter(|code| *code != LONG);
        Self::of(typed, false, false, |code, typed| folded(code) == typed)
    }

    /// Kana without what makes vowels long; stored names may have it or not.
    pub(super) fn of_short_kana(typed: &[u8]) -> Self {
        let before = std::iter::once(None).chain(typed.iter().copied().map(Some));
        let short = before.zip(typed).filter(|(before, unit)| {
            !before.is_some_and(|before| lengthens(before & !WORD, **unit & !WORD)) && **unit & !WORD != LONG
        });
        Self::of(short.map(|(_, unit)| folded(unit & !WORD)), true, false, |code, typed| folded(code) == typed)
    }

    /// Rows as they were touched. ン and long vowels may have been touched or not; ヂ, ヅ and ヲ stand in two rows.
    pub(super) fn of_rows(touched: &[u8]) -> Self {
        let touched = touched.iter().filter_map(|unit| row(unit & !WORD));
        Self::of(touched, true, true, |code, touched| match code {
            N => touched == WA,
            LONG => touched == A,
            DI | DU => touched == TA || touched == SA,
            WO => touched == A || touched == WA,
            code => row(code) == Some(touched),
        })
    }

    fn of(typed: impl Iterator<Item = u8>, lenient: bool, without_n: bool, meets: fn(u8, u8) -> bool) -> Self {
        let mut pattern = Self { accepts: [0; CODES], whole: 1, lenient, without_n };
        for typed in typed.take(MOST) {
            for (code, accepts) in (0..).zip(&mut pattern.accepts) {
                *accepts |= if meets(code, typed) { pattern.whole } else { 0 };
            }
            pattern.whole <<= 1;
        }
        pattern
    }

    /// How many units are compared.
    pub(super) fn length(&self) -> u32 {
        self.whole.trailing_zeros()
    }

    /// How it fits `name`, read from its beginning.
    pub(super) fn meets(&self, name: &[u8]) -> Option<Met> {
        self.read(name, |_| false)
    }

    /// Whether it is the beginning of a word of `name` after the first.
    pub(super) fn begins_later_word(&self, name: &[u8]) -> bool {
        let first = name.iter().skip(1).position(|unit| unit & WORD != 0).map_or(name.len(), |at| at + 1);
        let later = &name[first..];
        !later.is_empty() && matches!(self.read(later, |unit| unit & WORD != 0), Some(Met::Whole | Met::Beginning))
    }

    fn read(&self, name: &[u8], anew: impl Fn(u8) -> bool) -> Option<Met> {
        let (mut exact, mut slipped, mut swapping) = (1_u64, 2_u64, 0_u64);
        let mut before = None;
        for (at, unit) in name.iter().enumerate() {
            if exact & self.whole != 0 {
                return Some(if self.is_silent(before, &name[at..]) { Met::Whole } else { Met::Beginning });
            }
            if anew(*unit) {
                (exact, slipped) = (exact | 1, slipped | 2);
            }
            let code = unit & !WORD;
            let met = self.accepts[usize::from(code)] | self.joined(before, *unit);
            let skipped = self.may_skip(before, code) || self.lenient && is_joined(code, name.get(at + 1));
            let skipped = if skipped { u64::MAX } else { 0 };
            let next = ((exact & met) << 1) | (exact & skipped);
            // One unit more in the name, another one, one more typed, or two that changed places.
            let by_slip = exact | (exact << 1) | (next << 1) | ((swapping & met) << 2);
            // Whatever met everything typed stays.
            slipped = ((slipped & met) << 1) | by_slip | (slipped & (skipped | self.whole));
            swapping = (exact & (met >> 1)) | (swapping & skipped);
            exact = next;
            before = Some(code);
        }
        match (exact & self.whole, slipped & self.whole) {
            (0, 0) => None,
            (0, _) => Some(Met::OneSlip),
            _ => Some(Met::Whole),
        }
    }

    /// Whether nothing of `rest` needs to be typed.
    fn is_silent(&self, mut before: Option<u8>, rest: &[u8]) -> bool {
        rest.iter().all(|unit| self.may_skip(before.replace(unit & !WORD), unit & !WORD))
    }

    /// A vowel after ン, as Latin letters make people spell it: シニチ for シンイチ.
    fn joined(&self, before: Option<u8>, unit: u8) -> u64 {
        let joined = self.lenient && before.is_some_and(|before| is_joined(before, Some(&unit)));
        if joined { self.accepts[usize::from(NA + unit)] } else { 0 }
    }

    fn may_skip(&self, before: Option<u8>, code: u8) -> bool {
        code == LONG
            || self.without_n && code == N
            || self.lenient && before.is_some_and(|before| lengthens(before, code))
    }
}

/// Whether it is ン before a vowel of the same word.
fn is_joined(code: u8, next: Option<&u8>) -> bool {
    code == N && next.is_some_and(|next| *next < SECOND_ROW)
}

const A: u8 = 0;
const SECOND_ROW: u8 = 5;
const SA: u8 = 10;
const TA: u8 = 15;
const NA: u8 = 20;
const WA: u8 = 43;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Edits between two texts, two neighbours that changed places being one (optimal string alignment): the textbook's table.
    fn distance(a: &[u8], b: &[u8]) -> usize {
        let mut table = vec![vec![0_usize; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                table[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let replaced = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                    let swapped = if swapped { table[i - 2][j - 2] + 1 } else { usize::MAX };
                    replaced.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1).min(swapped)
                };
            }
        }
        table[a.len()][b.len()]
    }

    /// The same by that table: the nearest beginning of the name.
    fn plainly(typed: &[u8], name: &[u8]) -> Option<Met> {
        if typed == name {
            return Some(Met::Whole);
        }
        match (0..=name.len()).map(|end| distance(typed, &name[..end])).min() {
            Some(0) => Some(Met::Beginning),
            Some(1) => Some(Met::OneSlip),
            _ => None,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn a_pattern_finds_what_the_textbooks_edit_distance_finds(
            typed in proptest::collection::vec(5_u8..8, 1..9), name in proptest::collection::vec(5_u8..8, 1..12),
        ) {
            prop_assert_eq!(Pattern::of_kana(&typed).meets(&name), plainly(&typed, &name));
        }

        #[test]
        fn a_name_with_one_slip_anywhere_is_found(
            name in proptest::collection::vec(5_u8..40, 2..30), at in any::<prop::sample::Index>(), unit in 5_u8..40, slip in 0..4,
        ) {
            let mut typed = name.clone();
            let at = at.index(name.len());
            match slip {
                0 => typed.insert(at, unit),
                1 => drop(typed.remove(at)),
                2 => typed[at] = unit,
                _ => typed.swap(at, (at + 1) % name.len().max(at + 2).min(name.len())),
            }
            prop_assume!(distance(&typed, &name) <= 1);
            prop_assert!(Pattern::of_kana(&typed).meets(&name).is_some());
        }
    }

    #[test]
    fn the_given_name_is_found_alone_and_the_family_name_is_not_taken_for_it() {
        let name = super::super::kana::units("ヤマダ ハナコ");
        let typed = |text| Pattern::of_kana(&super::super::kana::units(text));
        assert!(typed("ハナ").begins_later_word(&name) && typed("ハナコ").begins_later_word(&name));
        assert!(!typed("ヤマ").begins_later_word(&name) && !typed("ナコ").begins_later_word(&name));
        assert!(!typed("ハナ").begins_later_word(&super::super::kana::units("ハナヤマ")));
    }
}
