//! The tablet's two processes, to be killed: one syncs, one looks up records and writes audit rows, on the same store.

use std::time::Duration;

use chrono::Utc;
use kakari_record::audit::{Access, AuditBasis, AuditEvent, AuditKind, AuditedRecord, TimeQuality};
use kakari_record::seal::{KeyId, RecordId, Token};
use kakari_store::{Found, OpenError, Store, StoreKey, StoredPhoto};
use kakari_sync::Sha256;
use kakari_sync::client::{Client, Conditions, Link, Origin, StateDir, StepProgress, tls};

use crate::dice::Dice;
use crate::place::Place;
use crate::{Fault, say};

/// Opening waits for a process that was killed a moment ago.
fn open(place: &Place, to_sync: bool) -> Result<Store, Fault> {
    let key = StoreKey::load(&place.store_key())?;
    for _ in 0..200 {
        let opened = if to_sync {
            Store::open_to_sync(&place.store(), key.clone())
        } else {
            Store::open(&place.store(), key.clone())
        };
        match opened {
            Err(OpenError::Syncing) => std::thread::sleep(Duration::from_millis(10)),
            other => return Ok(other?),
        }
    }
    Err("the store stays locked".into())
}

/// Rounds of sync, until it is killed. Each step, and what came of each round, is a line.
pub(crate) async fn sync(place: &Place, patience: Duration) -> Result<(), Fault> {
    let state = StateDir::make(&place.state())?;
    let identity = state.load_identity()?.ok_or("not enrolled")?;
    let certificate = identity.certificate.as_ref().ok_or("no certificate")?;
    let link = Link::with_timeouts(tls::mutual(&identity.enrolment.tls_authority, certificate)?, patience, patience)?;
    let mut client = Client::new(state, identity, open(place, true)?, "0.1.0")?.with_link(link);
    let conditions = Conditions { metered: false, bulk_allowed: true };
    let mut tell = |progress: StepProgress| {
        say(&format!("at {:?}", progress.step));
        // Long enough to be struck at this step, which is about to be done.
        std::thread::sleep(Duration::from_millis(2));
    };
    loop {
        let outcome = client.round(&Origin::Network, conditions, &mut tell).await;
        let failures: Vec<_> = outcome.failures.iter().map(|one| format!("{:?}:{}", one.step, one.problem)).collect();
        let cursor = client.store().cursor()?.map_or(0, |cursor| cursor.sequence);
        let differing = outcome.differing.unwrap_or(0);
        say(&format!(
            "round {} {} {cursor} {} {differing} {} {}",
            u8::from(outcome.up_to_date && outcome.contact && outcome.failures.is_empty()),
            u8::from(outcome.snapshot),
            outcome.receipted,
            outcome.set_aside,
            failures.join("; ")
        ));
        if let Some(refusal) = outcome.refusal() {
            say(&format!("refused {refusal}"));
        }
        if outcome.conflict {
            say("conflict");
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Look-ups and audit rows, until it is killed. What was seen, and each row that is durable, is a line.
pub(crate) fn tap(place: &Place, seed: u64) -> Result<(), Fault> {
    let mut store = open(place, false)?;
    let cards = cards(place)?;
    let mut dice = Dice::of(seed);
    loop {
        for _ in 0..dice.number(1..6) {
            let (token, card) = dice.of_list(&cards);
            say(&look(&mut store, *token, *card)?);
        }
        if dice.chance(40) {
            let versions: Vec<String> =
                store.with_versions(|rows| rows.map(|(id, version)| pair(id, version)).collect())?;
            say(&format!("set {}", versions.join(",")));
        }
        for _ in 0..dice.number(0..4) {
            let head = store.append_audit(&event(&mut dice))?;
            say(&format!("audit {} {}", head.sequence, hex::encode(head.hash)));
        }
        std::thread::sleep(Duration::from_millis(dice.number(1..25)));
    }
}

fn pair(record: RecordId, version: u64) -> String {
    format!("{}:{version}", hex::encode(record.as_bytes()))
}

fn cards(place: &Place) -> Result<Vec<(Token, KeyId)>, Fault> {
    let text = std::fs::read_to_string(place.cards())?;
    let card = |line: &str| {
        let (token, card) = line.split_once(' ')?;
        let (mut bytes, mut key) = ([0; 16], [0; 8]);
        hex::decode_to_slice(token, &mut bytes).ok()?;
        hex::decode_to_slice(card, &mut key).ok()?;
        Some((Token::from_bytes(bytes), KeyId::from_bytes(key)))
    };
    Ok(text.lines().filter_map(card).collect())
}

/// What a tapped card leads to: record, version, and what its parts are.
fn look(store: &mut Store, token: Token, card: KeyId) -> Result<String, Fault> {
    Ok(match store.find_by_card(&[token], card)? {
        Found::Record { record, opener, photo } => {
            let photo = match photo {
                StoredPhoto::None => "-".to_owned(),
                StoredPhoto::Sealed(photo) => Sha256::of(photo.encode()).name(),
                StoredPhoto::Unreadable => "unreadable".to_owned(),
            };
            let header = record.header();
            let (bytes, opener) = (Sha256::of(&record.encode()), Sha256::of(&opener.encode()));
            format!("found {} {bytes} {opener} {photo}", pair(header.record, header.version))
        }
        Found::OtherCard => "other".to_owned(),
        Found::Nothing => "nothing".to_owned(),
    })
}

fn event(dice: &mut Dice) -> AuditEvent {
    let record = AuditedRecord { id: [7; 16], version: dice.next() >> 1 };
    AuditEvent {
        kind: AuditKind::RecordShown {
            access: Access::Card,
            took_ms: None,
            record,
            basis: AuditBasis::Emergency,
            age_seconds: Some(dice.number(0..9_999)),
            feed_age_seconds: None,
            unavailable: Vec::new(),
            neighbour: None,
        },
        at: Utc::now(),
        monotonic_ms: dice.number(0..1_000_000),
        boot: [9; 16],
        time_quality: TimeQuality::OwnClock,
        tablet: crate::template::TABLET.to_owned(),
        vehicle: "北救急1".to_owned(),
        crew: vec!["S0001".to_owned()],
        app: "0.1.0".to_owned(),
    }
}
