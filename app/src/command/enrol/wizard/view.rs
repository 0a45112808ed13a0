//! The page of the moment, in the language that was chosen.

use kakari_record::display;
use kakari_record::language::Language;
use kakari_session::Scene;
use kakari_session::view::{Bar, EnrolmentStage, EnrolmentView, Mark, Notice, ProgressView, Screen, View};
use kakari_sync::client::{Step, StepProgress, Words};
use kakari_sync::enrol::InvitationCode;

use super::super::refused::NotEnrolled;
use super::super::refused_words::{Hand, number};
use super::super::step::{Doing, Ready};
use super::code::{Mistyped, Typed};
use super::{Stage, Wizard};
use crate::command::progress::megabytes;
use crate::sentence::begun;

impl Wizard {
    pub(in super::super) fn view(&self) -> View {
        let enrolled = self.steps.enrolled();
        let bar = Bar {
            vehicle: enrolled.map(|enrolled| enrolled.vehicle.clone()).unwrap_or_default(),
            clock: self.now.map(|now| display::clock(now, self.look.language)).unwrap_or_default(),
            ..Bar::default()
        };
        View {
            bar,
            screen: Screen::Enrolment(Box::new(self.page(self.look.language))),
            training: enrolled.is_some_and(|enrolled| enrolled.training),
            look: self.look,
            dim: false,
            card_seen: false,
            scene: Scene::default(),
        }
    }

    fn page(&self, language: Language) -> EnrolmentView {
        EnrolmentView {
            title: language.say("端末の登録", "Enrol this tablet").to_owned(),
            prompt: self.prompt(language),
            steps: self.steps.lines(language),
            stage: self.stage_view(language),
            notice: self.notice(language),
        }
    }

    fn prompt(&self, language: Language) -> String {
        let goes_on = self.steps.enrolled().is_some();
        match &self.stage {
            Stage::Choose if goes_on => language
                .say("登録の途中です。どこから続けますか", "Enrolment is not finished. How is it to go on?")
                .to_owned(),
            Stage::Choose => language.say("登録の方法を選んでください", "Choose how to enrol").to_owned(),
            Stage::Code { .. } => language
                .say("招待コード(12文字)を入力してください", "Type the invitation's code (12 characters)")
                .to_owned(),
            Stage::Working { .. } => language
                .say(
                    "登録しています。途中で切れても続きから始められます",
                    "Enrolling. If it is cut off, it goes on from there",
                )
                .to_owned(),
            Stage::Stopped { .. } => {
                language.say("止まりました。済んだところは残っています", "It stopped. What was done is kept").to_owned()
            }
            Stage::Ready(ready) => ready_words(*ready, language),
        }
    }

    fn stage_view(&self, language: Language) -> EnrolmentStage {
        match &self.stage {
            Stage::Choose => {
                let ways = self.offers.ways(self.steps.enrolled().is_some(), language);
                EnrolmentStage::Choose(ways.into_iter().map(|(view, _)| view).collect())
            }
            Stage::Code { typed, .. } => code_view(typed),
            Stage::Working { doing, fetching, .. } => EnrolmentStage::Working(
                fetching.map_or_else(|| doing_view(*doing, language), |step| fetching_view(step, language)),
            ),
            Stage::Stopped { why, .. } => EnrolmentStage::Stopped { can_retry: why.can_retry() },
            Stage::Ready(_) => EnrolmentStage::Ready,
        }
    }

    fn notice(&self, language: Language) -> Option<Notice> {
        match &self.stage {
            Stage::Code { .. } => self.mistyped.map(|mistyped| mistyped_notice(mistyped, language)),
            Stage::Working { again, .. } => again.as_ref().map(|words| again_notice(words, language)),
            Stage::Stopped { why, .. } => Some(stopped_notice(why, language)),
            Stage::Ready(Ready { staff: 0, .. }) => Some(nobody_notice(language)),
            Stage::Choose | Stage::Ready(_) => None,
        }
    }
}

