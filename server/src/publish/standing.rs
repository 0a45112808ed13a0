//! What stands beside the records: keys, dictionaries, the roster, the orders.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use kakari_record::seal::Packer;
use kakari_sync::{DictionaryRef, ObjectRef, Orders, ReleaseRef, RosterRef, Signed};
use sqlx::{Connection, PgConnection, PgPool};

use super::number::unsigned;
use super::workshop::Workshop;
use super::{Objects, PublishError, Publisher, places, release};
use crate::keys::{KeyError, RegionKeys, ServerKey, VaultKeys};

mod fallback;
mod neighbours;
mod orders;
mod staff;

pub(super) use fallback::Wrapping;
use staff::Staff;

/// As small as zstd packs in well under a millisecond.
const LEVEL: i32 = 12;

/// What stands beside the records, as the head names it.
pub(super) struct Standing {
    roster: RosterRef,
    staff: Staff,
    orders: ObjectRef,
    ordered: Orders,
    pub(super) dictionaries: Vec<DictionaryRef>,
    pub(super) releases: Vec<ReleaseRef>,
    /// The dictionary that new records are packed with.
    current: i32,
}

/// What everything here is made from and written to.
struct Bench<'a> {
    conn: &'a mut PgConnection,
    keys: &'a RegionKeys,
    objects: &'a Objects,
}

impl Standing {
    /// What the database has, made into objects where the store has none of it yet.
    pub(super) async fn load(
        conn: &mut PgConnection,
        pool: &PgPool,
        server: &ServerKey,
        keys: &RegionKeys,
        objects: &Objects,
    ) -> Result<(Self, Workshop), PublishError> {
        let vault = VaultKeys::load(pool, server).await?;
        let bench = &mut Bench { conn, keys, objects };
        let staff = Staff::load(bench.conn, server, &vault).await?;
        let roster = match bench.stored_roster(&staff, &vault).await? {
            Some(roster) => roster,
            None => bench.make_roster(&staff, vault).await?,
        };
        let ordered = orders::load(bench.conn, keys).await?;
        let (orders, ordered) = match bench.stored_orders(&ordered).await? {
            Some(orders) => orders,
            None => bench.make_orders(ordered).await?,
        };
        let (dictionaries, current) = bench.dictionaries(&[]).await?;
        let releases = release::named(bench.conn).await?;
        // Loaded again after the roster, so that no record is sealed under a key that the roster has no wraps of.
        let vault = VaultKeys::load(pool, server).await?.current;
        let packer = bench.packer(current).await?;
        let workshop = Workshop { feed: keys.feed, vault, packer };
        Ok((Self { roster, staff, orders, ordered, dictionaries, releases, current }, workshop))
    }

    pub(super) const fn roster(&self) -> RosterRef {
        self.roster
    }

    pub(super) const fn orders(&self) -> ObjectRef {
        self.orders
    }
}

impl Publisher {
    /// Looks at staff, cards, orders, keys and dictionaries, and makes what changed anew.
    pub async fn stand(&mut self) -> Result<(), PublishError> {
        self.times.standing = Some(Instant::now());
        let vault = VaultKeys::load(&self.pool, &self.server).await?;
        let current = vault.current.clone();
        self.codes(&vault).await?;
        let bench = &mut Bench { conn: &mut self.conn, keys: &self.keys, objects: &self.objects };
        let staff = Staff::load(bench.conn, &self.server, &vault).await?;
        if staff != self.standing.staff {
            self.standing.roster = bench.make_roster(&staff, vault).await?;
            self.standing.staff = staff;
            self.times.unnamed = true;
        }
        let ordered = orders::load(bench.conn, &self.keys).await?;
        if !orders::same(&ordered, &self.standing.ordered) {
            (self.standing.orders, self.standing.ordered) = bench.make_orders(ordered).await?;
            self.times.unnamed = true;
        }
        let releases = release::named(bench.conn).await?;
        self.times.unnamed |= releases != self.standing.releases;
        let (dictionaries, dictionary) = bench.dictionaries(&self.standing.dictionaries).await?;
        self.times.unnamed |= dictionaries != self.standing.dictionaries;
        // The new key seals only once the roster has its wraps.
        if dictionary != self.standing.current || current.epoch() != self.workshop.vault.epoch() {
            let packer = bench.packer(dictionary).await?;
            self.workshop = Arc::new(Workshop { feed: self.keys.feed, vault: current, packer });
        }
        self.standing.releases = releases;
        self.standing.dictionaries = dictionaries;
        self.standing.current = dictionary;
        Ok(())
    }

    /// One-time codes: what is over leaves, what was made is kept, what is missing is begun.
    async fn codes(&mut self, vault: &VaultKeys) -> Result<(), PublishError> {
        if self.wrapping.as_ref().is_some_and(|task| !task.is_finished()) {
            return Ok(());
        }
        if let Some(task) = self.wrapping.take() {
            fallback::keep(&mut self.conn, task.await.map_err(|_| PublishError::Fault)??).await?;
        }
        fallback::settle(&mut self.conn, &epochs(vault)).await?;
        self.wrapping = fallback::begin(&mut self.conn, &self.server, (vault, self.keys.feed), self.pace.codes).await?;
        Ok(())
    }

    /// Waits until every code that is missing is made and in the roster.
    pub(super) async fn finish_codes(&mut self) -> Result<(), PublishError> {
        while let Some(task) = self.wrapping.take() {
            fallback::keep(&mut self.conn, task.await.map_err(|_| PublishError::Fault)??).await?;
            self.stand().await?;
        }
        Ok(())
    }
}

