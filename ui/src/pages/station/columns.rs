//! Where things of so many heights stand in one or two columns.

/// Where a piece stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spot {
    pub(super) leaf: usize,
    pub(super) column: usize,
    pub(super) y: f32,
}

/// How many there are, with nothing on it one.
pub(super) fn leaves(spots: &[Spot]) -> usize {
    spots.last().map_or(1, |last| last.leaf + 1)
}

/// What a piece takes of a column.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) tall: f32,
    /// Under it, at the end of a column.
    pub(super) clear: f32,
    /// Under it, before the next.
    pub(super) gap: f32,
    /// Begins another column.
    pub(super) fresh: bool,
}

/// One under the other, column after column, leaf after leaf.
pub(super) fn flow(sizes: &[Size], high: f32, columns: usize) -> Vec<Spot> {
    let split = if columns == 2 { balanced(sizes, high) } else { None };
    let (mut spots, mut now) = (vec![], Spot { leaf: 0, column: 0, y: 0.0 });
    for (index, size) in sizes.iter().enumerate() {
        let begins = columns > 1 && (size.fresh || split == Some(index));
        if now.y > 0.0 && (begins || now.y + size.tall + size.clear > high) {
            let leaf = now.leaf + (now.column + 1) / columns;
            now = Spot { leaf, column: (now.column + 1) % columns, y: 0.0 };
        }
        spots.push(now);
        now.y += size.tall + size.gap;
    }
    spots
}

/// Where two columns of everything are about as high, if everything fits and no column is told to begin.
fn balanced(sizes: &[Size], high: f32) -> Option<usize> {
    let tall = |part: &[Size]| part.iter().map(|size| size.tall + size.gap).sum::<f32>();
    let higher = |at: usize| tall(&sizes[..at]).max(tall(&sizes[at..]));
    let at = (1..sizes.len()).min_by(|a, b| higher(*a).total_cmp(&higher(*b)))?;
    (higher(at) <= high + sizes[at - 1].gap && sizes.iter().all(|size| !size.fresh)).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP: f32 = 12.0;
    const CLEAR: f32 = 48.0;
    const LINE: Size = Size { tall: 100.0, clear: 0.0, gap: GAP, fresh: false };

    #[test]
    fn twelve_lines_stand_in_two_columns_of_six() {
        let spots = flow(&[LINE; 12], 900.0, 2);
        let left = spots.iter().filter(|spot| spot.column == 0).count();
        assert_eq!((left, leaves(&spots)), (6, 1));
    }

    #[test]
    fn what_finds_no_room_turns_over_and_nothing_is_lost() {
        let spots = flow(&[LINE; 30], 500.0, 2);
        assert_eq!((spots.len(), leaves(&spots)), (30, 4));
        assert!(spots.iter().all(|spot| spot.y + 100.0 <= 500.0));
    }

    #[test]
    fn a_piece_that_begins_a_column_does_so_only_where_there_are_two() {
        let sizes = [LINE, Size { fresh: true, ..LINE }];
        assert_eq!(flow(&sizes, 900.0, 2)[1], Spot { leaf: 0, column: 1, y: 0.0 });
        assert_eq!(flow(&sizes, 900.0, 1)[1], Spot { leaf: 0, column: 0, y: 100.0 + GAP });
    }

    #[test]
    fn keys_at_the_end_of_a_column_turn_over_rather_than_come_near_the_band() {
        let keyed = Size { clear: CLEAR, ..LINE };
        assert_eq!(leaves(&flow(&[LINE, LINE], 220.0, 1)), 1);
        assert_eq!(leaves(&flow(&[LINE, keyed], 220.0, 1)), 2);
        assert_eq!(leaves(&flow(&[keyed, LINE], 220.0, 1)), 1);
    }
}
