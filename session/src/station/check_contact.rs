//! The line of the check that is about the network and the region behind it.

use chrono::{DateTime, Utc};
use kakari_record::language::Language;

use crate::findings::RegionFindings;
use crate::view::Mark;

use super::checks::{CheckFacts, checked, worse};
use super::view::CheckLine;
use super::{check_link, words};

/// A certificate renews itself long before; with so few days left something stands in the way.
const CERTIFICATE_DAYS: i64 = 30;
/// The region is asked every minute: a day without it wants a look.
const SILENT_HOURS: i64 = 24;

/// The link, when the region was heard, whether the program that syncs runs, and how long the tablet may still speak with
/// it. Without a link the tablet works as it should.
pub(super) fn contact(facts: &CheckFacts<'_>, now: DateTime<Utc>, language: Language) -> CheckLine {
    let label = language.say("通信・地域", "Link, region");
    let (link, link_mark, link_next) = check_link::link(&facts.gauges, facts.findings.metered, language);
    let joined = |after: &str| match (&link, after) {
        (Some(link), "") => link.clone(),
        (Some(link), after) => language.say(format!("{link}・{after}"), format!("{link}, {after}")),
        (None, after) => after.to_owned(),
    };
    let Some(region) = &facts.findings.region else {
        let next = language.say("訓練のほかは、署で端末を登録してください", "Unless for training, enrol the tablet");
        return checked(
            label,
            joined(language.say("地域に属していません", "belongs to no region")),
            Mark::Unknown,
            next,
        );
    };
    let heard = region.heard.map_or_else(
        || language.say("地域との連絡 まだありません", "region not heard yet").to_owned(),
        |at| {
            language.say(
                format!("地域との連絡 {}", words::age(at, now, language)),
                format!("region heard {}", words::age(at, now, language)),
            )
        },
    );
    let (trouble, mark, next) = hindered(region, now, language);
    let trouble = trouble.map(|words| language.say(format!("・{words}"), format!(", {words}"))).unwrap_or_default();
    let next = if worse(mark, link_mark) == mark { next } else { link_next };
    checked(label, joined(&format!("{heard}{trouble}")), worse(mark, link_mark), next)
}

/// What keeps the tablet from duty goes before what can wait until the station.
fn hindered(region: &RegionFindings, now: DateTime<Utc>, language: Language) -> (Option<String>, Mark, &'static str) {
    let network = language.say("署のWi-Fiにつないでください", "Connect to the station's Wi-Fi");
    let office = language.say("地域事務局に連絡してください", "Call the regional office");
    let silent = region.heard.is_none_or(|at| (now - at).num_hours() >= SILENT_HOURS);
    match (&region.refused, region.certificate_days) {
        (Some((ja, en)), _) => (Some(language.say(ja, en).clone()), Mark::Bad, office),
        (None, Some(..0)) => {
            (Some(language.say("端末の証明書が期限切れ", "certificate run out").to_owned()), Mark::Bad, office)
        }
        _ if !region.syncing => (
            Some(language.say("同期プログラムが止まっています", "the sync program does not run").to_owned()),
            Mark::Caution,
            language.say(
                "端末を再起動し、続くなら管理者に連絡してください",
                "Restart the tablet; if it stays, call the administrator",
            ),
        ),
        (None, Some(days @ ..CERTIFICATE_DAYS)) => {
            let words = language.say(format!("端末の証明書 あと{days}日"), format!("certificate {days} days"));
            (Some(words), Mark::Caution, network)
        }
        // Enrolled from a stick: it has a certificate from its first contact on.
        (None, None) => {
            let words = language.say("端末の証明書 まだありません", "no certificate yet");
            (Some(words.to_owned()), Mark::Caution, network)
        }
        _ if silent => (None, Mark::Caution, network),
        _ => (None, Mark::Good, ""),
    }
}
