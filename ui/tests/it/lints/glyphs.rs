//! Every word of the product can be drawn by the first face, every name and medicine by one of the faces: a missing
//! glyph would be a hole.

use std::fs;
use std::path::{Path, PathBuf};

use kakari_preview::all;
use kakari_session::look::{TextSize, Theme};
use kakari_session::view::Language;

use crate::glass::SMALL;
use crate::shown::{Shown, label_of};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn files(dir: &Path, out: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, out);
        } else {
            out.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The contents of string and character literals; comments and tests do not count.
fn literals(text: &str) -> Vec<String> {
    let text = text.split("#[cfg(test)]").next().unwrap();
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    code.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_word_of_the_product_is_in_the_first_face() {
    let mut sources = vec![];
    for dir in ["ui/pages", "ui/src", "session/src", "record/src/display", "record/src/alerts"] {
        files(&root().join(dir), &mut sources);
    }
    let mut words = 0;
    for (file, text) in sources {
        for literal in literals(&text) {
            words += 1;
            let missing: String =
                literal.chars().filter(|c| !c.is_ascii_control() && !kakari_ui::is_in_first_face(*c)).collect();
            assert!(missing.is_empty(), "{file}: {missing:?} in {literal:?}");
        }
    }
    assert!(words > 200, "the words were not found");
}

/// Whatever a sample document, the formulary or the table of alerts says.
#[test]
fn every_name_and_every_medicine_has_its_glyphs() {
    let mut sources = vec![];
    for dir in ["assets/region/residents", "assets/region/kinds/jp", "assets/tables"] {
        files(&root().join(dir), &mut sources);
    }
    assert!(sources.iter().any(|(file, _)| file.ends_with("formulary.csv")) && sources.len() > 60);
    for (file, text) in sources {
        let has = |c: char| c.is_control() || kakari_ui::has_glyph(c);
        let missing: String = text.chars().filter(|c| !has(*c)).collect();
        assert!(missing.is_empty(), "{file}: {missing:?}");
    }
    for c in "𠮷丄丅𠮟𡈽㐂鄧﨑".chars() {
        assert!(kakari_ui::has_glyph(c), "{c}");
    }
}

/// No preview has the box that stands for what no face can draw, and in English nothing that we say is Japanese where
/// nothing of a document stands.
#[test]
fn nothing_on_the_glass_is_a_box_and_english_is_english() {
    const NOBODYS: [&str; 9] =
        ["starting", "reason", "search-kana", "search-digits", "sync", "checks", "usage", "settings", "locked"];
    let glass = Shown::new(SMALL);
    let mut wrong = vec![];
    for preview in Language::ALL.into_iter().flat_map(all) {
        glass.preview(&preview, Theme::Day, TextSize::Standard);
        let english = preview.view.look.language == Language::English;
        let ours = english && preview.case == kakari_preview::Case::Empty && NOBODYS.contains(&preview.name);
        for word in glass.words().iter().chain(&glass.keys()).map(label_of) {
            // The keys of a search are kana, the bar has the vehicle's and the crew's names, the settings both languages.
            let named = word.chars().count() == 1
                || ["北1", "佐藤", "日本語", "言語 Language"].iter().any(|name| word.contains(name));
            if word.contains('□') || ours && !named && word.chars().any(is_japanese) {
                wrong.push(format!("{} {}: {word}", preview.name, preview.case.name()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}' | '\u{FF00}'..='\u{FF60}')
}
