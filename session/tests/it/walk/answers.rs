//! What the runner answers: good and bad, late and never.

use kakari_record::audit::{Access, AuditKind, FallbackRefusal, HandoverWay};
use kakari_record::model::Consent;
use kakari_record::seal::KeyId;
use kakari_session::findings::SyncStage;
use kakari_session::{
    Attempt, Candidate, CardCopyFacts, CardOutcome, CardTrouble, CrewCard, CrewMember, Effect, Event, FallbackOutcome,
    FoundPeople, Neighbour, OpenRecord, OpeningTrouble, ReopenOutcome, SaveOutcome, SearchOutcome, SignInOutcome,
    StaffCardOutcome, StoreTrouble,
};

use super::dice::Dice;
use super::station::{findings, uses};
use super::world::World;
use crate::search::candidate;
use crate::tablet::{crew, moment, patient, without_photo};

impl World {
    pub(super) fn answer_some_or_all(&mut self, dice: &mut Dice) {
        match dice.below(10) {
            0..6 => self.answer_all(1),
            6..8 => {
                self.answer_some(dice);
            }
            _ => {
                let kind = dice.small(8);
                for effect in std::mem::take(&mut self.waiting) {
                    self.answer(effect, 1, false, kind);
                }
            }
        }
    }

    /// Everything that waits is answered well, and two people are found.
    pub(super) fn answer_found(&mut self, dice: &mut Dice) {
        for _ in 0..30 {
            if self.waiting.is_empty() {
                break;
            }
            let effect = self.waiting.remove(0);
            self.answer(effect, 1 + dice.small(3), true, 2);
        }
    }

    pub(super) fn answer_all(&mut self, n: u8) {
        for _ in 0..20 {
            if self.waiting.is_empty() {
                break;
            }
            let effect = self.waiting.remove(0);
            self.answer(effect, n, true, 0);
        }
    }

