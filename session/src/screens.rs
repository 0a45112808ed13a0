//! The state as a view.

use chrono::NaiveDate;
use kakari_record::audit::Access;
use kakari_record::display;
use kakari_record::model::{Consent, Summary};

use crate::age_clock::{at_least_ago, at_least_old};
use crate::event::{OpenPhoto, ReaderState};
use crate::freshness::{self, Aging};
use crate::lease::LeaseState;
use crate::panels;
use crate::problem::Problem;
use crate::session::{Session, StoreStatus};
use crate::sign_in::PIN_DIGITS;
use crate::state::{Back, Case, Check, Other, Page, SignIn, Stage, State, Veil};
use crate::store_facts::{Receipts, RosterState};
use crate::touch::Basis;
use crate::view::{
    Banner, Bar, Check as CheckView, CheckPhoto, DetailsView, Mark, Notice, OtherCard, Screen, SignIn as SignInView,
    Standby, StateLine, SummaryView, View,
};

const READING: &str = "カードを読んでいます。そのまま置いてください";

impl Session {
    /// What is to be seen now.
    pub fn view(&self) -> View {
        let training = matches!(&self.store, StoreStatus::Open(facts) if facts.training);
        View {
            bar: self.bar(),
            screen: self.screen(),
            training,
            look: self.look,
            dim: self.is_dim(),
            card_seen: self.card_is_seen(),
        }
    }

    fn screen(&self) -> Screen {
        match (&self.state, &self.store) {
            (_, StoreStatus::Opening) => Screen::Starting("保存データを開いています".to_owned()),
            (State::SignIn(sign_in), _) => Screen::SignIn(self.sign_in_view(sign_in)),
            (State::Standby(problem), _) => Screen::Standby(self.standby_view(problem.as_ref())),
            (State::Reading(_), _) => Screen::Reading(READING.to_owned()),
            (State::Check(check), _) => Screen::Check(Box::new(self.check_view(check))),
            (State::Case(case), _) => self.case_view(case),
            (State::Locked(locked), _) => Screen::Locked(self.locked_view(locked)),
            (State::Fallback(fallback), _) => Screen::Fallback(self.fallback_view(fallback)),
            (State::Reason(problem), _) => Screen::Reason(self.reasons_view(problem.as_ref())),
            (State::Search(search), _) => self.search_view(search),
            (State::Station(station), _) => Screen::Station(Box::new(self.station_view(station))),
        }
    }

    fn bar(&self) -> Bar {
        let names: Vec<&str> = self.crew.iter().map(|member| member.name.as_str()).collect();
        let feed = match &self.store {
            StoreStatus::Open(facts) => self.feed_line(facts.synced_at),
            StoreStatus::Opening | StoreStatus::Failed(_) | StoreStatus::Wiped(_) => None,
        };
        Bar {
            vehicle: self.vehicle.clone(),
            crew: names.join("・"),
            clock: self.now.map(|now| display::clock(now.utc)).unwrap_or_default(),
            data_age: feed.map(|(age, mark)| (format!("同期 {age}"), mark)),
            break_glass: self.break_glass_words(),
            battery: None,
            link: None,
        }
    }

    fn feed_line(&self, synced_at: Option<chrono::DateTime<chrono::Utc>>) -> Option<(String, Mark)> {
        let now = self.ages.now()?;
        Some(match synced_at {
            Some(at) => (self.ago(display::data_age(at, now)), self.doubted(freshness::mark(Aging::Feed, at, now))),
            None => ("未同期".to_owned(), Mark::Bad),
        })
    }

    fn sign_in_view(&self, sign_in: &SignIn) -> SignInView {
        let (prompt, entry) = match &sign_in.stage {
            Stage::NoCard if !self.can_sign_in() => ("今はサインインできません", None),
            Stage::NoCard => ("職員カードを置いてください", None),
            Stage::ReadingCard(_) => (READING, None),
            Stage::Pin(entry) => ("PINを入力してください", Some(entry)),
            Stage::Verifying(_, entry) => ("PINを確かめています", Some(entry)),
        };
        let typing = matches!(sign_in.stage, Stage::Pin(_));
        let length = entry.map_or(0, |entry| entry.digits.0.len());
        SignInView {
            prompt: prompt.to_owned(),
            holder: entry.map(|entry| entry.holder.clone()),
            digits: typing.then(|| u8::try_from(length).unwrap_or(u8::MAX)),
            tries: entry.and_then(|entry| entry.tries_left).map(|tries| format!("残り{tries}回")),
            can_submit: typing && PIN_DIGITS.contains(&length),
            notice: self.notice(sign_in.problem.as_ref()),
            can_cancel: !matches!(sign_in.back, Back::Nobody) && !matches!(sign_in.stage, Stage::Verifying(..)),
            can_fallback: self.can_fallback(),
        }
    }

