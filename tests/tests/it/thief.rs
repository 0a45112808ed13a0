//! Somebody who has every file of the tablet and the store key, and no staff card.

use kakari_card_sim::in_own_process;
use kakari_record::seal::{Dictionary, Keyring, Opener, SealedRecord, SharedX, VaultKey};
use kakari_store::StoreKey;
use rusqlite::Connection;

use kakari_tests::place::{Place, patient_words};

/// Every 32 bytes a thief could try as the vault key: the store key, zeros, and every 32-byte window of every blob in
/// the store that is short enough to be a key or a wrap.
fn guesses(db: &Connection, store_key: &[u8]) -> Vec<[u8; 32]> {
    let mut guesses = vec![[0; 32], store_key.try_into().unwrap()];
    for sql in ["SELECT signed FROM roster", "SELECT feed FROM facts", "SELECT region_key FROM facts"] {
        let blob: Vec<u8> = db.query_row(sql, [], |row| row.get(0)).unwrap();
        guesses.extend(blob.windows(32).map(|window| <[u8; 32]>::try_from(window).unwrap()));
    }
    guesses
}

#[test]
fn with_every_file_and_the_store_key_but_no_staff_card_no_record_opens() {
    in_own_process("thief::with_every_file_and_the_store_key_but_no_staff_card_no_record_opens", |dir| {
        let place = Place::with_residents(dir, &[]);
        let store_key = std::fs::read(&place.tablet.config.store_key).unwrap();
        StoreKey::load(&place.tablet.config.store_key).unwrap();
        let db = Connection::open(&place.tablet.config.store).unwrap();
        let hex: String = store_key.iter().map(|byte| format!("{byte:02x}")).collect();
        db.pragma_update(None, "key", format!("x'{hex}'")).unwrap();
        let dictionary: Vec<u8> = db.query_row("SELECT bytes FROM dictionary", [], |row| row.get(0)).unwrap();
        let dictionary = Dictionary::new(1, &dictionary);
        let guesses = guesses(&db, &store_key);

        let mut statement = db.prepare("SELECT sealed, opener FROM record JOIN opener USING (place)").unwrap();
        let rows: Vec<(Vec<u8>, Vec<u8>)> =
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
        assert_eq!(rows.len(), place.residents.len());
        let (mut opened, mut tries) = (0, 0);
        for (sealed, opener) in &rows {
            let (record, opener) = (SealedRecord::decode(sealed).unwrap(), Opener::decode(opener).unwrap());
            for guess in &guesses {
                let keys = Keyring::new(vec![VaultKey::from_bytes(1, (*guess).into())]);
                tries += 2;
                opened += u32::from(record.open_with_vault(&keys, &dictionary).is_ok());
                let answer = SharedX::new(*guess);
                opened += u32::from(record.open_with_card(&opener, opener.enc(), &answer, &keys, &dictionary).is_ok());
            }
        }
        println!("{opened} of {} records opened in {tries} tries without a staff card", rows.len());
        assert_eq!(opened, 0);
    });
}

#[test]
fn the_patients_card_alone_opens_nothing() {
    in_own_process("thief::the_patients_card_alone_opens_nothing", |dir| {
        let place = Place::with_residents(dir, &[1]);
        let store_key = std::fs::read(&place.tablet.config.store_key).unwrap();
        let db = Connection::open(&place.tablet.config.store).unwrap();
        let hex: String = store_key.iter().map(|byte| format!("{byte:02x}")).collect();
        db.pragma_update(None, "key", format!("x'{hex}'")).unwrap();
        let (sealed, opener): (Vec<u8>, Vec<u8>) = db
            .query_row("SELECT sealed, opener FROM record JOIN opener USING (place)", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        let dictionary: Vec<u8> = db.query_row("SELECT bytes FROM dictionary", [], |row| row.get(0)).unwrap();
        let (record, opener) = (SealedRecord::decode(&sealed).unwrap(), Opener::decode(&opener).unwrap());
        let answer = place
            .desk()
            .with_card(&place.cards[0].card, |conversation| {
                conversation.identify(&place.region.authority().authority(), std::time::SystemTime::now())?;
                Ok(conversation.agree(opener.enc())?)
            })
            .unwrap();
        for guess in guesses(&db, &store_key) {
            let keys = Keyring::new(vec![VaultKey::from_bytes(1, guess.into())]);
            let opened = record.open_with_card(
                &opener,
                &place.cards[0].public_key,
                &SharedX::new(*answer.expose()),
                &keys,
                &Dictionary::new(1, &dictionary),
            );
            assert!(opened.is_err(), "the card's own answer without a crew opened the record");
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
        let mut files = 0;
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            let Ok(bytes) = std::fs::read(&path) else { continue };
            files += 1;
            for word in &words {
                for form in [word.as_bytes().to_vec(), word.encode_utf16().flat_map(u16::to_le_bytes).collect()] {
                    let found = bytes.windows(form.len()).any(|window| window == form);
                    assert!(!found, "a patient's word in {}", path.display());
                }
            }
        }
        println!("{} words not found in {files} files", words.len());
    });
}
