//! How the glass looks and sounds.

use kakari_record::language::Language;

use crate::Effect;
use crate::look::{Dark, Look, TextSize};
use crate::session::Session;
use crate::touch::Touch;

use super::view::{SettingOption, SettingView, SettingsView};

impl Session {
    /// How the glass looks and sounds.
    pub fn look(&self) -> Look {
        self.look
    }

    /// The same, as it was chosen before this start.
    #[must_use]
    pub fn with_look(mut self, look: Look) -> Self {
        self.look = look;
        self
    }

    pub(crate) fn look_touched(&mut self, touch: Touch) -> Vec<Effect> {
        let look = match touch {
            Touch::SwitchTheme => self.look.switched(),
            Touch::Speak(language) => Look { language, ..self.look },
            Touch::Darken(dark) => self.look.darkened(dark),
            Touch::Enlarge(text) => Look { text, ..self.look },
            Touch::Sound(sound) => Look { sound, ..self.look },
            _ => return Vec::new(),
        };
        if look == self.look {
            return Vec::new();
        }
        self.look = look;
        vec![Effect::KeepLook(look)]
    }

    pub(super) fn settings_view(&self) -> SettingsView {
        let (look, language) = (self.look, self.look.language);
        // Each language by its own name, and the title in both: whoever chose wrongly finds the way back.
        let languages = Language::ALL.map(|of| option(of.name(), of == language, Touch::Speak(of)));
        let darks = [(Dark::Amber, ("暗い黄", "Amber")), (Dark::Red, ("赤", "Red"))]
            .map(|(dark, (ja, en))| option(language.say(ja, en), dark == look.dark, Touch::Darken(dark)));
        let texts = TextSize::ALL.map(|text| option(size(text, language), text == look.text, Touch::Enlarge(text)));
        let sounds = [(true, ("鳴らす", "On")), (false, ("鳴らさない", "Off"))]
            .map(|(sound, (ja, en))| option(language.say(ja, en), sound == look.sound, Touch::Sound(sound)));
        SettingsView {
            choices: vec![
                setting("言語 Language", languages),
                setting(language.say("夜の画面の色", "Colours at night"), darks),
                setting(language.say("患者の情報の文字", "Letters on a patient's pages"), texts),
                setting(language.say("カードの音", "Sound of a card"), sounds),
            ],
            about: about(language),
        }
    }
}

fn setting(title: &str, options: impl IntoIterator<Item = SettingOption>) -> SettingView {
    SettingView { title: title.to_owned(), options: options.into_iter().collect() }
}

fn option(words: &str, chosen: bool, touch: Touch) -> SettingOption {
    SettingOption { words: words.to_owned(), chosen, touch }
}

fn size(text: TextSize, language: Language) -> &'static str {
    match text {
        TextSize::Standard => language.say("標準", "Standard"),
        TextSize::Large => language.say("1.5倍", "1.5 times"),
        TextSize::Double => language.say("2倍", "Twice"),
    }
}

/// The program, and what it is made of.
fn about(language: Language) -> Vec<String> {
    let version = env!("CARGO_PKG_VERSION");
    vec![
        language.say(format!("かかり {version}"), format!("Kakari {version}")),
        language.say(
            "ライセンス GPL-3.0-only。無保証です".to_owned(),
            "Licence GPL-3.0-only, without any warranty".to_owned(),
        ),
        language.say(
            "書体 BIZ UDPGothic、Noto Sans CJK JP(SIL Open Font License 1.1)".to_owned(),
            "Type: BIZ UDPGothic, Noto Sans CJK JP (SIL Open Font License 1.1)".to_owned(),
        ),
    ]
}
