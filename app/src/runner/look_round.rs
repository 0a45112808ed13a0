//! Looking round the tablet: what the pre-shift check says is found here, on the glass and on the command line alike.

use std::path::Path;
use std::time::{Duration, Instant};

use chrono::Utc;
use kakari_session::findings::{CounterFindings, Findings, KeyPlace, RegionFindings, StoreFindings, Verified};
use kakari_store::{AuditHead, CounterState, Store, StoreError};
use kakari_sync::client::StateDir;
use rustix::fs::statvfs;

use super::audit_watch::public_key;
use super::clock_source::ClockSource;
use super::read_through::{Reading, read};
use super::reader_facts::reader_facts;
use super::station_desk::open;
use super::troubles::store_trouble;
use crate::config::Config;
use crate::sentence::begun;
use crate::sync_notes::{Status, SyncNotes};
use crate::tpm_keys::device_keys_in_tpm;
use crate::update;

/// Looks one time after the other.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    /// What the last reading of the whole store found.
    reading: Reading,
    /// The whole store is read at every look, and whoever looks waits for it.
    at_once: bool,
    clock: ClockSource,
    /// Up to here the audit was whole: the next look goes on from there.
    checked: Option<AuditHead>,
    /// What was wrong with it, in both languages, and since when it is known: that takes a whole reading to find, and does
    /// not mend itself.
    fault: Option<(Instant, (String, String))>,
}

/// An audit that is not whole is read again after this, not every few seconds.
const AGAIN: Duration = Duration::from_secs(600);

impl Rounds {
    /// For one look that waits until everything is read.
    pub(crate) fn once() -> Self {
        Self { at_once: true, ..Self::default() }
    }

    /// Looks; the first time this takes as long as reading the whole audit. `reader` is the one that works.
    pub(crate) fn look(&mut self, config: &Config, reader: Option<String>) -> Findings {
        let store = open(config);
        let failed = |error: StoreError| store_trouble(&error);
        let counter = store.as_ref().map_or(CounterFindings::None, counter);
        Findings {
            reader_facts: reader_facts(reader.as_deref()),
            reader,
            region: region(config, store.as_ref().ok()),
            store: store.and_then(|store| self.store_findings(config, &store).map_err(failed)),
            keys: config.key_place(),
            tablet_keys: tablet_keys(config),
            counter,
            clock: self.clock.look(),
            metered: config.metered,
            disk_free_mb: config.store.parent().and_then(free_mb),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            update: update::findings(),
        }
    }

    fn store_findings(&mut self, config: &Config, store: &Store) -> Result<StoreFindings, StoreError> {
        if self.fault.as_ref().is_none_or(|(since, _)| since.elapsed() >= AGAIN) {
            let audit = store.check_audit(public_key(config).as_deref(), self.checked)?;
            self.checked = audit.holds().then_some(audit.head);
            let first = audit.faults.first();
            self.fault = first.map(|fault| (Instant::now(), (fault.ja(), begun(&fault.to_string()))));
        }
        let received = store.receipt_state()?;
        let verified = match self.at_once {
            true => read(store).unwrap_or_else(|_| Verified::Unsound { at: Utc::now() }),
            false => self.reading.look(config),
        };
        Ok(StoreFindings {
            records: store.facts()?.records,
            set_aside: store.set_aside_rows()?.len() as u64,
            audit_rows: received.rows,
            audit_receipted: received.receipted,
            audit_in_conflict: received.in_conflict,
            audit_fault: self.fault.as_ref().map(|(_, words)| words.clone()),
            audit_checked_at: Utc::now(),
            verified,
        })
    }
}

/// Where the tablet's own keys lie; none before it has any.
fn tablet_keys(config: &Config) -> Option<KeyPlace> {
    match device_keys_in_tpm(config) {
        true => Some(KeyPlace::Tpm),
        false => config.state.join("tablet.key").exists().then_some(KeyPlace::File),
    }
}

/// Whether the tablet was set back to an older state.
fn counter(store: &Store) -> CounterFindings {
    match store.counter_state() {
        Ok(CounterState::None) => CounterFindings::None,
        Ok(CounterState::Sound) => CounterFindings::Sound,
        Ok(CounterState::Behind { .. }) => CounterFindings::Behind,
        Ok(CounterState::Another) => CounterFindings::Another,
        Ok(CounterState::Away) | Err(_) => CounterFindings::Away,
    }
}

