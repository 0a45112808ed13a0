//! Reading the copy that a card carries, over a link that answers from a list.

use kakari_card::scripted::{ScriptedLink, Seen};
use kakari_card::{CardError, Conversation, LONGEST_COPY, copy_object};

const DONE: [u8; 2] = [0x90, 0x00];

/// What the card did with a copy of the tablet's, or with anything else in its object.
struct Reading {
    copy: Result<Option<Vec<u8>>, CardError>,
    /// What `wanted` was shown, each time that it was asked.
    shown: Vec<Vec<u8>>,
    seen: Seen,
}

fn read(answers: Vec<Result<Vec<u8>, CardError>>, wants: bool) -> Reading {
    let link = ScriptedLink::new(answers);
    let seen = link.seen();
    let mut shown = Vec::new();
    let copy = Conversation::over(Box::new(link)).read_copy(|beginning| {
        shown.push(beginning.to_vec());
        wants
    });
    Reading { copy, shown, seen }
}

fn copy(length: usize) -> Vec<u8> {
    (0..length).map(|index| u8::try_from(index % 251).unwrap()).collect()
}

fn object(inside: &[u8]) -> Vec<u8> {
    kakari_card::apdu::make_tlv(0x53, inside).unwrap()
}

/// The object as a card answers it, in pieces of this length.
fn pieces(object: &[u8], length: usize) -> Vec<Result<Vec<u8>, CardError>> {
    let pieces: Vec<&[u8]> = object.chunks(length).collect();
    let status = |index: usize| match pieces.get(index + 1) {
        None => DONE,
        Some(next) => [0x61, u8::try_from(next.len()).unwrap_or(0)],
    };
    pieces.iter().enumerate().map(|(index, piece)| Ok([*piece, &status(index)].concat())).collect()
}

#[test]
fn a_copy_comes_whole_in_at_most_ten_exchanges_and_its_beginning_is_shown_once() {
    for length in [1, 67, 68, 200, 248, 256, 1_000, LONGEST_COPY] {
        let copy = copy(length);
        let object = object(&copy_object(&copy).unwrap());
        for piece in [1, 60, 256, 4_000] {
            // A card that gives a byte at a time is stopped like any other that does not come to an end.
            if object.len().div_ceil(piece) > 24 {
                continue;
            }
            let reading = read(pieces(&object, piece), true);
            assert_eq!(reading.copy, Ok(Some(copy.clone())), "{length} bytes in pieces of {piece}");
            assert_eq!(reading.shown.len(), 1);
            assert!(copy.starts_with(&reading.shown[0]) && reading.shown[0].len() >= length.min(68));
            assert!(piece < 256 || reading.seen.commands().len() <= 10);
        }
    }
}

#[test]
fn a_copy_that_is_not_wanted_is_not_fetched_and_the_card_can_be_asked_on() {
    let object = object(&copy_object(&copy(LONGEST_COPY)).unwrap());
    let reading = read(pieces(&object, 256), false);
    assert_eq!((reading.copy, reading.shown.len()), (Ok(None), 1));
    assert_eq!(reading.seen.commands().len(), 1);

    let whole = read(pieces(&object, 4_000), false);
    assert_eq!(whole.copy, Ok(None));
}

#[test]
fn a_card_without_a_copy_of_ours_carries_none() {
    let certificate = [kakari_card::apdu::make_tlv(0x70, &copy(700)).unwrap(), vec![0x71, 1, 0, 0xFE, 0]].concat();
    let good = copy_object(&copy(300)).unwrap();
    let objects = [
        object(&[]),
        object(&certificate),
        object(&[0xC1, 0x00]),
        object(&[good.as_slice(), &[0xFE, 0x00]].concat()),
        object(&kakari_card::apdu::make_tlv(0xC1, &copy(LONGEST_COPY + 1)).unwrap()),
        [object(&good), vec![0x00]].concat(),
        kakari_card::apdu::make_tlv(0x7E, &good).unwrap(),
        good,
    ];
    for object in objects {
        let reading = read(pieces(&object, 256), true);
        assert_eq!(reading.copy, Ok(None));
    }
    for status in [[0x6A, 0x82], [0x6A, 0x88], [0x6A, 0x80], [0x6A, 0x81], [0x6D, 0x00], [0x69, 0x82]] {
        let reading = read(vec![Ok(status.to_vec())], true);
        assert_eq!((reading.copy, reading.shown.len()), (Ok(None), 0));
    }
    assert_eq!(copy_object(&copy(LONGEST_COPY + 1)), None);
}

#[test]
fn nothing_of_another_issuers_object_is_fetched_beyond_its_first_piece() {
    let certificate = kakari_card::apdu::make_tlv(0x70, &copy(2_000)).unwrap();
    let reading = read(pieces(&object(&certificate), 256), true);
    assert_eq!((reading.copy, reading.shown.len(), reading.seen.commands().len()), (Ok(None), 0, 1));
}

#[test]
fn a_card_torn_away_at_any_piece_gives_no_copy() {
    let object = object(&copy_object(&copy(LONGEST_COPY)).unwrap());
    let whole = pieces(&object, 256);
    for kept in 0..whole.len() {
        let mut torn = whole[..kept].to_vec();
        assert_eq!(read(torn.clone(), true).copy, Err(CardError::Removed), "{kept} pieces");
        torn.push(Ok(vec![0x61]));
        assert_eq!(read(torn, true).copy, Err(CardError::Torn), "{kept} pieces");
    }
}

#[test]
fn a_card_that_cuts_its_copy_short_or_never_ends_it_gives_none() {
    let object = object(&copy_object(&copy(900)).unwrap());
    for kept in [1, 4, 5, 8, 80, 255, 600, object.len() - 1] {
        assert_eq!(read(pieces(&object[..kept], 256), true).copy, Ok(None), "{kept} bytes");
    }
    let more = [object, copy(256), vec![0x61, 0x00]].concat();
    let endless = std::iter::repeat_n(Ok(more), 100).collect();
    assert_eq!(read(endless, true).copy, Err(CardError::Malformed { what: "endless answer" }));
}
