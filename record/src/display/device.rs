//! Devices and operations.

use super::date::date;
use super::words::{Words, joined};
use crate::model::{Device, DeviceKind, Procedure};

/// Kind and site; the sender's name for it where it tells more, since when, the note (「MRI条件付き」).
pub fn device(device: &Device) -> Words {
    let kind = kind(&device.kind);
    let named = device.name.text.contains(kind) || kind.is_empty();
    let head = if named { device.name.text.clone() } else { kind.to_owned() };
    let site = device.site.clone().filter(|site| !head.contains(site.as_str()));
    let name = device.name.text.clone();
    let parts = [(!named && name != head).then_some(name), device.since.map(since), device.note.clone()];
    Words::of(joined(&[Some(head), site]), &parts)
}

/// Name; when, the note.
pub fn procedure(procedure: &Procedure) -> Words {
    Words::of(procedure.name.text.clone(), &[procedure.date.map(date), procedure.note.clone()])
}

/// 「ペースメーカー」; empty for a device that is known by its name alone.
fn kind(kind: &DeviceKind) -> &str {
    match kind {
        DeviceKind::Pacemaker => "ペースメーカー",
        DeviceKind::Defibrillator => "植込み型除細動器",
        DeviceKind::DialysisShunt => "シャント",
        DeviceKind::Stent => "ステント",
        DeviceKind::Ostomy => "ストーマ",
        DeviceKind::HomeOxygen => "在宅酸素",
        DeviceKind::FeedingTube => "経管栄養",
        DeviceKind::InsulinPump => "インスリンポンプ",
        DeviceKind::Device => "",
        DeviceKind::Other(word) => word,
    }
}

fn since(day: crate::model::PartialDate) -> String {
    format!("{}〜", date(day))
}
