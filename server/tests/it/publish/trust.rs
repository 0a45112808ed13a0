//! Two regions: 南町 gives its copy keys to 北町, which gives nothing back.

use chrono::{DateTime, TimeDelta, Utc};
use kakari_record::seal::{
    CardCopy, CopyKey, Dictionary, FallbackCode, Keyring, Point, Roster, SharedX, SignedRoster, TrustOffer,
};
use kakari_region::office::{copy, epoch, trust};
use kakari_region::publish::PublishError;
use kakari_sync::Head;
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::rand::SystemRandom;

use super::office::{Office, Somebody, quick};
use crate::region::a_point;

const DICTIONARY: &[u8] = include_bytes!("../../../../assets/dictionary/1.zdict");

struct Two {
    north: Office,
    south: Office,
}

impl Two {
    async fn make() -> Self {
        let two = Self { north: Office::make().await, south: Office::make().await };
        for (office, name) in [(&two.north, "北町"), (&two.south, "南町")] {
            sqlx::query("UPDATE region SET name = $1").bind(name).execute(&office.region.pool).await.unwrap();
        }
        two
    }

    /// An offer of the south for the north, as its file and code.
    async fn offered(&self, now: DateTime<Utc>) -> (Vec<u8>, FallbackCode) {
        offered(&self.south, "北町", now).await
    }

    async fn accept(&self, offer: &TrustOffer) -> Result<(), String> {
        accept(&self.north, offer).await
    }
}

async fn offered(by: &Office, to: &str, now: DateTime<Utc>) -> (Vec<u8>, FallbackCode) {
    let (keys, vault) = (by.region.keys().await, by.region.vault().await);
    let offered = trust::offer(&mut *by.region.conn().await, "suzuki", &keys, &vault, to, now).await.unwrap();
    assert!(!offered.sealed.windows(32).any(|bytes| bytes == keys.region_key), "nothing of it in clear");
    (offered.sealed, offered.code)
}

async fn accept(at: &Office, offer: &TrustOffer) -> Result<(), String> {
    let mut tx = at.region.pool.begin().await.unwrap();
    trust::accept(&mut tx, "sato", &at.region.server, offer).await.map_err(|error| error.to_string())?;
    tx.commit().await.unwrap();
    Ok(())
}

async fn roster(office: &Office, head: &Head) -> Roster {
    let bytes = office.objects.get(head.roster.object.sha256).await.unwrap();
    let keys = office.region.keys().await;
    SignedRoster::decode(&bytes).unwrap().verify(&keys.region_key, keys.feed).unwrap()
}

/// What a crew of the north makes of the roster: the south's copy key of this epoch.
async fn crews_key(two: &Two, head: &Head, epoch: u32, crew: &Keyring) -> Option<CopyKey> {
    let roster = roster(&two.north, head).await;
    let south = roster.neighbours.iter().find(|one| one.name == "南町")?;
    south.copy_key(two.north.region.keys().await.feed, epoch, crew).ok()
}

#[tokio::test]
async fn an_accepted_offer_is_in_the_next_roster_and_trust_goes_one_way() {
    let two = Two::make().await;
    let before = two.north.publish().await;
    assert!(roster(&two.north, &before).await.neighbours.is_empty());
    let (file, code) = two.offered(Utc::now()).await;
    let offer = trust::open(&file, &code).unwrap();
    two.accept(&offer).await.unwrap();

    let head = two.north.publish().await;
    assert_eq!(head.roster.version, before.roster.version + 1);
    let crew = two.north.region.vault().await.keyring;
    let south = two.south.region.vault().await.current.copy_key();
    assert!(crews_key(&two, &head, 1, &crew).await == Some(south));
    let keys = two.south.region.keys().await;
    let named = &roster(&two.north, &head).await.neighbours[0];
    assert_eq!((named.region_key, named.card_authority()), (keys.region_key, Some(keys.card_authority)));
    let stranger = two.south.region.vault().await.keyring;
    assert_eq!(crews_key(&two, &head, 1, &stranger).await, None, "only for crews of the north");

    assert_eq!(two.north.publish().await.roster.version, head.roster.version, "the same list makes no other roster");
    let back = two.south.publish().await;
    assert!(roster(&two.south, &back).await.neighbours.is_empty());
    assert_eq!(two.north.region.log().await.last().map(String::as_str), Some("region trusted"));
    assert!(two.south.region.log().await.contains(&"copy keys offered".to_owned()));
}

#[tokio::test]
async fn ended_trust_is_gone_from_the_roster_and_from_the_database() {
    let two = Two::make().await;
    let (file, code) = two.offered(Utc::now()).await;
    two.accept(&trust::open(&file, &code).unwrap()).await.unwrap();
    let head = two.north.publish().await;
    trust::end(&mut *two.north.region.conn().await, "sato", "南町").await.unwrap();
    let after = two.north.publish().await;
    assert_eq!(after.roster.version, head.roster.version + 1);
    assert!(roster(&two.north, &after).await.neighbours.is_empty());
    assert_eq!(two.north.count("SELECT count(*) FROM neighbour_key").await, 0);
    let again = trust::end(&mut *two.north.region.conn().await, "sato", "南町").await;
    assert!(again.unwrap_err().to_string().contains("no region of this name"));
}