/// What is known without a key that speaks for the tablet.
fn region(config: &Config, store: Option<&Store>) -> Option<RegionFindings> {
    let Ok(true) = config.state.join("enrolment.cbor").try_exists() else { return None };
    let state = store.and_then(|store| store.sync_state().ok()).unwrap_or_default();
    let contact = store.and_then(|store| store.contact().ok().flatten());
    let certificate = StateDir::make(&config.state).and_then(|state| state.certificate_end());
    let status = SyncNotes::in_dir(&config.state).status();
    Some(RegionFindings {
        heard: contact.map(|contact| contact.server_time),
        ahead_seconds: state.server_ahead_seconds,
        refused: state.last_refusal.as_deref().map(both_lines),
        certificate_days: certificate.ok().flatten().map(|end| (end - Utc::now()).num_seconds().div_euclid(86_400)),
        syncing: status.as_ref().is_some_and(Status::is_alive),
        last_round: status.and_then(|status| status.last_round).map(Into::into),
    })
}

/// As the store keeps it: a line for the crew, and the same in English.
fn both_lines(words: &str) -> (String, String) {
    let (ja, en) = words.split_once('\n').unwrap_or((words, words));
    (ja.to_owned(), begun(en))
}

fn free_mb(dir: &Path) -> Option<u64> {
    let found = statvfs(dir).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize) / (1024 * 1024))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use kakari_record::seal::FeedId;
    use kakari_session::StoreTrouble;
    use kakari_store::{Facts, StoreKey};

    use super::*;

    #[test]
    fn a_tablet_without_a_store_or_a_region_says_so_and_a_changed_audit_in_both_languages() {
        let place = tempfile::tempdir().expect("a folder");
        let config = Config::in_dir(place.path());
        let found = Rounds::default().look(&config, None);
        assert_eq!((found.store, found.region, found.keys), (Err(StoreTrouble::Missing), None, KeyPlace::File));
        assert!(found.disk_free_mb.is_some() && found.reader.is_none());
        let key = StoreKey::make_at(&config.store_key).expect("key");
        let facts = Facts {
            feed: FeedId::from_bytes([7; 16]),
            region_key: [1; 32],
            card_authority: [2; 65],
            training: true,
            records: 0,
            synced_at: None,
        };
        drop(Store::create(&config.store, key, &facts).expect("created"));
        let found = Rounds::default().look(&config, Some("A reader".to_owned()));
        let store = found.store.expect("there");
        assert_eq!((store.records, store.audit_rows, store.audit_fault), (0, 0, None));
        assert_eq!(store.verified, Verified::Running, "nobody waits until the whole store is read");
        let read = Rounds::once().look(&config, None).store.expect("there").verified;
        assert!(matches!(read, Verified::Sound { counted: 0, sealed: None, .. }), "{read:?}");
        assert_eq!((found.region, found.reader.as_deref()), (None, Some("A reader")), "in training there is no region");
        // A fault that is known is told without another reading of everything, until it is time to look again.
        let words = ("抜け".to_owned(), "A gap".to_owned());
        let told = |since| {
            let mut rounds = Rounds { fault: Some((since, words.clone())), ..Rounds::default() };
            rounds.look(&config, None).store.expect("there").audit_fault
        };
        assert_eq!(told(Instant::now()), Some(words.clone()));
        if let Some(long_ago) = Instant::now().checked_sub(AGAIN) {
            assert_eq!(told(long_ago), None, "this one is whole");
        }
    }

    #[test]
    fn what_is_wrong_is_told_in_both_languages_each_in_its_own() {
        assert_eq!(both_lines("古い\nset back"), ("古い".to_owned(), "Set back".to_owned()));
        assert_eq!(free_mb(Path::new("/no/such/folder")), None);
    }

    #[test]
    fn an_enrolled_tablet_has_a_region_even_before_it_was_heard() {
        let place = tempfile::tempdir().expect("a folder");
        let config = Config::in_dir(place.path());
        fs::create_dir_all(&config.state).expect("made");
        fs::write(config.state.join("enrolment.cbor"), b"").expect("written");
        let region = Rounds::default().look(&config, None).region.expect("a region");
        assert_eq!((region.heard, region.certificate_days, region.syncing), (None, None, false));
    }
}
