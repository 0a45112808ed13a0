//! One screen alone: `cargo run -p kakari-ui --example preview -- summary typical --night --english --text double`.
//! `--png FILE` draws it without a display, `--list` names all screens.

#![allow(clippy::print_stdout)]

use std::error::Error;
use std::fs::File;
use std::io::BufWriter;

use i_slint_backend_testing as testing;
use kakari_preview::{Case, Preview, every_problem, names};
use kakari_session::look::{TextSize, Theme};
use kakari_session::view::{Language, View};
use kakari_ui::Tablet;
use slint::ComponentHandle;

const USAGE: &str = "preview NAME [empty|typical|extreme] [--night|--red] [--english] [--text standard|large|double] \
                     [--size 1280x800] [--png FILE]
preview --list";

/// What was asked for.
struct Wish {
    name: String,
    case: Case,
    theme: Theme,
    text: TextSize,
    language: Language,
    size: (u32, u32),
    png: Option<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1).peekable();
    if words.peek().is_none_or(|word| word == "--list") {
        println!("{USAGE}\n");
        let names = names().map(str::to_owned);
        let problems = every_problem(Language::Japanese).into_iter().map(|one| format!("problem-{}", one.name));
        names.chain(problems).for_each(|name| println!("{name}"));
        return Ok(());
    }
    show(&wish(words)?)
}

fn wish(mut words: impl Iterator<Item = String>) -> Result<Wish, Box<dyn Error>> {
    let name = words.next().ok_or(USAGE)?;
    let (case, theme, text) = (Case::Typical, Theme::Day, TextSize::Standard);
    let mut wish = Wish { name, case, theme, text, language: Language::Japanese, size: (1920, 1200), png: None };
    while let Some(word) = words.next() {
        match word.as_str() {
            "empty" => wish.case = Case::Empty,
            "typical" => wish.case = Case::Typical,
            "extreme" => wish.case = Case::Extreme,
            "--night" => wish.theme = Theme::Night,
            "--red" => wish.theme = Theme::Red,
            "--english" => wish.language = Language::English,
            "--text" => wish.text = text_size(&words.next().ok_or(USAGE)?)?,
            "--size" => {
                let size = words.next().ok_or(USAGE)?;
                let (wide, high) = size.split_once('x').ok_or(USAGE)?;
                wish.size = (wide.parse()?, high.parse()?);
            }
            "--png" => wish.png = Some(words.next().ok_or(USAGE)?),
            _ => return Err(USAGE.into()),
        }
    }
    Ok(wish)
}

fn text_size(word: &str) -> Result<TextSize, Box<dyn Error>> {
    match word {
        "standard" => Ok(TextSize::Standard),
        "large" => Ok(TextSize::Large),
        "double" => Ok(TextSize::Double),
        _ => Err(USAGE.into()),
    }
}

fn find(wish: &Wish) -> Option<Preview> {
    if let Some(problem) = wish.name.strip_prefix("problem-") {
        let found = every_problem(wish.language).into_iter().find(|one| one.name == problem)?;
        return Some(Preview { name: found.name, case: wish.case, press: None, view: found.view });
    }
    kakari_preview::one(&wish.name, wish.case, wish.language)
}

fn show(wish: &Wish) -> Result<(), Box<dyn Error>> {
    let preview = find(wish).ok_or("no screen of that name; --list has them all")?;
    if wish.png.is_some() {
        let renderer_name = Some("software".into());
        let options = testing::TestingBackendOptions { mock_time: true, threading: false, renderer_name };
        slint::platform::set_platform(Box::new(testing::TestingBackend::new(options)))?;
    }
    let tablet = Tablet::new()?;
    tablet.window().window().set_size(slint::PhysicalSize::new(wish.size.0, wish.size.1));
    let mut view: View = preview.view;
    (view.look.theme, view.look.text) = (wish.theme, wish.text);
    tablet.show(&view);
    let Some(file) = &wish.png else { return Ok(tablet.run()?) };
    tablet.open()?;
    wait();
    if let Some(label) = preview.press {
        press(&tablet, label);
    }
    let picture = tablet.snapshot()?;
    let mut encoder = png::Encoder::new(BufWriter::new(File::create(file)?), picture.width(), picture.height());
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header()?.write_image_data(picture.as_bytes())?;
    Ok(())
}

fn press(tablet: &Tablet, label: &str) {
    let keys = testing::ElementQuery::from_root(tablet.window()).match_accessible_role(testing::AccessibleRole::Button);
    let all = keys.find_all();
    let found = all.iter().find(|key| key.accessible_label().is_some_and(|said| said == label));
    found.into_iter().for_each(testing::ElementHandle::invoke_accessible_default_action);
    wait();
}

fn wait() {
    testing::mock_elapsed_time(std::time::Duration::from_millis(1));
    testing::mock_elapsed_time(std::time::Duration::from_millis(500));
}
