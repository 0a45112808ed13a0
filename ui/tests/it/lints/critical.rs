//! Two thousand invented residents: what is critical stands on the summary, or the summary says that there is more.

use kakari_generator::Generator;
use kakari_preview::summary_of;
use kakari_record::audit::Access;
use kakari_record::seal::RecordId;
use kakari_session::look::{Look, TextSize};
use kakari_session::view::{Language, Panel, Row, Screen, Standing, SummaryView, Topic, View};
use kakari_session::{OpenPhoto, OpenRecord};
use kakari_ui::glass::{Block, Glass};
use slint::{Global, Model};

use crate::glass::{FULL, SMALL, TALL};
use crate::shown::Shown;

/// Residents of each test; together two thousand for each kind of glass.
const EACH: u64 = 1000;

/// What the session shows of a resident, and their name as a block would have it.
fn resident(index: u64, look: Look) -> (View, String) {
    let summary = Generator::new(6).resident(index);
    let (id, name) = (RecordId::from_bytes([7; 16]), summary.identity.name.replace(' ', ""));
    (
        summary_of(
            OpenRecord { id, version: 1, summary, photo: OpenPhoto::None, access: Access::Card, copy: None },
            look,
        ),
        name,
    )
}

/// The words of a block without the spaces that lines end with.
fn words_of(block: &Block) -> String {
    let tags = block.tags.iter().map(|tag| tag.text.to_string());
    block.lines.iter().map(|line| line.text.to_string()).chain(tags).collect::<String>().replace(' ', "")
}

/// How many rows a block says are only in the details: 「残り3剤は詳細へ」, "3 more in Details".
fn counted(words: &str, language: Language) -> usize {
    let onward = language.say(["件は詳細へ", "剤は詳細へ"], ["moreinDetails", "inDetails"]);
    let digits = |before: &str| -> String {
        let tail: Vec<char> = before.chars().rev().take_while(char::is_ascii_digit).collect();
        tail.into_iter().rev().collect()
    };
    let numbers = onward.iter().flat_map(|end| words.match_indices(end).map(|(at, _)| digits(&words[..at])));
    numbers.filter_map(|number| number.parse().ok()).max().unwrap_or(0)
}

fn missing(summary: &SummaryView, glass: &Shown, language: Language) -> Vec<String> {
    let blocks: Vec<Block> = Glass::get(glass.glass().window()).get_blocks().iter().collect();
    let all: String = blocks.iter().map(words_of).collect();
    let titled = |title: &str| blocks.iter().rfind(|block| block.title == title);
    let stands = |name: &str| all.contains(&name.replace(' ', ""));
    let mut missing: Vec<String> = vec![];
    for panel in &summary.panels {
        let Some(block) = titled(&panel.title) else {
            missing.push(format!("block {}", panel.title));
            continue;
        };
        let words = words_of(block);
        let named = |row: &&Row| {
            [&row.main, &row.short].iter().any(|name| !name.is_empty() && words.contains(&name.replace(' ', "")))
        };
        let unnamed = panel.rows.iter().filter(|row| !named(row)).count();
        // Its own line must say how many there are, or more.
        if counted(&words, language) < unnamed {
            missing.extend(critical(panel).filter(|row| !named(row)).map(|row| row.short.clone()));
        }
    }
    let alerts = summary.alerts.iter().filter(|alert| titled(&alert.label).is_none() && !stands(&alert.label));
    missing.extend(alerts.map(|alert| format!("alert {}", alert.label)));
    if !stands(&summary.banner.name) {
        missing.push("the name".to_owned());
    }
    missing
}

/// Allergies, and medicines that are tagged.
fn critical(panel: &Panel) -> impl Iterator<Item = &Row> {
    let known = panel.standing == Standing::Known;
    let red = panel.topic == Topic::Allergies;
    let amber = panel.topic == Topic::Medicines;
    panel.rows.iter().filter(move |row| known && (red || amber && !row.tag.is_empty()) && !row.unknown)
}

fn check(from: u64, size: (u32, u32), text: TextSize) {
    let glass = Shown::new(size);
    let mut withdrawn = 0;
    for index in from..from + EACH {
        let language = Language::ALL[usize::from(index % 4 == 3)];
        let (view, name) = resident(index, Look { language, text, ..Look::default() });
        glass.glass().show(&view);
        let Screen::Summary(summary) = &view.screen else {
            // Withdrawn consent: nothing of them is on the glass.
            let all: String =
                Glass::get(glass.glass().window()).get_blocks().iter().map(|one| words_of(&one)).collect();
            assert!(!all.contains(&name), "resident {index} is on {}", view.screen.name());
            withdrawn += 1;
            continue;
        };
        let missing = missing(summary, &glass, language);
        assert!(missing.is_empty(), "resident {index} in {language:?} at {size:?}, {text:?}: {missing:?}");
    }
    assert!(withdrawn * 100 < EACH, "{withdrawn} of {EACH} are not shown");
}

macro_rules! glasses {
    ($($name:ident: $from:literal, $size:ident, $text:ident;)+) => {$(
        #[test]
        fn $name() {
            check($from, $size, TextSize::$text);
        }
    )+};
}

glasses! {
    the_first_thousand_lose_nothing_on_the_small_glass: 0, SMALL, Standard;
    the_second_thousand_lose_nothing_on_the_small_glass: 1000, SMALL, Standard;
    the_first_thousand_lose_nothing_on_the_small_glass_in_letters_twice_as_large: 0, SMALL, Double;
    the_second_thousand_lose_nothing_on_the_small_glass_in_letters_twice_as_large: 1000, SMALL, Double;
    the_first_thousand_lose_nothing_on_the_full_glass: 0, FULL, Standard;
    the_second_thousand_lose_nothing_on_the_full_glass_in_letters_twice_as_large: 1000, FULL, Double;
    the_first_thousand_lose_nothing_on_upright_glass: 0, TALL, Standard;
    the_second_thousand_lose_nothing_on_upright_glass_in_letters_twice_as_large: 1000, TALL, Double;
}
