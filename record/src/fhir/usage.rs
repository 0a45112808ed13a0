//! When and how a medicine is taken, in one line.

use super::{FhirError, node::Node, usage_code, value};
use crate::table::folded;

/// The sender's own line, else the words of its usage code, else built from the parts.
pub(super) fn usage(dosage: &Node<'_>) -> Result<Option<String>, FhirError> {
    let timing = dosage.object("timing")?;
    let coded = timing.as_ref().map_or(Ok(None), usage_code::words)?;
    let line = dosage.text("text")?.map(value::plain).or(coded);
    let said = line.is_some();
    let line = line.map_or_else(|| built(timing.as_ref()), Ok)?;
    let mut words = vec![line];
    if !said {
        words.extend(place(dosage, &words[0])?);
    }
    words.extend(as_needed(dosage, &words[0])?);
    words.extend(daily(dosage)?);
    words.extend(most(dosage)?);
    words.extend(usage_code::additional(dosage)?);
    words.extend(dosage.text("patientInstruction")?.map(value::plain));
    let mut words: Vec<String> = words.iter().map(|word| value::narrow(word)).collect();
    words.retain(|word| !word.is_empty());
    let mut said: Vec<String> = Vec::new();
    for word in words {
        if !said.iter().any(|earlier| folded(earlier).contains(&folded(&word))) {
            said.push(word);
        }
    }
    Ok(Some(said.join(" ")).filter(|usage| !usage.is_empty()))
}

/// 「胸部に貼付」; the route where nothing else is said.
fn place(dosage: &Node<'_>, line: &str) -> Result<Option<String>, FhirError> {
    let part = |key| Ok::<_, FhirError>(value::coded_in(dosage, key)?.map(|part| route_words(part.text)));
    Ok(match (part("site")?, part("method")?) {
        (Some(site), Some(method)) => Some(format!("{site}に{method}")),
        (None, None) => part("route")?.filter(|_| line.is_empty()),
        (site, method) => site.or(method),
    })
}

/// 「疼痛時」「頓用」, as far as the line does not say it.
fn as_needed(dosage: &Node<'_>, line: &str) -> Result<Vec<String>, FhirError> {
    let when = value::coded_in(dosage, "asNeededCodeableConcept")?.map(|when| when.text);
    if when.is_none() && dosage.boolean("asNeededBoolean")? != Some(true) {
        return Ok(Vec::new());
    }
    let time = |when: String| {
        let ends = ["時", "とき", "際"].iter().any(|end| when.ends_with(end));
        if ends { when } else { format!("{when}のとき") }
    };
    let mut words: Vec<String> = when.map(time).into_iter().collect();
    if !line.contains('頓') && !words.iter().any(|word| word.contains('頓')) {
        words.push("頓用".to_owned());
    }
    Ok(words)
}

/// 「1日3錠まで」
fn most(dosage: &Node<'_>) -> Result<Option<String>, FhirError> {
    let Some(ratio) = dosage.object("maxDosePerPeriod")? else { return Ok(None) };
    let Some(amount) = ratio.object("numerator")?.map_or(Ok(None), |amount| value::dose_words(&amount))? else {
        return Ok(None);
    };
    let per = ratio.object("denominator")?.map_or(Ok(None), |per| value::quantity(&per))?;
    Ok(per.and_then(|(count, unit)| match unit.as_str() {
        "d" | "日" if count == "1" => Some(format!("1日{amount}まで")),
        "d" | "日" => Some(format!("{count}日に{amount}まで")),
        "h" | "時間" => Some(format!("{count}時間に{amount}まで")),
        _ => None,
    }))
}

/// The amount for a day, where the sender gave it as a rate and gave no single dose.
fn daily(dosage: &Node<'_>) -> Result<Option<String>, FhirError> {
    for rate in dosage.list("doseAndRate")? {
        let Some(ratio) = rate.object("rateRatio")?.filter(|_| !rate.has("doseQuantity")) else { continue };
        let Some(amount) = ratio.object("numerator")? else { continue };
        let per = ratio.object("denominator")?.map_or(Ok(None), |per| value::quantity(&per))?;
        let per_day = per.is_some_and(|(count, unit)| count == "1" && matches!(unit.as_str(), "d" | "日" | "day"));
        return Ok(value::dose_words(&amount)?.filter(|_| per_day).map(|words| format!("1日量{words}")));
    }
    Ok(None)
}

