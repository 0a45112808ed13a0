//! What the bar tells of the tablet itself. What it cannot know leaves no mark.

use crate::findings::{Link, Modem, ModemState};
use crate::session::Session;
use crate::view::Mark;

impl Session {
    /// 「電池78%」
    pub(crate) fn battery_words(&self) -> Option<(String, Mark)> {
        let battery = self.gauges.battery?;
        let percent = battery.percent;
        Some((self.look.language.say(format!("電池{percent}%"), format!("Battery {percent}%")), battery.mark()))
    }

    /// 「LTE 72%」, 「通信あり」. Without a link the tablet works as it should: that is no warning.
    pub(crate) fn link_words(&self) -> Option<(String, Mark)> {
        let (language, gauges) = (self.look.language, &self.gauges);
        if let Some(Modem { state: ModemState::Connected, signal: Some(signal), access, .. }) = &gauges.modem {
            return Some((format!("{access} {signal}%"), Mark::Good));
        }
        Some(match gauges.link? {
            Link::Down => (language.say("通信なし", "No link").to_owned(), Mark::Unknown),
            Link::Mobile | Link::Wireless | Link::Wired => (language.say("通信あり", "Link up").to_owned(), Mark::Good),
        })
    }
}
