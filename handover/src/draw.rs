//! Pages as PDF: areas, words, and the tags that say what is read in which order.

use std::num::NonZeroU16;

use chrono::{Datelike, Timelike};
use kakari_record::display;
use kakari_record::language::Language;
use krilla::color::rgb;
use krilla::configure::{Accessibility, Configuration, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag, Tag, TagGroup, TagTree};
use krilla::text::KrillaGlyph;
use krilla::{Document, SerializeSettings};

use crate::content::{Made, NotMade, TITLE};
use crate::faces::Faces;
use crate::lines::{Line, Placed, Run, broken, width};
use crate::sheet::{Kind, Look, Mark, Sheet};
use crate::style::{BODY, HEIGHT, INK, LINE, MARGIN, Rgb, SECOND, Style, TRAINING, WHITE, WIDTH};

/// What the foot says on every page.
const NOT_NONE: &str = "未記録・取得不可・含めていないものは「なし」ではありません";

/// The finished file.
pub(crate) fn pdf(sheet: Sheet<'_>, made: &Made, running: &str, faces: &Faces) -> Result<Vec<u8>, NotMade> {
    let settings =
        SerializeSettings { configuration: configuration()?, enable_tagging: true, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    let count = sheet.pages.len();
    let mut read: Vec<Vec<Identifier>> = sheet.paragraphs.iter().map(|_| Vec::new()).collect();
    for (at, marks) in sheet.pages.into_iter().enumerate() {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or(NotMade::Pdf)?;
        let mut page = document.start_page_with(settings);
        {
            let mut pen = Pen { surface: page.surface(), faces };
            if made.training {
                pen.training();
            }
            if at > 0 {
                pen.head(running);
            }
            for mark in marks {
                match mark {
                    Mark::Area { at, look } => pen.area(at, look),
                    Mark::Text { x, baseline, line, paragraph } => read[paragraph].push(pen.read(x, baseline, &line)),
                }
            }
            pen.foot(made, at + 1, count);
        }
        page.finish();
    }
    document.set_metadata(metadata(made));
    document.set_outline(outline());
    document.set_tag_tree(tree(&sheet.paragraphs, read));
    document.finish().map_err(|_| NotMade::Pdf)
}

fn configuration() -> Result<Configuration, NotMade> {
    ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish().map_err(|_| NotMade::Pdf)
}

/// Nothing of a patient: other programs list a file by this.
fn metadata(made: &Made) -> Metadata {
    let at = made.at.naive_utc();
    let small = |number: u32| u8::try_from(number).unwrap_or(u8::MAX);
    let date = DateTime::new(u16::try_from(at.year()).unwrap_or(u16::MAX))
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new().title(TITLE.to_owned()).language("ja".to_owned()).creator("Kakari".to_owned()).creation_date(date)
}

/// One entry: a page is no book.
fn outline() -> Outline {
    let top = XyzDestination::new(0, Point::from_xy(0.0, 0.0));
    let mut outline = Outline::new();
    outline.push_child(OutlineNode::new(TITLE.to_owned(), top));
    outline
}

fn tree(kinds: &[Kind], read: Vec<Vec<Identifier>>) -> TagTree {
    let mut tree = TagTree::new();
    for (kind, lines) in kinds.iter().zip(read) {
        let mut group = match kind {
            Kind::Title => TagGroup::new(Tag::Hn(NonZeroU16::MIN, Some(TITLE.to_owned()))),
            Kind::Heading(title) => {
                TagGroup::new(Tag::Hn(NonZeroU16::MIN.saturating_add(1), Some((*title).to_owned())))
            }
            Kind::Words => TagGroup::new(Tag::P),
        };
        lines.into_iter().for_each(|line| group.push(line));
        tree.push(group);
    }
    tree
}

/// Draws on one page.
struct Pen<'a> {
    surface: Surface<'a>,
    faces: &'a Faces,
}

