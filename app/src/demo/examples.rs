//! What can be tried with the training tablet, in the words of its glass.

use chrono::{Datelike, Utc};
use kakari_record::model::{Identity, Sex};
use kakari_record::seal::{FallbackCode, fold_kana_rows};

use super::{Resident, TrainingStaff};
use crate::config::Config;
use crate::output;

/// Enough kana that with age and sex nearly nobody else is meant.
const ROWS: usize = 5;

/// Somebody who is found without a card, and what is typed for it.
pub(super) struct Example {
    name: String,
    /// The first of the name, by the rows of its kana.
    pub(super) rows: String,
    pub(super) age: u32,
    pub(super) female: bool,
    birth: (u32, u32, u32),
    phone: String,
}

impl Example {
    fn of(identity: &Identity) -> Option<Self> {
        let born = identity.birth_date?.day()?;
        let rows: String = fold_kana_rows(identity.kana.as_deref()?).chars().take(ROWS).collect();
        if rows.chars().count() < ROWS {
            return None;
        }
        let (year, today) = (u32::try_from(born.year()).ok()?, Utc::now().year());
        Some(Self {
            name: identity.name.clone(),
            rows,
            age: u32::try_from(today).ok()?.checked_sub(year)?,
            female: match identity.sex {
                Sex::Female => true,
                Sex::Male => false,
                _ => return None,
            },
            birth: (year, born.month(), born.day()),
            phone: identity.phones.first()?.clone(),
        })
    }

    /// As it is typed again before the record is opened.
    pub(super) fn birth_year(&self) -> u32 {
        self.birth.0
    }

    fn sex(&self) -> &'static str {
        if self.female { "女" } else { "男" }
    }
}

/// The first who can be searched for; not the one whose card is laid, when there are others.
pub(super) fn to_search(residents: &[Resident]) -> Option<Example> {
    all(residents).into_iter().take(2).next_back()
}

fn all(residents: &[Resident]) -> Vec<Example> {
    residents.iter().filter_map(|resident| Example::of(&resident.summary.identity)).collect()
}

/// Prints how to begin without a staff card.
pub(super) fn tell_code(staff: &[TrainingStaff], code: &FallbackCode) {
    let names: Vec<_> = staff.iter().map(|member| member.name.as_str()).collect();
    // Of invented residents, and void with them.
    let digits = in_fours(code.expose());
    output::line(&format!("「カードなしで開始」→ {}を選ぶ → 番号 {digits}(一度だけ使えます)", names.join("と")));
}

/// Prints what to try, for who has no manual.
pub(super) fn tell(residents: &[Resident], config: &Config) {
    searches(&all(residents)).iter().for_each(|line| output::line(line));
    if let Some(dir) = &config.handover_dir {
        output::line(&format!("引継ぎのファイル(PDF・FHIR)は {} に入ります(終わると消えます)", dir.display()));
    }
    output::line(&format!("引継ぎ先: {}", config.receivers.join("、")));
    let towns: Vec<_> = config.towns.iter().map(|(read, written)| format!("{read}={written}")).collect();
    output::line(&format!("住所で探せる町: {}", towns.join("、")));
}

fn searches(examples: &[Example]) -> Vec<String> {
    let mut lines = vec!["「カードなし」→ 理由 → 次のどれかで見つかります:".to_owned()];
    let mut examples = examples.iter().skip(1);
    if let Some(who) = examples.next() {
        let (year, month, day) = who.birth;
        let (sex, name) = (who.sex(), &who.name);
        lines.push(format!("  生年月日 {year}年{month}月{day}日、性別 {sex} → {name}(生年 {year})"));
    }
    if let Some(who) = examples.next() {
        let (sex, name, year) = (who.sex(), &who.name, who.birth_year());
        lines.push(format!("  行のキー {}、年齢 {}、性別 {sex} → {name}(生年 {year})", who.rows, who.age));
    }
    if let Some(who) = examples.next() {
        lines.push(format!("  電話 {} → {}(生年 {})", who.phone, who.name, who.birth_year()));
    }
    lines
}

/// As it is read aloud: four digits at a time.
fn in_fours(digits: &[u8]) -> String {
    let four = |digits: &[u8]| String::from_utf8_lossy(digits).into_owned();
    digits.chunks(4).map(four).collect::<Vec<_>>().join(" ")
}
