//! The makes of number-only cards that a region uses, as its tablets' configuration says them.

use kakari_card::{CardProfile, ProfileError, ProfileWords};
use serde::{Deserialize, Serialize};

/// An example, as comments; what it says is taken as it stands.
const EXAMPLE: &str = r#"# [[card_profile]]
# name = "見守りカード"
# kind = "felica"
# system_code = "88B4"
# service = "000B"
# block = 0
# form = "ascii"
# has_key = true
"#;

/// One `[[card_profile]]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileTable {
    /// What the region calls these cards.
    pub name: String,
    /// `felica` or `type-a`.
    pub kind: String,
    /// FeliCa: four hexadecimal digits, 88B4 for Lite-S.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_code: Option<String>,
    /// FeliCa: four hexadecimal digits of a service that is read without a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// FeliCa: the block with the number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block: Option<u8>,
    /// Type A: the first of the four pages with the number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u8>,
    /// `ascii` or `bcd`.
    pub form: String,
    /// These cards are FeliCa Lite-S cards that hold a key of the region's and must prove it.
    #[serde(default)]
    pub has_key: bool,
}

/// The profiles, checked; the first that is none says which one and what is allowed.
pub(crate) fn checked(tables: &[ProfileTable]) -> Result<Vec<CardProfile>, ProfileError> {
    tables.iter().map(|table| CardProfile::new(&table.words())).collect()
}

/// The lines of a configuration: an example where there is none.
pub(crate) fn lines(tables: &[ProfileTable]) -> String {
    let tables: Vec<String> = tables.iter().map(ProfileTable::lines).collect();
    let lines = if tables.is_empty() { EXAMPLE.to_owned() } else { tables.join("\n") };
    format!(
        "# Makes of number-only cards that hold the 16-digit number: kind \"felica\" (system_code, service, block) or \"type-a\"\n\
         # (page); form \"ascii\" or \"bcd\"; has_key for FeliCa Lite-S cards that hold a key of the region's.\n{lines}"
    )
}

impl ProfileTable {
    fn words(&self) -> ProfileWords<'_> {
        ProfileWords {
            name: &self.name,
            kind: &self.kind,
            system_code: self.system_code.as_deref(),
            service: self.service.as_deref(),
            block: self.block,
            page: self.page,
            form: &self.form,
            has_key: self.has_key,
        }
    }

    fn lines(&self) -> String {
        let text = |text: &str| toml::Value::from(text).to_string();
        let lines = [
            Some(("name", text(&self.name))),
            Some(("kind", text(&self.kind))),
            self.system_code.as_deref().map(|code| ("system_code", text(code))),
            self.service.as_deref().map(|service| ("service", text(service))),
            self.block.map(|block| ("block", block.to_string())),
            self.page.map(|page| ("page", page.to_string())),
            Some(("form", text(&self.form))),
            self.has_key.then(|| ("has_key", true.to_string())),
        ];
        let lines = lines.into_iter().flatten().map(|(key, value)| format!("{key} = {value}\n"));
        std::iter::once("[[card_profile]]\n".to_owned()).chain(lines).collect()
    }
}

#[cfg(test)]
mod tests {
    use kakari_card::Place;

    use super::*;

    #[derive(Deserialize)]
    struct Tables {
        card_profile: Vec<ProfileTable>,
    }

    fn read(text: &str) -> Vec<ProfileTable> {
        toml::from_str::<Tables>(text).expect("reads").card_profile
    }

    #[test]
    fn the_example_is_a_profile_once_it_is_no_comment_any_more() {
        let tables = read(&EXAMPLE.replace("# ", ""));
        let profiles = checked(&tables).expect("right");
        assert_eq!(profiles[0].place, Place::Felica { system: 0x88B4, service: 0x000B, block: 0 });
        assert!(profiles[0].has_key && profiles[0].name == "見守りカード");
    }

    #[test]
    fn what_is_written_is_read_back_as_it_was() {
        let felica = read(&EXAMPLE.replace("# ", ""));
        let page = ProfileTable {
            name: "腕\"輪\"".to_owned(),
            kind: "type-a".to_owned(),
            page: Some(4),
            form: "bcd".to_owned(),
            ..ProfileTable::default()
        };
        let both: Vec<ProfileTable> = felica.into_iter().chain([page]).collect();
        assert_eq!(read(&lines(&both)), both);
        assert_eq!(checked(&both).map(|profiles| profiles.len()), Ok(2));
    }
}