impl Pen<'_> {
    /// A line that is read.
    fn read(&mut self, x: f32, baseline: f32, line: &[Placed]) -> Identifier {
        let id = self.surface.start_tagged(ContentTag::Span(SpanTag::empty()));
        self.words(x, baseline, line);
        self.surface.end_tagged();
        id
    }

    /// One stretch of glyphs for each change of face or style.
    fn words(&mut self, x: f32, baseline: f32, line: &[Placed]) {
        let mut x = x;
        for part in line.chunk_by(|one, next| one.style == next.style && same_face(one, next)) {
            let (text, glyphs) = glyphs(part);
            let style = part[0].style;
            if let Some(drawn) = part.iter().find_map(|one| one.drawn) {
                let font = self.faces.of(style.bold)[drawn.face].font.clone();
                self.surface.set_stroke(None);
                self.surface.set_fill(Some(fill(style.color)));
                self.surface.draw_glyphs(Point::from_xy(x, baseline), &glyphs, font, &text, style.size, false);
            }
            x += width(part);
        }
    }

    fn area(&mut self, [x, y, w, h]: [f32; 4], look: Look) {
        self.surface.start_tagged(artifact(ArtifactType::Layout));
        let rect = Rect::from_xywh(x, y, w, h.max(0.1));
        let mut path = PathBuilder::new();
        if let Some(rect) = rect {
            path.push_rect(rect);
        }
        if let Some(path) = path.finish() {
            if let Some(color) = look.fill {
                self.surface.set_stroke(None);
                self.surface.set_fill(Some(fill(color)));
                self.surface.draw_path(&path);
            }
            if let Some(color) = look.hatch {
                self.surface.push_clip_path(&path, &FillRule::NonZero);
                self.hatch([x, y, w, h], color);
                self.surface.pop();
            }
            if let Some((color, width)) = look.edge {
                let dash = look.dashed.then(|| StrokeDash { array: vec![4.0, 2.5], offset: 0.0 });
                self.stroke(color, width, dash);
                self.surface.draw_path(&path);
            }
        }
        self.surface.end_tagged();
    }

    fn hatch(&mut self, [x, y, w, h]: [f32; 4], color: Rgb) {
        let mut path = PathBuilder::new();
        let mut at = x - h;
        while at < x + w {
            path.move_to(at, y + h);
            path.line_to(at + h, y);
            at += 5.0;
        }
        if let Some(path) = path.finish() {
            self.stroke(color, 1.2, None);
            self.surface.draw_path(&path);
        }
    }

    fn stroke(&mut self, color: Rgb, width: f32, dash: Option<StrokeDash>) {
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(Stroke { paint: paint(color).into(), width, dash, ..Stroke::default() }));
    }

    /// Whose page it is and how old its data are, on every page but the first.
    fn head(&mut self, running: &str) {
        let style = Style::bold(10.5);
        self.aside(ArtifactType::Header, MARGIN, 46.0, running, style, BODY);
        self.area([MARGIN, 58.0, BODY, 0.0], Look { edge: Some((INK, 0.8)), ..Look::default() });
    }

    fn foot(&mut self, made: &Made, page: usize, count: usize) {
        let y = HEIGHT - 30.0;
        self.area([MARGIN, y - 12.0, BODY, 0.0], Look { edge: Some((LINE, 0.5)), ..Look::default() });
        let training = if made.training { "訓練 " } else { "" };
        let day = display::date(display::day_of(made.at).into(), Language::Japanese);
        let clock = display::clock(made.at, Language::Japanese);
        let time = clock.rsplit(' ').next().unwrap_or_default();
        let by = format!("{training}{TITLE} 作成 {day} {time} {}", made.vehicle);
        let style = Style::regular(8.0).in_color(SECOND);
        self.aside(ArtifactType::Footer, MARGIN, y, &by, style, BODY - 50.0);
        self.aside(ArtifactType::Footer, MARGIN, y + 11.0, NOT_NONE, style, BODY - 50.0);
        let page = format!("{page}/{count}");
        self.aside(ArtifactType::PageNumber, WIDTH - MARGIN - 40.0, y, &page, Style::bold(11.0), 60.0);
    }

    /// Words that are on every page and read on none; shrunk until they fit their one line.
    fn aside(&mut self, kind: ArtifactType, x: f32, baseline: f32, words: &str, style: Style, room: f32) {
        let mut style = style;
        let mut line = one_line(self.faces, words, style);
        while width(&line) > room && style.size > 4.0 {
            style.size -= 0.5;
            line = one_line(self.faces, words, style);
        }
        self.surface.start_tagged(artifact(kind));
        self.words(x, baseline, &line);
        self.surface.end_tagged();
    }

    /// 訓練 across the page, under everything.
    fn training(&mut self) {
        let line = one_line(self.faces, "訓練", Style { size: 190.0, bold: true, color: TRAINING });
        self.surface.start_tagged(artifact(ArtifactType::Watermark));
        self.surface.push_transform(&Transform::from_rotate_at(-35.0, WIDTH / 2.0, HEIGHT / 2.0));
        self.words((WIDTH - width(&line)) / 2.0, HEIGHT / 2.0 + 70.0, &line);
        self.surface.pop();
        self.surface.end_tagged();
    }
}

fn one_line(faces: &Faces, words: &str, style: Style) -> Line {
    broken(faces, &[Run::new(words, style)], f32::MAX).into_iter().next().unwrap_or_default()
}

fn artifact(kind: ArtifactType) -> ContentTag<'static> {
    ContentTag::Artifact(Artifact::with_kind(kind))
}

/// What is not drawn goes with the face before it.
fn same_face(one: &Placed, next: &Placed) -> bool {
    match (one.drawn, next.drawn) {
        (Some(one), Some(next)) => one.face == next.face,
        _ => true,
    }
}

/// The glyphs of a stretch, each with the characters that it stands for.
fn glyphs(part: &[Placed]) -> (String, Vec<KrillaGlyph>) {
    let mut text = String::new();
    let mut glyphs: Vec<KrillaGlyph> = Vec::new();
    for one in part {
        let start = text.len();
        text.push(one.c);
        match (one.drawn, glyphs.last_mut()) {
            (Some(drawn), _) => {
                glyphs.push(KrillaGlyph::new(drawn.glyph, drawn.advance, 0.0, 0.0, 0.0, start..text.len(), None))
            }
            (None, Some(last)) => last.text_range.end = text.len(),
            (None, None) => {}
        }
    }
    (text, glyphs)
}

fn paint(color: Rgb) -> rgb::Color {
    rgb::Color::new(color.0, color.1, color.2)
}

fn fill(color: Rgb) -> Fill {
    let paint = if color == WHITE { rgb::Color::white() } else { paint(color) };
    Fill { paint: paint.into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}
