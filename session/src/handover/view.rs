//! The page of the hand-over as a view.

use kakari_record::model::Subject;

use super::{CODES_MS, Codes, Handover};
use crate::event::SaveTrouble;
use crate::problem::Problem;
use crate::session::Session;
use crate::state::Case;
use crate::view::{Banner, CodeView, Handover as HandoverView, Mark, Notice, Screen, SectionTick, UntoldTick};

impl Session {
    /// The page, under the banner that the summary has.
    pub(crate) fn handover_view(&self, case: &Case, banner: Banner) -> Screen {
        let handover = &case.handover;
        let summary = &case.record.summary;
        let today = self.today(summary);
        let script = handover.chosen(summary).script(today);
        let section = |subject: Subject| SectionTick {
            subject,
            title: subject.title().to_owned(),
            chosen: handover.selection.sections.contains(&subject),
        };
        Screen::Handover(Box::new(HandoverView {
            banner,
            sections: Subject::ALL.into_iter().map(section).collect(),
            untold: handover.untold_tick(summary.untold_items()),
            duration: format!("約{}秒", script.seconds()),
            script: script.lines.into_iter().map(|line| line.words).collect(),
            read_back: script.read_back,
            code: handover.code_view(self.now.map_or(0, |now| now.monotonic_ms)),
            receivers: self.receivers.clone(),
            done: handover.done.clone(),
            can_save: self.can_save,
            notice: self.handover_notice(case),
            can_extend: self.can_extend_case(case),
        }))
    }

    /// What waits for an answer, then what went wrong, then which file was written.
    fn handover_notice(&self, case: &Case) -> Option<Notice> {
        let other = self.other_card(&case.other).map(|other| Notice {
            mark: Mark::Caution,
            sentence: other.words,
            next_step: "要約に戻ると選べます".to_owned(),
        });
        let problem = || case.problem.as_ref().map(Problem::notice);
        let saved = || match case.handover.saved.as_ref()? {
            Ok(file) => Some(Notice {
                mark: Mark::Good,
                sentence: format!("保存しました: {file}"),
                next_step: "媒体を抜く前に、引継ぎ先を選んでください".to_owned(),
            }),
            Err(trouble) => Some(Problem::NotSaved(*trouble).notice()),
        };
        let ending = || self.ends_soon(case).then(|| Problem::BreakGlassEnding.notice());
        let clock = || self.clock_problem(&case.record.summary).as_ref().map(Problem::notice);
        other.or_else(problem).or_else(ending).or_else(saved).or_else(clock)
    }

    /// 「搬送先は変わりましたか?」
    pub(crate) fn destination_question(&self) -> String {
        if self.destination_asked {
            "情報により搬送先は変わりましたか?".to_owned()
        } else {
            String::new()
        }
    }
}

impl Handover {
    fn untold_tick(&self, items: usize) -> Option<UntoldTick> {
        let words = match (items, self.untold_asked, self.selection.untold) {
            (0, ..) => return None,
            (_, true, _) => format!("未告知 {items}件。もう一度押すと含めます"),
            (_, _, true) => format!("未告知 {items}件を含めます(読み上げには含めません)"),
            _ => format!("未告知 {items}件(含めません)"),
        };
        Some(UntoldTick { words, asked: self.untold_asked, chosen: self.selection.untold })
    }

    fn code_view(&self, now_ms: u64) -> Option<CodeView> {
        let Codes::Shown { parts, at, since_ms } = &self.codes else { return None };
        let count = parts.len();
        let left = CODES_MS.saturating_sub(now_ms.saturating_sub(*since_ms)) / 1000;
        Some(CodeView {
            text: parts.get(*at)?.clone(),
            place: if count > 1 { format!("{}/{count}", at + 1) } else { String::new() },
            left: format!("あと{}:{:02}", left / 60, left % 60),
        })
    }
}

/// Why no file was written, and what to do.
pub(crate) fn not_saved(trouble: SaveTrouble) -> (&'static str, &'static str) {
    match trouble {
        SaveTrouble::NoPlace => {
            ("保存先のフォルダーがありません", "署の管理者に連絡してください。今は読み上げかQRで引き継いでください")
        }
        SaveTrouble::NotMounted => ("USBメモリーがつながっていません", "USBメモリーを挿して、もう一度保存してください"),
        SaveTrouble::Full => ("保存先に空きがありません", "別のUSBメモリーに替えて、もう一度保存してください"),
        SaveTrouble::Failed => {
            ("保存先に書き込めません", "USBメモリーを挿し直すか替えてください。今は読み上げかQRで引き継いでください")
        }
        SaveTrouble::Withdrawn => ("閲覧の同意が取り消されているため、保存しません", "本人・家族に確かめてください"),
    }
}
