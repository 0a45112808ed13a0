//! Pages while they are filled from top to bottom.

use crate::faces::Faces;
use crate::lines::{Line, Run, broken, height};
use crate::style::{BODY, BOTTOM, LINE, MARGIN, Rgb, Style};

/// Where the body of a page begins that is not the first: under the patient's name.
const CONTINUED: f32 = 66.0;
/// Width of the column of titles.
const TITLES: f32 = 84.0;
/// Where what they are titles of begins.
const COLUMN: f32 = MARGIN + TITLES + 6.0;
/// Room around the words of a box.
const PAD: f32 = 5.0;

/// What stands on a page.
pub(crate) enum Mark {
    /// An area.
    Area { at: [f32; 4], look: Look },
    /// A line of text with its left end on a baseline, and which paragraph it belongs to.
    Text { x: f32, baseline: f32, line: Line, paragraph: usize },
}

/// How an area looks.
#[derive(Clone, Copy, Default)]
pub(crate) struct Look {
    pub(crate) fill: Option<Rgb>,
    pub(crate) hatch: Option<Rgb>,
    pub(crate) edge: Option<(Rgb, f32)>,
    pub(crate) dashed: bool,
}

/// What a paragraph is, for who has it read aloud.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Title,
    Heading(&'static str),
    Words,
}

/// One thing under a title.
pub(crate) struct Row {
    pub(crate) runs: Vec<Run>,
    /// For words in a box.
    pub(crate) look: Option<Look>,
    pub(crate) indent: f32,
}

/// The pages.
pub(crate) struct Sheet<'a> {
    faces: &'a Faces,
    pub(crate) pages: Vec<Vec<Mark>>,
    pub(crate) paragraphs: Vec<Kind>,
    y: f32,
}

impl<'a> Sheet<'a> {
    pub(crate) fn new(faces: &'a Faces) -> Self {
        Self { faces, pages: vec![Vec::new()], paragraphs: Vec::new(), y: MARGIN }
    }

    pub(crate) fn gap(&mut self, points: f32) {
        self.y += points;
    }

    /// Words over the whole width, in a box or not.
    pub(crate) fn band(&mut self, kind: Kind, rows: &[Row]) {
        for row in rows {
            self.row(kind, row, MARGIN, BODY, None);
        }
    }

    /// A title on the left and what it is the title of on the right; where that goes on on another page, so does the
    /// title.
    pub(crate) fn section(&mut self, title: &'static str, rows: &[Row]) {
        let first = rows.first().map_or(0.0, |row| self.tall(row, BODY - TITLES - 6.0).min(BOTTOM - CONTINUED));
        self.keep(first + 4.0);
        self.area([MARGIN, self.y, BODY, 0.0], Look { edge: Some((LINE, 0.5)), ..Look::default() });
        self.y += 4.0;
        self.title(title, title);
        for row in rows {
            self.row(Kind::Words, row, COLUMN, BODY - TITLES - 6.0, Some(title));
            self.y += 1.5;
        }
        self.y += 2.0;
    }

    fn title(&mut self, title: &'static str, words: &str) {
        let runs = [Run::new(words, Style::bold(9.5))];
        let paragraph = self.paragraph(Kind::Heading(title));
        let mut y = self.y + 1.0;
        for line in broken(self.faces, &runs, TITLES) {
            let tall = height(&line);
            self.put(Mark::Text { x: MARGIN, baseline: y + tall * 0.8, line, paragraph });
            y += tall;
        }
    }

    /// One row; kept together where a page can hold it.
    fn row(&mut self, kind: Kind, row: &Row, x: f32, width: f32, title: Option<&'static str>) {
        let tall = self.tall(row, width);
        if self.y + tall > BOTTOM && tall < BOTTOM - CONTINUED {
            self.turn(title);
        }
        let pad = if row.look.is_some() { PAD } else { 0.0 };
        let mut rest = broken(self.faces, &row.runs, width - row.indent - 2.0 * pad);
        let paragraph = self.paragraph(kind);
        while !rest.is_empty() {
            let fitting = self.fitting(&rest, 2.0 * pad);
            if fitting == 0 {
                self.turn(title);
                continue;
            }
            let after = rest.split_off(fitting);
            self.lines(std::mem::replace(&mut rest, after), x + row.indent, width - row.indent, row.look, paragraph);
        }
    }

    fn lines(&mut self, lines: Vec<Line>, x: f32, width: f32, look: Option<Look>, paragraph: usize) {
        let pad = if look.is_some() { PAD } else { 0.0 };
        let tall: f32 = lines.iter().map(|line| height(line)).sum();
        if let Some(look) = look {
            self.area([x, self.y, width, tall + 2.0 * pad - 3.0], look);
            self.y += pad - 2.0;
        }
        for line in lines {
            let tall = height(&line);
            self.put(Mark::Text { x: x + pad, baseline: self.y + tall * 0.8, line, paragraph });
            self.y += tall;
        }
        self.y += (pad - 1.0).max(0.0);
    }

    /// How many of the lines fit what is left of the page; one at least on a page that is empty.
    fn fitting(&self, lines: &[Line], around: f32) -> usize {
        let mut y = self.y + around;
        let fits = |line: &&Line| {
            y += height(line);
            y <= BOTTOM
        };
        let count = lines.iter().take_while(fits).count();
        if count == 0 && self.y <= CONTINUED + 40.0 { 1 } else { count }
    }

    fn tall(&self, row: &Row, width: f32) -> f32 {
        let pad = if row.look.is_some() { PAD } else { 0.0 };
        let lines = broken(self.faces, &row.runs, width - row.indent - 2.0 * pad);
        lines.iter().map(|line| height(line)).sum::<f32>() + 2.0 * pad
    }

    /// Turns the page unless this much is left.
    fn keep(&mut self, tall: f32) {
        if self.y + tall > BOTTOM {
            self.turn(None);
        }
    }

    fn turn(&mut self, title: Option<&'static str>) {
        self.pages.push(Vec::new());
        self.y = CONTINUED;
        if let Some(title) = title {
            self.title(title, &format!("{title}(続き)"));
        }
    }

    pub(crate) fn paragraph(&mut self, kind: Kind) -> usize {
        self.paragraphs.push(kind);
        self.paragraphs.len() - 1
    }

    fn area(&mut self, at: [f32; 4], look: Look) {
        self.put(Mark::Area { at, look });
    }

    fn put(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }
}
