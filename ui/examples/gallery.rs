//! One HTML page of all pictures that the tests keep: `make gallery` writes target/gallery/index.html.

#![allow(clippy::print_stdout)]

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use kakari_preview::{Case, every_problem, names};
use kakari_session::view::Language;

#[path = "../tests/it/widget_list.rs"]
mod widget_list;

use widget_list::{CELL, COLUMNS, WIDGETS};

const THEMES: [&str; 3] = ["day", "night", "red"];
const LANGUAGES: [&str; 2] = ["ja", "en"];

fn main() -> Result<(), Box<dyn Error>> {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = ui.join("../target/gallery");
    fs::create_dir_all(&out)?;
    let kept = ui.join("tests/pictures").canonicalize()?;
    let pictures = "../../ui/tests/pictures";
    let mut page = String::from(HEAD);
    for name in names() {
        write!(page, "<h2 id=\"{name}\">{name}</h2><div class=row>")?;
        for name in pictures_of(name) {
            figure(&mut page, pictures, &kept, &name, &words(&name))?;
        }
        page.push_str("</div>");
    }
    page.push_str("<h2 id=problems>Problems</h2><div class=row>");
    for problem in every_problem(Language::Japanese) {
        for language in LANGUAGES {
            let name = format!("problem-{}-{language}", problem.name);
            figure(&mut page, pictures, &kept, &name, &format!("{} problem day {language}", problem.name))?;
        }
    }
    page.push_str("</div>");
    widgets(&mut page, pictures)?;
    page.push_str(SCRIPT);
    fs::write(out.join("index.html"), page)?;
    println!("{}", out.join("index.html").display());
    Ok(())
}

/// All pictures of a screen, as the tests name them.
fn pictures_of(name: &str) -> Vec<String> {
    let mut all = vec![];
    for language in LANGUAGES {
        for theme in THEMES {
            all.extend(Case::ALL.map(|case| format!("{name}-{}-{theme}-{language}", case.name())));
        }
    }
    all.extend(["wide", "tall"].map(|front| format!("{front}-{name}-typical-day-ja")));
    all
}

/// What the filter looks for: the parts of the name.
fn words(name: &str) -> String {
    format!("{} {name}", name.replace('-', " "))
}

fn figure(page: &mut String, pictures: &str, kept: &Path, name: &str, words: &str) -> std::fmt::Result {
    if !kept.join(format!("{name}.png")).exists() {
        return write!(page, "<figure data-words=\"{words}\"><p>{name}: make pictures draws it</p></figure>");
    }
    write!(
        page,
        "<figure data-words=\"{words}\"><a href=\"{pictures}/{name}.png\"><img loading=lazy src=\"{pictures}/{name}.png\" \
         alt=\"{name}\"></a><figcaption>{name}</figcaption></figure>"
    )
}

/// The sheets, with each widget's name over its cell.
fn widgets(page: &mut String, pictures: &str) -> std::fmt::Result {
    let (wide, high) = (COLUMNS * CELL.0, WIDGETS.len().div_ceil(COLUMNS) * CELL.1);
    for theme in THEMES {
        write!(
            page,
            "<h2 id=widgets-{theme}>Widgets, {theme}</h2><div class=sheet style=\"width:{wide}px;height:{high}px\">"
        )?;
        write!(page, "<img loading=lazy src=\"{pictures}/widgets-{theme}.png\" alt=\"\">")?;
        for (at, widget) in WIDGETS.iter().enumerate() {
            let (x, y) = (at % COLUMNS * CELL.0, at / COLUMNS * CELL.1 + CELL.1 - 26);
            write!(page, "<span style=\"left:{x}px;top:{y}px\">{}</span>", widget.caption)?;
        }
        page.push_str("</div>");
    }
    Ok(())
}

const HEAD: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Kakari: every screen</title><style>
body{font:15px sans-serif;margin:16px;background:#ddd}header{position:sticky;top:0;background:#ddd;padding:8px 0;z-index:1}
input{font:inherit;width:30em;padding:6px}.row{display:grid;grid-template-columns:repeat(auto-fill,minmax(420px,1fr));gap:10px}
figure{margin:0;background:#fff;padding:6px}img{width:100%;display:block}figcaption{padding-top:4px}
.sheet{position:relative}.sheet img{width:auto}.sheet span{position:absolute;background:#fffc;padding:2px 6px}
[hidden]{display:none}</style>
<header><input id=filter placeholder=\"summary night en extreme\" autofocus> <span id=count></span>
<a href=#problems>problems</a> <a href=#widgets-day>widgets</a></header>";

const SCRIPT: &str = "<script>
const field=document.getElementById('filter'),all=[...document.querySelectorAll('figure')];
function show(){const wanted=field.value.trim().split(/\\s+/).filter(Boolean);let seen=0;
for(const one of all){const has=one.dataset.words.split(' ');one.hidden=!wanted.every(word=>has.includes(word)||one.dataset.words.includes(word)&&word.length>3);
if(!one.hidden)seen++}
for(const row of document.querySelectorAll('.row')){const none=![...row.children].some(one=>!one.hidden);row.hidden=none;row.previousElementSibling.hidden=none}
document.getElementById('count').textContent=seen+' pictures';location.replace('#'+encodeURIComponent(field.value))}
field.value=decodeURIComponent(location.hash.slice(1)).match(/^(problems|widgets-.*)$/)?'':decodeURIComponent(location.hash.slice(1));
field.addEventListener('input',show);if(field.value)show();</script></html>
";
