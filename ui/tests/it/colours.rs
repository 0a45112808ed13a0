//! The tokens, measured: contrast by WCAG 2 for every pair that stands on the glass.

use kakari_session::view::{Theme, View};
use kakari_ui::Tablet;
use kakari_ui::glass::Theme as Tokens;
use slint::{Color, Global};

use crate::fixtures::standby;
use crate::glass::{FULL, tablet};

type Pair = (&'static str, Color, Color, f32);

fn pairs(tablet: &Tablet) -> Vec<Pair> {
    let t = Tokens::get(tablet.window());
    let ink = t.get_ink();
    vec![
        ("ink on ground", ink, t.get_ground(), 7.0),
        ("ink on panel", ink, t.get_panel(), 7.0),
        ("ink on red ground", ink, t.get_red_ground(), 7.0),
        ("ink on amber ground", ink, t.get_amber_ground(), 7.0),
        ("ink on hatch", ink, t.get_hatch(), 7.0),
        ("ink on stripe", ink, t.get_hatch_stripe(), 7.0),
        ("panel on ink (filled tag)", t.get_panel(), ink, 7.0),
        ("amber band", t.get_amber_ink(), t.get_amber_band(), 7.0),
        ("a card in doubt", t.get_doubt_ink(), t.get_doubt(), 7.0),
        ("countdown", t.get_pill_ink(), t.get_pill(), 7.0),
        ("red band", t.get_red_ink(), t.get_red(), 7.0),
        ("secondary on ground", t.get_secondary(), t.get_ground(), 4.5),
        ("secondary on panel", t.get_secondary(), t.get_panel(), 4.5),
        ("accent on panel", t.get_accent(), t.get_panel(), 4.5),
        ("accent on ground", t.get_accent(), t.get_ground(), 4.5),
        ("words on accent", t.get_accent_ink(), t.get_accent(), 7.0),
        ("bar", t.get_bar_ink(), t.get_bar(), 7.0),
        ("bar caution", t.get_bar_caution(), t.get_bar(), 4.5),
        ("bar good", t.get_bar_good(), t.get_bar(), 4.5),
        ("good on panel", t.get_good(), t.get_panel(), 3.0),
        ("red shape on its ground", t.get_red(), t.get_red_ground(), 3.0),
        ("edge of a button", t.get_edge(), t.get_ground(), 3.0),
        ("edge of a button against its face", t.get_edge(), t.get_panel(), 3.0),
        ("edge of the field that is typed in", t.get_accent(), t.get_panel(), 3.0),
        ("edge round the glass", t.get_good(), t.get_ground(), 3.0),
    ]
}

#[test]
fn every_pair_of_colours_can_be_read_by_day_by_night_and_in_training() {
    for theme in Theme::ALL {
        for training in [false, true] {
            let glass = tablet(&View { training, ..standby() }, theme, FULL);
            for (name, front, back, least) in pairs(&glass) {
                let ratio = contrast(front, back);
                assert!(ratio >= least, "{name}, {theme:?}, training {training}: {ratio:.2} < {least}");
            }
        }
    }
}

/// Eyes that are used to the dark stay so: next to nothing but red light, and no large bright ground.
#[test]
fn red_light_has_next_to_no_green_and_blue() {
    for training in [false, true] {
        let glass = tablet(&View { training, ..standby() }, Theme::Red, FULL);
        let t = Tokens::get(glass.window());
        for (name, front, back, _) in pairs(&glass) {
            for one in [front, back] {
                let (red, rest) = (u16::from(one.red()), u16::from(one.green()) + u16::from(one.blue()));
                // The accent of the training store may be told from the other by a little blue.
                let most = if training { red * 11 / 10 + 6 } else { red + 6 };
                assert!(rest <= most, "{name}: {one:?}");
            }
        }
        for ground in [t.get_ground(), t.get_panel(), t.get_bar(), t.get_amber_band()] {
            assert!(luminance(ground) < 0.01, "{ground:?}");
        }
        assert!(contrast(t.get_red(), t.get_amber_band()) >= 7.0, "what is severe is inverted, the rest is not");
    }
}

fn contrast(a: Color, b: Color) -> f32 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(colour: Color) -> f32 {
    let line = |part: u8| {
        let part = f32::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * line(colour.red()) + 0.7152 * line(colour.green()) + 0.0722 * line(colour.blue())
}
