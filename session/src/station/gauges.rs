//! What the bar tells of the tablet itself. What it cannot know leaves no mark.

use crate::session::Session;
use crate::view::Mark;

impl Session {
    /// 「電池78%」
    pub(crate) fn battery_words(&self) -> Option<(String, Mark)> {
        let battery = self.gauges.battery?;
        let percent = battery.percent;
        Some((self.look.language.say(format!("電池{percent}%"), format!("Battery {percent}%")), battery.mark()))
    }

    /// 「通信あり」. Without a link the tablet works as it should: that is no warning.
    pub(crate) fn link_words(&self) -> Option<(String, Mark)> {
        let language = self.look.language;
        Some(match self.gauges.link? {
            true => (language.say("通信あり", "Link up").to_owned(), Mark::Good),
            false => (language.say("通信なし", "No link").to_owned(), Mark::Unknown),
        })
    }
}
