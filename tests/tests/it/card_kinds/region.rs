//! A tablet of a region that trusts another, and one card of each kind.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use chrono::{TimeDelta, Utc};
use kakari::demo::{CardDesk, TRAINING_PIN, TrainingCard, TrainingRegion};
use kakari_card::issue::{ManagementKey, put_object};
use kakari_card::{COPY_OBJECT, copy_object};
use kakari_card_sim::{LiteS, ReaderModel, Stack, VirtualCard};
use kakari_record::model::Summary;
use kakari_record::seal::{
    CopySealer, Header, KeyId, Neighbour, Packer, PlainCardId, PlainCardKind, RecordId, Row, Token, WrappedCopyKey,
};
use kakari_store::{Store, StoreKey, Trusted};
use kakari_tests::place::{Place, READER, sample_residents};

use super::table::{NEIGHBOUR, NEW};

/// As the region's tablets are told.
const PROFILES: &str = r#"
[[card_profile]]
name = "見守りカード"
kind = "felica"
system_code = "88B4"
service = "000B"
block = 2
form = "ascii"
has_key = true

[[card_profile]]
name = "福祉カード"
kind = "felica"
system_code = "88B4"
service = "000B"
block = 4
form = "ascii"
"#;
const SHOP: [u8; 8] = [0x01, 0x14, 0xC3, 0x21, 0x77, 0x10, 0x42, 0x0B];
const MIFARE: [u8; 4] = [0x12, 0x34, 0x56, 0x78];
const SHARED: [u8; 4] = [0x22, 0x34, 0x56, 0x78];
const LOST: [u8; 4] = [0x32, 0x34, 0x56, 0x78];
const NOBODYS: [u8; 4] = [0x42, 0x34, 0x56, 0x78];

pub(super) struct Cards {
    pub(super) place: Place,
    pub(super) expired: VirtualCard,
    pub(super) replaced: VirtualCard,
    pub(super) unknown: VirtualCard,
    pub(super) newer: VirtualCard,
    pub(super) older: VirtualCard,
    pub(super) before_the_head: VirtualCard,
    pub(super) other_region: VirtualCard,
    pub(super) neighbours: VirtualCard,
    pub(super) without_copy: VirtualCard,
    pub(super) damaged_copy: VirtualCard,
    numbered: VirtualCard,
    pub(super) lite_s: VirtualCard,
    pub(super) lite_s_copy: VirtualCard,
    pub(super) lite_s_invented: VirtualCard,
    pub(super) lite_s_emulated: VirtualCard,
    pub(super) mifare: VirtualCard,
    pub(super) shared: VirtualCard,
    pub(super) lost: VirtualCard,
    pub(super) nobodys: VirtualCard,
    strangers: Vec<Summary>,
}

