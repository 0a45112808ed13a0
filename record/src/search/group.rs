//! Households: people of one result who share a house or a phone.

use super::Fit;
use crate::seal::Token;

/// Households that are shown at most, one person alone being one too.
pub const MOST_ENTRIES: usize = 5;
/// People that are named at most.
pub const MOST_PEOPLE: usize = 8;

/// Who is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grouped {
    /// Places in the result, the household of the best first.
    pub households: Vec<Vec<usize>>,
    /// True when only those are named whose names are as they were typed: with all whose names are similar they would
    /// have been too many. To be said, or the only one named looks like the only one there is.
    pub similar_left_out: bool,
}

/// Households of the people of a result, who come best first with the tokens of their houses and phones. `None` when
/// there are too many to name any.
///
/// When all are too many, those whose names are as they were typed are grouped alone, if they are few enough: somebody
/// with a common name is not hidden behind everybody whose name is similar.
pub fn group(people: &[(Fit, Vec<Token>)]) -> Option<Grouped> {
    if let Some(households) = households(people) {
        return Some(Grouped { households, similar_left_out: false });
    }
    let as_typed = people.iter().take_while(|(fit, _)| fit.is_as_typed()).count();
    let households = households(&people[..as_typed]).filter(|_| as_typed > 0)?;
    Some(Grouped { households, similar_left_out: true })
}

fn households(people: &[(Fit, Vec<Token>)]) -> Option<Vec<Vec<usize>>> {
    if people.len() > MOST_PEOPLE {
        return None;
    }
    let mut households: Vec<Vec<usize>> = Vec::new();
    for (at, (_, tokens)) in people.iter().enumerate() {
        let shares = |household: &Vec<usize>| {
            household.iter().any(|other| people[*other].1.iter().any(|token| tokens.contains(token)))
        };
        let (theirs, others): (Vec<_>, Vec<_>) = households.into_iter().partition(shares);
        households = others;
        households.push(theirs.into_iter().flatten().chain([at]).collect());
        households.sort_by_key(|household| household[0]);
    }
    (households.len() <= MOST_ENTRIES).then_some(households)
}
