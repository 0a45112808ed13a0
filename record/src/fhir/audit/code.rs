//! Which code each event has: DICOM's audit events (PS3.16, CID 400, 401 and 403), and FHIR's for what is read.

use serde_json::{Value, json};

use super::DCM;
use crate::audit::{Access, AuditBasis, AuditKind, LimitStage};

/// Which of BALP's profiles an event follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Profile {
    PatientRead,
    Query,
}

impl Profile {
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::PatientRead => "IHE.BasicAudit.PatientRead",
            Self::Query => "IHE.BasicAudit.Query",
        }
    }
}

/// What stands in an AuditEvent for a kind of event.
#[derive(Debug)]
pub(super) struct Coded {
    pub(super) kind: Value,
    pub(super) subtype: Option<Value>,
    pub(super) action: &'static str,
    pub(super) outcome: &'static str,
    pub(super) profile: Option<Profile>,
    /// Of v3-ActReason.
    pub(super) purpose: Option<(&'static str, &'static str)>,
}

const DONE: &str = "0";
/// A minor failure: it may be tried again.
const NOT_DONE: &str = "4";
const SERIOUS: &str = "8";

const APPLICATION: (&str, &str) = ("110100", "Application Activity");
const LOG_USED: (&str, &str) = ("110101", "Audit Log Used");
const EXPORT: (&str, &str) = ("110106", "Export");
const IMPORT: (&str, &str) = ("110107", "Import");
const PATIENT: (&str, &str) = ("110110", "Patient Record");
const ALERT: (&str, &str) = ("110113", "Security Alert");
const USER: (&str, &str) = ("110114", "User Authentication");

const START: (&str, &str) = ("110120", "Application Start");
const STOP: (&str, &str) = ("110121", "Application Stop");
const LOGIN: (&str, &str) = ("110122", "Login");
const LOGOUT: (&str, &str) = ("110123", "Logout");
const ATTACH: (&str, &str) = ("110124", "Attach");
const DETACH: (&str, &str) = ("110125", "Detach");
const OVERRIDE: (&str, &str) = ("110127", "Emergency Override Started");
const SECURITY: (&str, &str) = ("110129", "Security Configuration");
const HARDWARE: (&str, &str) = ("110130", "Hardware Configuration");
const SOFTWARE: (&str, &str) = ("110131", "Software Configuration");
const RESTRICTED: (&str, &str) = ("110132", "Use of Restricted Function");
const LOG_STOPPED: (&str, &str) = ("110133", "Audit Recording Stopped");
const LOG_STARTED: (&str, &str) = ("110134", "Audit Recording Started");
const USER_CHANGED: (&str, &str) = ("110137", "User security Attributes Changed");
const OVERRIDE_OVER: (&str, &str) = ("110138", "Emergency Override Stopped");

const BREAK_GLASS: (&str, &str) = ("BTG", "break the glass");
const EMERGENCY: (&str, &str) = ("ETREAT", "Emergency Treatment");

/// How this event is coded.
pub(super) fn of(kind: &AuditKind) -> Coded {
    use AuditKind as K;
    match kind {
        K::RecordOpened { access, .. } => read(*access == Access::Search, false),
        K::RecordShown { access, basis, .. } => read(*access == Access::Search, *basis == AuditBasis::Emergency),
        K::UntoldShown { .. } => read(false, false),
        K::Searched { .. } => {
            Coded { profile: Some(Profile::Query), purpose: Some(BREAK_GLASS), ..rest("search", "E") }
        }
        K::BreakGlassStarted { .. } | K::BreakGlassExtended { .. } => broken(OVERRIDE),
        K::BreakGlassEnded { .. } => broken(OVERRIDE_OVER),
        K::SearchLimit { stage, .. } => {
            let outcome = if *stage == LimitStage::Stopped { SERIOUS } else { NOT_DONE };
            Coded { outcome, ..broken(RESTRICTED) }
        }
        K::CardRefused { .. } | K::FoundRefused { .. } | K::BirthYearWrong { .. } => {
            Coded { outcome: NOT_DONE, ..dicom(PATIENT, None, "R") }
        }
        K::CardRemoved { .. } | K::IdentityRejected { .. } | K::CaseClosed { .. } | K::DestinationTold { .. } => {
            dicom(PATIENT, None, "E")
        }
        K::HandedOver { .. } => dicom(EXPORT, None, "R"),
        other => of_crew(other),
    }
}

