//! What is severe and what is not known is said by word and shape; colour only agrees with them.

use kakari_preview::{Case, one, summary_of};
use kakari_record::audit::Access;
use kakari_record::model::{Block as Recorded, Summary, Unavailability};
use kakari_record::seal::RecordId;
use kakari_session::look::{Look, TextSize, Theme};
use kakari_session::view::{Language, View};
use kakari_session::{OpenPhoto, OpenRecord};
use kakari_ui::glass::{Block, Glass, Kind, Tone};
use slint::{Global, Model};

use crate::glass::{FULL, SMALL};
use crate::shown::{Shown, dressed};

/// Everything of a block but its colours: words, outline, stripes, shapes.
fn without_colour(block: &Block) -> (String, bool, bool, Vec<Kind>) {
    let words: Vec<String> = block.lines.iter().map(|line| line.text.to_string()).collect();
    let hatched = !block.stripes.is_empty() || block.patches.row_count() > 0;
    let shapes = block.figures.iter().map(|figure| figure.kind).collect();
    (words.join(" "), block.tone == Tone::Confirmed, hatched, shapes)
}

fn blocks(glass: &Shown, view: &View, theme: Theme) -> Vec<Block> {
    glass.show(&dressed(view, theme, TextSize::Standard));
    Glass::get(glass.glass().window()).get_blocks().iter().collect()
}

fn unavailable(language: Language) -> View {
    let of = kakari_generator::Generator::new(1).resident(1);
    let mut summary = Summary::nothing_recorded(of.identity.clone(), of.as_of);
    summary.conditions = Recorded::Unavailable(Unavailability::NotSynced);
    let record = OpenRecord {
        id: RecordId::from_bytes([3; 16]),
        version: 1,
        summary,
        photo: OpenPhoto::None,
        access: Access::Card,
        copy: None,
    };
    summary_of(record, Look { language, ..Look::default() })
}

#[test]
fn the_four_values_differ_by_word_and_shape() {
    let glass = Shown::new(SMALL);
    for language in Language::ALL {
        let title = language.say("病名・既往", "Conditions");
        let of = |name| one(name, Case::Typical, language).unwrap().view;
        let nothing = one("summary", Case::Empty, language).unwrap().view;
        for theme in Theme::ALL {
            let found = [of("summary"), of("none-confirmed"), nothing.clone(), unavailable(language)].map(|view| {
                let blocks = blocks(&glass, &view, theme);
                let block = blocks.iter().rfind(|block| block.title.starts_with(title));
                without_colour(block.unwrap_or_else(|| panic!("no {title}")))
            });
            let [known, none, not_recorded, unavailable] = &found;
            assert!(!known.1 && !known.2, "known is neither outlined nor hatched: {theme:?}");
            assert!(none.1 && !none.2 && none.0.contains(language.say("確認", "confirmed")), "{none:?}");
            assert!(
                !not_recorded.1 && not_recorded.2 && not_recorded.0.contains(language.say("未記録", "Not recorded"))
            );
            assert!(unavailable.2 && unavailable.0.contains(language.say("取得不可", "navailable")), "{unavailable:?}");
            assert!(not_recorded.0 != unavailable.0);
        }
    }
}

#[test]
fn an_alert_that_is_severe_has_another_shape_than_one_that_is_not() {
    let glass = Shown::new(FULL);
    for language in Language::ALL {
        for theme in Theme::ALL {
            let view = one("summary", Case::Extreme, language).unwrap().view;
            let alerts = blocks(&glass, &view, theme);
            let shapes = |tone| {
                let of = alerts.iter().filter(|block| block.tone == tone).flat_map(|block| block.figures.iter());
                of.map(|figure| figure.kind).collect::<Vec<_>>()
            };
            let (severe, other) = (shapes(Tone::AlertRed), shapes(Tone::AlertAmber));
            assert!(!severe.is_empty() && severe.iter().all(|kind| *kind == Kind::Octagon), "{severe:?}, {theme:?}");
            assert!(!other.is_empty() && other.iter().all(|kind| *kind == Kind::Triangle), "{other:?}, {theme:?}");
        }
    }
}
