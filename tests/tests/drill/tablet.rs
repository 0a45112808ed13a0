//! A tablet of the drill: its programs, and what it holds.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use chrono::Utc;
use kakari_record::audit::{AuditEvent, AuditKind, TimeQuality};
use kakari_store::{ReceiptState, Store, StoreKey};
use kakari_tests::office::Office;
use kakari_tests::place::kakari;

/// Longest time for a change to come from the office to a tablet.
const PATIENCE: Duration = Duration::from_secs(90);

pub(super) struct Tablet {
    pub(super) id: String,
    dir: PathBuf,
}

/// `kakari sync`. Ends when it is dropped.
pub(super) struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Tablet {
    pub(super) fn enrol(office: &Office, dir: &Path) -> Self {
        fs::create_dir_all(dir).unwrap();
        let invited = office.invite("北町救急1");
        let id = office.asks("SELECT max(id) FROM tablet").remove(0);
        let tablet = Self { id, dir: dir.to_owned() };
        let mut enrol = Command::new(kakari());
        enrol.args(["enrol", "--json", "--code", &invited.code, "--server", &invited.url, "--state"]);
        let done = enrol.arg(dir.join("tablet")).arg("--config").arg(tablet.config()).output().unwrap();
        assert!(done.status.success(), "{done:?}");
        tablet
    }

    fn config(&self) -> PathBuf {
        self.dir.join("kakari.toml")
    }

    fn store(&self) -> Store {
        let key = StoreKey::load(&self.dir.join("tablet/store.key")).unwrap();
        Store::open(&self.dir.join("tablet/kakari.db"), key).unwrap()
    }

    /// Rows as a crew's work writes them.
    pub(super) fn write_rows(&self, rows: u64) {
        let mut store = self.store();
        for _ in 0..rows {
            store.append_audit(&self.event()).unwrap();
        }
    }

    fn event(&self) -> AuditEvent {
        AuditEvent {
            kind: AuditKind::SignedIn,
            at: Utc::now(),
            monotonic_ms: 1,
            boot: [9; 16],
            time_quality: TimeQuality::OwnClock,
            tablet: self.id.clone(),
            vehicle: "北町救急1".to_owned(),
            crew: vec!["S0001".to_owned()],
            app: "0.1.0".to_owned(),
        }
    }

    pub(super) fn start_daemon(&self) -> Daemon {
        let mut command = Command::new(kakari());
        command.args(["sync", "--config"]).arg(self.config()).stdout(Stdio::null()).stderr(Stdio::null());
        Daemon(command.spawn().unwrap())
    }

    /// One round; everything that it said.
    pub(super) fn sync_once(&self) -> String {
        let mut command = Command::new(kakari());
        let said = command.args(["sync", "--once", "--json", "--config"]).arg(self.config()).output().unwrap();
        String::from_utf8(said.stdout).unwrap()
    }

    /// Rounds until the tablet holds what the region publishes.
    pub(super) fn sync_until_like(&self, office: &Office) {
        let until = Instant::now() + PATIENCE;
        loop {
            let said = self.sync_once();
            if office.published() == self.held() && office.is_quiet() && self.is_received() {
                return;
            }
            assert!(Instant::now() < until, "{} never came to hold what the region does: {said}", self.id);
            thread::sleep(Duration::from_millis(500));
        }
    }

    /// The same for one that syncs by itself.
    pub(super) fn wait_until_like(&self, office: &Office) {
        let until = Instant::now() + PATIENCE;
        while office.published() != self.held() || !office.is_quiet() || !self.is_received() {
            assert!(Instant::now() < until, "{} never came to hold what the region does", self.id);
            thread::sleep(Duration::from_millis(500));
        }
    }

    /// Records with their versions.
    pub(super) fn held(&self) -> BTreeSet<String> {
        let pair = |(record, version): (kakari_record::seal::RecordId, u64)| {
            let id: String = record.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{id}:{version}")
        };
        self.store().with_versions(|rows| rows.map(pair).collect()).unwrap()
    }

    /// Each audit row's number and hash.
    pub(super) fn audit(&self) -> Vec<String> {
        let store = self.store();
        let mut first = 1;
        let mut rows = Vec::new();
        while let Some(run) = store.audit_from(first, 1).unwrap() {
            let hash: String = run.head.iter().map(|byte| format!("{byte:02x}")).collect();
            rows.push(format!("{first}|{hash}"));
            first += 1;
        }
        rows
    }

    pub(super) fn receipts(&self) -> ReceiptState {
        self.store().receipt_state().unwrap()
    }

    fn is_received(&self) -> bool {
        let state = self.receipts();
        state.rows == state.receipted
    }
}
