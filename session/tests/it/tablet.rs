//! A session with its runner played by the test.

use std::sync::{Arc, LazyLock};

use chrono::{DateTime, TimeDelta};
use kakari_record::audit::{Access, AuditKind};
use kakari_record::model::{
    Allergy, AllergyCategory, Block, Coded, Condition, ConditionStatus, Consent, Identity, Origin, Sex, Summary,
    Verification,
};
use kakari_record::photo::Photo;
use kakari_record::seal::{KeyId, RecordId, Roster, RosterEntry};
use kakari_session::touch::{Basis, Touch};
use kakari_session::view::{Face, Notice, Screen};
use kakari_session::{
    Attempt, CardOutcome, CrewCard, CrewMember, Effect, Event, Moment, OpenPhoto, OpenRecord, ReaderState, RosterState,
    Session, SignInOutcome, StaffCardOutcome, StoreFacts,
};

pub(crate) struct Tablet {
    pub(crate) session: Session,
    pub(crate) effects: Vec<Effect>,
    now_ms: u64,
}

pub(crate) fn moment(ms: u64) -> Moment {
    let start = DateTime::from_timestamp(1_795_100_000, 0).expect("time");
    Moment { utc: start + TimeDelta::milliseconds(ms.try_into().expect("small")), monotonic_ms: ms }
}

pub(crate) fn facts() -> StoreFacts {
    StoreFacts {
        records: 60,
        synced_at: Some(moment(0).utc - TimeDelta::minutes(12)),
        training: true,
        roster: RosterState::Believed(Arc::new(roster(&[("S0001", 1)], &[]))),
        lease: None,
        receipts: None,
        not_before: None,
        searched: kakari_session::SearchTally::default(),
    }
}

/// A roster of staff numbers and their cards' keys, and of revoked serial numbers.
pub(crate) fn roster(staff: &[(&str, u8)], revoked: &[u8]) -> Roster {
    let entry = |(staff_id, card): &(&str, u8)| RosterEntry {
        staff_id: (*staff_id).to_owned(),
        name: "佐藤".to_owned(),
        card_key: [*card; 8],
        wraps: Vec::new(),
    };
    Roster {
        feed: [0; 16],
        version: 1,
        issued_at: moment(0).utc,
        staff: staff.iter().map(entry).collect(),
        revoked: revoked.iter().map(|serial| vec![*serial]).collect(),
        fallback: Vec::new(),
        neighbours: Vec::new(),
    }
}

/// Patient `n`; every word of theirs carries the mark `P{n}`.
pub(crate) fn patient(n: u8) -> OpenRecord {
    OpenRecord { photo: OpenPhoto::Opened(face(n)), ..without_photo(n) }
}

/// The same without a photo, whose pixels cost time to wipe.
pub(crate) fn without_photo(n: u8) -> OpenRecord {
    let identity = Identity {
        number: format!("{n:016}").parse().ok(),
        name: format!("P{n}山田"),
        kana: Some(format!("P{n}ヤマダ")),
        sex: Sex::Female,
        birth_date: "1940-03-05".parse().ok(),
        address: Some(format!("P{n}北町")),
        phones: Vec::new(),
        blood_type: None,
    };
    let mut summary = Summary::nothing_recorded(identity, moment(0).utc - TimeDelta::days(4));
    summary.consent = Consent::Given { on: None, by: None };
    summary.source = Some(format!("P{n}医院"));
    summary.allergies.block = Block::Known(vec![Allergy {
        substance: Coded::from_text(format!("P{n}ペニシリン")),
        category: AllergyCategory::Medication,
        reactions: vec![format!("P{n}発疹")],
        severity: None,
        criticality: None,
        verification: Verification::Confirmed,
        past: false,
        note: None,
        origin: Origin::default(),
    }]);
    summary.conditions = Block::Known(vec![condition(&format!("P{n}高血圧症"), false), condition("胃癌", true)]);
    OpenRecord {
        id: RecordId::from_bytes([n; 16]),
        version: 1,
        summary,
        photo: OpenPhoto::None,
        access: Access::Card,
        copy: None,
    }
}

/// The face of patient `n`, unlike the others'.
pub(crate) fn face(n: u8) -> Face {
    static FACES: LazyLock<Vec<Face>> = LazyLock::new(|| {
        let pictures: [&[u8]; 3] = [
            include_bytes!("../../../record/tests/photos/progressive.jpg"),
            include_bytes!("../../../record/tests/photos/grey.jpg"),
            include_bytes!("../../../record/tests/photos/transparent.png"),
        ];
        let face = |picture: &&[u8]| Photo::from_image(picture).expect("a photo").decode().expect("decodes");
        pictures.iter().map(face).collect()
    });
    FACES[usize::from(n) - 1].clone()
}

pub(crate) fn condition(name: &str, untold: bool) -> Condition {
    Condition {
        name: Coded::from_text(name),
        side: None,
        onset: None,
        status: ConditionStatus::Active,
        suspected: false,
        note: None,
        origin: Origin { untold, ..Origin::default() },
    }
}

impl Tablet {
    /// Started, the store open, the reader ready.
    pub(crate) fn started() -> Self {
        let mut tablet = Self { session: Session::new("北町救急1"), effects: Vec::new(), now_ms: 0 };
        tablet.send(Event::Tick(moment(0)));
        tablet.send(Event::ReaderChanged(ReaderState::Ready));
        tablet.send(Event::StoreOpened(facts()));
        tablet
    }