impl Cards {
    pub(super) fn make(dir: &Path) -> Self {
        let place = enrol(dir, &[1, 2, 3, 4, 5, 6, 8]);
        let strangers = sample_residents(&[12, 14]);
        let neighbour = TrainingRegion::make().unwrap();
        equip(&place, &neighbour);
        let region = &place.region;
        let desk = place.desk();
        let elsewhere = TrainingRegion::make().unwrap();
        let issued = |region: &TrainingRegion, summary: &Summary| {
            let desk = CardDesk::new(region, place.reader()).unwrap();
            region.patient(&desk, summary).unwrap()
        };
        let with_copy = |region: &TrainingRegion, summary: &Summary, minutes, change: fn(&mut Vec<u8>)| {
            let card = issued(region, summary);
            write_copy(&place, region, &card, summary, minutes, change);
            card.card
        };
        let (new, theirs) = (&strangers[0], &strangers[1]);
        let whole: fn(&mut Vec<u8>) = |_| {};
        let key_of = |n: usize, epoch: u16, rest: [u8; 8]| lite_s(&place, n, epoch, rest);
        let genuine = key_of(4, 1, [7; 8]);
        let invented = LiteS { key_version: 9, ..key_of(4, 1, [8; 8]) };
        let digits = digits(&place.residents[2]);
        let numbered =
            LiteS { idm: [0x01, 0x2E, 1, 2, 3, 4, 5, 6], blocks: vec![(4, digits)], locked: true, ..LiteS::default() };
        Self {
            expired: region.expired_patient(&desk, &place.residents[0]).unwrap().card,
            replaced: region.patient(&desk, &place.residents[0]).unwrap().card,
            unknown: region.patient(&desk, new).unwrap().card,
            newer: with_copy(region, new, 5, whole),
            older: with_copy(region, new, -60, whole),
            before_the_head: with_copy(region, new, 1, whole),
            other_region: issued(&elsewhere, theirs).card,
            neighbours: with_copy(&neighbour, theirs, -600, whole),
            without_copy: issued(&neighbour, theirs).card,
            damaged_copy: with_copy(&neighbour, theirs, -600, |copy| copy[300] ^= 1),
            numbered: VirtualCard::felica_lite_s(&numbered),
            lite_s: VirtualCard::felica_lite_s(&genuine),
            lite_s_copy: VirtualCard::copy_of_lite_s(&genuine),
            lite_s_invented: VirtualCard::felica_lite_s(&invented),
            lite_s_emulated: VirtualCard::emulated_lite(genuine.idm, vec![[0; 16], [0; 16], genuine.blocks[0].1]),
            mifare: VirtualCard::mifare_classic(MIFARE),
            shared: VirtualCard::mifare_classic(SHARED),
            lost: VirtualCard::mifare_classic(LOST),
            nobodys: VirtualCard::mifare_classic(NOBODYS),
            strangers: strangers.clone(),
            place,
        }
    }

    pub(super) fn own(&self) -> &VirtualCard {
        &self.place.cards[0].card
    }

    /// A card that says a resident's number.
    pub(super) fn numbered(&self) -> &VirtualCard {
        &self.numbered
    }

    pub(super) fn name(&self, who: usize) -> &str {
        let summary = match who {
            NEW => &self.strangers[0],
            NEIGHBOUR => &self.strangers[1],
            who => &self.place.residents[who],
        };
        &summary.identity.name
    }
}

/// The tablet learns profiles, identifiers, refused cards and the neighbour, as from its region.
fn equip(place: &Place, neighbour: &TrainingRegion) {
    let mut config = OpenOptions::new().append(true).open(&place.tablet.config_path).unwrap();
    config.write_all(PROFILES.as_bytes()).unwrap();
    let key = StoreKey::load(&place.tablet.config.store_key).unwrap();
    let mut store = Store::open(&place.tablet.config.store, key).unwrap();
    let staff = &place.staff[0];
    let lost = PlainCardId::new(PlainCardKind::TypeA, &LOST).unwrap().revocation();
    let revoked = vec![place.cards[1].certificate_serial.clone(), lost];
    let own = &place.region;
    let mut roster = own.roster_of(2, &[("S0001", "佐藤", staff.card.public_key)], &revoked).unwrap();
    let copy_key =
        WrappedCopyKey::wrap(&neighbour.vault_key().copy_key(), neighbour.feed(), own.feed(), &own.vault_key());
    roster.neighbours.push(Neighbour {
        feed: *neighbour.feed().as_bytes(),
        name: "西地域".to_owned(),
        region_key: neighbour.region_key(),
        card_authority: neighbour.authority().public_key().unwrap().to_vec(),
        copy_keys: vec![copy_key.unwrap()],
    });
    // A head was believed, and what it names has not come yet: the sync is not complete.
    let issued_at = Utc::now() + TimeDelta::minutes(2);
    store.trust(&Trusted { generation: 1, sequence: 9, issued_at, roster: 2, orders: 0 }).unwrap();
    store.set_roster(&roster.sign(own.signing()).unwrap()).unwrap().unwrap();
}