fn code_view(typed: &Typed) -> EnrolmentStage {
    EnrolmentStage::Code {
        typed: typed.shown(),
        keys: InvitationCode::ALPHABET.chars().collect(),
        can_submit: typed.missing() == 0,
    }
}

fn doing_view(doing: Doing, language: Language) -> ProgressView {
    let words = match doing {
        Doing::Invitation => language.say("招待を確かめています", "Checking the invitation"),
        Doing::Store => language.say("保存領域を用意しています", "Making the store"),
        Doing::Feed => language.say("地域の配信を確かめています", "Checking what the region published"),
    };
    ProgressView { words: words.to_owned(), figures: String::new(), permille: None }
}

fn fetching_view(step: StepProgress, language: Language) -> ProgressView {
    let words = match step.step {
        Step::Head => language.say("地域の配信を確かめています", "Checking what the region published"),
        Step::Orders => language.say("地域の指示を確かめています", "Checking the region's orders"),
        Step::Roster => language.say("名簿を受け取っています", "Fetching the roster"),
        Step::Receipts => language.say("閲覧記録を送っています", "Sending the access log"),
        Step::Deltas => language.say("更新分を受け取っています", "Fetching changes"),
        Step::Snapshot => language.say("全件データを受け取っています", "Fetching the full data"),
        Step::Reconcile => language.say("地域のデータと照合しています", "Comparing with the region"),
        Step::Program => language.say("新しいプログラムを受け取っています", "Fetching the new program"),
        Step::Renewal => language.say("証明書を更新しています", "Renewing the certificate"),
        Step::Report => language.say("地域に報告しています", "Reporting to the region"),
    };
    let permille = step.done.min(step.of).saturating_mul(1000).checked_div(step.of);
    ProgressView {
        words: words.to_owned(),
        figures: format!("{} / {}", megabytes(step.done), megabytes(step.of)),
        permille: permille.and_then(|permille| u16::try_from(permille).ok()),
    }
}

fn ready_words(ready: Ready, language: Language) -> String {
    let (records, staff) = (number(ready.records), number(ready.staff));
    match ready.staff {
        0 => language.say(format!("登録できました: 登録者 {records}人"), format!("Enrolled: {records} residents")),
        _ => language.say(
            format!("使えます: 登録者 {records}人、職員 {staff}人"),
            format!("Ready: {records} residents, {staff} staff"),
        ),
    }
}

fn mistyped_notice(mistyped: Mistyped, language: Language) -> Notice {
    let (sentence, next_step) = match mistyped {
        Mistyped::NoSuchCharacter => (
            language.say("コードにない文字です", "No code has this character").to_owned(),
            language.say("画面のキーで入力してください", "Use the keys on the glass"),
        ),
        Mistyped::Short(missing) => (
            language.say(format!("あと{missing}文字足りません"), format!("{missing} characters are missing")),
            language.say("コードは12文字です", "A code has 12 characters"),
        ),
    };
    Notice { mark: Mark::Caution, sentence, next_step: next_step.to_owned(), stays: true }
}

fn again_notice(words: &Words, language: Language) -> Notice {
    Notice {
        mark: Mark::Caution,
        sentence: language.say(words.ja.trim_end_matches('。').to_owned(), begun(&words.en)),
        next_step: language
            .say("そのままお待ちください。自動で続きを取りに行きます", "Please wait. It goes on by itself")
            .to_owned(),
        stays: true,
    }
}

fn stopped_notice(why: &NotEnrolled, language: Language) -> Notice {
    Notice {
        mark: if why.can_retry() { Mark::Caution } else { Mark::Bad },
        sentence: why.sentence(Hand::Glass, language),
        next_step: why.next_step(Hand::Glass, language).to_owned(),
        stays: true,
    }
}

fn nobody_notice(language: Language) -> Notice {
    Notice {
        mark: Mark::Caution,
        sentence: language.say("名簿に職員がいません", "There is no staff on the roster").to_owned(),
        next_step: language
            .say(
                "地域事務局で職員カードを登録すると、次の同期のあとで使えます",
                "Once the office has registered staff cards, the next sync brings them",
            )
            .to_owned(),
        stays: true,
    }
}
