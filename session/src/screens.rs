//! The state as a view.

use chrono::NaiveDate;
use kakari_record::display;
use kakari_record::language::Language;
use kakari_record::model::{Consent, Summary};

use crate::age_clock::{at_least_ago, at_least_old};
use crate::event::{OpenPhoto, OpenRecord, ReaderState};
use crate::freshness::{self, Aging};
use crate::lease::LeaseState;
use crate::panels;
use crate::problem::{Problem, tries_left};
use crate::session::{Session, StoreStatus};
use crate::sign_in::PIN_DIGITS;
use crate::state::{Back, Case, Check, Other, Page, SignIn, Stage, State, Veil};
use crate::store_facts::{RosterState, StoreFacts};
use crate::touch::Basis;
use crate::view::{
    Banner, Bar, CardMark, Check as CheckView, CheckPhoto, DetailsView, Mark, Notice, OtherCard, Screen,
    SignIn as SignInView, Standby, SummaryView, View,
};

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
            scene: self.scene(),
        }
    }

    /// The wording of the language that was chosen.
    pub(crate) fn say<T>(&self, japanese: T, english: T) -> T {
        self.look.language.say(japanese, english)
    }

    /// 「佐藤・田中」
    pub(crate) fn crew_names(&self) -> String {
        let names: Vec<&str> = self.crew.iter().map(|member| member.name.as_str()).collect();
        names.join(self.say("・", ", "))
    }

    pub(crate) fn reading(&self) -> &'static str {
        self.say("カードを読んでいます。そのまま置いてください", "Reading the card. Leave it where it is")
    }

    fn screen(&self) -> Screen {
        match (&self.state, &self.store) {
            (_, StoreStatus::Opening) => {
                Screen::Starting(self.say("保存データを開いています", "Opening the stored data").to_owned())
            }
            (State::SignIn(sign_in), _) => Screen::SignIn(self.sign_in_view(sign_in)),
            (State::Standby(problem), _) => Screen::Standby(self.standby_view(problem.as_ref())),
            (State::Reading(_), _) => Screen::Reading(self.reading().to_owned()),
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
        let feed = match &self.store {
            StoreStatus::Open(facts) => self.feed_line(facts.synced_at),
            StoreStatus::Opening | StoreStatus::Failed(_) | StoreStatus::Wiped(_) => None,
        };
        let synced = |(age, mark)| (format!("{} {age}", self.say("同期", "Sync")), mark);
        Bar {
            vehicle: self.vehicle.clone(),
            crew: self.crew_names(),
            clock: self.now.map(|now| display::clock(now.utc, self.look.language)).unwrap_or_default(),
            data_age: self.copy_age().or_else(|| feed.map(synced)),
            break_glass: self.break_glass_words(),
            battery: self.battery_words(),
            link: self.link_words(),
        }
    }

    fn sign_in_view(&self, sign_in: &SignIn) -> SignInView {
        let (prompt, entry) = match &sign_in.stage {
            Stage::NoCard if !self.can_sign_in() => {
                (self.say("今はサインインできません", "Sign-in is not possible now"), None)
            }
            Stage::NoCard => (self.say("職員カードを置いてください", "Place your staff card"), None),
            Stage::ReadingCard(_) => (self.reading(), None),
            Stage::Pin(entry) => (self.say("PINを入力してください", "Enter your PIN"), Some(entry)),
            Stage::Verifying(_, entry) => (self.say("PINを確かめています", "Checking the PIN"), Some(entry)),
        };
        let typing = matches!(sign_in.stage, Stage::Pin(_));
        let length = entry.map_or(0, |entry| entry.digits.0.len());
        SignInView {
            prompt: prompt.to_owned(),
            holder: entry.map(|entry| entry.holder.clone()),
            digits: typing.then(|| u8::try_from(length).unwrap_or(u8::MAX)),
            tries: entry.and_then(|entry| entry.tries_left).map(|tries| tries_left(tries, self.look.language)),
            can_submit: typing && PIN_DIGITS.contains(&length),
            notice: self.notice(sign_in.problem.as_ref()),
            can_cancel: !matches!(sign_in.back, Back::Nobody) && !matches!(sign_in.stage, Stage::Verifying(..)),
            can_fallback: self.can_fallback(),
        }
    }

    fn standby_view(&self, problem: Option<&Problem>) -> Standby {
        let prompt = if self.reader == ReaderState::Ready {
            self.say("カードをタッチ", "Touch the card to the reader")
        } else {
            self.say("カードは今読めません", "Cards cannot be read now")
        };
        Standby {
            prompt: prompt.to_owned(),
            lines: self.state_lines(),
            notice: self.notice(problem),
            can_search: self.can_search(),
            can_add_crew: self.can_add_crew(),
            question: self.destination_question(),
        }
    }

    /// What stands in the way goes before what just happened, and that before what can wait.
    pub(crate) fn notice(&self, problem: Option<&Problem>) -> Option<Notice> {
        let standing = self.standing_problem().map(|problem| self.standing(&problem));
        let news = || problem.cloned().or_else(|| self.battery_problem()).map(|problem| self.said(&problem));
        let warning = || match self.lease() {
            Some(LeaseState::NearlyOver { days_left }) if !self.warning_read => {
                Some(self.said(&Problem::LeaseNearlyOver { days_left }))
            }
            _ => self.ages.is_doubtful().then(|| self.standing(&Problem::ClockDoubtful)),
        };
        standing.or_else(news).or_else(|| self.audit_notice()).or_else(warning)
    }

    /// What is said of the audit itself: it stops nobody, whatever else is done meanwhile.
    pub fn audit_notice(&self) -> Option<Notice> {
        self.audit_problem().map(|problem| self.standing(&problem))
    }

    /// What is wrong with the audit: rows that wait before rows that are not what they were.
    fn audit_problem(&self) -> Option<Problem> {
        let faulty = || self.audit_fault.clone();
        self.rows_owed.then_some(Problem::AuditOwed).or_else(faulty)
    }

    /// What stands in the way until it is mended, the deepest cause first.
    pub(crate) fn standing_problem(&self) -> Option<Problem> {
        Some(match (&self.store, self.reader) {
            (StoreStatus::Wiped(stage), _) => Problem::Wiped(*stage),
            (StoreStatus::Failed(trouble), _) => Problem::Store(*trouble),
            _ if self.lease_is_over() => self.lease_over_problem(),
            (StoreStatus::Open(StoreFacts { roster: RosterState::Missing, .. }), _) => Problem::RosterMissing,
            (StoreStatus::Open(StoreFacts { roster: RosterState::NotBelieved, .. }), _) => Problem::RosterNotBelieved,
            (_, ReaderState::Ready | ReaderState::Unknown) => return None,
            (_, ReaderState::Missing) => Problem::ReaderMissing,
            (_, ReaderState::ServiceStopped) => Problem::ReaderStopped,
            (_, ReaderState::Asleep) => Problem::ReaderAsleep,
        })
    }

    /// `told` is the notice beside it: what that says of the region is not said twice, which would take the doses' room.
    fn banner(&self, record: &OpenRecord, told: Option<&Problem>, card: &str, card_mark: CardMark) -> Banner {
        let summary = &record.summary;
        let identity = &summary.identity;
        let today = self.today(summary);
        let aging = |now| self.doubted(freshness::mark(Aging::Information, summary.as_of, now));
        let mark = self.ages.now().map_or(Mark::Unknown, aging);
        let age = self.ago(display::relative_day(display::day_of(summary.as_of).into(), today, self.look.language));
        Banner {
            kana: identity.kana.clone().unwrap_or_default(),
            name: identity.name.clone(),
            sex_age: self.old(display::sex_age(identity, today, self.look.language)),
            birth_date: identity.birth_date.map_or_else(
                || self.say("生年月日 未記録", "Date of birth not recorded").to_owned(),
                |item| display::birth_date(item, self.look.language),
            ),
            information: self.information(age, record, told),
            information_mark: mark,
            card: card.to_owned(),
            card_mark,
        }
    }

    /// Without a clock yet, the day of the data.
    pub(crate) fn today(&self, summary: &Summary) -> NaiveDate {
        display::day_of(self.ages.now().unwrap_or(summary.as_of))
    }

    /// An age, said to be the least while the clock is in doubt.
    pub(crate) fn old(&self, age: String) -> String {
        if self.ages.is_doubtful() { at_least_old(age, self.look.language) } else { age }
    }

    /// The same of how long ago something is.
    pub(crate) fn ago(&self, words: String) -> String {
        if self.ages.is_doubtful() { at_least_ago(&words, self.look.language) } else { words }
    }

    /// What looks fresh by a clock in doubt is of unknown age.
    pub(crate) fn doubted(&self, mark: Mark) -> Mark {
        if self.ages.is_doubtful() && mark == Mark::Good { Mark::Unknown } else { mark }
    }

    fn check_view(&self, check: &Check) -> CheckView {
        let summary = &check.record.summary;
        let (card, mark) = self.card_worth(&check.record, check.access, check.card_present);
        let gone = self.say("カードなし(読取済)", "No card (already read)");
        let card = card.unwrap_or_else(|| gone.to_owned());
        let consent = matches!(summary.consent, Consent::NotRecorded).then_some(Problem::ConsentNotRecorded);
        let worth = self.worth_problem(&check.record, check.access);
        let problem = check.problem.clone().or_else(|| self.clock_problem(summary)).or(worth).or(consent);
        CheckView {
            banner: self.banner(&check.record, problem.as_ref(), &card, mark),
            address: summary.identity.address.clone().unwrap_or_default(),
            number: summary.identity.number.as_ref().map(display::common_number).unwrap_or_default(),
            photo: photo_view(&check.record.photo, self.look.language),
            notice: problem.map(|problem| self.said(&problem)),
        }
    }

    fn case_view(&self, case: &Case) -> Screen {
        let summary = &case.record.summary;
        let (card, mark) = self.card_worth(&case.record, case.access, case.card_present);
        let card = card.unwrap_or_else(|| self.say("カードなし", "No card").to_owned());
        let clock = display::clock(case.since.utc, self.look.language);
        let time = clock.rsplit(' ').next().unwrap_or_default();
        let banner = self.banner(
            &case.record,
            None,
            &format!("{card}{}{} {time}", self.say("・", ", "), basis_words(case.basis, self.look.language)),
            mark,
        );
        let unveiled = case.page == Page::Details && case.veil == Veil::Lifted;
        let panels = panels::panels(summary, self.today(summary), unveiled, self.look.language);
        let other_card = self.other_card(case);
        let owed = self.rows_owed.then_some(Problem::AuditOwed);
        let ending = self.ends_soon(case).then_some(Problem::BreakGlassEnding);
        let standing = || owed.or_else(|| self.clock_problem(summary)).map(|problem| self.standing(&problem));
        let battery = || self.battery_nearly_empty().map(|problem| self.said(&problem));
        let ending = || ending.map(|problem| self.standing(&problem));
        let problem = case.problem.as_ref().map(|problem| self.said(problem));
        let notice = problem.or_else(ending).or_else(battery).or_else(standing);
        match case.page {
            Page::Handover => self.handover_view(case, banner),
            Page::Details => Screen::Details(Box::new(DetailsView {
                banner,
                alerts: panels::alert_chips(summary, self.look.language),
                panels,
                other_card,
                notice,
                can_extend: self.can_extend_case(case),
            })),
            Page::Summary => Screen::Summary(Box::new(SummaryView {
                banner,
                alerts: panels::alert_chips(summary, self.look.language),
                panels,
                other_card,
                notice,
                can_extend: self.can_extend_case(case),
            })),
        }
    }

    pub(crate) fn other_card(&self, case: &Case) -> Option<OtherCard> {
        match &case.other {
            Other::None => None,
            Other::Reading(_) | Other::Recording(..) => Some(OtherCard {
                words: self.say("別のカードを読んでいます", "Reading another card").to_owned(),
                can_switch: false,
            }),
            Other::Offered(record) => Some(OtherCard { words: self.switch_question(case, record), can_switch: true }),
            Other::Refused(problem) => Some(OtherCard { words: self.said(problem).sentence, can_switch: false }),
        }
    }

    /// The same person's other words are another case too: nothing is mixed.
    fn switch_question(&self, case: &Case, record: &OpenRecord) -> String {
        let name = &record.summary.identity.name;
        if case.record.id != record.id {
            return self.say(
                format!("{name}さんに切り替えますか? 今の人の事案は閉じます"),
                format!("Switch to {name}? The case open now will be closed"),
            );
        }
        let (japanese, english) = match record.copy {
            Some(_) => ("カード内の写し", "the copy on the card"),
            None => ("この端末の情報", "this tablet's record"),
        };
        self.say(
            format!("{name}さんの{japanese}に切り替えますか? 今の事案は閉じます"),
            format!("Switch to {english} of {name}? The case open now will be closed"),
        )
    }

    pub(crate) fn clock_problem(&self, summary: &Summary) -> Option<Problem> {
        let behind = self.ages.now().is_some_and(|now| now < summary.as_of);
        (behind || self.ages.is_doubtful()).then_some(Problem::ClockDoubtful)
    }
}

fn photo_view(photo: &OpenPhoto, language: Language) -> CheckPhoto {
    match photo {
        OpenPhoto::None => CheckPhoto::None,
        OpenPhoto::Opened(face) => CheckPhoto::Shown(face.clone()),
        OpenPhoto::NotOpened => CheckPhoto::Missing(language.say("開けません", "cannot be opened").to_owned()),
    }
}

fn basis_words(basis: Basis, language: Language) -> &'static str {
    match basis {
        Basis::PatientConsents => language.say("本人同意", "Patient agrees"),
        Basis::FamilyAsks => language.say("家族の求め", "Family asks"),
        Basis::Emergency => language.say("意識なし・緊急", "Unconscious / emergency"),
    }
}
