//! Of several results of one kind the newest.

use super::Reason;
use super::bundle::Document;
use crate::model::PartialDate;

/// A result with its kind; without one it stands for itself.
pub(super) struct Dated<'d, K, T> {
    pub(super) kind: Option<K>,
    pub(super) date: Option<PartialDate>,
    pub(super) path: &'d str,
    pub(super) item: T,
}

/// The newest results of each kind: a record of years has dozens of the same. One without a date is never outdated.
pub(super) fn newest<K: PartialEq, T>(document: &Document<'_>, results: Vec<Dated<'_, K, T>>) -> Vec<T> {
    let mut last: Vec<(&K, PartialDate)> = Vec::new();
    for (kind, date) in results.iter().filter_map(|result| result.kind.as_ref().zip(result.date)) {
        match last.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, newest)) => *newest = date.max(*newest),
            None => last.push((kind, date)),
        }
    }
    let is_older = |result: &Dated<'_, K, T>| {
        let mine = result.kind.as_ref().zip(result.date);
        mine.is_some_and(|(kind, date)| last.iter().any(|(known, newest)| *known == kind && date < *newest))
    };
    let older: Vec<bool> = results.iter().map(is_older).collect();
    let mut kept = Vec::new();
    for (result, older) in results.into_iter().zip(older) {
        if older {
            document.remark(result.path, Reason::OlderResult);
        } else {
            kept.push(result.item);
        }
    }
    kept
}
