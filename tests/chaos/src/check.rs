//! What must be true when nothing fails any more, and of everything that was seen before.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use kakari_record::seal::{Change, FeedId, Row};
use kakari_store::{Found, Store, StoreKey, StoredPhoto};
use kakari_sync::client::StateDir;
use kakari_sync::{Frame, Sha256, digests};
use rusqlite::Connection;
use sqlx::PgPool;

use crate::Fault;
use crate::place::Place;
use crate::tally::Tally;
use crate::template::TABLET;

type Id = String;

/// The key that the tablet believes.
pub(crate) fn region_key(place: &Place) -> Result<[u8; 32], Fault> {
    Ok(StateDir::make(&place.state())?.load_identity()?.ok_or("not enrolled")?.enrolment.region_key)
}

/// One published change.
struct Past {
    sequence: u64,
    version: u64,
    row: Option<Row>,
}

/// What the region's database says.
pub(crate) struct Region {
    past: BTreeMap<Id, Vec<Past>>,
    published: Vec<(Id, u64)>,
    audit: Vec<AuditRow>,
}

/// Sequence, event, hash.
type AuditRow = (i64, Vec<u8>, Vec<u8>);

impl Region {
    pub(crate) async fn load(place: &Place, pool: &PgPool) -> Result<Self, Fault> {
        let published: Vec<(Vec<u8>, i64)> =
            sqlx::query_as("SELECT record, version FROM published WHERE NOT removed ORDER BY record")
                .fetch_all(pool)
                .await?;
        let named = |(id, version): (Vec<u8>, i64)| Ok((hex::encode(id), u64::try_from(version)?));
        let audit = sqlx::query_as("SELECT sequence, event, hash FROM audit WHERE tablet = $1 ORDER BY sequence")
            .bind(TABLET)
            .fetch_all(pool)
            .await?;
        let published = published.into_iter().map(named).collect::<Result<_, Fault>>()?;
        Ok(Self { past: history(place, pool).await?, published, audit })
    }

    /// All checks, against the tablet's store and against everything that its processes said.
    pub(crate) fn check(&self, place: &Place, tap: &[String], sync: &[String], tally: &mut Tally) -> Result<(), Fault> {
        let mut store = Store::open(&place.store(), StoreKey::load(&place.store_key())?)?;
        rows_agree(place, &self.published, &mut store, &self.past)?;
        tally.audit_rows += audit_agrees(place, &self.audit, &store, tap)?;
        tally.lookups += seen_was_published(&self.past, tap)?;
        rounds_were_true(sync, tally)
    }
}

fn ensure(holds: bool, what: impl FnOnce() -> String) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err(what().into()) }
}

fn row_of(frame: &[u8], feed: FeedId) -> Result<Option<Row>, Fault> {
    let mut rest = frame;
    match Frame::decode_next(&mut rest, feed)?.ok_or("an empty frame")?? {
        Frame { change: Change::Put(row), .. } => Ok(Some(row)),
        Frame { change: Change::Remove { .. }, .. } => Ok(None),
        Frame { change: Change::Cards(_), .. } => Err("cards alone among what is published".into()),
    }
}

/// Everything that was ever published, by record, oldest first.
async fn history(place: &Place, pool: &PgPool) -> Result<BTreeMap<Id, Vec<Past>>, Fault> {
    let feed = StateDir::make(&place.state())?.load_identity()?.ok_or("not enrolled")?.feed();
    let rows: Vec<(i64, Vec<u8>, i64, Vec<u8>)> =
        sqlx::query_as("SELECT sequence, record, version, frame FROM history ORDER BY sequence")
            .fetch_all(pool)
            .await?;
    let mut past: BTreeMap<Id, Vec<Past>> = BTreeMap::new();
    for (sequence, record, version, frame) in rows {
        let (sequence, version) = (u64::try_from(sequence)?, u64::try_from(version)?);
        past.entry(hex::encode(record)).or_default().push(Past { sequence, version, row: row_of(&frame, feed)? });
    }
    Ok(past)
}

