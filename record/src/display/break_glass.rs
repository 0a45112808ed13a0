//! The words of break-glass, the same on the glass, in the station's review and on the office's page.

use crate::audit::BreakGlassReason;
use crate::language::Language;

/// Why a record may be searched for without a card, as the crew touches it: 「意識障害」.
pub fn break_glass_reason(reason: BreakGlassReason, language: Language) -> &'static str {
    match reason {
        BreakGlassReason::Unconscious => language.say("意識障害", "Impaired consciousness"),
        BreakGlassReason::CardiacArrest => language.say("心肺停止", "Cardiac arrest"),
        BreakGlassReason::NoCardWithPatient => language.say("カード不携帯", "Not carrying card"),
        BreakGlassReason::CardBroken => language.say("カード破損", "Card damaged"),
        BreakGlassReason::FamilyAsks => language.say("家族の求め", "Family asks"),
        BreakGlassReason::Other => language.say("その他", "Other"),
    }
}
