//! A whole region in memory: its keys, its sealing, its roster, and the tablet enrolled to it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::Utc;
use kakari_card::issue::{CardAuthoritySigner, Holder};
use kakari_card::{CardNumber, Pin, StaffId, StaffName};
use kakari_record::model::Summary;
use kakari_record::photo::Photo;
use kakari_record::seal::{
    DirectoryEntry, FallbackCode, FallbackWrap, FeedId, Header, KeyId, Packer, Point, RecordId, Roster, RosterEntry,
    SealError, Sealer, Token, VaultKey, WrappedVault,
};
use kakari_store::{Facts, Row, Store, StoreKey};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};

use super::cards::Validity;
use super::{CardDesk, DemoError, Resident, TRAINING_PIN, TrainingCard};
use crate::config::Config;

/// The training tablet's name in the audit and in the roster.
const TABLET: &str = "training";
/// Whom records of the training region can be handed to.
const RECEIVERS: [&str; 3] = ["北町総合病院", "東町中央病院", "あさぎり救命救急センター"];
/// The compression dictionary that records are packed with.
const DICTIONARY: &[u8] = include_bytes!("../../../assets/dictionary/1.zdict");
const DICTIONARY_ID: u32 = 1;
/// Packs as small as zstd does in under a millisecond.
const LEVEL: i32 = 12;
/// Packs in a few microseconds.
const FAST_LEVEL: i32 = 3;
const BATCH: usize = 5_000;

/// The keys of a region that lives as long as the training.
pub struct TrainingRegion {
    feed: FeedId,
    vault: VaultKey,
    signing: Ed25519KeyPair,
    authority: CardAuthoritySigner,
    packer: Packer,
    training: bool,
    fallback: Option<FallbackCode>,
    last_serial: AtomicU64,
}

/// A staff member with a card.
pub struct TrainingStaff {
    /// Staff number.
    pub staff_id: String,
    /// Name as the top bar shows it.
    pub name: String,
    /// The card.
    pub card: TrainingCard,
}

/// A tablet that is ready to run.
pub struct Enrolled {
    /// Its configuration file.
    pub config_path: PathBuf,
    /// What the file says.
    pub config: Config,
}

