//! Doses and usages in English, as far as they are of the few words that everybody writes in the same way.
//!
//! All of a usage or nothing: a line of which a part is not understood stands as it was written.

use super::number::amount;
use crate::table::folded;

/// 「2錠」 as "2 tablets"; nothing for an amount in other words.
pub(super) fn dose(written: &str) -> Option<String> {
    let text = amount(&folded(written));
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ','))?;
    let (count, unit) = text.split_at(end);
    let unit = unit_words(unit).filter(|_| !count.is_empty())?;
    let more = if count == "1" || unit.is_ascii() && unit.len() <= 2 { "" } else { "s" };
    Some(format!("{count} {unit}{more}"))
}

/// 「1日3回 毎食後」 as "3 times a day, after each meal".
pub(super) fn english(written: &str) -> Option<String> {
    let words: Option<Vec<String>> = written.split([' ', '・']).map(|word| part(&folded(word))).collect();
    words.map(|words| words.join(", "))
}

fn part(word: &str) -> Option<String> {
    if let Some(amount) = word.strip_prefix("1回").and_then(dose) {
        return Some(format!("{amount} per dose"));
    }
    for (period, english) in [("1日", "a day"), ("週", "a week"), ("月", "a month")] {
        let times = word.strip_prefix(period).and_then(|rest| rest.strip_suffix('回'));
        if let Some(times) = times.filter(|times| times.bytes().all(|c| c.is_ascii_digit()) && !times.is_empty()) {
            return Some(often(times, english));
        }
    }
    let hours = word.strip_suffix("時間ごと").or_else(|| word.strip_suffix("時間毎"));
    if let Some(hours) = hours.filter(|hours| hours.bytes().all(|c| c.is_ascii_digit()) && !hours.is_empty()) {
        return Some(format!("every {hours} h"));
    }
    meal(word).or_else(|| moment(word)).map(str::to_owned)
}

fn often(times: &str, period: &str) -> String {
    match times {
        "1" => format!("once {period}"),
        "2" => format!("twice {period}"),
        more => format!("{more} times {period}"),
    }
}

fn unit_words(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "錠" => "tablet",
        "カプセル" => "capsule",
        "包" => "sachet",
        "単位" => "unit",
        "滴" => "drop",
        "mg" => "mg",
        "ml" => "mL",
        "g" => "g",
        _ => return None,
    })
}

fn meal(word: &str) -> Option<&'static str> {
    Some(match word {
        "朝食前" => "before breakfast",
        "昼食前" => "before lunch",
        "夕食前" => "before supper",
        "朝夕食前" => "before breakfast and supper",
        "毎食前" | "朝昼夕食前" => "before each meal",
        "毎食直前" => "right before each meal",
        "朝食後" => "after breakfast",
        "昼食後" => "after lunch",
        "夕食後" => "after supper",
        "朝昼食後" => "after breakfast and lunch",
        "朝夕食後" => "after breakfast and supper",
        "毎食後" | "朝昼夕食後" => "after each meal",
        "食間" => "between meals",
        _ => return None,
    })
}

fn moment(word: &str) -> Option<&'static str> {
    Some(match word {
        "起床時" => "on waking",
        "朝" => "in the morning",
        "昼" => "at noon",
        "夕" => "in the evening",
        "就寝前" | "寝る前" | "就寝時" => "at bedtime",
        "頓用" | "頓服" => "as needed",
        "疼痛時" => "for pain",
        "透析時" => "at dialysis",
        "隔日" => "every other day",
        "皮下注射" => "subcutaneous injection",
        "吸入" => "inhaled",
        "両眼" => "both eyes",
        "右眼" => "right eye",
        "左眼" => "left eye",
        "月曜日" => "Monday",
        "火曜日" => "Tuesday",
        "水曜日" => "Wednesday",
        "木曜日" => "Thursday",
        "金曜日" => "Friday",
        "土曜日" => "Saturday",
        "日曜日" => "Sunday",
        _ => return None,
    })
}