#[tokio::test]
async fn either_regions_new_epoch_is_wrapped_anew_and_an_overtaken_offer_says_so() {
    let two = Two::make().await;
    let (file, code) = two.offered(Utc::now()).await;
    two.accept(&trust::open(&file, &code).unwrap()).await.unwrap();
    let first = two.north.publish().await;
    // The north rotates: crews that hold only its new key have the south's key as well.
    epoch::rotate(&mut *two.north.region.conn().await, "sato", &two.north.region.server, |_| ()).await.unwrap();
    let second = two.north.publish().await;
    assert_eq!(second.roster.version, first.roster.version + 1);
    let newest = Keyring::new(vec![two.north.region.vault().await.current]);
    assert!(crews_key(&two, &second, 1, &newest).await.is_some());

    // The south rotates: its offer no longer opens what it writes, and its office is told.
    let given = trust::given(&mut *two.south.region.conn().await).await.unwrap();
    assert_eq!((given.len(), given[0].name.as_str(), given[0].stale), (1, "北町", false));
    epoch::rotate(&mut *two.south.region.conn().await, "suzuki", &two.south.region.server, |_| ()).await.unwrap();
    assert!(trust::given(&mut *two.south.region.conn().await).await.unwrap()[0].stale);
    assert!(crews_key(&two, &second, 2, &newest).await.is_none());
    let (file, code) = two.offered(Utc::now()).await;
    assert!(!trust::given(&mut *two.south.region.conn().await).await.unwrap()[0].stale);
    two.accept(&trust::open(&file, &code).unwrap()).await.unwrap();
    let third = two.north.publish().await;
    for epoch in [1, 2] {
        assert!(crews_key(&two, &third, epoch, &newest).await.is_some(), "epoch {epoch}");
    }
    let trusted = trust::trusted(&mut *two.north.region.conn().await).await.unwrap();
    assert_eq!(trusted[0].epochs, [2, 1]);
}

#[tokio::test]
async fn offers_that_are_not_for_here_or_not_what_they_were_are_refused() {
    let two = Two::make().await;
    let now = Utc::now();
    let (file, code) = two.offered(now).await;
    let refusal = |done: Result<(), String>| done.expect_err("was not refused");
    let other = FallbackCode::make().unwrap();
    assert!(trust::open(&file, &other).err().unwrap().to_string().contains("does not open with this code"));
    let offer = trust::open(&file, &code).unwrap();
    assert!(refusal(accept(&two.south, &offer).await).contains("own offer"));
    let (elsewhere, code) = offered(&two.south, "東町", now).await;
    assert!(refusal(two.accept(&trust::open(&elsewhere, &code).unwrap()).await).contains("for '東町'"));
    two.accept(&offer).await.unwrap();

    let (older, code) = two.offered(now - TimeDelta::hours(1)).await;
    assert!(refusal(two.accept(&trust::open(&older, &code).unwrap()).await).contains("newer offer"));
    let rekeyed = TrustOffer { region_key: [5; 32], ..offer.clone() };
    assert!(refusal(two.accept(&rekeyed).await).contains("another key"));
    let twin = TrustOffer { feed: kakari_record::seal::FeedId::make().unwrap(), ..offer.clone() };
    assert!(refusal(two.accept(&twin).await).contains("told apart"));
    let own = two.north.region.keys().await.card_authority;
    assert!(refusal(two.accept(&TrustOffer { card_authority: own, ..offer.clone() }).await).contains("told apart"));
    let named_as_we_are = TrustOffer { name: "北町".to_owned(), ..offer.clone() };
    assert!(refusal(two.accept(&named_as_we_are).await).contains("told apart"));
    let bent = TrustOffer { card_authority: [4; 65], ..offer };
    assert!(refusal(two.accept(&bent).await).contains("no P-256 key"));
    assert_eq!(two.north.count("SELECT count(*) FROM neighbour").await, 1);
}

#[tokio::test]
async fn a_roster_that_tablets_would_not_take_is_not_published_and_the_one_before_stays() {
    let office = Office::make().await;
    let head = office.publish().await;
    let mut publisher = office.next_publisher(quick()).await;
    office.region.run("INSERT INTO staff (id, name, state) VALUES ('S9', repeat('x', 8388608), 'active')").await;
    sqlx::query("INSERT INTO staff_card (serial, staff, public_key, state) VALUES ('\\x2a', 'S9', $1, 'active')")
        .bind(a_point().as_slice())
        .execute(&office.region.pool)
        .await
        .unwrap();
    let refused = publisher.once().await;
    assert!(matches!(refused, Err(PublishError::RosterTooLong(length)) if length > 8_388_608), "{refused:?}");
    drop(publisher);
    office.region.run("UPDATE staff SET name = 'x'").await;
    let next = office.publish().await;
    assert_eq!(next.roster.version, head.roster.version + 1, "no version was spent on it");
}

