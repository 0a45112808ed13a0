//! The language of the glass. Both wordings of a sentence stand side by side where it is said, so that a sentence in one
//! language alone does not compile.

use serde::{Deserialize, Serialize};

/// What the crew reads. What a document says of a patient stays as it was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// 日本語
    #[default]
    Japanese,
    /// English
    English,
}

impl Language {
    /// All of them, in the order of the settings.
    pub const ALL: [Self; 2] = [Self::Japanese, Self::English];

    /// The wording of this language. Also for what has to be formatted first: `language.say(format!(…), format!(…))`.
    pub fn say<T>(self, japanese: T, english: T) -> T {
        match self {
            Self::Japanese => japanese,
            Self::English => english,
        }
    }

    /// Its own name, which everybody who reads it knows.
    pub fn name(self) -> &'static str {
        self.say("日本語", "English")
    }
}
