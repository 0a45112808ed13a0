//! How the record was come by, where a hospital has to know it: it is said in the opening of every form.

use chrono::{DateTime, NaiveDate, Utc};

use super::aloud::{aloud, day};
use crate::display;
use crate::language::Language;

/// What the record was read from, and how sure it is whose it is. The default needs no words: a card that proved itself,
/// and the tablet's own record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The card that led here proved nothing (カード未認証): whose record it is rests on name and date of birth.
    pub unproven_card: bool,
    /// It is the copy that the card carries, which may not be whole.
    pub copy: Option<CopyOnCard>,
}

/// Who wrote a card's copy, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyOnCard {
    /// Which region, by name; none for the tablet's own.
    pub region: Option<String>,
    /// When.
    pub written: DateTime<Utc>,
}

impl Provenance {
    /// As it is read aloud; empty where nothing has to be said.
    pub(super) fn aloud(&self, today: NaiveDate) -> String {
        let unproven = self.unproven_card.then_some("カードは未認証で、本人確認は氏名と生年月日によります。");
        let copy = self.copy.as_ref().map(|copy| {
            let by = copy.region.as_deref().map(|region| format!("{}が", aloud(region))).unwrap_or_default();
            let on = day(display::day_of(copy.written).into(), today);
            format!("情報は、{by}{on}にカードへ書いた写しで、載っていない項目があるかもしれません。")
        });
        [unproven.map(str::to_owned), copy].into_iter().flatten().collect()
    }

    /// As it is read, a line for each.
    pub fn lines(&self) -> Vec<String> {
        let unproven = self.unproven_card.then(|| "■ カード未認証: 本人確認は氏名・生年月日によります".to_owned());
        let copy = self.copy.as_ref().map(|copy| {
            let by = copy.region.as_deref().map(|region| format!("{region}が")).unwrap_or_default();
            let on = display::date(display::day_of(copy.written).into(), Language::Japanese);
            format!("■ カード内の写し: {by}{on}に書いたもので、載っていない項目があるかもしれません")
        });
        unproven.into_iter().chain(copy).collect()
    }
}
