//! The audit's small words in Japanese, as the tablet's screens have them.

use kakari_record::audit::{AuditBasis, BreakGlassEnd, LimitStage};

/// Why it ended.
pub(super) const fn end(end: BreakGlassEnd) -> &'static str {
    match end {
        BreakGlassEnd::ByCrew => "隊員が終了",
        BreakGlassEnd::Expired => "時間切れ",
        BreakGlassEnd::CaseClosed => "事案を閉じて終了",
        BreakGlassEnd::Locked => "ロックで終了",
        BreakGlassEnd::Restarted => "再起動で終了",
        BreakGlassEnd::Limit => "検索の上限で終了",
    }
}

/// Whose certificate.
pub(super) fn role(role: &str) -> &str {
    match role {
        "tablet" => "タブレット",
        "sender" => "文書の送信元",
        "office" => "事務所の端末",
        other => other,
    }
}

/// On what basis a summary was shown.
pub(super) const fn basis(basis: AuditBasis) -> &'static str {
    match basis {
        AuditBasis::PatientConsents => "本人同意",
        AuditBasis::FamilyAsks => "家族の求め",
        AuditBasis::Emergency => "意識なし・緊急",
    }
}

/// What became of a shift that searched more than usual.
pub(super) const fn stage(stage: LimitStage) -> &'static str {
    match stage {
        LimitStage::Alerted => "目安を超えた",
        LimitStage::Stopped => "上限で止まった",
    }
}
