//! Every word of the product can be drawn by the first face: a missing glyph would be a hole.

use std::fs;
use std::path::Path;

fn sources(dir: &Path, out: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else {
            let text = fs::read_to_string(&path).unwrap();
            out.push((path.display().to_string(), text.split("#[cfg(test)]").next().unwrap().to_owned()));
        }
    }
}

/// The contents of string and character literals; comments do not count.
fn literals(text: &str) -> Vec<String> {
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    code.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_word_of_the_product_is_in_the_first_face() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = vec![];
    for dir in ["pages", "src", "../session/src"] {
        sources(&root.join(dir), &mut files);
    }
    let mut words = 0;
    for (file, text) in files {
        for literal in literals(&text) {
            words += 1;
            let missing: String =
                literal.chars().filter(|c| !c.is_ascii_control() && !kakari_ui::is_in_first_face(*c)).collect();
            assert!(missing.is_empty(), "{file}: {missing:?} in {literal:?}");
        }
    }
    assert!(words > 200, "the words were not found");
}

#[test]
fn rare_characters_of_names_have_a_fallback() {
    for c in "𠮷丄丅𠮟𡈽㐂鄧﨑".chars() {
        assert!(kakari_ui::has_glyph(c), "{c}");
    }
}
