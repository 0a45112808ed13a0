//! The fields of the search as they stand, and the keys that type into them.

use kakari_record::display;
use kakari_record::language::Language;

use super::Search;
use crate::touch::Field;
use crate::view::{Pad, SearchFieldView};

pub(super) fn fields(search: &Search, language: Language) -> Vec<SearchFieldView> {
    let typed = &search.typed;
    let name = typed.name_field();
    let field = |field: Field, label: &str, value: String| SearchFieldView {
        field: Some(field),
        label: label.to_owned(),
        value,
        chosen: search.field == field,
    };
    let name_label = match name {
        Field::NameRows => language.say("氏名(行だけで探せます)", "Name (rows are enough)"),
        _ => language.say("氏名(かな)", "Name (kana)"),
    };
    let sex = typed.sex.map(|sex| display::sex(sex, language).to_owned()).unwrap_or_default();
    let born = birth_date(typed.text(Field::BirthDate), language);
    let address = language.say("住所(町名のかなと番地)", "Address (kana and number)");
    vec![
        field(name, name_label, spaced(typed.text(name))),
        field(Field::Age, language.say("年齢(およそ)", "Age (about)"), age(typed.text(Field::Age))),
        field(Field::BirthDate, language.say("生年月日(西暦)", "Birth date"), born),
        SearchFieldView { field: None, label: language.say("性別", "Sex").to_owned(), value: sex, chosen: false },
        field(Field::Phone, language.say("電話", "Phone"), typed.text(Field::Phone).to_owned()),
        field(Field::Number, language.say("16桁の番号", "16-digit number"), grouped(typed.text(Field::Number))),
        field(Field::Address, address, typed.text(Field::Address).to_owned()),
    ]
}

pub(super) fn pad(field: Field) -> Pad {
    match field {
        Field::NameRows => Pad::Rows,
        Field::NameKana => Pad::Kana,
        Field::Age | Field::BirthDate | Field::Phone | Field::Number => Pad::Digits,
        Field::Address => Pad::Address,
    }
}

/// 「ヤ マ タ ハ ナ」
fn spaced(text: &str) -> String {
    text.chars().map(String::from).collect::<Vec<_>>().join(" ")
}

/// 「85 ±5」
fn age(digits: &str) -> String {
    if digits.is_empty() { String::new() } else { format!("{digits} ±5") }
}

/// 「1940年03月05日」, 1940-03-05, as far as it is typed.
fn birth_date(digits: &str, language: Language) -> String {
    let part = |from: usize, to: usize, unit: &str| match digits.get(from..digits.len().min(to)) {
        Some(part) if !part.is_empty() => format!("{part}{}", if digits.len() >= to { unit } else { "" }),
        _ => String::new(),
    };
    let units = language.say(["年", "月", "日"], ["-", "-", ""]);
    [part(0, 4, units[0]), part(4, 6, units[1]), part(6, 8, units[2])].concat()
}

/// 「1234 5678 9」
fn grouped(digits: &str) -> String {
    let chars: Vec<char> = digits.chars().collect();
    chars.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
