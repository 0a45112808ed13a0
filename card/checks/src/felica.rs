//! What is cut out of a reader's answer, and of a card's.

use kakari_card::NumberForm;
use kakari_card::felica::frame::{self, Idm, Said};
use kakari_card::felica::storage::parse_blocks;
use kakari_card::felica::way::{Heard, Way, session_done};
use kakari_card::plain::number::number_in;

const IDM: Idm = [1, 2, 3, 4, 5, 6, 7, 8];

/// A frame is part of what the reader answered; it is the card's that was asked, of the length that it says and with as many
/// blocks as were asked for; and a number is sixteen digits.
pub fn felica_frames(bytes: &[u8]) {
    let _ = session_done(bytes);
    for way in [Way::Storage, Way::Transparent, Way::Vendor, Way::Direct, Way::Bare] {
        if let Heard::Frame(frame) = way.unwrap(bytes) {
            assert!(!frame.is_empty() && bytes.windows(frame.len()).any(|part| part == frame), "made up");
            cut(&frame);
        }
        // What is sent is made of whole frames alone.
        let fits = way.wrap(bytes).is_none_or(|apdu| apdu.len() > bytes.len() && apdu[0] == 0xFF);
        assert!(fits, "a frame was cut on its way");
    }
    cut(bytes);
    for count in 0..=4 {
        let blocks = parse_blocks(bytes, count);
        assert!(blocks.is_none_or(|blocks| blocks.len() == count && blocks.concat() == bytes));
    }
    if let Ok(block) = bytes.try_into() {
        for form in [NumberForm::Ascii, NumberForm::Bcd] {
            let number = number_in(block, form);
            assert!(number.is_none_or(|number| number.expose().bytes().filter(u8::is_ascii_digit).count() == 16));
        }
    }
}

fn cut(frame: &[u8]) {
    let says_its_length = frame.first().is_some_and(|length| usize::from(*length) == frame.len());
    assert!(frame::parse_polled(frame).is_none() || says_its_length);
    assert!(frame::parse_written(frame, &IDM).is_none() || says_its_length && frame[2..10] == IDM);
    for count in 0..=4 {
        let Some(said) = frame::parse_read(frame, &IDM, count) else { continue };
        assert!(says_its_length && frame[2..10] == IDM, "another card's answer");
        if let Said::Done(blocks) = said {
            assert!(blocks.len() == count && blocks.concat() == frame[13..], "other blocks than those of the answer");
        }
    }
}