impl TrainingRegion {
    /// Makes fresh keys.
    pub fn make() -> Result<Self, DemoError> {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| SealError::NoRandom)?;
        Ok(Self {
            feed: FeedId::make()?,
            vault: VaultKey::make(1)?,
            signing: Ed25519KeyPair::from_pkcs8(document.as_ref()).map_err(|_| SealError::NoRandom)?,
            authority: CardAuthoritySigner::make("Kakari Training CA")?,
            packer: Packer::new(DICTIONARY_ID, DICTIONARY, LEVEL),
            training: true,
            fallback: None,
            last_serial: AtomicU64::new(1000),
        })
    }

    /// Packs a little larger and much faster, for very many residents.
    #[must_use]
    pub fn packing_fast(self) -> Self {
        Self { packer: Packer::new(DICTIONARY_ID, DICTIONARY, FAST_LEVEL), ..self }
    }

    /// Stores that do not say that they are training, to measure the screens of duty without the 訓練 over them.
    #[must_use]
    pub fn as_on_duty(self) -> Self {
        Self { training: false, ..self }
    }

    /// The same with a supervisor's one-time code for the tablet that enrols.
    #[must_use]
    pub fn with_fallback(self, code: FallbackCode) -> Self {
        Self { fallback: Some(code), ..self }
    }

    /// The region's vault key, which only its office and its signed-in crews have.
    pub fn vault_key(&self) -> VaultKey {
        self.vault.clone()
    }

    /// The same with this vault key, for a test that has to know it.
    #[must_use]
    pub fn with_vault_key(self, vault: VaultKey) -> Self {
        Self { vault, ..self }
    }

    /// The region's feed.
    pub fn feed(&self) -> FeedId {
        self.feed
    }

    /// What signs the region's heads, rosters and orders.
    pub fn signing(&self) -> &Ed25519KeyPair {
        &self.signing
    }

    /// The public half of what signs.
    pub fn region_key(&self) -> [u8; 32] {
        let mut key = [0; 32];
        key.copy_from_slice(self.signing.public_key().as_ref());
        key
    }

    /// The compression dictionary that records are packed with, and its number.
    pub fn dictionary(&self) -> (u32, &'static [u8]) {
        (DICTIONARY_ID, DICTIONARY)
    }

    /// What signs this region's cards.
    pub fn authority(&self) -> &CardAuthoritySigner {
        &self.authority
    }

    pub(super) fn next_serial(&self) -> u64 {
        self.last_serial.fetch_add(1, Ordering::Relaxed)
    }

    /// Issues a resident's card.
    pub fn patient(&self, desk: &CardDesk<'_>, summary: &Summary) -> Result<TrainingCard, DemoError> {
        self.patient_valid(desk, summary, Validity::usual())
    }

    /// Issues a resident's card that ran out yesterday.
    pub fn expired_patient(&self, desk: &CardDesk<'_>, summary: &Summary) -> Result<TrainingCard, DemoError> {
        self.patient_valid(desk, summary, Validity::ended())
    }

    fn patient_valid(
        &self,
        desk: &CardDesk<'_>,
        summary: &Summary,
        validity: Validity,
    ) -> Result<TrainingCard, DemoError> {
        let number = summary.identity.number.as_ref().and_then(|number| CardNumber::new(number.digits()));
        let number = number.ok_or(DemoError::Seal(SealError::Malformed("common number")))?;
        desk.issue(Holder::Patient(number), validity, None)
    }

    /// Issues a staff card with the training PIN.
    pub fn staff(&self, desk: &CardDesk<'_>, staff_id: &str, name: &str) -> Result<TrainingStaff, DemoError> {
        let holder = Holder::Staff { name: StaffName(name.to_owned()), staff_id: StaffId(staff_id.to_owned()) };
        let card = desk.issue(holder, Validity::usual(), Pin::new(TRAINING_PIN))?;
        Ok(TrainingStaff { staff_id: staff_id.to_owned(), name: name.to_owned(), card })
    }

    /// Seals residents for their cards, one at a time as the store asks for them.
    pub fn rows<'a>(
        &'a self,
        residents: impl Iterator<Item = (&'a Resident, Point)> + 'a,
    ) -> impl Iterator<Item = Result<Row, SealError>> + 'a {
        residents.map(|(resident, card)| self.row(&resident.summary, resident.photo.as_ref(), &[card]))
    }

    /// Seals one resident.
    pub fn row(&self, summary: &Summary, photo: Option<&Photo>, cards: &[Point]) -> Result<Row, SealError> {
        let header = Header {
            feed: self.feed,
            record: RecordId::make()?,
            version: 1,
            epoch: 0,
            dictionary: 0,
            card_key: KeyId::NONE,
            sealed_at: Utc::now().timestamp().unsigned_abs(),
        };
        let sealed = Sealer { vault: &self.vault, packer: &self.packer }.seal(header, summary, photo, cards)?;
        let identity = &summary.identity;
        let number = identity.number.as_ref().ok_or(SealError::Malformed("common number"))?;
        let phones = identity.phones.iter().map(|phone| Token::of_phone(&self.vault, phone));
        let house = identity.address.iter().filter_map(|address| Token::of_household(&self.vault, address));
        Ok(Row {
            card_token: Token::of_card(&self.vault, number),
            openers: sealed.openers,
            tokens: phones.chain(house).collect(),
            directory: DirectoryEntry::of(summary).seal(&self.vault, self.feed, header.record)?,
            record: sealed.record,
            photo: sealed.photo,
        })
    }

    /// Makes a tablet in `dir`: key, store, roster, configuration. The first row that fails ends it.
    pub fn enrol(
        &self,
        dir: &Path,
        rows: impl Iterator<Item = Result<Row, SealError>>,
        staff: &[TrainingStaff],
        revoked: &[Vec<u8>],
    ) -> Result<Enrolled, DemoError> {
        let config = Config {
            store: dir.join("kakari.db"),
            store_key: dir.join("store.key"),
            vehicle: "北町救急1".to_owned(),
            tablet: TABLET.to_owned(),
            state: dir.join("state"),
            reader: String::new(),
            fullscreen: false,
            metered: false,
            towns: BTreeMap::new(),
            receivers: Vec::new(),
            handover_dir: None,
            usb_dir: "/media".into(),
            region: None,
            // Training leaves nothing in the TPM of the machine that it is played on.
            tpm: Some(String::new()),
            card_profile: Vec::new(),
        };
        let config = equip(dir, config)?;
        let mut store = Store::create(&config.store, StoreKey::make_at(&config.store_key)?, &self.facts())?;
        store.add_dictionary(DICTIONARY_ID, DICTIONARY)?;
        let believed = store.set_roster(&self.roster(staff, revoked)?.sign(&self.signing)?)?;
        believed.map_err(|_| SealError::Malformed("roster"))?;
        let mut failed = None;
        store.load(rows.map_while(|row| row.map_err(|error| failed = Some(error)).ok()), BATCH)?;
        if let Some(error) = failed {
            return Err(error.into());
        }
        let config_path = write_config(dir, &config)?;
        Ok(Enrolled { config_path, config })
    }

    fn facts(&self) -> Facts {
        let card_authority = self.authority.authority().keys()[0];
        let synced_at = Some(Utc::now().timestamp());
        Facts {
            feed: self.feed,
            region_key: self.region_key(),
            card_authority,
            training: self.training,
            records: 0,
            synced_at,
        }
    }

    fn roster(&self, staff: &[TrainingStaff], revoked: &[Vec<u8>]) -> Result<Roster, SealError> {
        let staff: Vec<_> = staff
            .iter()
            .map(|member| (member.staff_id.as_str(), member.name.as_str(), member.card.public_key))
            .collect();
        let code = self.fallback.as_ref();
        let wrap = code.map(|code| FallbackWrap::wrap(&self.vault, self.feed, TABLET, code)).transpose()?;
        Ok(Roster { fallback: wrap.into_iter().collect(), ..self.roster_of(1, &staff, revoked)? })
    }

    /// A roster of this version: staff number, name and card key of each member, and the serials of refused cards.
    pub fn roster_of(
        &self,
        version: u64,
        staff: &[(&str, &str, Point)],
        revoked: &[Vec<u8>],
    ) -> Result<Roster, SealError> {
        let entries = staff.iter().map(|(staff_id, name, card)| {
            Ok(RosterEntry {
                staff_id: (*staff_id).to_owned(),
                name: (*name).to_owned(),
                card_key: *KeyId::derive(card).as_bytes(),
                wraps: vec![WrappedVault::wrap(&self.vault, self.feed, card)?],
            })
        });
        Ok(Roster {
            feed: *self.feed.as_bytes(),
            version,
            issued_at: Utc::now(),
            staff: entries.collect::<Result<_, SealError>>()?,
            revoked: revoked.to_vec(),
            fallback: Vec::new(),
            neighbours: Vec::new(),
        })
    }
}

/// The same with hospitals to hand over to, a folder for their files, and the towns that addresses are in.
pub(super) fn equip(dir: &Path, config: Config) -> Result<Config, DemoError> {
    let path = dir.join("hand-over");
    fs::create_dir_all(&path).map_err(|source| DemoError::File { path: path.clone(), source })?;
    let receivers = RECEIVERS.map(str::to_owned).to_vec();
    Ok(Config { towns: towns(), receivers, handover_dir: Some(path), ..config })
}

/// How the training region's towns are read.
fn towns() -> BTreeMap<String, String> {
    let towns = [("キタマチチュウオウ", "あさぎり県北町中央"), ("ヒガシマチチュウオウ", "あさぎり県東町中央")];
    towns.map(|(read, written)| (read.to_owned(), written.to_owned())).into()
}

pub(super) fn write_config(dir: &Path, config: &Config) -> Result<PathBuf, DemoError> {
    let path = dir.join("kakari.toml");
    let text = toml::to_string(config).unwrap_or_default();
    fs::write(&path, text).map_err(|source| DemoError::File { path: path.clone(), source })?;
    Ok(path)
}
