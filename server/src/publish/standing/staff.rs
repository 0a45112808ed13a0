//! Who may sign in, with which card or code, and which cards are refused.

use std::collections::BTreeSet;

use chrono::Utc;
use kakari_record::seal::{
    FallbackWrap, FeedId, KeyId, Point, Roster, RosterEntry, SealError, SignedRoster, WrappedVault,
};
use sqlx::PgConnection;

use super::neighbours;
use crate::keys::{RegionKeys, ServerKey, VaultKeys};
use crate::office::trust::{self, Neighbouring};
use crate::publish::PublishError;

const STAFF: &str = "
    SELECT s.id, s.name, c.public_key FROM staff s JOIN staff_card c ON c.staff = s.id
    WHERE s.state = 'active' AND c.state = 'active' ORDER BY s.id, c.serial";
const REFUSED: &str = "
    SELECT serial FROM card WHERE state <> 'active' UNION SELECT serial FROM staff_card WHERE state <> 'active'
    UNION SELECT serial FROM card_issue WHERE state = 'unusable'
    UNION SELECT revocation FROM plain_card WHERE state IN ('lost', 'replaced') ORDER BY serial";

/// What the database says, to be compared with what was published.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Staff {
    members: Vec<Member>,
    refused: Vec<Vec<u8>>,
    epochs: BTreeSet<u32>,
    fallback: Vec<FallbackWrap>,
    neighbours: Vec<Neighbouring>,
}

/// A member of staff and a card.
#[derive(Clone, PartialEq, Eq)]
struct Member {
    id: String,
    name: String,
    card: Point,
}

impl Staff {
    pub(super) async fn load(
        conn: &mut PgConnection,
        server: &ServerKey,
        vault: &VaultKeys,
    ) -> Result<Self, PublishError> {
        let rows: Vec<(String, String, Vec<u8>)> = sqlx::query_as(STAFF).fetch_all(&mut *conn).await?;
        let members = rows.into_iter().map(|(id, name, key)| {
            let card = key.try_into().map_err(|_| PublishError::Damaged("a staff card's key"))?;
            Ok(Member { id, name, card })
        });
        let members = members.collect::<Result<_, PublishError>>()?;
        let refused = sqlx::query_scalar(REFUSED).fetch_all(&mut *conn).await?;
        let fallback = super::fallback::wraps(conn).await?;
        let neighbours = trust::neighbouring(conn, server).await?;
        Ok(Self { members, refused, epochs: super::epochs(vault), fallback, neighbours })
    }

    /// The wraps under one-time codes.
    pub(super) fn fallback(&self) -> &[FallbackWrap] {
        &self.fallback
    }

    /// The roster, every vault key wrapped for every card.
    pub(super) fn roster(&self, feed: FeedId, version: u64, vault: &VaultKeys) -> Result<Roster, SealError> {
        let entry = |member: &Member| {
            let wraps = vault.keyring.iter().map(|key| WrappedVault::wrap(key, feed, &member.card));
            Ok(RosterEntry {
                staff_id: member.id.clone(),
                name: member.name.clone(),
                card_key: *KeyId::derive(&member.card).as_bytes(),
                wraps: wraps.collect::<Result<_, SealError>>()?,
            })
        };
        Ok(Roster {
            feed: *feed.as_bytes(),
            version,
            issued_at: Utc::now(),
            staff: self.members.iter().map(entry).collect::<Result<_, SealError>>()?,
            revoked: self.refused.clone(),
            fallback: self.fallback.clone(),
            neighbours: neighbours::wrapped(&self.neighbours, feed, &vault.keyring)?,
        })
    }

    /// The version of the roster in these bytes, when this region signed it and it says the same as this.
    pub(super) fn is_in(&self, bytes: &[u8], keys: &RegionKeys, vault: &VaultKeys) -> Option<u64> {
        let roster = SignedRoster::decode(bytes).and_then(|signed| signed.verify(&keys.region_key, keys.feed)).ok()?;
        let same = |entry: &RosterEntry, member: &Member| {
            let epochs: BTreeSet<u32> = entry.wraps.iter().map(|wrap| wrap.epoch).collect();
            entry.staff_id == member.id
                && entry.name == member.name
                && entry.key_id() == KeyId::derive(&member.card)
                && epochs == self.epochs
        };
        let all = roster.staff.len() == self.members.len()
            && roster.staff.iter().zip(&self.members).all(|(entry, member)| same(entry, member));
        let trusts = neighbours::are_in(&self.neighbours, &roster.neighbours, keys.feed, &vault.keyring);
        (all && trusts && roster.revoked == self.refused && roster.fallback == self.fallback).then_some(roster.version)
    }
}
