//! What the office and its senders write, as plain SQL: the change goes in with what changed.

use kakari_generator::Generator;
use kakari_record::fhir::write_document;
use kakari_record::seal::{KeyId, Point, RecordId};
use kakari_region::publish::{Objects, Pace, PublishError, Publisher};
use kakari_sync::{Head, Sha256};
use sqlx::PgConnection;

use crate::region::{Region, a_point};

/// Stands in documents where the address will be.
const ADDRESS: &str = "北町0000000番地";

/// A region with a feed.
pub(crate) struct Office {
    pub(crate) region: Region,
    pub(crate) objects: Objects,
}

/// A resident whose document can be written again with another address.
#[derive(Clone)]
pub(crate) struct Somebody {
    pub(crate) id: i64,
    pub(crate) record: RecordId,
    document: String,
}

/// Everything at once, and merging soon.
pub(crate) fn quick() -> Pace {
    Pace {
        deltas_wanted: 4,
        deltas_most: 12,
        merge_after: std::time::Duration::ZERO,
        standing_every: std::time::Duration::ZERO,
        ..Pace::default()
    }
}

impl Office {
    pub(crate) async fn make() -> Self {
        let region = Region::make().await;
        let objects = Objects::open(&region.config.feed).unwrap();
        Self { region, objects }
    }

    pub(crate) async fn publisher(&self, pace: Pace) -> Result<Publisher, PublishError> {
        Publisher::open(self.region.pool.clone(), self.region.server.clone(), self.objects.clone(), pace).await
    }

    /// The next publisher, once the one before is really gone from the database.
    pub(crate) async fn next_publisher(&self, pace: Pace) -> Publisher {
        loop {
            match self.publisher(pace.clone()).await {
                Err(PublishError::Busy) => tokio::time::sleep(std::time::Duration::from_millis(5)).await,
                opened => return opened.unwrap(),
            }
        }
    }

    /// Publishes all that waits.
    pub(crate) async fn publish(&self) -> Head {
        self.next_publisher(quick()).await.once().await.unwrap()
    }

    /// The generated residents of these indices who agree, each with a document that is not published yet.
    pub(crate) async fn residents(&self, count: usize) -> Vec<Somebody> {
        let mut all = Vec::new();
        for mut summary in Generator::new(7) {
            if all.len() == count {
                break;
            }
            summary.identity.address = Some(ADDRESS.to_owned());
            let Ok(document) = write_document(&summary, Generator::now()) else { continue };
            let number = summary.identity.number.as_ref().unwrap().digits().to_owned();
            let document = String::from_utf8(document.to_vec()).unwrap();
            let record = RecordId::make().unwrap();
            let id = sqlx::query_scalar(
                "INSERT INTO resident (number, record, consent) VALUES ($1, $2, 'given') RETURNING id",
            );
            let id = id.bind(number).bind(record.as_bytes().as_slice()).fetch_one(&self.region.pool).await.unwrap();
            let somebody = Somebody { id, record, document };
            self.write(&somebody, 0).await;
            all.push(somebody);
        }
        all
    }

    /// A new document with this address.
    pub(crate) async fn write(&self, who: &Somebody, address: u32) {
        let mut tx = self.region.pool.begin().await.unwrap();
        write_in(&mut tx, who, address).await;
        tx.commit().await.unwrap();
    }

    pub(crate) async fn set(&self, who: &Somebody, column: &str, value: &str) {
        let mut tx = self.region.pool.begin().await.unwrap();
        let update = format!("UPDATE resident SET {column} = $2 WHERE id = $1");
        sqlx::query(sqlx::AssertSqlSafe(update)).bind(who.id).bind(value).execute(&mut *tx).await.unwrap();
        let gone = value != "given" && value != "resident";
        change(&mut tx, who.id, if gone { "removal" } else { "record" }).await;
        tx.commit().await.unwrap();
    }

    pub(crate) async fn give_card(&self, who: &Somebody) -> Point {
        let (mut tx, key) = (self.region.pool.begin().await.unwrap(), a_point());
        sqlx::query("INSERT INTO card (serial, resident, public_key, state) VALUES ($1, $2, $3, 'active')")
            .bind(KeyId::derive(&key).as_bytes().as_slice())
            .bind(who.id)
            .bind(key.as_slice())
            .execute(&mut *tx)
            .await
            .unwrap();
        change(&mut tx, who.id, "cards").await;
        tx.commit().await.unwrap();
        key
    }

    pub(crate) async fn lose_card(&self, who: &Somebody, key: &Point) {
        let mut tx = self.region.pool.begin().await.unwrap();
        let lost = sqlx::query("UPDATE card SET state = 'lost', ended_at = now() WHERE serial = $1");
        lost.bind(KeyId::derive(key).as_bytes().as_slice()).execute(&mut *tx).await.unwrap();
        change(&mut tx, who.id, "cards").await;
        tx.commit().await.unwrap();
    }

    /// Another vault key from now on.
    pub(crate) async fn next_epoch(&self) {
        let mut tx = self.region.pool.begin().await.unwrap();
        sqlx::query("UPDATE vault_epoch SET state = 'old' WHERE state = 'current'").execute(&mut *tx).await.unwrap();
        let key = self.region.server.seal("vault 2", &[9; 32]).unwrap();
        let new = sqlx::query("INSERT INTO vault_epoch (epoch, sealed, state) VALUES (2, $1, 'current')");
        new.bind(key).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.region.pool).await.unwrap()
    }
}

/// A new document in this transaction; returns the change's number.
pub(crate) async fn write_in(conn: &mut PgConnection, who: &Somebody, address: u32) -> i64 {
    let text = who.document.replace(ADDRESS, &address_of(address));
    let body = zstd::bulk::compress(text.as_bytes(), 1).unwrap();
    let document = sqlx::query(
        "INSERT INTO document (resident, sender, kind, as_of, sha256, body) VALUES ($1, 'office', 'test', now(), $2, $3)
         ON CONFLICT (resident, sender, kind) DO UPDATE SET sha256 = excluded.sha256, body = excluded.body",
    );
    let sha256 = Sha256::of(text.as_bytes());
    document.bind(who.id).bind(sha256.as_bytes().as_slice()).bind(body).execute(&mut *conn).await.unwrap();
    change(conn, who.id, "record").await
}

pub(crate) async fn change(conn: &mut PgConnection, resident: i64, what: &str) -> i64 {
    let change = sqlx::query_scalar("INSERT INTO change (resident, what) VALUES ($1, $2) RETURNING id");
    change.bind(resident).bind(what).fetch_one(conn).await.unwrap()
}

/// An address by its number, as long as every other.
pub(crate) fn address_of(number: u32) -> String {
    format!("北町{number:07}番地")
}
