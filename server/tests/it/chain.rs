//! A tablet that writes its audit, as the office receives it.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use kakari_generator::device::PlayedDevice;
use kakari_record::audit::{
    Access, AuditBasis, AuditEvent, AuditKind, AuditedRecord, BreakGlassEnd, BreakGlassReason, CHAIN_BEGINNING,
    Checkpoint, TabletSigner, TermKind, TimeQuality, chain,
};
use kakari_record::seal::{FeedId, RecordId};
use kakari_sync::AuditBatch;
use ring::rand::SystemRandom;
use ring::signature::Ed25519KeyPair;
use serde_bytes::ByteBuf;

/// A tablet's chain, and the moment that its next row is of.
pub(crate) struct Tablet {
    pub(crate) id: String,
    pub(crate) crew: Vec<String>,
    pub(crate) boot: [u8; 16],
    pub(crate) now: DateTime<Utc>,
    pub(crate) key: TabletSigner,
    ms: u64,
    rows: Vec<Vec<u8>>,
    heads: Vec<[u8; 32]>,
    sent: usize,
}

impl Tablet {
    /// A tablet whose clock stands so many minutes before now.
    pub(crate) fn new(id: &str, minutes_ago: i64) -> Self {
        let key = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self {
            id: id.to_owned(),
            crew: vec!["S0001".to_owned()],
            boot: [1; 16],
            now: Utc::now() - TimeDelta::minutes(minutes_ago),
            key: TabletSigner::File(Arc::new(Ed25519KeyPair::from_pkcs8(key.as_ref()).unwrap())),
            ms: 0,
            rows: Vec::new(),
            heads: vec![CHAIN_BEGINNING],
            sent: 0,
        }
    }

    /// The same with its key in a device.
    pub(crate) fn with_device(self) -> Self {
        Self { key: TabletSigner::Device(PlayedDevice::new().key().unwrap()), ..self }
    }

    pub(crate) fn key(&self) -> Vec<u8> {
        self.key.public_key().as_bytes().to_vec()
    }

    pub(crate) fn wait(&mut self, seconds: i64) {
        self.now += TimeDelta::seconds(seconds);
        self.ms += u64::try_from(seconds).unwrap() * 1_000;
    }

    /// The program starts anew.
    pub(crate) fn restart(&mut self) {
        self.boot[0] += 1;
        self.ms = 0;
    }

    pub(crate) fn event(&self, kind: AuditKind) -> AuditEvent {
        AuditEvent {
            kind,
            at: self.now,
            monotonic_ms: self.ms,
            boot: self.boot,
            time_quality: TimeQuality::OwnClock,
            tablet: self.id.clone(),
            vehicle: "北町救急1".to_owned(),
            crew: self.crew.clone(),
            app: "0.1.0".to_owned(),
        }
    }

    /// Writes a row; its number.
    pub(crate) fn write(&mut self, kind: AuditKind) -> u64 {
        let mut bytes = Vec::new();
        ciborium::into_writer(&(1_u8, self.event(kind)), &mut bytes).unwrap();
        self.raw(bytes)
    }

    /// Writes bytes that may be no event.
    pub(crate) fn raw(&mut self, bytes: Vec<u8>) -> u64 {
        let row = self.rows.len() as u64 + 1;
        self.heads.push(chain(row, &self.heads[self.heads.len() - 1], &bytes));
        self.rows.push(bytes);
        row
    }

    /// How many rows it has.
    pub(crate) const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Puts what was not sent yet where the server puts what came.
    pub(crate) async fn store(&mut self, pool: &sqlx::PgPool) {
        let first = std::mem::replace(&mut self.sent, self.rows.len());
        for at in (first..self.rows.len()).step_by(1_000) {
            let rows = at..self.rows.len().min(at + 1_000);
            sqlx::query(
                "INSERT INTO audit (tablet, sequence, event, hash)
                 SELECT $1, * FROM unnest($2::bigint[], $3::bytea[], $4::bytea[])",
            )
            .bind(&self.id)
            .bind(rows.clone().map(|row| i64::try_from(row).unwrap() + 1).collect::<Vec<_>>())
            .bind(self.rows[rows.clone()].to_vec())
            .bind(self.heads[rows.start + 1..=rows.end].iter().map(|hash| hash.to_vec()).collect::<Vec<_>>())
            .execute(pool)
            .await
            .unwrap();
        }
        let last = i64::try_from(self.rows.len()).unwrap();
        sqlx::query("UPDATE tablet SET audit_last = $2 WHERE id = $1")
            .bind(&self.id)
            .bind(last)
            .execute(pool)
            .await
            .unwrap();
    }

    /// A checkpoint of the rows until now, signed by the tablet.
    pub(crate) fn checkpoint(&self, feed: FeedId) -> AuditKind {
        let row = self.rows.len();
        Checkpoint::sign(&self.key, feed, &self.id, row as u64, self.heads[row]).unwrap().kind()
    }

    /// What was not sent yet.
    pub(crate) fn batch(&mut self) -> AuditBatch {
        let first = std::mem::replace(&mut self.sent, self.rows.len());
        AuditBatch {
            tablet: self.id.clone(),
            first: first as u64 + 1,
            previous: self.heads[first],
            events: self.rows[first..].iter().cloned().map(ByteBuf::from).collect(),
            head: self.heads[self.rows.len()],
        }
    }
}

/// A record.
pub(crate) const fn record(n: u8) -> AuditedRecord {
    AuditedRecord::new(RecordId::from_bytes([n; 16]), 3)
}

pub(crate) const fn started(reason: BreakGlassReason) -> AuditKind {
    AuditKind::BreakGlassStarted { reason, minutes: 30 }
}

pub(crate) const fn ended(reason: BreakGlassEnd) -> AuditKind {
    AuditKind::BreakGlassEnded { reason }
}

pub(crate) fn searched(newly: u8, too_many: bool) -> AuditKind {
    AuditKind::Searched { by: vec![TermKind::NameRows], terms: [9; 16], named: newly, newly, too_many }
}

pub(crate) const fn opened(n: u8, access: Access) -> AuditKind {
    AuditKind::RecordOpened { record: record(n), access, took_ms: Some(40), neighbour: None }
}

pub(crate) fn shown(n: u8, access: Access, basis: AuditBasis) -> AuditKind {
    AuditKind::RecordShown {
        record: record(n),
        basis,
        access,
        took_ms: Some(4_000),
        age_seconds: Some(90_000),
        feed_age_seconds: Some(30),
        unavailable: vec!["既往歴".to_owned()],
        neighbour: None,
    }
}