/// Who used the tablet.
fn of_crew(kind: &AuditKind) -> Coded {
    use AuditKind as K;
    match kind {
        K::SignedIn | K::Reopened { .. } | K::FallbackStarted { .. } => dicom(USER, Some(LOGIN), "E"),
        K::SignInFailed { .. } | K::ReopenFailed { .. } | K::FallbackRefused { .. } => {
            Coded { outcome: NOT_DONE, ..dicom(USER, Some(LOGIN), "E") }
        }
        K::Locked { .. } | K::SignedOut => dicom(USER, Some(LOGOUT), "E"),
        K::CrewRemoved { .. } => dicom(ALERT, Some(USER_CHANGED), "E"),
        other => of_tablet(other),
    }
}

/// The tablet itself and its audit.
fn of_tablet(kind: &AuditKind) -> Coded {
    use AuditKind as K;
    match kind {
        K::Started => dicom(APPLICATION, Some(START), "E"),
        K::Stopped => dicom(APPLICATION, Some(STOP), "E"),
        K::CrashRecovered => Coded { outcome: NOT_DONE, ..dicom(APPLICATION, Some(START), "E") },
        K::Updated { .. } | K::ConfigChanged => dicom(ALERT, Some(SOFTWARE), "U"),
        K::ClockStepped { .. } | K::DiskLow { .. } | K::BatteryLow { .. } => dicom(ALERT, Some(HARDWARE), "E"),
        K::Enrolled => dicom(ALERT, Some(ATTACH), "C"),
        K::WipeOrdered => dicom(ALERT, Some(DETACH), "D"),
        K::LeaseEnded => dicom(ALERT, Some(SECURITY), "D"),
        K::SyncEnded { .. } => dicom(IMPORT, None, "C"),
        K::FeedRefused { .. } => Coded { outcome: SERIOUS, ..dicom(IMPORT, None, "C") },
        K::RowsLost { .. } => Coded { outcome: SERIOUS, ..dicom(ALERT, Some(LOG_STOPPED), "E") },
        K::RowsLate { .. } => Coded { outcome: NOT_DONE, ..dicom(ALERT, Some(LOG_STARTED), "E") },
        K::AuditFaulty { .. } => Coded { outcome: SERIOUS, ..dicom(LOG_USED, None, "R") },
        K::AuditExported { .. } => dicom(LOG_USED, None, "R"),
        K::BreakGlassReviewed { .. } | K::Checkpoint { .. } => dicom(LOG_USED, None, "E"),
        _ => dicom(APPLICATION, None, "E"),
    }
}

/// The event's name as it stands in a row.
pub(super) fn word(kind: &AuditKind) -> String {
    match serde_json::to_value(kind) {
        Ok(Value::String(word)) => word,
        Ok(Value::Object(fields)) => fields.into_iter().next().map(|(word, _)| word).unwrap_or_default(),
        _ => String::new(),
    }
}

fn dicom(kind: (&str, &str), subtype: Option<(&str, &str)>, action: &'static str) -> Coded {
    let coding = |(code, display): (&str, &str)| json!({ "system": DCM, "code": code, "display": display });
    Coded { kind: coding(kind), subtype: subtype.map(coding), action, outcome: DONE, profile: None, purpose: None }
}

fn rest(interaction: &str, action: &'static str) -> Coded {
    Coded {
        kind: json!({
            "system": "http://terminology.hl7.org/CodeSystem/audit-event-type", "code": "rest",
            "display": "Restful Operation"
        }),
        subtype: Some(
            json!({ "system": "http://hl7.org/fhir/restful-interaction", "code": interaction, "display": interaction }),
        ),
        action,
        outcome: DONE,
        profile: None,
        purpose: None,
    }
}

fn read(without_card: bool, emergency: bool) -> Coded {
    let purpose = match (without_card, emergency) {
        (true, _) => Some(BREAK_GLASS),
        (false, true) => Some(EMERGENCY),
        (false, false) => None,
    };
    Coded { profile: Some(Profile::PatientRead), purpose, ..rest("read", "R") }
}

fn broken(subtype: (&str, &str)) -> Coded {
    Coded { purpose: Some(BREAK_GLASS), ..dicom(ALERT, Some(subtype), "E") }
}
