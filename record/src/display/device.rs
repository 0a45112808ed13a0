//! Devices and operations.

use super::date::date;
use super::fixed::fixed;
use super::words::{Words, listed};
use crate::language::Language;
use crate::model::{Device, DeviceKind, PartialDate, Procedure};

/// Kind and site; the sender's name for it where it tells more, since when, the note (「MRI条件付き」).
pub fn device(device: &Device, language: Language) -> Words {
    let kind = kind(&device.kind, language);
    let named = device.name.text.contains(kind) || kind.is_empty();
    let head = if named { device.name.text.clone() } else { kind.to_owned() };
    let site = device.site.clone().filter(|site| !head.contains(site.as_str()));
    let site = site.map(|site| fixed(&site, language));
    let name = device.name.text.clone();
    // The Japanese word for the kind alone tells nothing beside the English one.
    let more = !named && name != head && name != self::kind(&device.kind, Language::Japanese);
    let parts = [more.then_some(name), device.since.map(|day| since(day, language)), device.note.clone()];
    Words::of(listed(&[Some(head), site], language), &parts, language)
}

/// Name; when, the note.
pub fn procedure(procedure: &Procedure, language: Language) -> Words {
    let on = procedure.date.map(|day| date(day, language));
    Words::of(procedure.name.text.clone(), &[on, procedure.note.clone()], language)
}

/// 「ペースメーカー」; empty for a device that is known by its name alone.
fn kind(kind: &DeviceKind, language: Language) -> &str {
    match kind {
        DeviceKind::Pacemaker => language.say("ペースメーカー", "Pacemaker"),
        DeviceKind::Defibrillator => language.say("植込み型除細動器", "ICD (implanted defibrillator)"),
        DeviceKind::DialysisShunt => language.say("シャント", "Dialysis shunt"),
        DeviceKind::Stent => language.say("ステント", "Stent"),
        DeviceKind::Ostomy => language.say("ストーマ", "Stoma"),
        DeviceKind::HomeOxygen => language.say("在宅酸素", "Home oxygen"),
        DeviceKind::FeedingTube => language.say("経管栄養", "Tube feeding"),
        DeviceKind::InsulinPump => language.say("インスリンポンプ", "Insulin pump"),
        DeviceKind::Device => "",
        DeviceKind::Other(word) => word,
    }
}

fn since(day: PartialDate, language: Language) -> String {
    language.say(format!("{}〜", date(day, language)), format!("since {}", date(day, language)))
}