/// The tablet holds what is published, whole, and nothing else.
fn rows_agree(
    place: &Place,
    theirs: &[(Id, u64)],
    store: &mut Store,
    past: &BTreeMap<Id, Vec<Past>>,
) -> Result<(), Fault> {
    let ours: Vec<_> = store.with_versions(|rows| rows.collect())?;
    let named: Vec<(Id, u64)> = ours.iter().map(|(id, version)| (hex::encode(id.as_bytes()), *version)).collect();
    ensure(named == theirs, || format!("records differ: tablet {named:?}, region {theirs:?}"))?;
    ensure(store.set_aside_rows()?.is_empty(), || format!("rows stay set aside: {:?}", store.set_aside_rows()))?;
    let latest: Vec<&Row> = past.values().filter_map(|past| past.last()?.row.as_ref()).collect();
    ensure(latest.len() == ours.len(), || "the history does not end where the region stands".to_owned())?;
    let region = latest.iter().map(|row| (row.record.header().record, row.record.header().version));
    let differing = digests::differing(&digests::of(region), &digests::of(ours))?;
    ensure(differing.is_empty(), || format!("digests differ in {differing:?}"))?;
    let beside = beside(place, store)?;
    for row in latest {
        found_whole(store, row)?;
        let id = hex::encode(row.record.header().record.as_bytes());
        let tokens: BTreeSet<_> = row.tokens.iter().map(|token| token.as_bytes().to_vec()).collect();
        let expected = (i64::from(row.directory.birth_year), row.directory.sealed.clone(), tokens);
        ensure(beside.get(&id) == Some(&expected), || format!("{id}: directory or tokens of another version"))?;
    }
    for old in past.values().flat_map(|past| past.iter().filter_map(|past| past.row.as_ref())) {
        gone(store, old, past)?;
    }
    Ok(())
}

/// Every card of the row opens exactly it.
fn found_whole(store: &mut Store, row: &Row) -> Result<(), Fault> {
    for card in &row.openers {
        let Found::Record { record, opener, photo } = store.find_by_card(&[row.card_token], card.card_key())? else {
            return Err("a published card leads nowhere".into());
        };
        let photo = match photo {
            StoredPhoto::None => None,
            StoredPhoto::Sealed(photo) => Some(photo),
            StoredPhoto::Unreadable => return Err("a photo is unreadable".into()),
        };
        let same = record == row.record && opener == *card && photo == row.photo;
        ensure(same, || "a card leads to parts that were not published together".to_owned())?;
    }
    Ok(())
}

/// A card that was taken away since, or whose record was, leads nowhere.
fn gone(store: &mut Store, old: &Row, past: &BTreeMap<Id, Vec<Past>>) -> Result<(), Fault> {
    let id = hex::encode(old.record.header().record.as_bytes());
    let now = past.get(&id).and_then(|past| past.last()).and_then(|past| past.row.as_ref());
    let kept = |card| now.is_some_and(|row| row.openers.iter().any(|opener| opener.card_key() == card));
    for card in old.openers.iter().map(|opener| opener.card_key()).filter(|card| !kept(*card)) {
        let found = store.find_by_card(&[old.card_token], card)?;
        ensure(!matches!(found, Found::Record { .. }), || format!("{id}: a card opens that was taken away"))?;
    }
    Ok(())
}

type Beside = BTreeMap<Id, (i64, Vec<u8>, BTreeSet<Vec<u8>>)>;

fn connect(place: &Place, path: &std::path::Path) -> Result<Connection, Fault> {
    let db = Connection::open(path)?;
    let key = hex::encode(fs::read(place.store_key())?);
    db.execute_batch(&format!("PRAGMA key = \"x'{key}'\""))?;
    Ok(db)
}

/// Directory and tokens of every record, read past the store.
fn beside(place: &Place, store: &Store) -> Result<Beside, Fault> {
    let db = connect(place, &store.live_set_path()?.ok_or("no live set")?)?;
    let mut statement =
        db.prepare("SELECT record.id, birth_year, directory.sealed, place FROM record JOIN directory USING (place)")?;
    let mut tokens = db.prepare("SELECT token FROM token_of WHERE place = ?1")?;
    let mut beside = Beside::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let place: i64 = row.get(3)?;
        let tokens = tokens.query_map([place], |row| row.get(0))?.collect::<Result<_, _>>()?;
        beside.insert(hex::encode(row.get::<_, Vec<u8>>(0)?), (row.get(1)?, row.get(2)?, tokens));
    }
    Ok(beside)
}

/// Every durable audit row is on the server once, the same, and receipted; nothing else is there.
fn audit_agrees(place: &Place, theirs: &[AuditRow], store: &Store, tap: &[String]) -> Result<u64, Fault> {
    let db = connect(place, &place.store())?;
    let mut statement = db.prepare("SELECT sequence, event, hash FROM audit ORDER BY sequence")?;
    let ours: Vec<AuditRow> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<Result<_, _>>()?;
    ensure(ours == theirs, || {
        format!("audit rows differ: {} on the tablet, {} on the server", ours.len(), theirs.len())
    })?;
    let hashes: BTreeMap<String, String> =
        ours.iter().map(|(row, _, hash)| (row.to_string(), hex::encode(hash))).collect();
    let told = tap.iter().filter_map(|line| line.strip_prefix("audit ")?.split_once(' '));
    for (row, hash) in told {
        ensure(hashes.get(row).is_some_and(|ours| ours == hash), || {
            format!("audit row {row} was durable and is lost")
        })?;
    }
    let state = store.receipt_state()?;
    let all = state.rows == state.receipted && state.in_conflict == 0 && state.rows == u64::try_from(ours.len())?;
    ensure(all, || format!("receipts: {state:?}"))?;
    ensure(matches!(store.verify_audit()?, Ok(head) if head.sequence == state.rows), || {
        "the chain is broken".to_owned()
    })?;
    Ok(state.rows)
}