    /// Answers one waiting request, not always the oldest; or never.
    pub(super) fn answer_some(&mut self, dice: &mut Dice) -> &'static str {
        if self.waiting.is_empty() {
            return "nothing to answer";
        }
        let place = if dice.percent(70) { 0 } else { dice.below(self.waiting.len() as u64) };
        let effect = self.waiting.remove(usize::try_from(place).expect("small"));
        if dice.percent(4) {
            return "never answered";
        }
        let (n, good, kind) = (1 + dice.small(3), dice.percent(80), dice.small(8));
        self.answer(effect, n, good, kind);
        "an answer"
    }

    pub(super) fn answer(&mut self, effect: Effect, n: u8, good: bool, kind: u8) {
        let event = match effect {
            Effect::ReadStaffCard(attempt) => Event::StaffCardRead(attempt, staff_card(n, good)),
            Effect::LookRound(attempt) => Event::LookedRound(attempt, Box::new(findings(good))),
            Effect::ReadReview(attempt) if good => Event::Reviewed(attempt, Ok(uses())),
            Effect::ReadReview(attempt) => Event::Reviewed(attempt, Err(StoreTrouble::Refused)),
            Effect::CountUsage(attempt) if good => Event::Counted(attempt, Ok(Box::default())),
            Effect::CountUsage(attempt) => Event::Counted(attempt, Err(StoreTrouble::Refused)),
            Effect::SyncNow | Effect::ImportBundle => Event::SyncStage(SyncStage::NoAnswer),
            Effect::KeepLook(_) | Effect::Sound(_) | Effect::ForgetRest => return,
            Effect::NoteRest => Event::RestNoted(good),
            Effect::SignIn(attempt, _) if good => {
                self.hold_keys();
                let member = if n == 2 { second() } else { crew() };
                Event::SignInAnswered(attempt, SignInOutcome::SignedIn(member))
            }
            Effect::SignIn(attempt, _) => Event::SignInAnswered(attempt, not_signed_in(kind)),
            Effect::ReadPatientCard(attempt) => Event::PatientCardRead(attempt, Box::new(self.read(n, good, kind))),
            Effect::Audit(attempt, row, _) if good => self.row_is_kept(attempt, &row),
            Effect::Audit(attempt, ..) => {
                let trouble = if kind.is_multiple_of(2) { StoreTrouble::Refused } else { StoreTrouble::Damaged };
                Event::AuditFailed(attempt, trouble)
            }
            Effect::Reopen(attempt, _) if good && self.asleep => {
                self.hold_keys();
                self.try_out("reopened");
                Event::ReopenAnswered(attempt, ReopenOutcome::Reopened { staff_id: "S0001".into() })
            }
            Effect::Reopen(attempt, _) if good || kind >= 5 => {
                self.try_out("not reopened: gone");
                Event::ReopenAnswered(attempt, ReopenOutcome::Gone)
            }
            Effect::Reopen(attempt, _) => {
                self.try_out("not reopened: wrong");
                Event::ReopenAnswered(attempt, ReopenOutcome::WrongPin { tries_left: kind % 3 })
            }
            Effect::StartFallback(attempt, ..) if good => {
                self.hold_keys();
                self.try_out("started by code");
                let started = FallbackOutcome::Started { crew: vec![crew(), second()], code: [1; 8] };
                Event::FallbackAnswered(attempt, started)
            }
            Effect::StartFallback(attempt, ..) => {
                self.try_out("not started by code");
                Event::FallbackAnswered(attempt, not_started(kind))
            }
            Effect::Search(attempt, _) => self.searched(attempt, good, kind),
            Effect::OpenFound(attempt, record) => {
                // Mostly who was asked for.
                let n = if kind == 7 { n } else { record.as_bytes()[0] };
                Event::FoundOpened(attempt, Box::new(self.open_stored(n, good, kind)))
            }
            Effect::Save(attempt, ..) if good => {
                self.try_out("saved");
                Event::Saved(attempt, SaveOutcome::Saved { file: "1.json".into() })
            }
            Effect::Save(attempt, ..) => {
                Event::Saved(attempt, SaveOutcome::NotSaved(kakari_session::SaveTrouble::Failed))
            }
            Effect::ForgetKeys
            | Effect::SleepKeys
            | Effect::PrepareSearch
            | Effect::ForgetSearch
            | Effect::EraseWraps => return,
        };
        self.send(event);
    }

    pub(super) fn hold_keys(&mut self) {
        (self.keys_held, self.keys_went, self.asleep) = (true, false, false);
    }

    /// On the disk, or in memory while the disk is full; nothing else allows anything to be seen.
    pub(super) fn row_is_kept(&mut self, attempt: Attempt, row: &AuditKind) -> Event {
        match row {
            AuditKind::RecordShown { record, .. } => drop(self.shown_rows.insert(record.id)),
            AuditKind::RecordOpened { record, access, .. } => {
                self.opened_rows.insert(record.id);
                self.worth.push((record.id, *access));
                self.tally.opened += u32::from(*access == Access::Search);
            }
            AuditKind::UntoldShown { record } => drop(self.unveiled.insert(record.id)),
            AuditKind::HandedOver { way: HandoverWay::Qr, receiver: None, untold, .. } => {
                let asked = self.codes_asked == Some(attempt);
                self.codes = if asked { Some((self.now, *untold)) } else { self.codes };
            }
            AuditKind::HandedOver { receiver: None, .. } => self.files_allowed += 1,
            AuditKind::HandedOver { .. } => self.told += 1,
            AuditKind::BreakGlassStarted { .. } | AuditKind::BreakGlassExtended { .. } => {
                // Ended already: the late row prolongs nothing, and nothing may be seen by it.
                self.glass_ms = self.session.view().bar.break_glass.is_some().then_some(self.now).or(self.glass_ms);
                if matches!(row, AuditKind::BreakGlassStarted { .. }) {
                    self.glass_ms = Some(self.now);
                }
            }
            AuditKind::Searched { newly, .. } => {
                self.tally.people += u32::from(*newly);
                self.named.extend(self.found.remove(&attempt).unwrap_or_default());
            }
            _ => {}
        }
        self.most_people = self.most_people.max(self.tally.people);
        self.owed = self.full;
        if self.full {
            self.try_out("rows owed");
            return Event::AuditOwed(attempt);
        }
        Event::AuditWritten(attempt)
    }

    pub(super) fn searched(&mut self, attempt: Attempt, good: bool, kind: u8) -> Event {
        if !good || !self.keys_held {
            return Event::Searched(attempt, SearchOutcome::Failed(StoreTrouble::Refused));
        }
        if kind == 7 {
            return Event::Searched(attempt, SearchOutcome::TooMany { terms: [1; 16] });
        }
        let many = if kind == 6 { 9 } else { kind % 4 };
        let households: Vec<Vec<Candidate>> = (0..many).map(|place| vec![self.somebody(place)]).collect();
        let marks = households.iter().flatten().map(|who| who.entry.name.clone()).collect();
        self.found.insert(attempt, marks);
        let people = FoundPeople { households, terms: [1; 16], unsearchable: 0, similar_left_out: kind == 3 };
        Event::Searched(attempt, SearchOutcome::Found(Box::new(people)))
    }

    /// Named as nobody was named before.
    pub(super) fn somebody(&mut self, place: u8) -> Candidate {
        self.serial += 1;
        let mut who = candidate(1 + place % 3);
        who.entry.name = format!("N{}山田", self.serial);
        who
    }

    pub(super) fn read(&mut self, n: u8, good: bool, kind: u8) -> CardOutcome {
        self.taps += 1;
        let outcome = match self.open_stored(n, good, kind) {
            CardOutcome::Opened(record) => CardOutcome::Opened(by_card(record, self.taps)),
            outcome => outcome,
        };
        if matches!(outcome, CardOutcome::Opened(_)) {
            self.cards.insert([n; 16]);
        }
        outcome
    }

    /// A record opens only while the runner holds the keys.
    pub(super) fn open_stored(&self, n: u8, good: bool, kind: u8) -> CardOutcome {
        match (good, self.keys_held, kind) {
            (true, true, 6) => {
                let mut record = without_photo(n);
                record.summary.consent = Consent::Withdrawn { on: None };
                CardOutcome::Opened(record)
            }
            (true, true, 5) => CardOutcome::Opened(patient(n)),
            (true, true, _) => CardOutcome::Opened(without_photo(n)),
            (true, false, _) => CardOutcome::NotOpened(OpeningTrouble::NoKey),
            (false, _, 0..3) => CardOutcome::Refused(CardTrouble::TornAway),
            (false, _, 3..5) => CardOutcome::NothingStored,
            (false, _, 5) => CardOutcome::NotRegistered,
            (false, ..) => CardOutcome::Store(StoreTrouble::Damaged),
        }
    }
}