    fn standby_view(&self, problem: Option<&Problem>) -> Standby {
        let prompt =
            if self.reader == ReaderState::Ready { "カードをタッチ" } else { "カードは今読めません" };
        Standby {
            prompt: prompt.to_owned(),
            lines: self.state_lines(),
            notice: self.notice(problem),
            can_search: self.can_search(),
            can_add_crew: self.can_add_crew(),
            question: self.destination_question(),
        }
    }

    fn state_lines(&self) -> Vec<StateLine> {
        let line = |label: &str, (value, mark): (String, Mark)| StateLine { label: label.to_owned(), value, mark };
        let reader = match self.reader {
            ReaderState::Ready => ("準備完了", Mark::Good),
            ReaderState::Unknown => ("確認中", Mark::Unknown),
            ReaderState::Missing => ("なし", Mark::Bad),
            ReaderState::ServiceStopped => ("停止中", Mark::Bad),
            ReaderState::Asleep => ("応答なし", Mark::Bad),
        };
        let mut lines = vec![line("リーダー", (reader.0.to_owned(), reader.1))];
        match &self.store {
            StoreStatus::Open(facts) => {
                let some = if facts.records > 0 { Mark::Good } else { Mark::Bad };
                lines.push(line("登録者", (format!("{}人", display::amount(&facts.records.to_string())), some)));
                lines.extend(self.feed_line(facts.synced_at).map(|feed| line("最終同期", feed)));
                lines.extend(self.lease_line().map(|lease| line("同期の期限", lease)));
                lines.extend(facts.receipts.map(|receipts| line("閲覧記録", receipts_line(receipts))));
            }
            StoreStatus::Opening | StoreStatus::Failed(_) | StoreStatus::Wiped(_) => {
                lines.push(line("保存データ", ("使えません".to_owned(), Mark::Bad)));
            }
        }
        lines.extend(self.shift_line().map(|shift| line("勤務", shift)));
        lines
    }

    /// Said from the day on which it warns.
    fn lease_line(&self) -> Option<(String, Mark)> {
        match self.lease()? {
            LeaseState::Fresh => None,
            LeaseState::NearlyOver { days_left } => Some((format!("あと{days_left}日"), Mark::Caution)),
            LeaseState::Over => Some(("過ぎました".to_owned(), Mark::Bad)),
        }
    }

    /// What stands in the way goes before what just happened, and that before what can wait.
    pub(crate) fn notice(&self, problem: Option<&Problem>) -> Option<Notice> {
        let warning = || match self.lease() {
            Some(LeaseState::NearlyOver { days_left }) if !self.warning_read => {
                Some(Problem::LeaseNearlyOver { days_left }.notice())
            }
            _ => self.ages.is_doubtful().then(|| Problem::ClockDoubtful.notice()),
        };
        let other = || self.audit_notice().or_else(warning);
        self.standing_notice().or_else(|| problem.map(Problem::notice)).or_else(other)
    }

    /// What is said of the audit itself: it stops nobody, whatever else is done meanwhile.
    pub fn audit_notice(&self) -> Option<Notice> {
        self.audit_problem().as_ref().map(Problem::notice)
    }

    /// What is wrong with the audit: rows that wait before rows that are not what they were.
    fn audit_problem(&self) -> Option<Problem> {
        let faulty = || self.audit_fault.clone().map(Problem::AuditFaulty);
        self.rows_owed.then_some(Problem::AuditOwed).or_else(faulty)
    }

    /// What stands in the way until it is mended, the deepest cause first.
    pub(crate) fn standing_notice(&self) -> Option<Notice> {
        let problem = match (&self.store, self.reader) {
            (StoreStatus::Wiped(stage), _) => Problem::Wiped(*stage),
            (StoreStatus::Failed(trouble), _) => Problem::Store(*trouble),
            _ if self.lease_is_over() => self.lease_over_problem(),
            (StoreStatus::Open(facts), _) if !matches!(facts.roster, RosterState::Believed(_)) => {
                Problem::Roster(facts.roster.clone())
            }
            (_, ReaderState::Ready | ReaderState::Unknown) => return None,
            (_, reader) => Problem::Reader(reader),
        };
        Some(problem.notice())
    }

    fn banner(&self, summary: &Summary, card: &str, card_gone: bool) -> Banner {
        let identity = &summary.identity;
        let today = self.today(summary);
        let aging = |now| self.doubted(freshness::mark(Aging::Information, summary.as_of, now));
        let mark = self.ages.now().map_or(Mark::Unknown, aging);
        let age = self.ago(display::relative_day(display::day_of(summary.as_of).into(), today));
        Banner {
            kana: identity.kana.clone().unwrap_or_default(),
            name: identity.name.clone(),
            sex_age: self.old(display::sex_age(identity, today)),
            birth_date: identity.birth_date.map_or_else(|| "生年月日 未記録".to_owned(), display::birth_date),
            information: [age.as_str(), summary.source.as_deref().unwrap_or_default()].join(" ").trim().to_owned(),
            information_mark: mark,
            card: card.to_owned(),
            card_gone,
        }
    }

    /// Without a clock yet, the day of the data.
    pub(crate) fn today(&self, summary: &Summary) -> NaiveDate {
        display::day_of(self.ages.now().unwrap_or(summary.as_of))
    }

