//! What is searched for, and the touches that type it.

use clap::{Args, ValueEnum};
use kakari_record::audit::BreakGlassReason;
use kakari_record::model::{PartialDate, Sex};
use kakari_session::touch::{Field, Touch};
use serde::Deserialize;

use crate::cli::BasisArg;

/// One search. In a script: one JSON object a line, with the same names (`birth_date`, `birth_year`).
#[derive(Clone, Args, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ask {
    /// Why a record is searched for without a card.
    #[arg(long, value_enum, default_value = "other")]
    #[serde(default)]
    pub(crate) reason: ReasonArg,
    /// The name in kana, however it is spelt.
    #[arg(long, conflicts_with = "rows")]
    #[serde(default)]
    name: Option<String>,
    /// The name by the rows of its kana: ヤマタハナ.
    #[arg(long)]
    #[serde(default)]
    rows: Option<String>,
    /// The birth date, YYYY-MM-DD, YYYY-MM or YYYY.
    #[arg(long)]
    #[serde(default)]
    birth_date: Option<String>,
    /// About how old.
    #[arg(long)]
    #[serde(default)]
    age: Option<u8>,
    /// The sex.
    #[arg(long, value_enum)]
    #[serde(default)]
    sex: Option<SexArg>,
    /// A phone number, 10 or 11 digits.
    #[arg(long)]
    #[serde(default)]
    phone: Option<String>,
    /// The 16-digit number.
    #[arg(long)]
    #[serde(default)]
    number: Option<String>,
    /// The address as the glass takes it: kana of the town, then its numbers (キタマチ1-2-3).
    #[arg(long)]
    #[serde(default)]
    address: Option<String>,
    /// Choose this one of those who were named, counted from 0.
    #[arg(long)]
    #[serde(default)]
    pub(crate) choose: Option<usize>,
    /// The birth year of who was chosen, typed again.
    #[arg(long, value_name = "YYYY")]
    #[serde(default)]
    pub(crate) birth_year: Option<String>,
    /// Why the record may be seen.
    #[arg(long, value_enum, default_value = "emergency")]
    #[serde(default = "emergency")]
    pub(crate) basis: BasisArg,
    /// End the break-glass after this search.
    #[arg(skip)]
    #[serde(default)]
    pub(crate) end: bool,
}

/// Why a record is searched for without a card.
#[derive(Clone, Copy, Debug, Default, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReasonArg {
    /// 意識障害
    Unconscious,
    /// 心肺停止
    CardiacArrest,
    /// カード不携帯
    NoCard,
    /// カード破損
    CardBroken,
    /// 家族の求め
    Family,
    /// その他
    #[default]
    Other,
}

/// The sex.
#[derive(Clone, Copy, Debug, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SexArg {
    /// 女性
    Female,
    /// 男性
    Male,
    /// その他
    Other,
}

impl ReasonArg {
    pub(super) fn reason(self) -> BreakGlassReason {
        match self {
            Self::Unconscious => BreakGlassReason::Unconscious,
            Self::CardiacArrest => BreakGlassReason::CardiacArrest,
            Self::NoCard => BreakGlassReason::NoCardWithPatient,
            Self::CardBroken => BreakGlassReason::CardBroken,
            Self::Family => BreakGlassReason::FamilyAsks,
            Self::Other => BreakGlassReason::Other,
        }
    }
}

