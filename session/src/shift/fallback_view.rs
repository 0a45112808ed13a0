//! The start without a staff card as a view.

use kakari_record::seal::RosterEntry;
use zeroize::Zeroizing;

use super::fallback::{Fallback, PAGE, TWO};
use super::locked::CODE_DIGITS;
use crate::session::Session;
use crate::view::{Fallback as FallbackView, StaffChoice};

impl Session {
    pub(crate) fn fallback_view(&self, fallback: &Fallback) -> FallbackView {
        let (staff, pages) = (self.staff(), self.staff().len().div_ceil(PAGE).max(1));
        let page = fallback.page.min(pages - 1);
        let choice = |(index, entry): (usize, &RosterEntry)| StaffChoice {
            index,
            name: format!("{} {}", entry.name, entry.staff_id),
            chosen: fallback.chosen.contains(&entry.staff_id),
        };
        let language = self.look.language;
        let prompt = match fallback.is_pending() {
            true => language.say("番号を確かめています", "Checking the code"),
            false => language.say(
                "2人の名前を選び、責任者から聞いた16桁を入力してください",
                "Choose 2 names, and enter the supervisor's 16 digits",
            ),
        };
        let whole = fallback.chosen.len() == TWO && fallback.digits.0.len() == CODE_DIGITS;
        FallbackView {
            prompt: prompt.to_owned(),
            staff: staff.iter().enumerate().skip(page * PAGE).take(PAGE).map(choice).collect(),
            page: if pages > 1 { format!("{}/{pages}", page + 1) } else { String::new() },
            code: in_groups(&fallback.digits.0),
            can_submit: !fallback.is_pending() && whole,
            notice: self.notice(fallback.problem.as_ref()),
        }
    }
}

/// 「1234 5678 9___ ____」
fn in_groups(digits: &[u8]) -> Zeroizing<String> {
    // Room for all of it at once: a text that grows leaves a copy behind.
    let mut groups = Zeroizing::new(String::with_capacity(2 * CODE_DIGITS));
    for place in 0..CODE_DIGITS {
        if place > 0 && place % 4 == 0 {
            groups.push(' ');
        }
        groups.push(digits.get(place).map_or('_', |digit| char::from(*digit)));
    }
    groups
}
