//! Choices, and that each holds at once and is kept.

use kakari_session::Effect;
use kakari_session::touch::Touch;
use kakari_session::view::{Dark, Language, SettingsView, StationBody, StationPage, TextSize, Theme};

use crate::tablet::Tablet;

fn settings(tablet: &Tablet) -> SettingsView {
    let StationBody::Settings(view) = tablet.body() else { panic!("settings") };
    view
}

#[test]
fn every_option_holds_at_once_is_kept_and_is_shown_as_chosen() {
    let mut tablet = Tablet::started();
    tablet.touch(Touch::OpenStation(StationPage::Settings));
    let options: Vec<_> = settings(&tablet).choices.into_iter().flat_map(|choice| choice.options).collect();
    assert_eq!(options.len(), 2 + 2 + 3 + 2);
    for option in options {
        let changes = !settings(&tablet)
            .choices
            .iter()
            .flat_map(|choice| &choice.options)
            .any(|now| now.touch == option.touch && now.chosen);
        tablet.effects.clear();
        tablet.touch(option.touch);
        let kept = tablet.effects.contains(&Effect::KeepLook(tablet.session.look()));
        assert_eq!(kept, changes, "{option:?}");
        for choice in settings(&tablet).choices {
            assert_eq!(choice.options.iter().filter(|option| option.chosen).count(), 1, "{choice:?}");
            let here = choice.options.iter().find(|now| now.touch == option.touch);
            assert!(here.is_none_or(|now| now.chosen), "{choice:?}");
        }
    }
    let look = tablet.session.look();
    assert_eq!((look.language, look.dark, look.text), (Language::English, Dark::Red, TextSize::Double));
}

#[test]
fn whoever_chose_a_language_by_mistake_finds_the_way_back() {
    let mut tablet = Tablet::started();
    tablet.touch(Touch::OpenStation(StationPage::Settings));
    for language in [Language::English, Language::Japanese] {
        tablet.touch(Touch::Speak(language));
        let first = settings(&tablet).choices.remove(0);
        assert_eq!(first.title, "言語 Language");
        assert!(first.options.iter().map(|option| option.words.as_str()).eq(["日本語", "English"]));
    }
}

#[test]
fn the_colours_of_the_night_leave_the_day_as_it_is() {
    let mut tablet = Tablet::signed_in();
    tablet.touch(Touch::Darken(Dark::Red));
    assert_eq!(tablet.session.view().look.theme, Theme::Day);
    tablet.touch(Touch::SwitchTheme);
    assert_eq!(tablet.session.view().look.theme, Theme::Red);
}

#[test]
fn the_page_says_which_program_this_is_and_its_licences() {
    let mut tablet = Tablet::started();
    tablet.touch(Touch::OpenStation(StationPage::Settings));
    let about = settings(&tablet).about.join("\n");
    assert!(about.contains(env!("CARGO_PKG_VERSION")) && about.contains("GPL-3.0-only"), "{about}");
    assert!(about.contains("SIL Open Font License"), "{about}");
}
