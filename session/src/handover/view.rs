//! The page of the hand-over as a view.

use kakari_record::language::Language;
use kakari_record::model::Subject;

use super::{CODES_MS, Codes, Handover};
use crate::problem::{Problem, notice};
use crate::session::Session;
use crate::state::Case;
use crate::view::{Banner, CodeView, Handover as HandoverView, Mark, Notice, Screen, SectionTick, UntoldTick};

impl Session {
    /// The page, under the banner that the summary has.
    pub(crate) fn handover_view(&self, case: &Case, banner: Banner) -> Screen {
        let handover = &case.handover;
        let summary = &case.record.summary;
        let today = self.today(summary);
        let script = handover.chosen(&case.record, case.access).script(today);
        let (seconds, language) = (script.seconds(), self.look.language);
        let section = |subject: Subject| SectionTick {
            subject,
            title: subject.title(self.look.language).to_owned(),
            chosen: handover.selection.sections.contains(&subject),
        };
        Screen::Handover(Box::new(HandoverView {
            banner,
            sections: Subject::ALL.into_iter().map(section).collect(),
            untold: handover.untold_tick(summary.untold_items(), language),
            duration: language.say(format!("約{seconds}秒"), format!("about {seconds} s")),
            script: script.lines.into_iter().map(|line| line.words).collect(),
            read_back: script.read_back,
            code: handover.code_view(self.now_ms(), language),
            receivers: self.receivers.clone(),
            done: handover.done.iter().map(|done| done.words(language)).collect(),
            can_save: self.can_save,
            notice: self.handover_notice(case),
            can_extend: self.can_extend_case(case),
        }))
    }

    /// What waits for an answer, then what went wrong, then which file was written.
    fn handover_notice(&self, case: &Case) -> Option<Notice> {
        let language = self.look.language;
        let other = self.other_card(case).map(|other| {
            let choose = language.say("要約に戻ると選べます", "Go back to the summary to choose");
            notice(Mark::Caution, (other.words, choose)).standing()
        });
        let problem = || case.problem.as_ref().map(|problem| self.said(problem));
        let ending = || self.ends_soon(case).then(|| self.standing(&Problem::BreakGlassEnding));
        let battery = || self.battery_nearly_empty().map(|problem| self.said(&problem));
        let clock = || self.clock_problem(&case.record.summary).map(|problem| self.standing(&problem));
        let urgent = other.or_else(problem).or_else(ending).or_else(battery);
        urgent.or_else(|| self.saved_notice(case)).or_else(clock)
    }

    /// What became of the last file.
    fn saved_notice(&self, case: &Case) -> Option<Notice> {
        Some(match case.handover.saved.as_ref()? {
            Ok(file) => notice(
                Mark::Good,
                self.look.language.say(
                    (format!("保存しました: {file}"), "媒体を抜く前に、引継ぎ先を選んでください"),
                    (format!("Saved: {file}"), "Choose who gets it before you take the stick out"),
                ),
            ),
            Err(trouble) => self.said(&Problem::NotSaved(*trouble)),
        })
    }

    /// 「搬送先は変わりましたか?」
    pub(crate) fn destination_question(&self) -> String {
        let question =
            self.look.language.say("情報により搬送先は変わりましたか?", "Did the record change the destination?");
        if self.destination_asked { question.to_owned() } else { String::new() }
    }
}

impl Handover {
    fn untold_tick(&self, items: usize, language: Language) -> Option<UntoldTick> {
        let untold = language.say(format!("未告知 {items}件"), format!("Not told to patient: {items}"));
        let rest = match (items, self.untold_asked, self.selection.untold) {
            (0, ..) => return None,
            (_, true, _) => language.say("。もう一度押すと含めます", ". Press again to include"),
            (_, _, true) => language.say("を含めます(読み上げには含めません)", ", included (never read aloud)"),
            _ => language.say("(含めません)", " (left out)"),
        };
        let words = format!("{untold}{rest}");
        Some(UntoldTick { words, asked: self.untold_asked, chosen: self.selection.untold })
    }

    fn code_view(&self, now_ms: u64, language: Language) -> Option<CodeView> {
        let Codes::Shown { parts, at, since_ms } = &self.codes else { return None };
        let count = parts.len();
        let left = CODES_MS.saturating_sub(now_ms.saturating_sub(*since_ms)) / 1000;
        let left = format!("{}:{:02}", left / 60, left % 60);
        Some(CodeView {
            text: parts.get(*at)?.clone(),
            place: if count > 1 { format!("{}/{count}", at + 1) } else { String::new() },
            left: language.say(format!("あと{left}"), format!("{left} left")),
        })
    }
}
