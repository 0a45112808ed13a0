//! For how long a supply lasts: in days, or in times for what is taken as needed.

use super::bundle::Resource;
use super::{FhirError, dosage, value};
use crate::table::folded;

/// The usage with the times that the supply lasts, unless it says so itself.
pub(super) fn with_times(usage: Option<String>, times: Option<String>) -> Option<String> {
    let unsaid = times.filter(|times| !usage.as_ref().is_some_and(|usage| folded(usage).contains(times)));
    let words: Vec<String> = usage.into_iter().chain(unsaid).collect();
    Some(words.join(" ")).filter(|usage| !usage.is_empty())
}

/// 「10回分」: JP Core gives an as-needed supply by the times that it lasts.
pub(super) fn times(resource: &Resource<'_>) -> Result<Option<String>, FhirError> {
    let Some(order) = resource.node.object("dispenseRequest")? else { return Ok(None) };
    let Some(mark) = value::extension_ending(&order, "ExpectedRepeatCount")? else { return Ok(None) };
    let count = mark.number_if("valueInteger");
    let count = count.or(mark.object("valueCount")?.and_then(|count| count.number_if("value")));
    Ok(count.map(|count| format!("{}回分", value::number_words(count))))
}

/// Days.
pub(super) fn supplied(resource: &Resource<'_>) -> Result<Option<u16>, FhirError> {
    if let Some(days) = resource.node.object("daysSupply")? {
        return dosage::whole_days(&days);
    }
    let Some(order) = resource.node.object("dispenseRequest")? else { return Ok(None) };
    order.object("expectedSupplyDuration")?.map_or(Ok(None), |days| dosage::whole_days(&days))
}
