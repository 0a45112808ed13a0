//! A page round the work as it is seen.

use crate::findings::Findings;
use crate::session::{Session, StoreStatus};
use crate::view::Notice;

use super::view::{ChecksView, StationBody, StationView};
use super::{CheckFacts, Station, StationPage, check_lines, verdict, words};

impl Session {
    pub(crate) fn station_view(&self, station: &Station) -> StationView {
        let language = self.look.language;
        let tabs = StationPage::ALL.into_iter().filter(|page| page.is_of_tablet() || !self.crew.is_empty());
        StationView {
            page: station.page,
            tabs: tabs.map(|page| (page, page.title(language).to_owned())).collect(),
            body: self.station_body(station).unwrap_or_else(|| StationBody::Working(self.working_words(station))),
            can_end_shift: !self.crew.is_empty(),
            notice: self.station_notice(station),
        }
    }

    fn station_body(&self, station: &Station) -> Option<StationBody> {
        Some(match station.page {
            StationPage::Sync => StationBody::Sync(self.sync_view(station)?),
            StationPage::Checks => StationBody::Checks(self.checks_view(station)?),
            StationPage::Cases => StationBody::Cases(self.cases_view()),
            StationPage::Review => StationBody::Review(self.review_view(station.review.answer.as_ref()?)),
            StationPage::Usage => StationBody::Usage(self.usage_view(station.usage.answer.as_ref()?)),
            StationPage::Settings => StationBody::Settings(self.settings_view()),
        })
    }

    fn checks_view(&self, station: &Station) -> Option<ChecksView> {
        let (findings, now, language) = (station.round.answer.as_ref()?, self.ages.now()?, self.look.language);
        let facts = self.check_facts(station, findings);
        let lines = check_lines(&facts, now, language);
        let training = facts.store.is_some_and(|store| store.training);
        let (verdict, mark) = verdict(&lines, training, language);
        let at = words::time(station.round.answered_at?, language);
        let checked_at = language.say(format!("点検 {at}"), format!("Checked {at}"));
        Some(ChecksView { verdict, mark, checked_at, lines })
    }

    /// What is being done; or, after a failure, that there is nothing to show, which is not the same as none.
    fn working_words(&self, station: &Station) -> String {
        let language = self.look.language;
        let at_work = match station.page {
            StationPage::Review => station.review.is_pending(),
            StationPage::Usage => station.usage.is_pending(),
            _ => true,
        };
        let words = match (at_work, station.page) {
            (false, _) => language.say("記録を読めませんでした", "The records could not be read"),
            (true, StationPage::Review) => language.say("緊急閲覧の記録を読んでいます", "Reading the uses"),
            (true, StationPage::Usage) => language.say("数えています", "Counting"),
            (true, _) => language.say("端末を確かめています", "Looking round the tablet"),
        };
        words.to_owned()
    }

    /// Whether what stands in the way, or can wait, is what is said here now.
    pub(crate) fn station_says_what_stands(&self, station: &Station) -> bool {
        let just = station.page == StationPage::Sync && self.sync_notice().is_some();
        station.problem.is_none() && station.page != StationPage::Checks && !just
    }

    /// What became of the last touch goes before what stands in the way; the check says the latter in its lines.
    fn station_notice(&self, station: &Station) -> Option<Notice> {
        let just = match station.page {
            StationPage::Sync => self.sync_notice(),
            _ => None,
        };
        let problem = || station.problem.as_ref().map(|problem| self.said(problem));
        let standing = || match station.page {
            StationPage::Checks => self.audit_notice(),
            _ => self.notice(None),
        };
        just.or_else(problem).or_else(standing)
    }

    /// What the check judges by.
    pub(super) fn check_facts<'a>(&'a self, station: &Station, findings: &'a Findings) -> CheckFacts<'a> {
        let (store, wiped) = match &self.store {
            StoreStatus::Open(facts) => (Some(facts), None),
            StoreStatus::Wiped(stage) => (None, Some(*stage)),
            StoreStatus::Opening | StoreStatus::Failed(_) => (None, None),
        };
        CheckFacts {
            reader: self.reader,
            test_card: station.test_card,
            store,
            wiped,
            findings,
            gauges: self.gauges.clone(),
            clock_doubtful: self.ages.is_doubtful(),
        }
    }
}
