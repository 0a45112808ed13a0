//! The network link in words: its kind, the operator, how strong the signal is, and whether it is paid by the byte.

use kakari_record::language::Language;

use crate::findings::{Gauges, Link, Modem, ModemState};
use crate::view::Mark;

/// What is said of the link, how bad that is, and what to do.
pub(super) fn link(gauges: &Gauges, metered: bool, language: Language) -> (Option<String>, Mark, &'static str) {
    let modem = gauges.modem.as_ref().map(|modem| said(modem, language));
    let other = match gauges.link {
        Some(Link::Wired) => Some(language.say("有線", "cable")),
        Some(Link::Wireless) => Some("Wi-Fi"),
        // What the modem says of itself is more.
        Some(Link::Mobile) => modem.is_none().then_some(language.say("モバイル回線", "mobile network")),
        Some(Link::Down) => modem.is_none().then_some(language.say("通信なし", "no link")),
        None => None,
    };
    let metered = metered.then_some(language.say("従量", "metered"));
    let (words, mark, next) = modem.map_or((None, Mark::Good, ""), |(words, mark, next)| (Some(words), mark, next));
    let parts = other.map(str::to_owned).into_iter().chain(words).chain(metered.map(str::to_owned));
    let parts: Vec<String> = parts.collect();
    ((!parts.is_empty()).then(|| parts.join(language.say("・", ", "))), mark, next)
}

/// 「LTE 72% NTTドコモ」, 「LTE SIMがありません」
fn said(modem: &Modem, language: Language) -> (String, Mark, &'static str) {
    let Modem { state, operator, signal, access } = modem;
    let signal = signal.map(|signal| format!(" {signal}%")).unwrap_or_default();
    let operator = if operator.is_empty() { String::new() } else { format!(" {operator}") };
    let sim = language.say("署の管理者にSIMを見てもらってください", "Have the administrator look at the SIM");
    let off = language.say("署の管理者にモデムを見てもらってください", "Have the administrator look at the modem");
    let (words, mark, next) = match state {
        ModemState::Connected => (String::new(), Mark::Good, ""),
        ModemState::Registered => (language.say(" 未接続", " not connected").to_owned(), Mark::Good, ""),
        // In a garage or a valley there is none, and the tablet works as it should.
        ModemState::Searching => (language.say(" 圏外", " no network").to_owned(), Mark::Good, ""),
        ModemState::NoSim => (language.say(" SIMがありません", " no SIM").to_owned(), Mark::Caution, sim),
        ModemState::Locked => (language.say(" SIMがロック中", " SIM locked").to_owned(), Mark::Caution, sim),
        ModemState::Off => (language.say(" 切れています", " switched off").to_owned(), Mark::Caution, off),
        ModemState::Failed => (language.say(" 故障", " out of order").to_owned(), Mark::Caution, off),
    };
    (format!("{access}{signal}{operator}{words}"), mark, next)
}
