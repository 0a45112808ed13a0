//! What is typed into the fields of a search, and the terms it means.

use kakari_record::model::{PartialDate, Sex};
use kakari_record::seal::{fold_kana, fold_kana_rows};
use kakari_record::search::{NameTerm, Terms};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::touch::Field;

/// The first kana of each row: the ten keys.
const ROWS: &str = "アカサタナハマヤラワ";
/// More than any name or address has.
const LONGEST: usize = 48;
const OLDEST: u8 = 130;

/// Everything typed so far. Wiped on drop.
#[derive(Default, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Typed {
    name: String,
    /// True when the name stands there in kana, not in rows.
    spelt: bool,
    age: String,
    birth: String,
    pub(crate) sex: Option<Sex>,
    phone: String,
    number: String,
    address: String,
}

/// A field that is whole and cannot be: nothing is searched as if it had not been typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Impossible(pub(crate) Field);

impl Typed {
    pub(crate) fn text(&self, field: Field) -> &str {
        match field {
            Field::NameRows if !self.spelt => &self.name,
            Field::NameKana if self.spelt => &self.name,
            Field::NameRows | Field::NameKana => "",
            Field::Age => &self.age,
            Field::BirthDate => &self.birth,
            Field::Phone => &self.phone,
            Field::Number => &self.number,
            Field::Address => &self.address,
        }
    }

    /// In which of its two ways the name is typed.
    pub(crate) fn name_field(&self) -> Field {
        if self.spelt { Field::NameKana } else { Field::NameRows }
    }

    /// A name in kana goes on as its rows; rows say too little to go on as kana.
    pub(crate) fn turn_to(&mut self, field: Field) {
        match field {
            Field::NameRows if self.spelt => {
                let rows = fold_kana_rows(&self.name);
                self.name.zeroize();
                (self.name, self.spelt) = (rows, false);
            }
            Field::NameKana if !self.spelt => {
                self.name.zeroize();
                self.spelt = true;
            }
            _ => {}
        }
    }

    pub(crate) fn push_digit(&mut self, field: Field, digit: u8) {
        let most = match field {
            Field::Age => 3,
            Field::BirthDate => 8,
            Field::Phone => 11,
            Field::Number => 16,
            Field::Address => LONGEST,
            Field::NameRows | Field::NameKana => 0,
        };
        if digit <= 9 {
            self.push(field, char::from(b'0' + digit), most);
        }
    }

    pub(crate) fn push_kana(&mut self, field: Field, kana: char) {
        match field {
            Field::NameRows if ROWS.contains(kana) => self.push(field, kana, LONGEST),
            Field::NameKana if is_kana(kana) => self.push(field, kana, LONGEST),
            Field::Address if is_kana(kana) || matches!(kana, '-' | '−') => self.push(field, kana, LONGEST),
            _ => {}
        }
    }

    pub(crate) fn erase(&mut self, field: Field) {
        self.of(field).pop();
    }

    pub(crate) fn is_empty(&self) -> bool {
        let texts = [&self.name, &self.age, &self.birth, &self.phone, &self.number, &self.address];
        texts.iter().all(|text| text.is_empty()) && self.sex.is_none()
    }

    /// What a field says once it is whole; what is half typed has not been said yet.
    pub(crate) fn terms(&self) -> Result<Terms, Impossible> {
        let name = (!self.name.is_empty()).then(|| {
            let name = self.name.clone();
            if self.spelt { NameTerm::Kana(name) } else { NameTerm::Rows(name) }
        });
        let number = match self.number.len() {
            16 => Some(self.number.parse().map_err(|_| Impossible(Field::Number))?),
            _ => None,
        };
        Ok(Terms {
            name,
            birth_date: self.birth_date()?,
            age: self.age()?,
            sex: self.sex,
            phone: matches!(self.phone.len(), 10 | 11).then(|| self.phone.clone()),
            number,
            address: self.address.chars().any(|c| c.is_ascii_digit()).then(|| self.address.clone()),
        })
    }

    /// A year, a year and month, or a day: as far as its digits go.
    fn birth_date(&self) -> Result<Option<PartialDate>, Impossible> {
        let text = match self.birth.len() {
            0..=3 => return Ok(None),
            4 | 5 => self.birth[..4].to_owned(),
            6 | 7 => format!("{}-{}", &self.birth[..4], &self.birth[4..6]),
            _ => format!("{}-{}-{}", &self.birth[..4], &self.birth[4..6], &self.birth[6..8]),
        };
        text.parse().map(Some).map_err(|_| Impossible(Field::BirthDate))
    }

    fn age(&self) -> Result<Option<u8>, Impossible> {
        match self.age.parse::<u16>() {
            Err(_) => Ok(None),
            Ok(age) => match u8::try_from(age) {
                Ok(age) if age <= OLDEST => Ok(Some(age)),
                _ => Err(Impossible(Field::Age)),
            },
        }
    }

    fn of(&mut self, field: Field) -> &mut String {
        match field {
            Field::NameRows | Field::NameKana => &mut self.name,
            Field::Age => &mut self.age,
            Field::BirthDate => &mut self.birth,
            Field::Phone => &mut self.phone,
            Field::Number => &mut self.number,
            Field::Address => &mut self.address,
        }
    }

    /// The buffer has its length from the beginning, so that no copy of what was typed is left behind by its growth.
    fn push(&mut self, field: Field, c: char, most: usize) {
        let text = self.of(field);
        if text.capacity() == 0 {
            text.reserve(LONGEST * 4);
        }
        if text.chars().count() < most {
            text.push(c);
        }
    }
}

fn is_kana(c: char) -> bool {
    c == 'ー' || matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ') && !fold_kana(c.encode_utf8(&mut [0; 4])).is_empty()
}

impl std::fmt::Debug for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_empty() { "Typed(nothing)" } else { "Typed([redacted])" })
    }
}
