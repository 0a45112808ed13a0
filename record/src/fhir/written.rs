//! When a document was written.

use chrono::{DateTime, Utc};

use super::FhirError;
use super::bundle::Resource;
use super::node::Node;

/// Dates at which something was stated or done; never an end, a due date or a date of birth.
const DATES: [&str; 16] = [
    "recordedDate",
    "authoredOn",
    "effectiveDateTime",
    "effectivePeriod",
    "effectiveInstant",
    "issued",
    "performedDateTime",
    "performedPeriod",
    "whenHandedOver",
    "whenPrepared",
    "dateAsserted",
    "recordedOn",
    "occurrenceDateTime",
    "dateTime",
    "date",
    "period",
];

/// A moment, and whether nothing in the document says so outright.
pub(super) struct Written {
    pub(super) time: DateTime<Utc>,
    pub(super) guessed: bool,
}

/// The composition's date, the Bundle's, the newest update of a resource; without all of them the newest date of what
/// the resources tell, which is never later than the writing was: nothing looks younger than it is.
pub(super) fn when(
    bundle: Option<&Node<'_>>,
    composition: Option<&Resource<'_>>,
    all: &[Resource<'_>],
) -> Result<Written, FhirError> {
    let said = |time| Ok(Written { time, guessed: false });
    if let Some(time) = composition.map_or(Ok(None), |composition| composition.node.moment("date"))? {
        return said(time);
    }
    if let Some(bundle) = bundle
        && let Some(time) = bundle.moment("timestamp")?.or(updated(bundle)?)
    {
        return said(time);
    }
    let (mut newest, mut told) = (None, None);
    for resource in all {
        newest = newest.max(updated(&resource.node)?);
        for key in DATES {
            told = told.max(moment(&resource.node, key));
        }
    }
    match (newest, told) {
        (Some(time), _) => said(time),
        (None, Some(time)) => Ok(Written { time, guessed: true }),
        (None, None) => {
            let path = bundle.map_or_else(String::new, |bundle| bundle.path_of("timestamp"));
            let path = if path.is_empty() { all.first().map_or("", |first| first.node.path()) } else { &path };
            Err(FhirError::at(path, "nothing says when this was written, and nothing in it has a date"))
        }
    }
}

fn updated(node: &Node<'_>) -> Result<Option<DateTime<Utc>>, FhirError> {
    node.object("meta")?.map_or(Ok(None), |meta| meta.moment("lastUpdated"))
}

/// The date under `key`, a period by its start; one that is not readable is refused where it is read, not here.
fn moment(node: &Node<'_>, key: &str) -> Option<DateTime<Utc>> {
    match node.object_if(key) {
        Some(period) => period.moment("start"),
        None => node.moment(key),
    }
    .ok()
    .flatten()
}
