//! Invented residents into the database.

use kakari_generator::Generator;
use kakari_record::fhir::write_document;
use kakari_record::seal::{Point, RecordId};
use kakari_sync::Sha256;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use sqlx::PgPool;

const BATCH: usize = 1_000;
const POINTS: usize = 64;

const INSERT: &str = "
    WITH r AS (INSERT INTO resident (number, record, consent)
        SELECT number, record, 'given' FROM UNNEST($1::text[], $2::bytea[]) AS new (number, record) RETURNING id, record),
    n AS (SELECT * FROM UNNEST($2::bytea[], $3::bytea[], $4::bytea[], $5::bytea[]) AS n (record, sha256, body, key)),
    d AS (INSERT INTO document (resident, sender, kind, as_of, sha256, body)
        SELECT r.id, 'bench', 'document', now(), n.sha256, n.body FROM r JOIN n ON n.record = r.record),
    c AS (INSERT INTO card (serial, resident, public_key, state)
        SELECT r.record, r.id, n.key, 'active' FROM r JOIN n ON n.record = r.record)
    INSERT INTO change (resident, what) SELECT id, 'record' FROM r";

/// Writes residents with a document and a card each; the mean length of the documents as they are stored.
pub(crate) async fn fill(pool: &PgPool, residents: usize) -> usize {
    let keys = points(POINTS);
    let (mut summaries, mut done, mut bytes) = (Generator::new(1), 0, 0);
    while done < residents {
        let count = BATCH.min(residents - done);
        let (mut numbers, mut documents) = (Vec::new(), Vec::new());
        while numbers.len() < count {
            let summary = summaries.next().unwrap();
            // Who withdrew consent is not written.
            let Ok(document) = write_document(&summary, Generator::now()) else { continue };
            numbers.push(summary.identity.number.as_ref().unwrap().digits().to_owned());
            documents.push(zstd::bulk::compress(&document, 3).unwrap());
        }
        bytes += documents.iter().map(Vec::len).sum::<usize>();
        let records: Vec<Vec<u8>> = numbers.iter().map(|_| RecordId::make().unwrap().as_bytes().to_vec()).collect();
        let hashes: Vec<Vec<u8>> = documents.iter().map(|one| Sha256::of(one).as_bytes().to_vec()).collect();
        let cards: Vec<&[u8]> = (0..count).map(|index| keys[index % POINTS].as_slice()).collect();
        let insert = sqlx::query(INSERT).bind(numbers).bind(records).bind(hashes).bind(documents).bind(cards);
        insert.execute(pool).await.unwrap();
        done += count;
    }
    sqlx::query("ANALYZE").execute(pool).await.unwrap();
    bytes / residents.max(1)
}

/// These many residents, spread over all, have a new document.
pub(crate) async fn again(pool: &PgPool, residents: usize) {
    sqlx::query("INSERT INTO change (resident, what) SELECT id, 'record' FROM resident ORDER BY record LIMIT $1")
        .bind(i64::try_from(residents).unwrap())
        .execute(pool)
        .await
        .unwrap();
}

/// Fresh P-256 public keys.
pub(crate) fn points(count: usize) -> Vec<Point> {
    let random = SystemRandom::new();
    let make = |_| {
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key.as_ref(), &random).unwrap();
        key.public_key().as_ref().try_into().unwrap()
    };
    (0..count).map(make).collect()
}
