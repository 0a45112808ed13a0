//! Trusted regions in the roster.

use kakari_record::seal::{FeedId, Keyring, Neighbour, SealError, WrappedCopyKey};

use crate::office::trust::Neighbouring;

/// As the roster names them: each of their copy keys wrapped under each of our vault keys, so that a crew which holds any
/// of these has it.
pub(super) fn wrapped(neighbours: &[Neighbouring], own: FeedId, keys: &Keyring) -> Result<Vec<Neighbour>, SealError> {
    let neighbour = |one: &Neighbouring| {
        let pairs = one.copy_keys.iter().flat_map(|copy_key| keys.iter().map(move |vault| (copy_key, vault)));
        let wraps = pairs.map(|(copy_key, vault)| WrappedCopyKey::wrap(copy_key, one.feed, own, vault));
        Ok(Neighbour {
            feed: *one.feed.as_bytes(),
            name: one.name.clone(),
            region_key: one.region_key,
            card_authority: one.card_authority.to_vec(),
            copy_keys: wraps.collect::<Result<_, SealError>>()?,
        })
    };
    neighbours.iter().map(neighbour).collect()
}

/// Whether a roster that was made earlier says the same: a wrap made again would be other bytes.
pub(super) fn are_in(neighbours: &[Neighbouring], roster: &[Neighbour], own: FeedId, keys: &Keyring) -> bool {
    let same = |(one, there): (&Neighbouring, &Neighbour)| {
        there.feed() == one.feed
            && there.name == one.name
            && there.region_key == one.region_key
            && there.card_authority() == Some(one.card_authority)
            && there.copy_keys.len() == one.copy_keys.len() * keys.iter().count()
            && keys.iter().all(|vault| opens(one, there, own, &Keyring::new(vec![vault.clone()])))
    };
    roster.len() == neighbours.len() && neighbours.iter().zip(roster).all(same)
}

fn opens(one: &Neighbouring, there: &Neighbour, own: FeedId, crew: &Keyring) -> bool {
    one.copy_keys.iter().all(|key| there.copy_key(own, key.epoch(), crew).is_ok_and(|found| found == *key))
}