/// Whatever a tap showed was published, of one version; and no record ever went back.
fn seen_was_published(past: &BTreeMap<Id, Vec<Past>>, tap: &[String]) -> Result<u64, Fault> {
    let mut newest: BTreeMap<&str, u64> = BTreeMap::new();
    let mut lookups = 0;
    for line in tap {
        if let Some(found) = line.strip_prefix("found ") {
            let parts: Vec<&str> = found.split(' ').collect();
            let [pair, record, opener, photo] = parts[..] else { return Err("a line of another form".into()) };
            not_before(&mut newest, pair)?;
            ensure(was_published(past, pair, record, opener, photo), || format!("never published together: {found}"))?;
            lookups += 1;
        } else if let Some(set) = line.strip_prefix("set ") {
            for pair in set.split(',').filter(|pair| !pair.is_empty()) {
                not_before(&mut newest, pair)?;
                let (id, version) = split(pair)?;
                let known = past
                    .get(id)
                    .is_some_and(|past| past.iter().any(|past| past.row.is_some() && past.version == version));
                ensure(known, || format!("never published: {pair}"))?;
            }
            removals_hold(past, &newest, set)?;
        } else if line == "other" || line == "nothing" {
            lookups += 1;
        }
    }
    Ok(lookups)
}

fn split(pair: &str) -> Result<(&str, u64), Fault> {
    let (id, version) = pair.split_once(':').ok_or("a pair of another form")?;
    Ok((id, version.parse()?))
}

fn not_before<'a>(newest: &mut BTreeMap<&'a str, u64>, pair: &'a str) -> Result<(), Fault> {
    let (id, version) = split(pair)?;
    let seen = newest.entry(id).or_insert(version);
    ensure(*seen <= version, || format!("{id} went back from {seen} to {version}"))?;
    *seen = version;
    Ok(())
}

fn was_published(past: &BTreeMap<Id, Vec<Past>>, pair: &str, record: &str, opener: &str, photo: &str) -> bool {
    let Ok((id, version)) = split(pair) else { return false };
    past.get(id).into_iter().flatten().filter(|past| past.version == version).filter_map(|past| past.row.as_ref()).any(
        |row| {
            Sha256::of(&row.record.encode()).name() == record
                && row.openers.iter().any(|one| Sha256::of(&one.encode()).name() == opener)
                && row.photo.as_ref().map_or("-".to_owned(), |photo| Sha256::of(photo.encode()).name()) == photo
        },
    )
}

/// A record that was seen and is missing from a later set was taken away after the version that was seen.
fn removals_hold(past: &BTreeMap<Id, Vec<Past>>, newest: &BTreeMap<&str, u64>, set: &str) -> Result<(), Fault> {
    for (id, version) in newest {
        if set.contains(id) {
            continue;
        }
        let all = past.get(*id).map(Vec::as_slice).unwrap_or_default();
        let first = all.iter().find(|past| past.row.is_some() && past.version == *version).map(|past| past.sequence);
        let removed = all.iter().any(|past| past.row.is_none() && Some(past.sequence) > first);
        ensure(removed, || format!("{id} is missing though nobody took it away"))?;
    }
    Ok(())
}

/// What the sync said of its rounds.
fn rounds_were_true(sync: &[String], tally: &mut Tally) -> Result<(), Fault> {
    for line in sync {
        if line == "conflict" {
            return Err("the tablet believes in a conflict of audit rows".into());
        }
        let Some(round) = line.strip_prefix("round ") else { continue };
        let words: Vec<&str> = round.split(' ').collect();
        let [_, snapshot, _, _, differing, set_aside, ..] = words[..] else {
            return Err("a round of another form".into());
        };
        tally.snapshots += u64::from(snapshot == "1");
        ensure(differing == "0", || format!("a comparison of digests failed: {line}"))?;
        ensure(set_aside == "0", || format!("rows were set aside: {line}"))?;
    }
    Ok(())
}
