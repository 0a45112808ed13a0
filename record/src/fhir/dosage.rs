//! `Dosage`: how much at one time, and when and how, in finished words.

use super::{FhirError, node::Node, value};

/// Dose and usage of one medicine.
#[derive(Default)]
pub(super) struct Dosing {
    pub(super) dose: Option<String>,
    pub(super) usage: Option<String>,
    pub(super) days: Option<u16>,
}

/// All dosages of a medicine. One dose stands alone; different doses stand with their times in the usage.
pub(super) fn dosing(dosages: &[Node<'_>]) -> Result<Dosing, FhirError> {
    let mut parts: Vec<(Option<String>, Option<String>)> = Vec::new();
    let mut days = None;
    for dosage in dosages {
        parts.push((dose(dosage)?, usage(dosage)?));
        days = days.or(bounds(dosage)?);
    }
    let same = parts.windows(2).all(|pair| pair[0].0 == pair[1].0);
    let dose = parts.first().and_then(|part| part.0.clone()).filter(|_| same);
    let line = |(amount, when): (Option<String>, Option<String>)| {
        let amount = amount.filter(|_| !same);
        let words: Vec<String> = when.into_iter().chain(amount).collect();
        Some(words.join(" ")).filter(|words| !words.is_empty())
    };
    let lines: Vec<String> = parts.into_iter().filter_map(line).collect();
    Ok(Dosing { dose, usage: Some(lines.join("、")).filter(|usage| !usage.is_empty()), days })
}

fn dose(dosage: &Node<'_>) -> Result<Option<String>, FhirError> {
    for rate in dosage.list("doseAndRate")? {
        if let Some(quantity) = rate.object("doseQuantity")? {
            return value::dose_words(&quantity);
        }
        if let Some(range) = rate.object("doseRange")? {
            return range_words(&range);
        }
    }
    Ok(None)
}

fn range_words(range: &Node<'_>) -> Result<Option<String>, FhirError> {
    let end = |key| range.object(key)?.map_or(Ok(None), |end| value::quantity(&end));
    Ok(match (end("low")?, end("high")?) {
        (Some((low, _)), Some((high, unit))) => Some(format!("{low}〜{high}{unit}")),
        (Some((low, unit)), None) => Some(format!("{low}{unit}以上")),
        (None, Some((high, unit))) => Some(format!("{high}{unit}以下")),
        (None, None) => None,
    })
}

/// The sender's own line, else the words of its usage code, else built from the parts.
fn usage(dosage: &Node<'_>) -> Result<Option<String>, FhirError> {
    let timing = dosage.object("timing")?;
    let coded = match &timing {
        Some(timing) => value::coded_in(timing, "code")?.map(|code| code.text),
        None => None,
    };
    let line = match dosage.text("text")?.map(value::plain).or(coded) {
        Some(line) => line,
        None => built(dosage, timing.as_ref())?,
    };
    let mut words = vec![line];
    if words[0].is_empty() {
        words.extend(value::coded_in(dosage, "route")?.map(|route| route_words(route.text)));
    }
    let as_needed = dosage.boolean("asNeededBoolean")? == Some(true);
    words.extend(value::coded_in(dosage, "asNeededCodeableConcept")?.map(|when| format!("{}のとき", when.text)));
    if as_needed && !words[0].contains("頓") {
        words.push("頓用".to_owned());
    }
    words.extend(daily(dosage)?);
    words.extend(value::coded_list(dosage, "additionalInstruction")?.into_iter().map(|more| more.text));
    words.extend(dosage.text("patientInstruction")?.map(value::plain));
    words.retain(|word| !word.is_empty());
    let mut said: Vec<String> = Vec::new();
    for word in words {
        if !said.iter().any(|earlier| earlier.contains(&word)) {
            said.push(word);
        }
    }
    Ok(Some(said.join(" ")).filter(|usage| !usage.is_empty()))
}

/// The amount for a day, where the sender gave it as a rate and gave no single dose.
fn daily(dosage: &Node<'_>) -> Result<Option<String>, FhirError> {
    for rate in dosage.list("doseAndRate")? {
        let Some(ratio) = rate.object("rateRatio")?.filter(|_| !rate.has("doseQuantity")) else { continue };
        let Some(amount) = ratio.object("numerator")? else { continue };
        let per = ratio.object("denominator")?.map_or(Ok(None), |per| value::quantity(&per))?;
        let per_day = per.is_some_and(|(count, unit)| count == "1" && matches!(unit.as_str(), "d" | "日"));
        return Ok(value::dose_words(&amount)?.filter(|_| per_day).map(|words| format!("1日量{words}")));
    }
    Ok(None)
}

fn built(dosage: &Node<'_>, timing: Option<&Node<'_>>) -> Result<String, FhirError> {
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
    words.extend(value::coded_in(dosage, "route")?.map(|route| route_words(route.text)).filter(|_| words.is_empty()));
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
        "d" => Some(format!("{period}日に{times}回")),
        "h" => Some(format!("{period}時間に{times}回")),
        "wk" if one => Some(format!("週{times}回")),
        "wk" => Some(format!("{period}週に{times}回")),
        "mo" if one => Some(format!("月{times}回")),
        "mo" => Some(format!("{period}か月に{times}回")),
        _ => None,
    })
}

fn bounds(dosage: &Node<'_>) -> Result<Option<u16>, FhirError> {
    let Some(timing) = dosage.object("timing")? else { return Ok(None) };
    let Some(repeat) = timing.object("repeat")? else { return Ok(None) };
    repeat.object("boundsDuration")?.map_or(Ok(None), |bounds| whole_days(&bounds))
}

/// A `Duration` in days; `None` for another unit or a broken number.
pub(super) fn whole_days(duration: &Node<'_>) -> Result<Option<u16>, FhirError> {
    let in_days = matches!(duration.text("code")?.or(duration.text("unit")?), None | Some("d" | "日" | "日分"));
    let Some(days) = duration.number("value")?.filter(|_| in_days) else { return Ok(None) };
    Ok(format!("{days}").parse().ok())
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