impl Ask {
    /// What cannot be meant is refused before a card is asked for and a break-glass begins: a key that does not exist
    /// would be left out, and somebody else searched for. Says which word, not what stood in it.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        let holds = |text: &Option<String>, is: fn(&str) -> bool| text.as_deref().is_none_or(is);
        let checks = [
            (holds(&self.name, is_kana), "--name: kana is wanted"),
            (holds(&self.rows, is_kana), "--rows: the rows of the name's kana are wanted, such as ヤマタハナ"),
            (holds(&self.birth_date, is_date), "--birth-date: YYYY-MM-DD, YYYY-MM or YYYY is wanted"),
            (holds(&self.phone, |text| has_digits(text, &[10, 11])), "--phone: 10 or 11 digits are wanted"),
            (holds(&self.number, |text| has_digits(text, &[16])), "--number: 16 digits are wanted"),
            (holds(&self.birth_year, |text| has_digits(text, &[0, 4])), "--birth-year: 4 digits are wanted"),
        ];
        checks.into_iter().try_for_each(|(holds, words)| if holds { Ok(()) } else { Err(words) })
    }

    /// From an empty search; what narrows goes first, so that little is asked for on the way.
    pub(super) fn touches(&self) -> impl Iterator<Item = Touch> {
        let sex = self.sex.map(|sex| {
            Touch::SearchSex(Some(match sex {
                SexArg::Female => Sex::Female,
                SexArg::Male => Sex::Male,
                SexArg::Other => Sex::Other,
            }))
        });
        let age = self.age.map(|age| age.to_string());
        let typed = [
            (Field::Age, &age),
            (Field::BirthDate, &self.birth_date),
            (Field::Phone, &self.phone),
            (Field::Number, &self.number),
            (Field::NameRows, &self.rows),
            (Field::NameKana, &self.name),
        ];
        let typed = typed.into_iter().filter_map(|(field, text)| text.as_ref().map(|text| (field, text)));
        let mut touches: Vec<Touch> = [Some(Touch::ClearSearch), sex].into_iter().flatten().collect();
        for (field, text) in typed {
            touches.push(Touch::SearchField(field));
            match field {
                Field::NameRows | Field::NameKana => touches.extend(text.chars().map(Touch::Kana)),
                _ => touches.extend(digits(text)),
            }
        }
        if let Some(address) = &self.address {
            touches.push(Touch::SearchField(Field::Address));
            touches.extend(address.chars().map(|c| match c.to_digit(10).map(u8::try_from) {
                Some(Ok(digit)) => Touch::Digit(digit),
                _ => Touch::Kana(c),
            }));
        }
        touches.into_iter()
    }
}

/// The digits of a text as they are touched.
pub(super) fn digits(text: &str) -> impl Iterator<Item = Touch> {
    text.chars().filter_map(|c| c.to_digit(10)).filter_map(|digit| u8::try_from(digit).ok()).map(Touch::Digit)
}

/// Katakana, hiragana or half-width kana, with spaces between.
fn is_kana(text: &str) -> bool {
    let kana = |c: char| matches!(c, 'ぁ'..='ヿ' | 'ｦ'..='ﾟ') || c.is_whitespace();
    !text.trim().is_empty() && text.chars().all(kana)
}

fn is_date(text: &str) -> bool {
    PartialDate::try_from(text.to_owned()).is_ok()
}

/// So many digits, and besides them only what stands between a number's parts.
fn has_digits(text: &str, many: &[usize]) -> bool {
    let (digits, others): (Vec<char>, Vec<char>) = text.chars().partition(char::is_ascii_digit);
    many.contains(&digits.len()) && others.iter().all(|c| matches!(c, '-' | ' ' | '(' | ')'))
}

fn emergency() -> BasisArg {
    BasisArg::Emergency
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(line: &str) -> Ask {
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn what_cannot_be_typed_on_the_glass_is_refused_before_anything_begins() {
        for right in [
            r#"{"rows":"ヤマタ ハナ"}"#,
            r#"{"name":"やまだ ﾊﾅｺ"}"#,
            r#"{"birth_date":"1940-03","sex":"female"}"#,
            r#"{"phone":"090-0000-1001"}"#,
            r#"{"number":"9010 0000 0000 0285","birth_year":"1944"}"#,
            r#"{"name":"ミモトフショウ","birth_year":""}"#,
        ] {
            assert_eq!(ask(right).check(), Ok(()), "{right}");
        }
        for wrong in [
            r#"{"rows":"abc"}"#,
            r#"{"rows":""}"#,
            r#"{"name":"山田"}"#,
            r#"{"birth_date":"5/3/1940"}"#,
            r#"{"birth_date":"1940-13-05"}"#,
            r#"{"phone":"12"}"#,
            r#"{"number":"123"}"#,
            r#"{"phone":"09000001001","birth_year":"44"}"#,
        ] {
            assert!(ask(wrong).check().is_err(), "{wrong}");
        }
    }
}