    /// Signed in, the staff card taken away.
    pub(crate) fn signed_in() -> Self {
        let mut tablet = Self::started();
        tablet.lay_staff_card(Some(3));
        tablet.type_pin("123456");
        let attempt = tablet.sign_in_attempt();
        tablet.send(Event::SignInAnswered(attempt, SignInOutcome::SignedIn(crew())));
        tablet.send(Event::CardLeft);
        tablet
    }

    /// The identity check of `n` is on the glass.
    pub(crate) fn checking(n: u8) -> Self {
        let mut tablet = Self::signed_in();
        tablet.lay_patient_card(CardOutcome::Opened(patient(n)));
        tablet.write_audit();
        tablet
    }

    /// The summary of `n` is on the glass.
    pub(crate) fn showing(n: u8) -> Self {
        let mut tablet = Self::checking(n);
        tablet.touch(Touch::Confirm(Basis::PatientConsents));
        tablet.write_audit();
        tablet
    }

    pub(crate) fn send(&mut self, event: Event) {
        self.effects.extend(self.session.update(event));
    }

    pub(crate) fn touch(&mut self, touch: Touch) {
        self.send(Event::Touched(touch));
    }

    pub(crate) fn wait(&mut self, ms: u64) {
        self.now_ms += ms;
        self.send(Event::Tick(moment(self.now_ms)));
    }

    /// The tablet's own clock is off by so much from now on, until time goes on.
    pub(crate) fn set_clock(&mut self, off: TimeDelta) {
        let now = moment(self.now_ms);
        self.send(Event::Tick(Moment { utc: now.utc + off, ..now }));
    }

    pub(crate) fn lay_staff_card(&mut self, tries_left: Option<u8>) {
        self.send(Event::CardArrived);
        let attempt = self.last(|effect| match effect {
            Effect::ReadStaffCard(attempt) => Some(*attempt),
            _ => None,
        });
        self.send(Event::StaffCardRead(
            attempt,
            StaffCardOutcome::Staff { name: "佐藤".into(), staff_id: "S0001".into(), tries_left },
        ));
    }

    pub(crate) fn type_pin(&mut self, pin: &str) {
        for digit in pin.bytes() {
            self.touch(Touch::Digit(digit - b'0'));
        }
        self.touch(Touch::SubmitPin);
    }

    pub(crate) fn lay_patient_card(&mut self, outcome: CardOutcome) {
        self.send(Event::CardArrived);
        let attempt = self.card_attempt();
        self.send(Event::PatientCardRead(attempt, Box::new(outcome)));
    }

    pub(crate) fn card_attempt(&self) -> Attempt {
        self.last(|effect| match effect {
            Effect::ReadPatientCard(attempt) => Some(*attempt),
            _ => None,
        })
    }

    pub(crate) fn sign_in_attempt(&self) -> Attempt {
        self.last(|effect| match effect {
            Effect::SignIn(attempt, _) => Some(*attempt),
            _ => None,
        })
    }

    /// Makes every audit row that was asked for durable.
    pub(crate) fn write_audit(&mut self) {
        let asked: Vec<Attempt> = self.effects.iter().filter_map(audit_attempt).collect();
        for attempt in asked {
            self.send(Event::AuditWritten(attempt));
        }
    }

    /// What was to be written down, in order.
    pub(crate) fn audit(&self) -> Vec<&AuditKind> {
        let kinds = self.effects.iter().filter_map(|effect| match effect {
            Effect::Audit(_, kind, _) => Some(kind),
            _ => None,
        });
        kinds.collect()
    }

    pub(crate) fn screen(&self) -> Screen {
        self.session.view().screen
    }

    pub(crate) fn screen_name(&self) -> &'static str {
        self.screen().name()
    }

    pub(crate) fn notice(&self) -> Option<Notice> {
        match self.screen() {
            Screen::SignIn(view) => view.notice,
            Screen::Standby(view) => view.notice,
            Screen::Check(view) => view.notice,
            Screen::Summary(view) => view.notice,
            _ => None,
        }
    }

    fn last(&self, pick: impl Fn(&Effect) -> Option<Attempt>) -> Attempt {
        self.effects.iter().rev().find_map(pick).expect("an effect of this kind")
    }
}

pub(crate) fn audit_attempt(effect: &Effect) -> Option<Attempt> {
    match effect {
        Effect::Audit(attempt, ..) => Some(*attempt),
        _ => None,
    }
}

pub(crate) fn crew() -> CrewMember {
    let card = CrewCard { key: KeyId::from_bytes([1; 8]), serial: vec![1] };
    CrewMember { staff_id: "S0001".into(), name: "佐藤".into(), card }
}

/// Every word of a patient on the glass.
pub(crate) fn patient_words(screen: &Screen) -> String {
    let (banner, panels, extra) = match screen {
        Screen::Check(check) => (&check.banner, &[][..], format!("{} {}", check.address, check.number)),
        Screen::Summary(view) => {
            let chips: Vec<String> = view.alerts.iter().map(|chip| chip.reason.clone()).collect();
            (&view.banner, view.panels.as_slice(), chips.join(" "))
        }
        Screen::Details(view) => (&view.banner, view.panels.as_slice(), String::new()),
        _ => return String::new(),
    };
    let rows = panels.iter().flat_map(|panel| &panel.rows);
    let rows: Vec<String> = rows.map(|row| format!("{} {} {} {}", row.main, row.sub, row.short, row.origin)).collect();
    [banner.name.clone(), banner.kana.clone(), banner.information.clone(), extra, rows.join(" ")].join(" ")
}
