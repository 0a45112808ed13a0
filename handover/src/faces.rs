//! The fonts, and which of them has a character.

use krilla::text::{Font, GlyphId};
use ttf_parser::Face;

use crate::content::NotMade;

/// BIZ UDPGothic in two weights, and for what it lacks the fallback (assets/fonts). Read once, used for every page.
pub struct Faces {
    regular: [Typeface; 2],
    bold: [Typeface; 2],
}

/// One file.
pub(crate) struct Typeface {
    pub(crate) font: Font,
    face: Face<'static>,
}

/// Stands for a character that no face has.
pub(crate) const NO_GLYPH: char = '□';

/// One character as it is drawn.
#[derive(Clone, Copy)]
pub(crate) struct Drawn {
    pub(crate) glyph: GlyphId,
    /// In ems.
    pub(crate) advance: f32,
    /// Which face of the weight.
    pub(crate) face: usize,
    /// True when a box stands for it.
    pub(crate) missing: bool,
}

impl Faces {
    /// The embedded fonts.
    ///
    /// # Errors
    ///
    /// [`NotMade::Font`]; there is no known way to get there.
    pub fn load() -> Result<Self, NotMade> {
        Ok(Self {
            regular: [
                typeface(include_bytes!("../../assets/fonts/BIZUDPGothic-Regular.ttf"))?,
                typeface(include_bytes!("../../assets/fonts/NotoSansCJKjp-Fallback-Regular.otf"))?,
            ],
            bold: [
                typeface(include_bytes!("../../assets/fonts/BIZUDPGothic-Bold.ttf"))?,
                typeface(include_bytes!("../../assets/fonts/NotoSansCJKjp-Fallback-Bold.otf"))?,
            ],
        })
    }

    pub(crate) fn of(&self, bold: bool) -> &[Typeface; 2] {
        if bold { &self.bold } else { &self.regular }
    }

    /// How a character is drawn in this weight; `None` for a mark that has no look of its own.
    pub(crate) fn drawn(&self, c: char, bold: bool) -> Option<Drawn> {
        if is_selector(c) {
            return None;
        }
        let found = |c: char| {
            self.of(bold).iter().enumerate().find_map(|(at, one)| {
                let glyph = one.face.glyph_index(c)?;
                let advance = f32::from(one.face.glyph_hor_advance(glyph)?);
                let advance = advance / f32::from(one.face.units_per_em());
                Some(Drawn { glyph: GlyphId::new(u32::from(glyph.0)), advance, face: at, missing: false })
            })
        };
        found(c).or_else(|| Some(Drawn { missing: true, ..found(NO_GLYPH)? }))
    }
}

fn typeface(bytes: &'static [u8]) -> Result<Typeface, NotMade> {
    let font = Font::new(bytes.into(), 0).ok_or(NotMade::Font)?;
    let face = Face::parse(bytes, 0).map_err(|_| NotMade::Font)?;
    Ok(Typeface { font, face })
}

/// Variation selectors and marks of joining and direction: nothing is drawn for them.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}')
}
