//! Device and DeviceUseStatement: implants and what the patient lives with.

use std::collections::HashSet;

use super::absence::{Absent, Gathered, SectionCodes, Statement, absent};
use super::bundle::{Document, Resource};
use super::origin::first_day;
use super::reference::Target;
use super::{DenialKind, FhirError, Reason, own, value};
use crate::codes;
use crate::model::{Block, Coded, Device, DeviceKind, Subject};

const SECTIONS: SectionCodes = SectionCodes { loinc: &["46264-8"], jp: &["810"], part: &[] };
const WHO: [&str; 1] = ["source"];
const WHEN: [&str; 1] = ["recordedOn"];
const KNOWN: [&str; 7] = ["active", "completed", "intended", "stopped", "on-hold", "inactive", "unknown"];

pub(super) fn read(document: &Document<'_>) -> Result<Block<Device>, FhirError> {
    let mut devices = Gathered::new(document.section_statements(SECTIONS)?);
    let mut used = HashSet::new();
    for usage in document.all("DeviceUseStatement") {
        document.check_patient(usage, "subject")?;
        let device = match document.follow_or_refuse(usage, "device")? {
            Some(Target::Resource(device)) if device.kind == "Device" => Some(device),
            Some(Target::Resource(_)) => return Err(usage.node.wrong("device", "expected a reference to a Device")),
            _ => None,
        };
        if let Some(device) = &device {
            document.check_patient(device, "patient")?;
        }
        used.extend(device.as_ref().map(|device| device.node.place()));
        one(document, usage, device.as_ref(), &mut devices)?;
    }
    for device in document.all("Device") {
        if !used.contains(&device.node.place()) && device.node.has("patient") {
            document.check_patient(device, "patient")?;
            one(document, device, Some(device), &mut devices)?;
        }
    }
    Ok(devices.block(document, Subject::Devices))
}

fn one<'a>(
    document: &Document<'a>,
    usage: &Resource<'a>,
    device: Option<&Resource<'a>>,
    devices: &mut Gathered<Device>,
) -> Result<(), FhirError> {
    let path = usage.node.path();
    let statuses = [usage.node.text("status")?, device.map_or(Ok(None), |device| device.node.text("status"))?];
    if statuses.iter().any(|status| document.is_mistake(usage, *status)) {
        let name = name(document, usage, device);
        document.denied(usage, DenialKind::Mistake, Subject::Devices, name, (&WHO, &WHEN));
        return Ok(());
    }
    document.know(&usage.node, "status", statuses[0], &KNOWN);
    let name = name(document, usage, device)?;
    if let Some(part) = name.as_ref().and_then(|name| absent(name, "devices")) {
        let all = part == Absent::All && matches!(statuses[0], None | Some("active" | "unknown"));
        let said = if all { Statement::None(document.origin(usage, &WHO, &WHEN)?) } else { Statement::Unknown };
        devices.say(path, said);
    } else if matches!(statuses[0], Some("completed" | "stopped" | "intended" | "inactive")) {
        document.remark(path, Reason::NotInForce);
    } else {
        devices.items.push(item(document, usage, device, name)?);
    }
    Ok(())
}

fn item<'a>(
    document: &Document<'a>,
    usage: &Resource<'a>,
    device: Option<&Resource<'a>>,
    name: Option<Coded>,
) -> Result<Device, FhirError> {
    let name = document.named(usage, name);
    let notes = [Some(usage), device].into_iter().flatten().map(|from| value::notes(&from.node));
    let mut notes: Vec<String> = notes.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    notes.dedup();
    let item = Device {
        kind: kind(&name),
        name,
        site: value::coded_in(&usage.node, "bodySite")?.map(|site| site.text),
        since: first_day(&usage.node, &["timingDateTime", "timingPeriod"])?,
        note: Some(notes.join(" ")).filter(|note| !note.is_empty()),
        origin: document.origin(usage, &WHO, &WHEN)?,
    };
    own::complete(&usage.node, item)
}

/// The kind in words with its codes; the name that the sender gave to this very device wins over its kind.
fn name<'a>(
    document: &Document<'a>,
    usage: &Resource<'a>,
    device: Option<&Resource<'a>>,
) -> Result<Option<Coded>, FhirError> {
    let Some(device) = device else {
        return Ok(match document.follow(usage, "device")? {
            Some(Target::Words(words)) => Some(Coded::from_text(value::plain(words))),
            _ => None,
        });
    };
    let kind = value::coded_in(&device.node, "type")?;
    let mut given = None;
    for name in device.node.list("deviceName")? {
        given = given.or(name.text("name")?);
    }
    Ok(match (kind, given) {
        (Some(kind), Some(given)) if absent(&kind, "devices").is_none() && !given.contains(&kind.text) => {
            Some(Coded { text: format!("{}({given})", kind.text), codings: kind.codings })
        }
        (Some(kind), Some(given)) if absent(&kind, "devices").is_none() => {
            Some(Coded { text: given.to_owned(), codings: kind.codings })
        }
        (Some(kind), _) => Some(kind),
        (None, given) => given.map(Coded::from_text),
    })
}

/// By SNOMED code, else by words; a defibrillator that also paces is a defibrillator.
fn kind(name: &Coded) -> DeviceKind {
    let by_code = match name.code_in(codes::SNOMED) {
        Some("14106009") => Some(DeviceKind::Pacemaker),
        Some("72506001") => Some(DeviceKind::Defibrillator),
        Some("65818007") => Some(DeviceKind::Stent),
        _ => None,
    };
    by_code.unwrap_or_else(|| {
        let has = |words: &[&str]| words.iter().any(|word| name.text.contains(word));
        match () {
            () if has(&["除細動", "ICD", "CRT-D", "efibrillator"]) => DeviceKind::Defibrillator,
            () if has(&["ペースメーカ", "ペーシング", "CRT-P", "acemaker"]) => DeviceKind::Pacemaker,
            () if has(&["シャント", "人工血管内", "ialysis fistula"]) && !has(&["脳室", "VP", "V-P", "腰椎"]) => {
                DeviceKind::DialysisShunt
            }
            () if has(&["ステント", "stent", "Stent"]) => DeviceKind::Stent,
            () if has(&["ストーマ", "人工肛門", "ウロストミー", "stomy bag"]) => DeviceKind::Ostomy,
            () if has(&["在宅酸素", "酸素濃縮", "携帯用酸素"]) => DeviceKind::HomeOxygen,
            () if has(&["胃瘻", "胃ろう", "経管栄養", "腸瘻", "経鼻胃管", "PEG"]) => {
                DeviceKind::FeedingTube
            }
            () if has(&["インスリンポンプ", "持続皮下インスリン", "nsulin pump"]) => {
                DeviceKind::InsulinPump
            }
            () => DeviceKind::Device,
        }
    })
}