/// Most cards prove themselves.
fn by_card(record: OpenRecord, tap: u32) -> OpenRecord {
    let region = Neighbour { feed: [7; 16], name: "西地域".to_owned() };
    let copy = CardCopyFacts { region: Some(region), sealed_at: moment(0).utc };
    match tap % 8 {
        1 | 2 => OpenRecord { access: Access::UnprovenCard, ..record },
        3 => OpenRecord { access: Access::CardCopy, copy: Some(copy), ..record },
        4 => OpenRecord { access: Access::MacCard, ..record },
        _ => record,
    }
}

fn staff_card(n: u8, good: bool) -> StaffCardOutcome {
    if good {
        let staff_id = if n == 2 { "S0002" } else { "S0001" };
        StaffCardOutcome::Staff { name: "佐藤".into(), staff_id: staff_id.into(), tries_left: Some(3) }
    } else {
        StaffCardOutcome::Refused(CardTrouble::TornAway)
    }
}

fn second() -> CrewMember {
    let card = CrewCard { key: KeyId::from_bytes([2; 8]), serial: vec![2] };
    CrewMember { staff_id: "S0002".into(), name: "田中".into(), card }
}

fn not_started(kind: u8) -> FallbackOutcome {
    FallbackOutcome::Refused(match kind {
        0..3 => FallbackRefusal::WrongCode,
        3 => FallbackRefusal::Used,
        4 => FallbackRefusal::TooManyTries,
        5 => FallbackRefusal::NoCodes,
        6 => FallbackRefusal::NotOnRoster,
        _ => return FallbackOutcome::Store(StoreTrouble::Refused),
    })
}

fn not_signed_in(kind: u8) -> SignInOutcome {
    match kind {
        0..3 => SignInOutcome::WrongPin { tries_left: 2 },
        3 => SignInOutcome::LastTry,
        4 => SignInOutcome::Blocked,
        5 => SignInOutcome::NotOnRoster,
        6 => SignInOutcome::NoKeys,
        _ => SignInOutcome::Refused(CardTrouble::NoAnswer),
    }
}
