//! Crews, the tablet's own facts, and the hospitals it hands over to.

use std::sync::Arc;

use chrono::TimeDelta;
use kakari_record::seal::{FallbackWrap, KeyId, Roster, RosterEntry};
use kakari_session::findings::{Battery, Gauges, Link, Modem, ModemState};
use kakari_session::{CrewCard, CrewMember, Lease, Receipts, RosterState, SearchTally, StoreFacts};

use crate::Case;
use crate::tablet::moment;

const ORDINARY: [&str; 6] = ["佐藤 一郎", "田中 花子", "鈴木 次郎", "高橋 三郎", "伊藤 四郎", "渡辺 五郎"];
const LONG: [&str; 4] = ["長曽我部 倫太郎", "勅使河原 美千代", "ドミンゴ・サンチェス", "五十嵐 勘右衛門"];

pub(crate) fn names(case: Case) -> Vec<&'static str> {
    match case {
        Case::Empty => ORDINARY[..3].to_vec(),
        Case::Typical => ORDINARY.to_vec(),
        Case::Extreme => LONG.into_iter().chain(ORDINARY).cycle().take(21).collect(),
    }
}

/// The member of this place on the roster.
pub(crate) fn member(case: Case, place: usize) -> CrewMember {
    let entry = &roster(case).staff[place];
    let card = CrewCard { key: KeyId::from_bytes(entry.card_key), serial: vec![entry.card_key[0]] };
    let family = entry.name.split(' ').next().unwrap_or_default();
    CrewMember { staff_id: entry.staff_id.clone(), name: family.to_owned(), card }
}

fn roster(case: Case) -> Roster {
    let entry = |(place, name): (usize, &&str)| RosterEntry {
        staff_id: format!("S{:04}", place + 1),
        name: (*name).to_owned(),
        card_key: [u8::try_from(place + 1).unwrap_or(u8::MAX); 8],
        wraps: Vec::new(),
    };
    let code = FallbackWrap { tablet: "kita-1".into(), id: [5; 8], salt: [0; 16], epoch: 1, sealed: vec![0; 48] };
    Roster {
        feed: [0; 16],
        version: 1,
        issued_at: moment(0).utc,
        staff: names(case).iter().enumerate().map(entry).collect(),
        revoked: Vec::new(),
        fallback: vec![code],
        neighbours: Vec::new(),
    }
}

/// What the open store says of itself. With nothing there the tablet belongs to no region and was never filled.
pub(crate) fn facts(case: Case) -> StoreFacts {
    let hours = |left| Some(Lease { days: 14, left: TimeDelta::hours(left), wraps_erased: false });
    StoreFacts {
        records: case.pick(0, 33_513, 1_234_567),
        synced_at: case
            .pick(None, Some(TimeDelta::minutes(12)), Some(TimeDelta::days(11)))
            .map(|ago| moment(0).utc - ago),
        training: false,
        roster: RosterState::Believed(Arc::new(roster(case))),
        lease: case.pick(None, hours(330), hours(60)),
        receipts: case.pick(
            None,
            Some(Receipts { waiting: 3, in_conflict: false }),
            Some(Receipts { waiting: 12_045, in_conflict: true }),
        ),
        not_before: None,
        searched: SearchTally::default(),
    }
}

pub(crate) fn gauges(case: Case) -> Gauges {
    let percent = case.pick(100, 78, 9);
    Gauges {
        battery: Some(Battery { percent, charging: case == Case::Typical }),
        link: Some(case.pick(Link::Down, Link::Mobile, Link::Down)),
        modem: None,
    }
}

/// The same on a tablet whose modem can be asked.
pub(crate) fn gauges_with_modem(case: Case) -> Gauges {
    let modem = |state, operator: &str, signal| Modem { state, operator: operator.to_owned(), signal, access: "LTE" };
    let modem = case.pick(
        None,
        Some(modem(ModemState::Connected, "NTT DOCOMO", Some(72))),
        Some(modem(ModemState::NoSim, "", None)),
    );
    Gauges { modem, ..gauges(case) }
}

pub(crate) fn receivers(case: Case) -> Vec<String> {
    match case {
        Case::Empty => Vec::new(),
        Case::Typical => ["北町総合病院", "県立救命センター", "さくら医院"].map(str::to_owned).to_vec(),
        Case::Extreme => (1..=8).map(|at| format!("北町総合病院 救命救急センター 第{at}救急外来")).collect(),
    }
}
