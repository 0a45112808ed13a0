//! What the reader's side takes for an identifier that a card makes up, the record does not take for one either.

use kakari_card::PlainKind;
use kakari_card::plain::is_made_up;
use kakari_record::seal::{PlainCardId, PlainCardKind};

const SECOND: [u8; 5] = [0x00, 0x01, 0xFD, 0xFE, 0xFF];

#[test]
fn both_sides_agree_on_every_identifier_that_a_card_makes_up() {
    let kinds =
        [(PlainKind::Felica, PlainCardKind::Felica, &[8][..]), (PlainKind::TypeA, PlainCardKind::TypeA, &[4, 7, 10])];
    let mut made_up = 0;
    for (read, recorded, lengths) in kinds {
        for length in lengths {
            for (first, second) in (0..=u8::MAX).flat_map(|first| SECOND.map(|second| (first, second))) {
                for rest in [0, 0xA5] {
                    let mut id = vec![rest; *length];
                    id[..2].copy_from_slice(&[first, second]);
                    let refused = is_made_up(read, &id);
                    assert_eq!(refused, PlainCardId::new(recorded, &id).is_none(), "{read:?} {id:02X?}");
                    made_up += usize::from(refused);
                }
            }
        }
    }
    // 01FE and 02FE; 08 whatever is behind it; zeros in each of the four lengths.
    assert_eq!(made_up, 2 * 2 + 2 * SECOND.len() + 4);
}
