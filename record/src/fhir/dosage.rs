//! `Dosage`: how much at one time, and when and how, in finished words.

use chrono::TimeDelta;

use super::{FhirError, node::Node, usage::usage, value};
use crate::model::PartialDate;

/// Dose and usage of one medicine.
#[derive(Default)]
pub(super) struct Dosing {
    pub(super) dose: Option<String>,
    pub(super) usage: Option<String>,
    pub(super) days: Option<u16>,
}

/// One `Dosage`.
struct Step {
    dose: Option<String>,
    usage: Option<String>,
    days: Option<u16>,
    sequence: Option<String>,
}

/// All dosages of a medicine, ordered on the day `written`. One dose stands alone; different doses stand with their times in the usage, and steps that
/// follow one another (漸減) with their days.
pub(super) fn dosing(dosages: &[Node<'_>], written: Option<PartialDate>) -> Result<Dosing, FhirError> {
    let mut steps = Vec::new();
    for dosage in dosages {
        let sequence = dosage.number("sequence")?.map(value::number_words);
        let words = usage(dosage)?.into_iter().chain(later_start(dosage, written)?).collect::<Vec<_>>().join(" ");
        let usage = Some(words).filter(|words| !words.is_empty());
        steps.push(Step { dose: dose(dosage)?, usage, days: bounds(dosage)?, sequence });
    }
    let one_after_another = follow_one_another(&steps);
    let same = !one_after_another && steps.windows(2).all(|pair| pair[0].dose == pair[1].dose);
    let dose = steps.first().and_then(|step| step.dose.clone()).filter(|_| same);
    let each: Option<Vec<u16>> = steps.iter().map(|step| step.days).collect();
    let days = if one_after_another { each.and_then(total) } else { steps.iter().find_map(|step| step.days) };
    let line = |step: Step| {
        let amount = step.dose.filter(|_| !same);
        let length = step.days.filter(|_| one_after_another).map(|days| format!("{days}日間"));
        let words: Vec<String> = step.usage.into_iter().chain(amount).chain(length).collect();
        Some(words.join(" ")).filter(|words| !words.is_empty())
    };
    let lines: Vec<String> = steps.into_iter().filter_map(line).collect();
    let between = if one_after_another { "、次に " } else { "、" };
    Ok(Dosing { dose, usage: Some(lines.join(between)).filter(|usage| !usage.is_empty()), days })
}

/// 「2026/09/11から」, for a start more than a day after the order.
fn later_start(dosage: &Node<'_>, written: Option<PartialDate>) -> Result<Option<String>, FhirError> {
    let Some(period) = value::extension_ending(dosage, "PeriodOfUse")? else { return Ok(None) };
    let start = period.object("valuePeriod")?.map_or(Ok(None), |period| period.day("start"))?;
    let (Some(start), Some(written)) = (start.and_then(PartialDate::day), written.and_then(PartialDate::day)) else {
        return Ok(None);
    };
    Ok((start - written > TimeDelta::days(1)).then(|| start.format("%Y/%m/%dから").to_string()))
}

fn total(days: Vec<u16>) -> Option<u16> {
    days.into_iter().try_fold(0_u16, u16::checked_add)
}

/// Several steps that each have a length, numbered as following one another or of different lengths.
fn follow_one_another(steps: &[Step]) -> bool {
    let lengths = steps.len() > 1 && steps.iter().all(|step| step.days.is_some());
    let numbered = steps.iter().all(|step| step.sequence.is_some())
        && steps.windows(2).all(|pair| pair[0].sequence != pair[1].sequence);
    lengths && (numbered || steps.windows(2).any(|pair| pair[0].days != pair[1].days))
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

/// The days that the medicine is taken (JP Core), else the time that they are spread over.
fn bounds(dosage: &Node<'_>) -> Result<Option<u16>, FhirError> {
    for extension in dosage.list("extension")? {
        if extension.text("url")?.is_some_and(|url| url.ends_with("UsageDuration"))
            && let Some(days) = extension.object("valueDuration")?.map_or(Ok(None), |days| whole_days(&days))?
        {
            return Ok(Some(days));
        }
    }
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