    /// An age, said to be the least while the clock is in doubt.
    pub(crate) fn old(&self, age: String) -> String {
        if self.ages.is_doubtful() { at_least_old(age) } else { age }
    }

    /// The same of how long ago something is.
    pub(crate) fn ago(&self, words: String) -> String {
        if self.ages.is_doubtful() { at_least_ago(&words) } else { words }
    }

    /// What looks fresh by a clock in doubt is of unknown age.
    fn doubted(&self, mark: Mark) -> Mark {
        if self.ages.is_doubtful() && mark == Mark::Good { Mark::Unknown } else { mark }
    }

    fn check_view(&self, check: &Check) -> CheckView {
        let summary = &check.record.summary;
        let card = match check.access {
            Access::Search => self.search_card_words(),
            Access::Card if check.card_present => "カード ✓ 真正".to_owned(),
            Access::Card => "カードなし(読取済)".to_owned(),
        };
        let consent = matches!(summary.consent, Consent::NotRecorded).then_some(Problem::ConsentNotRecorded);
        let problem = check.problem.clone().or_else(|| self.clock_problem(summary)).or(consent);
        CheckView {
            banner: self.banner(summary, &card, !check.card_present),
            address: summary.identity.address.clone().unwrap_or_default(),
            number: summary.identity.number.as_ref().map(display::common_number).unwrap_or_default(),
            photo: photo_view(&check.record.photo),
            notice: problem.as_ref().map(Problem::notice),
        }
    }

    fn case_view(&self, case: &Case) -> Screen {
        let summary = &case.record.summary;
        let card = match case.access {
            Access::Search => self.search_card_words(),
            Access::Card if case.card_present => "カード ✓ 真正".to_owned(),
            Access::Card => "カードなし".to_owned(),
        };
        let clock = display::clock(case.since.utc);
        let time = clock.rsplit(' ').next().unwrap_or_default();
        let banner = self.banner(summary, &format!("{card}・{} {time}", basis_words(case.basis)), !case.card_present);
        let unveiled = case.page == Page::Details && case.veil == Veil::Lifted;
        let panels = panels::panels(summary, self.today(summary), unveiled);
        let other_card = self.other_card(&case.other);
        let owed = self.rows_owed.then_some(Problem::AuditOwed);
        let ending = self.ends_soon(case).then_some(Problem::BreakGlassEnding);
        let problem = case.problem.clone().or(ending).or(owed).or_else(|| self.clock_problem(summary));
        match case.page {
            Page::Handover => self.handover_view(case, banner),
            Page::Details => Screen::Details(Box::new(DetailsView {
                banner,
                alerts: panels::alert_chips(summary),
                panels,
                other_card,
                can_extend: self.can_extend_case(case),
            })),
            Page::Summary => Screen::Summary(Box::new(SummaryView {
                banner,
                alerts: panels::alert_chips(summary),
                panels,
                other_card,
                notice: problem.as_ref().map(Problem::notice),
                can_extend: self.can_extend_case(case),
            })),
        }
    }

    pub(crate) fn other_card(&self, other: &Other) -> Option<OtherCard> {
        match other {
            Other::None => None,
            Other::Reading(_) | Other::Recording(..) => {
                Some(OtherCard { words: "別のカードを読んでいます".to_owned(), can_switch: false })
            }
            Other::Offered(record) => Some(OtherCard {
                words: format!("{}さんに切り替えますか? 今の人の事案は閉じます", record.summary.identity.name),
                can_switch: true,
            }),
            Other::Refused(problem) => Some(OtherCard { words: problem.notice().sentence, can_switch: false }),
        }
    }

    pub(crate) fn clock_problem(&self, summary: &Summary) -> Option<Problem> {
        let behind = self.ages.now().is_some_and(|now| now < summary.as_of);
        (behind || self.ages.is_doubtful()).then_some(Problem::ClockDoubtful)
    }
}

/// Nothing is sent until the region has signed for it.
fn receipts_line(receipts: Receipts) -> (String, Mark) {
    let rows = display::amount(&receipts.waiting.to_string());
    match receipts {
        Receipts { in_conflict: true, .. } => (format!("要確認 {rows}件"), Mark::Bad),
        Receipts { waiting: 0, .. } => ("受領済".to_owned(), Mark::Good),
        Receipts { .. } => (format!("未送信 {rows}件"), Mark::Unknown),
    }
}

fn photo_view(photo: &OpenPhoto) -> CheckPhoto {
    match photo {
        OpenPhoto::None => CheckPhoto::None,
        OpenPhoto::Opened(face) => CheckPhoto::Shown(face.clone()),
        OpenPhoto::NotOpened => CheckPhoto::Missing("開けません".to_owned()),
    }
}

fn basis_words(basis: Basis) -> &'static str {
    match basis {
        Basis::PatientConsents => "本人同意",
        Basis::FamilyAsks => "家族の求め",
        Basis::Emergency => "意識なし・緊急",
    }
}
