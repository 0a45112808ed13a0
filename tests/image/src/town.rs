//! A region, its cards, and a folder with its feed and an invitation: what an office gives a station on a stick.

use std::path::{Path, PathBuf};

use kakari::demo::{CardDesk, Resident, TrainingCard, TrainingRegion, TrainingStaff, read_folder};
use kakari_card_sim::Stack;
use kakari_record::seal::Row;
use kakari_sync::enrol::InvitationCode;
use kakari_tests::bundled::NOBODY;
use kakari_tests::feed::Feed;

use crate::made::repository;

/// The region. Its cards were made on a private pcscd: the test must run in a process of its own
/// ([`kakari_card_sim::in_own_process`]).
pub struct Town {
    /// A crew member.
    pub staff: TrainingStaff,
    /// The invented residents.
    pub residents: Vec<Resident>,
    /// Their cards, in the same order.
    pub cards: Vec<TrainingCard>,
    /// The invitation's code.
    pub code: String,
    /// What an office's stick holds: the bundle, with the enrolment in it.
    pub bundle: PathBuf,
}

impl Town {
    /// With these sample residents.
    #[must_use]
    pub fn with_residents(dir: &Path, numbers: &[usize]) -> Self {
        let region = TrainingRegion::make().unwrap();
        let stack = Stack::start(dir, &["Kakari Test Reader"]).unwrap_or_else(|error| panic!("{error}"));
        let all = read_folder(&repository().join("assets/region/residents")).unwrap();
        let residents: Vec<Resident> = numbers.iter().map(|number| all[number - 1].clone()).collect();
        let desk = CardDesk::new(&region, stack.reader(0)).unwrap();
        let staff = region.staff(&desk, "S0001", "佐藤").unwrap();
        let cards: Vec<_> = residents.iter().map(|one| region.patient(&desk, &one.summary).unwrap()).collect();
        let rows = region.rows(residents.iter().zip(&cards).map(|(one, card)| (one, card.public_key)));
        let rows: Vec<Row> = rows.collect::<Result<_, _>>().unwrap();
        let member = [(staff.staff_id.as_str(), staff.name.as_str(), staff.card.public_key)];
        let roster = region.roster_of(1, &member, &[]).unwrap();
        let bundle = dir.join("bundle");
        let mut feed = Feed::new(&bundle, &region, &roster);
        feed.snapshot(&region, &rows, 1000);
        let code = InvitationCode::make().unwrap();
        feed.invite(&region, "kita-1", NOBODY, &code);
        Self { staff, residents, cards, code: code.expose().to_string(), bundle }
    }
}
