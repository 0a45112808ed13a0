//! A small region and a tablet that belongs to it, made once and copied for each schedule.

use std::fs;
use std::path::Path;

use kakari_record::model::CommonNumber;
use kakari_record::seal::{KeyId, Point, RecordId, Token};
use kakari_region::config::RegionConfig;
use kakari_region::db;
use kakari_region::founding::{NewRegion, found};
use kakari_region::keys::{RegionKeys, Role, ServerKey, VaultKeys, point_of};
use kakari_region::publish::{Objects, Publisher};
use kakari_store::{Store, StoreKey};
use kakari_sync::Sha256;
use kakari_sync::client::StateDir;
use kakari_sync::enrol::Enrolment;
use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_bytes::ByteBuf;
use sqlx::PgPool;

use crate::Fault;
use crate::place::{Place, pace};

/// The one tablet.
pub(crate) const TABLET: &str = "T-0001";
/// Residents with documents.
pub(crate) const RESIDENTS: usize = 30;
const SENDER: &str = "clinic";

/// Keeps every change that was published, in the publisher's own transaction: what a tablet may ever have shown.
const HISTORY: &str = "
    CREATE TABLE history (sequence bigint PRIMARY KEY, record bytea NOT NULL, version bigint NOT NULL, removed boolean NOT NULL, frame bytea NOT NULL);
    CREATE FUNCTION remember() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO history VALUES (NEW.sequence, NEW.record, NEW.version, NEW.removed, NEW.frame);
        RETURN NEW;
    END $$;
    CREATE TRIGGER remember AFTER INSERT OR UPDATE OF sequence ON published FOR EACH ROW EXECUTE FUNCTION remember();";

/// What the schedules are copied from.
pub(crate) struct Template {
    pub(crate) place: Place,
    pub(crate) database: String,
    pub(crate) config: RegionConfig,
    enrolment: Enrolment,
}

/// A fresh P-256 public key: a card.
pub(crate) fn card() -> Result<Point, Fault> {
    let random = SystemRandom::new();
    let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).map_err(|_| "no random bytes")?;
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key.as_ref(), &random);
    Ok(point_of(key.map_err(|_| "no key")?.public_key().as_ref()).map_err(|_| "no point")?)
}

impl Template {
    /// Makes it in `place` and in the empty database at `database`.
    pub(crate) async fn make(place: Place, database: String) -> Result<Self, Fault> {
        fs::create_dir_all(&place.0)?;
        let config = RegionConfig {
            database_url: database.clone(),
            server_key: place.0.join("server.key"),
            feed: place.feed().display().to_string(),
            listen: "127.0.0.1:0".parse()?,
            enrol_listen: "127.0.0.1:0".parse()?,
            feed_url: "https://localhost:1/feed".to_owned(),
            api_url: "https://localhost:1".to_owned(),
            enrol_url: "https://localhost:1".to_owned(),
            tls_names: vec!["localhost".to_owned()],
            release_keys: None,
        };
        let server = ServerKey::make_at(&config.server_key)?;
        let pool = db::connect(&config).await?;
        let region = NewRegion { name: "Kitamachi".to_owned(), card_authority: card()?, training: true };
        found(&pool, &server, "chaos", &region).await?;
        sqlx::raw_sql(HISTORY).execute(&pool).await?;
        let vault = VaultKeys::load(&pool, &server).await?;
        let mut cards = String::new();
        for document in residents()?.into_iter().take(RESIDENTS) {
            let (number, key) = (number_of(&document)?, card()?);
            let token = Token::of_card(&vault.current, &number);
            cards.push_str(&format!(
                "{} {}\n",
                hex::encode(token.as_bytes()),
                hex::encode(KeyId::derive(&key).as_bytes())
            ));
            insert(&pool, &number, &document, &key).await?;
        }
        fs::write(place.cards(), cards)?;
        Publisher::open(pool.clone(), server.clone(), Objects::open(&config.feed)?, pace(false)).await?.once().await?;
        let keys = RegionKeys::load(&pool, &server).await?;
        let enrolment = enrol(&pool, &keys, &place, &region).await?;
        pool.close().await;
        Ok(Self { place, database, config, enrolment })
    }

    /// A copy in `place`: the server listens on `port`, the tablet reaches it on `proxy`.
    pub(crate) fn copy(&self, place: &Place, database: &str, port: u16, proxy: u16) -> Result<(), Fault> {
        place.copy_from(&self.place)?;
        let config = RegionConfig {
            database_url: database.to_owned(),
            server_key: "server.key".into(),
            feed: "feed".to_owned(),
            listen: format!("127.0.0.1:{port}").parse()?,
            ..self.config.clone()
        };
        fs::write(place.config(), config.with_comments())?;
        let url = format!("https://localhost:{proxy}");
        let enrolment = Enrolment { feed_url: format!("{url}/feed"), api_url: url, ..self.enrolment.clone() };
        write_enrolment(place, &enrolment)
    }
}

