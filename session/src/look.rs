//! How the glass looks and sounds, as this tablet's crew chose it. It outlives the program.

use kakari_record::language::Language;
use serde::{Deserialize, Serialize};

/// What can be chosen of the glass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Look {
    /// The words.
    pub language: Language,
    /// The colours now.
    pub theme: Theme,
    /// The colours that one touch brings up by night.
    pub dark: Dark,
    /// The letters of what is said of a patient.
    pub text: TextSize,
    /// Whether a card is also heard.
    pub sound: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            language: Language::Japanese,
            theme: Theme::Day,
            dark: Dark::Amber,
            text: TextSize::Standard,
            sound: true,
        }
    }
}

impl Look {
    /// The same after one touch of the theme's key.
    #[must_use]
    pub fn switched(self) -> Self {
        let theme = match (self.theme, self.dark) {
            (Theme::Day, Dark::Amber) => Theme::Night,
            (Theme::Day, Dark::Red) => Theme::Red,
            (Theme::Night | Theme::Red, _) => Theme::Day,
        };
        Self { theme, ..self }
    }

    /// The same with other colours for the night, which also are those of now if it is night.
    #[must_use]
    pub fn darkened(self, dark: Dark) -> Self {
        let theme = match (self.theme, dark) {
            (Theme::Day, _) => Theme::Day,
            (_, Dark::Amber) => Theme::Night,
            (_, Dark::Red) => Theme::Red,
        };
        Self { theme, dark, ..self }
    }
}

/// The colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// For daylight.
    #[default]
    Day,
    /// For dark roads: dim, neutral and amber.
    Night,
    /// For eyes that are to stay used to the dark: nothing but red.
    Red,
}

impl Theme {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Day, Self::Night, Self::Red];
}

/// Which colours the night has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dark {
    /// [`Theme::Night`]
    #[default]
    Amber,
    /// [`Theme::Red`]
    Red,
}

/// How large the words of a patient's pages are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextSize {
    /// As designed for 70 cm.
    #[default]
    Standard,
    /// Half as large again.
    Large,
    /// Twice as large.
    Double,
}

impl TextSize {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Large, Self::Double];

    /// How many times as large as designed.
    pub fn times(self) -> f32 {
        match self {
            Self::Standard => 1.0,
            Self::Large => 1.5,
            Self::Double => 2.0,
        }
    }
}

/// What is heard. Each is unlike the others with closed eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cue {
    /// A card is on the reader; it may stay until the next one.
    CardSeen,
    /// It was read.
    Done,
    /// It was not: look at the glass.
    Trouble,
}
