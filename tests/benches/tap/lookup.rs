//! Look-up and open against a bare SQLCipher read of the same row size, in the same run.

use std::time::Instant;

use kakari::demo::CardDesk;
use kakari_record::model::CommonNumber;
use kakari_record::seal::{Dictionary, KeyId, Keyring, SharedX, Token};
use kakari_store::{Found, Store, StoreKey};
use rusqlite::Connection;

use crate::figures::Figures;
use crate::population::Population;

const ROUNDS: usize = 4_000;

pub(crate) fn measure(population: &Population) {
    let config = &population.tablet.config;
    let mut store = Store::open(&config.store, StoreKey::load(&config.store_key).unwrap()).unwrap();
    let keys = Keyring::new(vec![population.region.vault_key()]);
    let dictionaries: Vec<Dictionary> = store.dictionaries().unwrap();
    let answers = card_answers(population, &mut store, &keys);
    let (mut looked, mut opened) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let (number, public_key) = &population.spread[scattered(round, population.spread.len())];
        let began = Instant::now();
        find(&mut store, &keys, number, *public_key);
        looked.push(began.elapsed().as_nanos() as f64 / 1000.0);
        let (summary, card) = &population.patients[round % population.patients.len()];
        let number = summary.identity.number.as_ref().unwrap();
        let (record, opener) = find(&mut store, &keys, number, card.public_key);
        let answer = SharedX::new(answers[round % answers.len()]);
        let began = Instant::now();
        let summary = record.open_with_card(&opener, &card.public_key, &answer, &keys, &dictionaries[0]).unwrap();
        opened.push(began.elapsed().as_nanos() as f64 / 1000.0);
        drop(summary);
    }
    let (looked, opened, bare) = (Figures::new(looked), Figures::new(opened), bare_reads(population));
    looked.print_us("look-up (token, opener, record)");
    opened.print_us("open (HPKE schedule, AES-GCM, zstd, CBOR)");
    bare.print_us("bare SQLCipher read of a row of that size");
    println!(
        "look-up / bare read                                        {:.2}×   look-up + open / bare read {:.2}×",
        looked.at(0.5) / bare.at(0.5),
        (looked.at(0.5) + opened.at(0.5)) / bare.at(0.5)
    );
}

/// A place that is far from the last one.
fn scattered(round: usize, places: usize) -> usize {
    round * 2_654_435_761 % places
}

type Way = (kakari_record::seal::SealedRecord, kakari_record::seal::Opener);

fn find(store: &mut Store, keys: &Keyring, number: &CommonNumber, public_key: kakari_record::seal::Point) -> Way {
    let tokens: Vec<Token> = keys.iter().map(|key| Token::of_card(key, number)).collect();
    match store.find_by_card(&tokens, KeyId::derive(&public_key)).unwrap() {
        Found::Record { record, opener, .. } => (record, opener),
        _ => panic!("a resident is missing"),
    }
}

/// What each card answers for its own opener, asked once over PC/SC.
fn card_answers(population: &Population, store: &mut Store, keys: &Keyring) -> Vec<[u8; 32]> {
    let authority = population.region.authority().authority();
    let desk = CardDesk::new(&population.region, population.stack.reader(0)).unwrap();
    let ask = |(summary, card): &(kakari_record::model::Summary, kakari::demo::TrainingCard)| {
        let (_, opener) = find(store, keys, summary.identity.number.as_ref().unwrap(), card.public_key);
        let answer = desk.with_card(&card.card, |conversation| {
            conversation.identify(&authority, std::time::SystemTime::now())?;
            Ok(conversation.agree(opener.enc())?)
        });
        *answer.unwrap().expose()
    };
    population.patients.iter().map(ask).collect()
}

/// The same number of rows of the mean sealed size under the same SQLCipher settings, read by a unique random key.
fn bare_reads(population: &Population) -> Figures {
    let key = StoreKey::load(&population.tablet.config.store_key).unwrap();
    let store = Store::open(&population.tablet.config.store, key).unwrap();
    let set = raw(&store.live_set_path().unwrap().unwrap(), &population.tablet.config.store_key);
    let (rows, size): (i64, i64) = set
        .query_row("SELECT count(*), avg(length(record)) FROM (SELECT record FROM sealed LIMIT 20000)", [], |row| {
            Ok((row.get(0)?, row.get::<_, f64>(1)? as i64))
        })
        .unwrap();
    let total: i64 = set.query_row("SELECT records FROM cursor", [], |row| row.get(0)).unwrap();
    drop((store, set));
    let path = population.dir.join("bare.db");
    let bare = raw(&path, &population.tablet.config.store_key);
    bare.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;").unwrap();
    bare.execute_batch("CREATE TABLE row (place INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, sealed BLOB NOT NULL)")
        .unwrap();
    bare.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         INSERT INTO row (id, sealed) SELECT randomblob(16), randomblob(?2) FROM n",
        (total, size),
    )
    .unwrap();
    bare.execute_batch("PRAGMA cache_size = -2048;").unwrap();
    let ids: Vec<Vec<u8>> = bare
        .prepare(&format!("SELECT id FROM row WHERE place % {} = 0 LIMIT {ROUNDS}", (total / ROUNDS as i64).max(1)))
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    println!("{rows} rows looked at: a sealed record has {size} bytes on average");
    let mut statement = bare.prepare("SELECT sealed FROM row WHERE id = ?1").unwrap();
    let read = (0..ROUNDS).map(|round| {
        let began = Instant::now();
        let sealed: Vec<u8> = statement.query_row([&ids[scattered(round, ids.len())]], |row| row.get(0)).unwrap();
        assert_eq!(sealed.len() as i64, size);
        began.elapsed().as_nanos() as f64 / 1000.0
    });
    Figures::new(read.collect())
}

fn raw(path: &std::path::Path, key_path: &std::path::Path) -> Connection {
    let db = Connection::open(path).unwrap();
    let hex: String = std::fs::read(key_path).unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
    db.pragma_update(None, "key", format!("x'{hex}'")).unwrap();
    db
}