fn write_enrolment(place: &Place, enrolment: &Enrolment) -> Result<(), Fault> {
    let mut bytes = Vec::new();
    ciborium::into_writer(&(1, enrolment), &mut bytes)?;
    Ok(fs::write(place.state().join("enrolment.cbor"), bytes)?)
}

/// The sample residents' documents that say whose they are.
fn residents() -> Result<Vec<Vec<u8>>, Fault> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/region/residents");
    let mut paths: Vec<_> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.sort();
    let documents = paths.into_iter().map(fs::read).collect::<Result<Vec<_>, _>>()?;
    Ok(documents.into_iter().filter(|document| number_of(document).is_ok()).collect())
}

fn number_of(document: &[u8]) -> Result<CommonNumber, Fault> {
    let reading = kakari_record::fhir::read_document(document).map_err(|_| "not a document")?;
    Ok(reading.summary.identity.number.clone().ok_or("a document without a number")?)
}

async fn insert(pool: &PgPool, number: &CommonNumber, document: &[u8], card: &Point) -> Result<(), Fault> {
    let record = RecordId::make().map_err(|_| "no random bytes")?;
    let resident: i64 =
        sqlx::query_scalar("INSERT INTO resident (number, record, consent) VALUES ($1, $2, 'given') RETURNING id")
            .bind(number.digits())
            .bind(record.as_bytes().as_slice())
            .fetch_one(pool)
            .await?;
    sqlx::query(
        "INSERT INTO document (resident, sender, kind, as_of, sha256, body) VALUES ($1, $2, 'document', now(), $3, $4)",
    )
    .bind(resident)
    .bind(SENDER)
    .bind(Sha256::of(document).as_bytes().as_slice())
    .bind(zstd::encode_all(document, 3)?)
    .execute(pool)
    .await?;
    add_card(pool, resident, card).await?;
    sqlx::query("INSERT INTO change (resident, what) VALUES ($1, 'record')").bind(resident).execute(pool).await?;
    Ok(())
}

pub(crate) async fn add_card(db: impl sqlx::PgExecutor<'_>, resident: i64, card: &Point) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO card (serial, resident, public_key, state) VALUES ($1, $2, $3, 'active')")
        .bind(KeyId::derive(card).as_bytes().as_slice())
        .bind(resident)
        .bind(card.as_slice())
        .execute(db)
        .await
        .map(drop)
}

/// The tablet as its enrolment leaves it: keys, certificate, an empty store.
async fn enrol(pool: &PgPool, keys: &RegionKeys, place: &Place, region: &NewRegion) -> Result<Enrolment, Fault> {
    let state = StateDir::make(&place.state())?;
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let request = CertificateParams::default().serialize_request(&key)?;
    let issued = keys.tls.sign_csr(request.der(), Role::Tablet, TABLET, 30)?;
    sqlx::query("INSERT INTO tablet (id, vehicle, state, enrolled_at) VALUES ($1, '北救急1', 'active', now())")
        .bind(TABLET)
        .execute(pool)
        .await?;
    issued.record(&mut *pool.acquire().await?).await?;
    fs::write(place.state().join("tls.key"), key.serialize_pem())?;
    let chain = [("CERTIFICATE", &issued.der), ("CERTIFICATE", &keys.tls.certificate().to_vec())];
    fs::write(
        place.state().join("tls.crt"),
        chain.map(|(tag, der)| pem::encode(&pem::Pem::new(tag, der.clone()))).concat(),
    )?;
    let enrolment = Enrolment {
        tablet: TABLET.to_owned(),
        vehicle: "北救急1".to_owned(),
        region: region.name.clone(),
        feed: *keys.feed.as_bytes(),
        region_key: keys.signing.public_key().as_ref().try_into()?,
        card_authority: ByteBuf::from(region.card_authority.to_vec()),
        officers: Vec::new(),
        tls_authority: ByteBuf::from(keys.tls.certificate().to_vec()),
        feed_url: String::new(),
        api_url: String::new(),
        enrol_url: String::new(),
        training: true,
        certificates: vec![ByteBuf::from(issued.der.clone())],
    };
    write_enrolment(place, &enrolment)?;
    let identity = state.load_identity()?.ok_or("not enrolled")?;
    let store = Store::create(&place.store(), StoreKey::make_at(&place.store_key())?, &identity.facts()?)?;
    drop(store);
    Ok(enrolment)
}
