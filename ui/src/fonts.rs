//! The four embedded faces: what they can draw, how wide it is, and how they reach the renderer.

use std::sync::{Arc, LazyLock};

use slint::fontique_011::{fontique, shared_collection};
use ttf_parser::Face;

/// The family the pages ask for. Not the fonts' own name: an installed copy must not take their place.
const FAMILY: &str = "Kakari Gothic";
const FALLBACK_FAMILY: &str = "Kakari Fallback";
/// Every script that Japanese text comes in; the last is for text that has none, such as ₂.
const SCRIPTS: [&[u8; 4]; 8] = [b"Hira", b"Kana", b"Hani", b"Latn", b"Grek", b"Cyrl", b"Zyyy", b"Zinh"];

static REGULAR: &[u8] = include_bytes!("../../assets/fonts/BIZUDPGothic-Regular.ttf");
static BOLD: &[u8] = include_bytes!("../../assets/fonts/BIZUDPGothic-Bold.ttf");
static FALLBACK_REGULAR: &[u8] = include_bytes!("../../assets/fonts/NotoSansCJKjp-Fallback-Regular.otf");
static FALLBACK_BOLD: &[u8] = include_bytes!("../../assets/fonts/NotoSansCJKjp-Fallback-Bold.otf");

/// One weight: the first face, then the fallback. A face that does not parse has no glyphs.
struct Weight([Option<Face<'static>>; 2]);

static WEIGHTS: LazyLock<[Weight; 2]> = LazyLock::new(|| {
    [(REGULAR, FALLBACK_REGULAR), (BOLD, FALLBACK_BOLD)]
        .map(|(first, fallback)| Weight([first, fallback].map(|bytes| Face::parse(bytes, 0).ok())))
});

/// Gives the embedded faces to the renderer of this thread. The platform must be set, no window made yet.
pub(crate) fn register() {
    LazyLock::force(&ADVANCES);
    let mut collection = shared_collection();
    add(&mut collection, FAMILY, [REGULAR, BOLD]);
    let fallback = add(&mut collection, FALLBACK_FAMILY, [FALLBACK_REGULAR, FALLBACK_BOLD]);
    for script in SCRIPTS {
        let key = fontique::FallbackKey::new(fontique::Script::from_bytes(*script), None);
        collection.set_fallbacks(key, fallback.iter().copied());
    }
}

fn add(collection: &mut fontique::Collection, family: &str, faces: [&'static [u8]; 2]) -> Vec<fontique::FamilyId> {
    let mut ids = Vec::new();
    for face in faces {
        let named = fontique::FontInfoOverride { family_name: Some(family), ..Default::default() };
        for (id, _) in collection.register_fonts(fontique::Blob::new(Arc::new(face)), Some(named)) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    ids
}

/// True when one of the embedded faces can draw it, in both weights.
pub fn has_glyph(c: char) -> bool {
    WEIGHTS.iter().all(|weight| glyph(weight, c).is_some())
}

/// True when BIZ UDPGothic itself can draw it: the words of the product use nothing else.
pub fn is_in_first_face(c: char) -> bool {
    let in_face = |weight: &Weight| weight.0[0].as_ref().and_then(|face| face.glyph_index(c)).is_some();
    WEIGHTS.iter().all(in_face)
}

/// True when the first face has this very form of the character.
pub(crate) fn has_variation(base: char, selector: char) -> bool {
    WEIGHTS.iter().all(|weight| {
        let face = weight.0[0].as_ref();
        face.and_then(|face| face.glyph_variation_index(base, selector)).is_some()
    })
}

/// Advances of the basic plane by weight: every line of every page is measured many times.
static ADVANCES: LazyLock<[Vec<f32>; 2]> = LazyLock::new(|| {
    let measure = |bold| move |code| char::from_u32(code).map_or(0.0, |c| measured(c, bold));
    [false, true].map(|bold| (0..0x1_0000).map(measure(bold)).collect())
});

/// The advance width in parts of the font size.
pub(crate) fn advance(c: char, bold: bool) -> f32 {
    let known = usize::try_from(u32::from(c)).ok().and_then(|code| ADVANCES[usize::from(bold)].get(code));
    known.copied().unwrap_or_else(|| measured(c, bold))
}

fn measured(c: char, bold: bool) -> f32 {
    let Some((face, id)) = glyph(&WEIGHTS[usize::from(bold)], c) else {
        return 0.0;
    };
    f32::from(face.glyph_hor_advance(id).unwrap_or(0)) / f32::from(face.units_per_em())
}

fn glyph(weight: &Weight, c: char) -> Option<(&Face<'static>, ttf_parser::GlyphId)> {
    weight.0.iter().flatten().find_map(|face| Some((face, face.glyph_index(c)?)))
}

/// The outline of a character of the bold face as path commands, each point passed through `place`
/// (in parts of the font size, y down).
pub(crate) fn outline(c: char, place: &dyn Fn(f32, f32) -> (f32, f32)) -> String {
    let mut pen = Pen { commands: String::new(), place, em: 1.0 };
    if let Some((face, id)) = glyph(&WEIGHTS[1], c) {
        pen.em = f32::from(face.units_per_em());
        face.outline_glyph(id, &mut pen);
    }
    pen.commands
}

struct Pen<'a> {
    commands: String,
    place: &'a dyn Fn(f32, f32) -> (f32, f32),
    em: f32,
}

impl Pen<'_> {
    fn add(&mut self, letter: char, points: &[(f32, f32)]) {
        self.commands.push(letter);
        for (x, y) in points {
            let (x, y) = (self.place)(x / self.em, -y / self.em);
            self.commands.push_str(&format!(" {x:.1} {y:.1}"));
        }
        self.commands.push(' ');
    }
}

impl ttf_parser::OutlineBuilder for Pen<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.add('M', &[(x, y)]);
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.add('L', &[(x, y)]);
    }
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.add('Q', &[(x1, y1), (x, y)]);
    }
    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.add('C', &[(x1, y1), (x2, y2), (x, y)]);
    }
    fn close(&mut self) {
        self.commands.push_str("Z ");
    }
}