/// A card in somebody's hand.
struct Card {
    secret: EphemeralPrivateKey,
    point: Point,
}

impl Card {
    fn make() -> Self {
        let secret = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).unwrap();
        let point = secret.compute_public_key().unwrap().as_ref().try_into().unwrap();
        Self { secret, point }
    }

    async fn register(&self, office: &Office, who: &Somebody, state: &str) {
        sqlx::query("INSERT INTO card (serial, resident, public_key, state) VALUES ($1, $2, $3, $4)")
            .bind(&self.point[1..9])
            .bind(who.id)
            .bind(self.point.as_slice())
            .bind(state)
            .execute(&office.region.pool)
            .await
            .unwrap();
    }

    fn agree(self, point: &Point) -> SharedX {
        let peer = UnparsedPublicKey::new(&ECDH_P256, point);
        agree_ephemeral(self.secret, &peer, |x| SharedX::new(x.try_into().unwrap())).unwrap()
    }
}

async fn copy_of(office: &Office, who: &Somebody, card: &Point) -> Result<copy::CardCopyOf, String> {
    let (keys, vault) = (office.region.keys().await, office.region.vault().await);
    let number: String = sqlx::query_scalar("SELECT number FROM resident WHERE id = $1")
        .bind(who.id)
        .fetch_one(&office.region.pool)
        .await
        .unwrap();
    let conn = &mut *office.region.conn().await;
    let made = copy::make(conn, &keys, &vault, &number.parse().unwrap(), card, Utc::now()).await;
    made.map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_southern_card_opens_for_a_northern_crew_with_what_was_last_published() {
    let two = Two::make().await;
    let people = two.south.residents(1).await;
    let card = Card::make();
    card.register(&two.south, &people[0], "active").await;
    two.south.publish().await;
    two.south.write(&people[0], 7).await;
    two.south.publish().await;
    two.south.write(&people[0], 9).await; // Not published yet.
    let made = copy_of(&two.south, &people[0], &card.point).await.unwrap();
    assert_eq!((made.version, made.left_out.len()), (2, 0));
    assert!(made.bytes.len() <= CardCopy::LONGEST);

    let (file, code) = two.offered(Utc::now()).await;
    two.accept(&trust::open(&file, &code).unwrap()).await.unwrap();
    let head = two.north.publish().await;
    let crew = two.north.region.vault().await.keyring;
    let south = roster(&two.north, &head).await.neighbours.remove(0);
    let copy = CardCopy::decode(&made.bytes).unwrap().verify(&south.region_key, south.feed(), &card.point).unwrap();
    let key = south.copy_key(two.north.region.keys().await.feed, copy.header().epoch, &crew).unwrap();
    let (point, answer) = (card.point, card.agree(copy.enc()));
    let summary = copy.open(&point, &answer, &key, &Dictionary::new(1, DICTIONARY)).unwrap();
    assert_eq!(summary.identity.address, Some(super::office::address_of(7)));
    assert_eq!((copy.header().version, copy.header().record), (2, people[0].record));
    assert!(
        copy.open(&point, &answer, &two.north.region.vault().await.current.copy_key(), &Dictionary::new(1, DICTIONARY))
            .is_err()
    );

    copy::goes_to_card(&mut *two.south.region.conn().await, "suzuki", &made, Utc::now()).await.unwrap();
    copy::goes_to_card(&mut *two.south.region.conn().await, "suzuki", &made, Utc::now()).await.unwrap();
    assert_eq!(two.south.count("SELECT version FROM card_copy").await, 2);
    assert_eq!(two.south.region.log().await.last().map(String::as_str), Some("copy for card"));
}

#[tokio::test]
async fn no_copy_is_made_for_who_has_no_record_or_for_a_card_that_is_not_theirs() {
    let office = Office::make().await;
    let people = office.residents(2).await;
    let (card, lost) = (Card::make(), Card::make());
    card.register(&office, &people[0], "active").await;
    lost.register(&office, &people[0], "lost").await;
    let refusal = |made: Result<copy::CardCopyOf, String>| made.err().expect("was not refused");
    assert!(refusal(copy_of(&office, &people[0], &card.point).await).contains("nothing of this resident is published"));
    office.publish().await;
    assert!(copy_of(&office, &people[0], &card.point).await.is_ok());
    for (who, point) in [(0, lost.point), (1, card.point), (0, a_point())] {
        assert!(refusal(copy_of(&office, &people[who], &point).await).contains("not registered for this resident"));
    }
    office.set(&people[0], "consent", "withdrawn").await;
    assert!(refusal(copy_of(&office, &people[0], &card.point).await).contains("consent is not given"));
    office.publish().await;
    office.set(&people[0], "consent", "given").await;
    assert!(refusal(copy_of(&office, &people[0], &card.point).await).contains("nothing of this resident is published"));
}
