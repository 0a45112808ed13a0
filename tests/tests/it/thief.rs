//! Somebody who has every file of the tablet and the store key, and no staff card.

use kakari_card_sim::in_own_process;
use kakari_record::seal::{Dictionary, Keyring, Opener, Point, SealedRecord, SharedX, VaultKey};
use kakari_tests::place::{Place, patient_words};
use memchr::memmem;
use rusqlite::Connection;

/// The store as somebody reads it who has its key.
struct Loot {
    dictionary: Dictionary,
    rows: Vec<(SealedRecord, Opener)>,
    /// Every 32 bytes a thief could try as a vault key: zeros, and every window of every file that is not encrypted and
    /// of every blob that is neither a record nor an opener.
    guesses: Vec<[u8; 32]>,
}

impl Loot {
    fn of(place: &Place) -> Self {
        let db = place.unlocked(&place.tablet.config.store);
        let bytes: Vec<u8> = db.query_row("SELECT bytes FROM dictionary", [], |row| row.get(0)).unwrap();
        let set = place.unlocked(&place.records());
        let mut statement = set.prepare("SELECT record, opener FROM sealed JOIN opener USING (place)").unwrap();
        let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Vec<u8>>(1)?));
        let rows = statement.query_map([], read).unwrap().map(|row| {
            let (sealed, opener) = row.unwrap();
            (SealedRecord::decode(&sealed).unwrap(), Opener::decode(&opener).unwrap())
        });
        let rows = rows.collect();
        Self { dictionary: Dictionary::new(1, &bytes), rows, guesses: guesses(&db, &set, place) }
    }

    fn open(&self, place: usize, vault: VaultKey, public_key: &Point, answer: &SharedX) -> (bool, bool) {
        let (record, opener) = &self.rows[place];
        let keys = Keyring::new(vec![vault]);
        let by_vault = record.open_with_vault(&keys, &self.dictionary).is_ok();
        let by_card = record.open_with_card(opener, public_key, answer, &keys, &self.dictionary).is_ok();
        (by_vault, by_card)
    }
}

fn guesses(db: &Connection, set: &Connection, place: &Place) -> Vec<[u8; 32]> {
    let mut blobs = vec![vec![0; 32]];
    for (db, sql) in [
        (db, "SELECT signed FROM roster"),
        (db, "SELECT feed || region_key || card_authority FROM facts"),
        (set, "SELECT group_concat(token || card_key, '') FROM opener"),
        (db, "SELECT event || hash FROM audit"),
    ] {
        let mut statement = db.prepare(sql).unwrap();
        let found = statement.query_map([], |row| row.get_ref(0).map(|value| value.as_bytes().unwrap_or(&[]).to_vec()));
        blobs.extend(found.unwrap().map(Result::unwrap));
    }
    for name in ["store.key", "kakari.toml", "kakari.db.key-check", "pin"] {
        blobs.extend(std::fs::read(place.dir.join(name)));
    }
    blobs.iter().flat_map(|blob| blob.windows(32)).map(|window| window.try_into().unwrap()).collect()
}

/// What the card of this resident answers for its own opener.
fn card_answer(place: &Place, loot: &Loot, resident: usize) -> SharedX {
    let answer = place.desk().with_card(&place.cards[resident].card, |conversation| {
        conversation.identify(&place.region.authority().authority(), std::time::SystemTime::now())?;
        Ok(conversation.agree(loot.rows[resident].1.enc())?)
    });
    SharedX::new(*answer.unwrap().expose())
}

#[test]
fn with_every_file_and_the_store_key_but_no_staff_card_no_record_opens() {
    in_own_process("thief::with_every_file_and_the_store_key_but_no_staff_card_no_record_opens", |dir| {
        let place = Place::with_residents(dir, &[]);
        let loot = Loot::of(&place);
        assert_eq!(loot.rows.len(), place.residents.len());
        let nobody = SharedX::new([0; 32]);
        let (mut opened, mut tries) = (0, 0);
        for (resident, card) in place.cards.iter().enumerate() {
            let with_key = loot.open(resident, place.region.vault_key(), &card.public_key, &nobody);
            assert_eq!(with_key, (true, false), "the thief's tools work: only the key is missing");
            for guess in &loot.guesses {
                let vault = VaultKey::from_bytes(1, (*guess).into());
                let (by_vault, by_card) = loot.open(resident, vault, &card.public_key, &SharedX::new(*guess));
                opened += u32::from(by_vault || by_card);
                tries += 2;
            }
        }
        println!("{opened} of {} records opened in {tries} tries without a staff card", loot.rows.len());
        assert_eq!(opened, 0);
    });
}

#[test]
fn the_patients_card_alone_opens_nothing() {
    in_own_process("thief::the_patients_card_alone_opens_nothing", |dir| {
        let place = Place::with_residents(dir, &[1]);
        let loot = Loot::of(&place);
        let (answer, public_key) = (card_answer(&place, &loot, 0), place.cards[0].public_key);
        assert_eq!(loot.open(0, place.region.vault_key(), &public_key, &answer), (true, true), "with a crew it opens");
        for guess in &loot.guesses {
            let opened = loot.open(0, VaultKey::from_bytes(1, (*guess).into()), &public_key, &answer);
            assert_eq!(opened, (false, false));
        }
    });
}

#[test]
fn no_word_of_any_patient_is_in_any_file_of_the_tablet() {
    in_own_process("thief::no_word_of_any_patient_is_in_any_file_of_the_tablet", |dir| {
        let place = Place::with_residents(dir, &[]);
        place.tap(&place.cards[0].card).shows(&place.residents[0]);
        let words: Vec<String> = place.residents.iter().flat_map(patient_words).collect();
        assert!(words.len() > 500, "{} words looked for", words.len());
        let faces: Vec<&[u8]> =
            place.photos.iter().flatten().flat_map(|photo| photo.jpeg().chunks_exact(512)).collect();
        assert!(faces.len() > 20, "{} parts of photos looked for", faces.len());
        let mut files = 0;
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            let Ok(bytes) = std::fs::read(&path) else { continue };
            files += 1;
            let found = faces.iter().any(|part| memmem::find(&bytes, part).is_some());
            assert!(!found, "a part of a photo in {}", path.display());
            for word in &words {
                for form in [word.as_bytes().to_vec(), word.encode_utf16().flat_map(u16::to_le_bytes).collect()] {
                    assert!(memmem::find(&bytes, &form).is_none(), "a patient's word in {}", path.display());
                }
            }
        }
        println!("{} words and {} parts of photos not found in {files} files", words.len(), faces.len());
    });
}
