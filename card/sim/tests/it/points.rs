use kakari_card::scripted::ScriptedLink;
use kakari_card::{CardError, Conversation};

const WYCHEPROOF: &str = include_str!("../data/wycheproof-p256-points.txt");

fn points(wanted: &str) -> Vec<(String, [u8; 65])> {
    let lines = WYCHEPROOF.lines().filter_map(|line| line.strip_prefix(wanted));
    lines
        .map(|line| {
            let (number, point) = line.trim().split_once(' ').unwrap();
            (number.to_owned(), hex::decode(point).unwrap().try_into().unwrap())
        })
        .collect()
}

/// The generator of P-256: a point that is certainly on the curve.
pub(crate) fn generator() -> [u8; 65] {
    let point = "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296\
                 4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
    hex::decode(point).unwrap().try_into().unwrap()
}

fn shared_x() -> Vec<u8> {
    [&[0x7C, 0x22, 0x82, 0x20][..], &[5; 32], &[0x90, 0x00]].concat()
}

#[test]
fn wycheproofs_invalid_points_are_refused_before_the_card_sees_them() {
    let invalid = points("invalid");
    assert_eq!(invalid.len(), 16);
    for (number, point) in invalid {
        let link = ScriptedLink::new([Ok(shared_x())]);
        let seen = link.seen();
        let mut conversation = Conversation::over(Box::new(link));
        assert_eq!(conversation.agree(&point).err(), Some(CardError::InvalidPoint), "test {number}");
        assert_eq!(conversation.agree_staff(&point).err(), Some(CardError::InvalidPoint), "test {number}");
        assert!(seen.commands().is_empty(), "test {number}");
    }
}

#[test]
fn other_forms_of_a_point_and_the_point_at_infinity_are_refused_too() {
    let mut other_forms = vec![[0; 65], [0xFF; 65]];
    for first in [0x00, 0x02, 0x03, 0x05, 0x06, 0x07] {
        let mut point = generator();
        point[0] = first;
        other_forms.push(point);
    }
    let mut off_by_one = generator();
    off_by_one[64] ^= 1;
    other_forms.push(off_by_one);
    for point in other_forms {
        let link = ScriptedLink::new([Ok(shared_x())]);
        let seen = link.seen();
        let mut conversation = Conversation::over(Box::new(link));
        assert_eq!(conversation.agree(&point).err(), Some(CardError::InvalidPoint));
        assert!(seen.commands().is_empty());
    }
}

#[test]
fn wycheproofs_valid_edge_cases_reach_the_card_unchanged() {
    let valid = points("valid");
    assert_eq!(valid.len(), 108);
    for (number, point) in valid {
        let link = ScriptedLink::new([Ok(shared_x())]);
        let seen = link.seen();
        let mut conversation = Conversation::over(Box::new(link));
        assert_eq!(conversation.agree(&point).unwrap().expose(), &[5; 32], "test {number}");
        let header = [0x00, 0x87, 0x11, 0x9E, 0x47, 0x7C, 0x45, 0x82, 0x00, 0x85, 0x41];
        assert_eq!(seen.commands(), [[&header[..], &point, &[0x00]].concat()], "test {number}");
    }
}
