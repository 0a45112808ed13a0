//! A tablet that was enrolled from a bundle by the real program, and the bundle's next snapshots.

use std::path::{Path, PathBuf};
use std::process::Command;

use kakari::demo::{CardDesk, TrainingCard, TrainingRegion, TrainingStaff};
use kakari_card_sim::Stack;
use kakari_record::model::Consent;
use kakari_record::seal::Row;
use kakari_sync::enrol::InvitationCode;
use kakari_tests::bundled::{NOBODY, Said};
use kakari_tests::feed::Feed;
use kakari_tests::generator::Generator;
use kakari_tests::place::kakari;

/// About 4 MB each.
const ROWS_OF_A_PART: usize = 4_400;

pub(crate) struct Place {
    pub(crate) stack: Stack,
    pub(crate) staff: TrainingStaff,
    pub(crate) patient: TrainingCard,
    pub(crate) config: PathBuf,
    region: TrainingRegion,
    rows: Vec<Row>,
    feed: Feed,
}

impl Place {
    pub(crate) fn make(dir: &Path, residents: usize) -> Self {
        let stack = Stack::start(dir, &["Kakari Bench Reader"]).unwrap_or_else(|error| panic!("{error}"));
        let region = TrainingRegion::make().unwrap().packing_fast();
        let summaries = Generator::new(1).take(residents).map(|mut summary| {
            summary.consent = Consent::Given { on: None, by: None };
            summary
        });
        let summaries: Vec<_> = summaries.collect();
        let (staff, patient) = {
            let desk = CardDesk::new(&region, stack.reader(0)).unwrap();
            (region.staff(&desk, "S0001", "佐藤").unwrap(), region.patient(&desk, &summaries[0]).unwrap())
        };
        // Nobody lays the other cards: sealing for one key costs the same.
        let row = |summary| region.row(summary, None, &[patient.public_key]).unwrap();
        let rows: Vec<Row> = summaries.iter().map(row).collect();
        let roster = region.roster_of(1, &[("S0001", "佐藤", staff.card.public_key)], &[]).unwrap();
        let mut feed = Feed::new(&dir.join("bundle"), &region, &roster);
        feed.snapshot(&region, &rows, ROWS_OF_A_PART);
        let code = InvitationCode::make().unwrap();
        feed.invite(&region, "kita-1", NOBODY, &code);
        let config = dir.join("kakari.toml");
        let mut enrol = Command::new(kakari());
        enrol.args(["enrol", "--json", "--code", &code.expose(), "--from"]).arg(&feed.dir);
        let said =
            Said::of(enrol.arg("--state").arg(dir.join("tablet")).arg("--config").arg(&config).output().unwrap());
        assert_eq!(said.code, 0, "{said:?}");
        Self { stack, staff, patient, config, region, rows, feed }
    }

    /// Everybody anew, as one snapshot.
    pub(crate) fn publish(&mut self) {
        self.feed.snapshot(&self.region, &self.rows, ROWS_OF_A_PART);
    }

    /// One round from the bundle.
    pub(crate) fn sync(&self) -> Command {
        let mut sync = Command::new("nice");
        sync.args(["-n", "15"])
            .arg(kakari())
            .args(["sync", "--json", "--once", "--from"])
            .arg(&self.feed.dir)
            .arg("--config")
            .arg(&self.config);
        sync
    }
}
