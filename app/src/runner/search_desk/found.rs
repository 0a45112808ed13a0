//! Opening what was chosen: by the vault's slot, with the checks of a tap.

use std::time::Instant;

use kakari_record::audit::Access;
use kakari_record::seal::{RecordId, SealError, SealedRecord};
use kakari_session::{CardOutcome, OpenRecord, OpeningTrouble, StoreTrouble};
use kakari_store::StoredPhoto;

use super::super::journal::Step;
use super::super::opening::Trust;
use super::super::patient_card::{not_opened, open_photo};
use super::super::troubles::store_trouble;
use super::directory::Directory;
use crate::runner::crew_keys::CrewKeys;

pub(super) fn open(directory: &mut Directory, record: RecordId) -> (CardOutcome, Vec<Step>) {
    let mut steps = Vec::new();
    let outcome = try_open(directory, record, &mut steps).unwrap_or_else(CardOutcome::Store);
    (outcome, steps)
}

fn try_open(directory: &mut Directory, record: RecordId, steps: &mut Vec<Step>) -> Result<CardOutcome, StoreTrouble> {
    let trust = directory.trust.clone().ok_or(StoreTrouble::Refused)?;
    let began = Instant::now();
    let stored = directory.reader()?.record(record).map_err(|error| store_trouble(&error))?;
    steps.push(Step::new("look-up", began.elapsed()));
    let Some((sealed, photo)) = stored else { return Ok(CardOutcome::NothingStored) };
    if sealed.header().record != record {
        return Ok(CardOutcome::NotOpened(OpeningTrouble::NotOpened));
    }
    Ok(unseal(&directory.keys, &trust, &sealed, &photo, steps).map_or_else(not_opened, CardOutcome::Opened))
}

fn unseal(
    keys: &CrewKeys,
    trust: &Trust,
    sealed: &SealedRecord,
    photo: &StoredPhoto,
    steps: &mut Vec<Step>,
) -> Result<OpenRecord, SealError> {
    let began = Instant::now();
    let header = sealed.header();
    let dictionary = trust.dictionaries.iter().find(|known| known.id() == header.dictionary);
    let dictionary = dictionary.ok_or(SealError::UnknownDictionary(header.dictionary))?;
    let key = keys.with(|keys| sealed.unlock_with_vault(keys))?;
    let summary = sealed.open(&key, dictionary)?;
    steps.push(Step::new("open", began.elapsed()));
    if header.feed != trust.feed {
        return Err(SealError::NotOpened);
    }
    let photo = open_photo(photo, header, &key, steps);
    Ok(OpenRecord { id: header.record, version: header.version, summary, photo, access: Access::Search, copy: None })
}