fn built(timing: Option<&Node<'_>>) -> Result<String, FhirError> {
    let Some(repeat) = timing.map_or(Ok(None), |timing| timing.object("repeat"))? else { return Ok(String::new()) };
    let mut words: Vec<String> = Vec::new();
    let days: Vec<&str> = repeat.texts("dayOfWeek")?.into_iter().filter_map(weekday).collect();
    if !days.is_empty() {
        words.push(format!("{}曜", days.join("・")));
    }
    words.extend(often(&repeat)?);
    let when: Vec<&str> = repeat.texts("when")?.into_iter().filter_map(moment).collect();
    words.extend(Some(when.join("・")).filter(|when| !when.is_empty()));
    let times = repeat.texts("timeOfDay")?.into_iter().map(|time| time.get(..5).unwrap_or(time));
    words.extend(Some(times.collect::<Vec<_>>().join("・")).filter(|times| !times.is_empty()));
    Ok(words.join(" "))
}

/// 「1日3回」; nothing unless both the period and its unit are said.
fn often(repeat: &Node<'_>) -> Result<Option<String>, FhirError> {
    let (Some(period), Some(unit)) = (repeat.number("period")?, repeat.text("periodUnit")?) else { return Ok(None) };
    let times = repeat.number("frequency")?.unwrap_or(1.0);
    let most = repeat.number("frequencyMax")?.map(|most| format!("〜{}", value::number_words(most)));
    let times = format!("{}{}", value::number_words(times), most.unwrap_or_default());
    let one = period == 1.0;
    let period = value::number_words(period);
    Ok(match unit {
        "d" if one => Some(format!("1日{times}回")),
        "d" if period == "2" => Some(format!("隔日に{times}回")),
        "d" => Some(format!("{period}日に{times}回")),
        "h" => Some(format!("{period}時間に{times}回")),
        "wk" if one => Some(format!("週{times}回")),
        "wk" => Some(format!("{period}週に{times}回")),
        "mo" if one => Some(format!("月{times}回")),
        "mo" => Some(format!("{period}か月に{times}回")),
        _ => None,
    })
}

fn weekday(code: &str) -> Option<&'static str> {
    const DAYS: [(&str, &str); 7] =
        [("mon", "月"), ("tue", "火"), ("wed", "水"), ("thu", "木"), ("fri", "金"), ("sat", "土"), ("sun", "日")];
    DAYS.into_iter().find(|(day, _)| *day == code).map(|(_, word)| word)
}

fn moment(code: &str) -> Option<&'static str> {
    const MOMENTS: [(&str, &str); 21] = [
        ("WAKE", "起床時"),
        ("MORN", "朝"),
        ("NOON", "昼"),
        ("AFT", "午後"),
        ("EVE", "夕"),
        ("NIGHT", "夜"),
        ("HS", "就寝前"),
        ("AC", "食前"),
        ("ACM", "朝食前"),
        ("ACD", "昼食前"),
        ("ACV", "夕食前"),
        ("C", "食事中"),
        ("CM", "朝食時"),
        ("CD", "昼食時"),
        ("CV", "夕食時"),
        ("PC", "食後"),
        ("PCM", "朝食後"),
        ("PCD", "昼食後"),
        ("PCV", "夕食後"),
        ("MORN.early", "早朝"),
        ("MORN.late", "午前"),
    ];
    MOMENTS.into_iter().find(|(when, _)| *when == code).map(|(_, word)| word)
}

fn route_words(route: String) -> String {
    match route.as_str() {
        "Oral use" | "Oral route" | "Oral" | "PO" => "経口".to_owned(),
        "Subcutaneous use" | "Subcutaneous route" => "皮下注射".to_owned(),
        _ => route,
    }
}
