//! The search without a card.

use kakari_record::audit::BreakGlassReason;

use super::Notice;
use crate::touch::Field;

/// The reasons for a search without a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reasons {
    /// 「カードなしで探す理由」
    pub prompt: String,
    /// Each with its words.
    pub reasons: Vec<(BreakGlassReason, String)>,
    /// 「30分・記録され、事務局が確認します」
    pub duration: String,
    /// What stands in the way, or that more was searched than usual.
    pub notice: Option<Notice>,
}

/// The search without a card.
#[derive(Clone, PartialEq, Eq)]
pub struct Search {
    /// What can be said of somebody, in the order of the screen.
    pub fields: Vec<SearchFieldView>,
    /// Which keys are up.
    pub pad: Pad,
    /// What became of it.
    pub answer: Answer,
    /// 「候補 2人」, 「6人以上」, 「見つかりません」, 「条件を入れてください」
    pub heading: String,
    /// What to do next, and what an empty answer does not mean.
    pub hint: String,
    /// At most five, each one person or one household.
    pub households: Vec<HouseholdView>,
    /// What went wrong.
    pub notice: Option<Notice>,
    /// True in the last minutes: the time can be asked for once more.
    pub can_extend: bool,
}

/// What became of a search. Each looks unlike the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Answer {
    /// Not enough was said yet.
    #[default]
    Asking,
    /// Something that was typed cannot be: nothing is looked for.
    Mistyped,
    /// It is being looked for.
    Searching,
    /// Some fit, and are named.
    Found,
    /// Too many fit: nobody is named.
    TooMany,
    /// Nobody fits.
    Nobody,
}

/// One field of the search.
#[derive(Clone, PartialEq, Eq)]
pub struct SearchFieldView {
    /// Which; `None` for the sex, which has keys of its own.
    pub field: Option<Field>,
    /// 「氏名(行だけで探せます)」
    pub label: String,
    /// 「ヤ マ タ ハ ナ」, 「85 ±5」, 「1940年 3月 5日」, empty
    pub value: String,
    /// True when the keys type into it.
    pub chosen: bool,
}

/// Which keys are up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pad {
    /// Ten keys, one for each row.
    Rows,
    /// Every kana.
    Kana,
    /// Digits.
    Digits,
    /// Kana and digits, for an address.
    Address,
}

/// People at one address or phone.
#[derive(Clone, PartialEq, Eq)]
pub struct HouseholdView {
    /// 「同じ世帯 3人」, empty for one person.
    pub title: String,
    /// Who.
    pub people: Vec<CandidateView>,
}

/// Somebody who fits.
#[derive(Clone, PartialEq, Eq)]
pub struct CandidateView {
    /// Counted over all that are named: what [`crate::touch::Touch::Choose`] says.
    pub index: usize,
    /// 「ヤマダ ハナコ」
    pub kana: String,
    /// 「山田 花子」
    pub name: String,
    /// 「女性 86歳」
    pub sex_age: String,
    /// 「昭和15年(1940) 3月5日」: not on the screen that asks for the year.
    pub birth_date: String,
    /// 「北町」
    pub town: String,
    /// 「かかりつけ さくら医院」
    pub clinic: String,
}

/// Who was chosen, and the birth year typed again.
#[derive(Clone, PartialEq, Eq)]
pub struct BirthYear {
    /// Who, without the birth date.
    pub candidate: CandidateView,
    /// 「生まれた年を西暦で入力してください」
    pub prompt: String,
    /// 「19__」
    pub digits: String,
    /// True when four digits stand there.
    pub can_submit: bool,
    /// True while the record is being opened.
    pub opening: bool,
    /// What went wrong.
    pub notice: Option<Notice>,
}