/// A tablet with these residents, of whom some have cards beside their own.
fn enrol(dir: &Path, numbers: &[usize]) -> Place {
    let stack = Stack::start(dir, &[READER]).unwrap();
    stack.reader(0).set_model(ReaderModel::Everything);
    let (region, residents) = (TrainingRegion::make().unwrap(), sample_residents(numbers));
    let (staff, cards) = {
        let desk = CardDesk::new(&region, stack.reader(0)).unwrap();
        let staff = vec![region.staff(&desk, "S0001", "佐藤").unwrap()];
        (staff, residents.iter().map(|summary| region.patient(&desk, summary).unwrap()).collect::<Vec<_>>())
    };
    let rows: Vec<Row> = (0..residents.len()).map(|n| registered(&region, n, &residents[n], &cards[n])).collect();
    let tablet = region.enrol(dir, rows.into_iter().map(Ok), &staff, &[]).unwrap();
    std::fs::write(dir.join("pin"), TRAINING_PIN).unwrap();
    let photos = residents.iter().map(|_| None).collect();
    Place { dir: dir.to_owned(), stack, region, staff, residents, photos, cards, tablet }
}

fn registered(region: &TrainingRegion, n: usize, resident: &Summary, card: &TrainingCard) -> Row {
    let vault = region.vault_key();
    let token = |kind, id: &[u8]| Token::of_plain_card(&vault, &PlainCardId::new(kind, id).unwrap());
    let mut row = region.row(resident, None, &[card.public_key]).unwrap();
    row.tokens.extend(match n {
        3 => vec![token(PlainCardKind::Felica, &SHOP)],
        5 => vec![token(PlainCardKind::TypeA, &MIFARE), token(PlainCardKind::TypeA, &SHARED)],
        6 => vec![token(PlainCardKind::TypeA, &SHARED), token(PlainCardKind::TypeA, &LOST)],
        _ => Vec::new(),
    });
    row
}

/// The number of resident `n`, and the region's key of this epoch.
fn lite_s(place: &Place, n: usize, epoch: u16, id_rest: [u8; 8]) -> LiteS {
    let idm = [0x01, 0x2E, 0x41, 0x29, 0x35, 0x8B, 0xA7, id_rest[0]];
    let id_block: [u8; 16] = [idm, id_rest].concat().try_into().unwrap();
    let key = *place.region.vault_key().lite_s_card_key(&id_block);
    let blocks = vec![(2, digits(&place.residents[n]))];
    LiteS { idm, id_rest, key_version: epoch, key, blocks, locked: true }
}

fn digits(summary: &Summary) -> [u8; 16] {
    summary.identity.number.as_ref().unwrap().digits().as_bytes().try_into().unwrap()
}

/// As the desk writes it, so many minutes from now.
fn write_copy(
    place: &Place,
    region: &TrainingRegion,
    card: &TrainingCard,
    summary: &Summary,
    minutes: i64,
    change: fn(&mut Vec<u8>),
) {
    let (id, dictionary) = region.dictionary();
    let (copy_key, packer) = (region.vault_key().copy_key(), Packer::new(id, dictionary, 3));
    let sealer = CopySealer { copy_key: &copy_key, packer: &packer, region: region.signing() };
    let header = Header {
        feed: region.feed(),
        record: RecordId::make().unwrap(),
        version: 3,
        epoch: 0,
        dictionary: 0,
        card_key: KeyId::NONE,
        sealed_at: (Utc::now() + TimeDelta::minutes(minutes)).timestamp().unsigned_abs(),
    };
    let mut copy = sealer.seal(header, summary, &card.public_key).unwrap().copy.encode();
    change(&mut copy);
    let object = copy_object(&copy).unwrap();
    let desk = CardDesk::new(region, place.reader()).unwrap();
    let keys = ManagementKey::factory_keys();
    desk.with_card(&card.card, |conversation| put_object(conversation, &keys, COPY_OBJECT, &object)).unwrap();
}
