//! The words of break-glass, the same on the glass, in the station's review and on the office's page.

use crate::audit::BreakGlassReason;

/// Why a record may be searched for without a card, as the crew touches it: 「意識障害」.
pub const fn break_glass_reason(reason: BreakGlassReason) -> &'static str {
    match reason {
        BreakGlassReason::Unconscious => "意識障害",
        BreakGlassReason::CardiacArrest => "心肺停止",
        BreakGlassReason::NoCardWithPatient => "カード不携帯",
        BreakGlassReason::CardBroken => "カード破損",
        BreakGlassReason::FamilyAsks => "家族の求め",
        BreakGlassReason::Other => "その他",
    }
}