impl Bench<'_> {
    /// The roster that the feed has, when it says what `staff` says.
    async fn stored_roster(&mut self, staff: &Staff, vault: &VaultKeys) -> Result<Option<RosterRef>, PublishError> {
        let Some((object, bytes)) = self.stored("roster").await? else { return Ok(None) };
        Ok(staff.is_in(&bytes, self.keys, vault).map(|version| RosterRef { version, object }))
    }

    async fn make_roster(&mut self, staff: &Staff, vault: VaultKeys) -> Result<RosterRef, PublishError> {
        let mut tx = self.conn.begin().await?;
        let number: i64 =
            sqlx::query_scalar("UPDATE region SET roster_version = roster_version + 1 RETURNING roster_version")
                .fetch_one(&mut *tx)
                .await?;
        let version = unsigned(number);
        let (of, feed) = (staff.clone(), self.keys.feed);
        let making = tokio::task::spawn_blocking(move || of.roster(feed, version, &vault));
        let roster = making.await.map_err(|_| PublishError::Fault)??;
        let bytes = roster.sign(&self.keys.signing)?.encode();
        if u64::try_from(bytes.len()).map_or(true, |length| length > RosterRef::MAX_LEN) {
            return Err(PublishError::RosterTooLong(bytes.len()));
        }
        let object = self.objects.put(bytes).await?;
        place(&mut tx, "roster", object).await?;
        fallback::published(&mut tx, number, staff.fallback()).await?;
        tx.commit().await?;
        Ok(RosterRef { version, object })
    }

    /// The orders that the feed has, when they say what `ordered` says.
    async fn stored_orders(&mut self, ordered: &Orders) -> Result<Option<(ObjectRef, Orders)>, PublishError> {
        let Some((object, bytes)) = self.stored("orders").await? else { return Ok(None) };
        let stored = Signed::<Orders>::decode(&bytes).and_then(|signed| signed.verify(&self.keys.region_key));
        Ok(stored.ok().filter(|stored| orders::same(stored, ordered)).map(|stored| (object, stored)))
    }

    async fn make_orders(&mut self, mut ordered: Orders) -> Result<(ObjectRef, Orders), PublishError> {
        let mut tx = self.conn.begin().await?;
        let version: i64 =
            sqlx::query_scalar("UPDATE region SET orders_version = orders_version + 1 RETURNING orders_version")
                .fetch_one(&mut *tx)
                .await?;
        ordered.version = unsigned(version);
        let object = self.objects.put(Signed::make(&ordered, &self.keys.signing).encode()).await?;
        place(&mut tx, "orders", object).await?;
        tx.commit().await?;
        Ok((object, ordered))
    }

    /// Every dictionary, and the one that is packed with. Those in `known` lie in the store already.
    async fn dictionaries(&mut self, known: &[DictionaryRef]) -> Result<(Vec<DictionaryRef>, i32), PublishError> {
        let rows: Vec<(i32, bool)> =
            sqlx::query_as("SELECT id, current FROM dictionary ORDER BY id").fetch_all(&mut *self.conn).await?;
        let current = rows.iter().find(|(_, current)| *current).map(|(id, _)| *id);
        let current = current.ok_or(KeyError::Missing("dictionary"))?;
        let mut dictionaries = Vec::with_capacity(rows.len());
        for (number, _) in rows {
            let id = u32::try_from(number).map_err(|_| PublishError::Damaged("a dictionary's number"))?;
            let object = match known.iter().find(|dictionary| dictionary.id == id) {
                Some(dictionary) => dictionary.object,
                None => self.objects.put(self.dictionary(number).await?).await?,
            };
            places::add_objects(self.conn, "dictionary", &[object]).await?;
            dictionaries.push(DictionaryRef { id, object });
        }
        Ok((dictionaries, current))
    }

    async fn dictionary(&mut self, id: i32) -> Result<Vec<u8>, PublishError> {
        let bytes = sqlx::query_scalar("SELECT bytes FROM dictionary WHERE id = $1").bind(id);
        Ok(bytes.fetch_one(&mut *self.conn).await?)
    }

    async fn packer(&mut self, id: i32) -> Result<Packer, PublishError> {
        let bytes = self.dictionary(id).await?;
        let id = u32::try_from(id).map_err(|_| PublishError::Damaged("a dictionary's number"))?;
        Ok(Packer::new(id, &bytes, LEVEL))
    }

    /// The newest object of this kind and its bytes.
    async fn stored(&mut self, kind: &str) -> Result<Option<(ObjectRef, Vec<u8>)>, PublishError> {
        let row: Option<(Vec<u8>, i64)> = sqlx::query_as(
            "SELECT sha256, size FROM object WHERE kind = $1 AND retired_at IS NULL ORDER BY created_at DESC LIMIT 1",
        )
        .bind(kind)
        .fetch_optional(&mut *self.conn)
        .await?;
        let Some((sha256, size)) = row else { return Ok(None) };
        let object = ObjectRef { sha256: places::sha256(sha256)?, size: unsigned(size) };
        Ok(Some((object, self.objects.get(object.sha256).await?)))
    }
}

/// Puts the one object of its kind in the place of the one before.
async fn place(conn: &mut PgConnection, kind: &str, object: ObjectRef) -> Result<(), PublishError> {
    places::add_objects(conn, kind, &[object]).await?;
    places::retire(conn, &[kind], &[object.sha256]).await
}

/// The epochs of these keys.
fn epochs(vault: &VaultKeys) -> BTreeSet<u32> {
    vault.keyring.iter().map(kakari_record::seal::VaultKey::epoch).collect()
}
