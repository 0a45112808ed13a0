//! What an alert may warn of.

use crate::language::Language;

/// Kinds of alerts, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertKind {
    /// An allergy that was an anaphylaxis.
    Anaphylaxis,
    /// An allergy that was severe, or is said to threaten life.
    SevereAllergy,
    /// A drug that must not be given.
    Contraindication,
    /// Carries an adrenaline auto-injector.
    AutoInjector,
    /// Takes an anticoagulant.
    Anticoagulant,
    /// Takes an antiplatelet.
    Antiplatelet,
    /// Takes insulin.
    Insulin,
    /// Takes a sulfonylurea, or a glinide, which lowers the sugar in the same way.
    Sulfonylurea,
    /// Takes an opioid.
    Opioid,
    /// On dialysis; which arm has the shunt.
    Dialysis,
    /// Pacemaker or ICD.
    CardiacDevice,
    /// Takes an antiepileptic.
    Antiepileptic,
    /// Takes a systemic steroid.
    Steroid,
    /// Takes a beta blocker.
    BetaBlocker,
    /// Takes an immunosuppressant or chemotherapy.
    Immunosuppressant,
    /// Pregnant.
    Pregnancy,
    /// An advance directive exists.
    Directive,
    /// An infection result that calls for precautions.
    Infection,
    /// A need in communication.
    Communication,
}

impl AlertKind {
    /// Every kind, the worst first.
    pub const ALL: [Self; 19] = [
        Self::Anaphylaxis,
        Self::SevereAllergy,
        Self::Contraindication,
        Self::AutoInjector,
        Self::Anticoagulant,
        Self::Antiplatelet,
        Self::Insulin,
        Self::Sulfonylurea,
        Self::Opioid,
        Self::Dialysis,
        Self::CardiacDevice,
        Self::Antiepileptic,
        Self::Steroid,
        Self::BetaBlocker,
        Self::Immunosuppressant,
        Self::Pregnancy,
        Self::Directive,
        Self::Infection,
        Self::Communication,
    ];

    /// Octagon: what must not be given. Everything else is a caution.
    pub fn is_critical(self) -> bool {
        matches!(self, Self::Anaphylaxis | Self::SevereAllergy | Self::Contraindication)
    }

    /// 「抗凝固薬」
    pub fn label(self, language: Language) -> &'static str {
        match self {
            Self::Anaphylaxis => language.say("アナフィラキシー", "Anaphylaxis"),
            Self::SevereAllergy => language.say("重度アレルギー", "Severe allergy"),
            Self::Contraindication => language.say("薬剤禁忌", "Contraindicated drug"),
            Self::AutoInjector => language.say("アドレナリン自己注射薬", "Adrenaline auto-injector"),
            Self::Anticoagulant => language.say("抗凝固薬", "Anticoagulant"),
            Self::Antiplatelet => language.say("抗血小板薬", "Antiplatelet"),
            Self::Insulin => language.say("インスリン", "Insulin"),
            Self::Sulfonylurea => language.say("血糖降下薬(SU等)", "Glucose-lowering (SU etc.)"),
            Self::Opioid => language.say("オピオイド", "Opioid"),
            Self::Dialysis => language.say("透析", "Dialysis"),
            Self::CardiacDevice => language.say("ペースメーカー・ICD", "Pacemaker / ICD"),
            Self::Antiepileptic => language.say("抗てんかん薬", "Antiepileptic"),
            Self::Steroid => language.say("ステロイド(全身)", "Steroid (systemic)"),
            Self::BetaBlocker => language.say("β遮断薬", "Beta blocker"),
            // Not 抗がん: the patient may read it and not have been told.
            Self::Immunosuppressant => language.say("免疫低下の薬", "Immune-lowering drug"),
            Self::Pregnancy => language.say("妊娠", "Pregnant"),
            Self::Directive => language.say("事前指示あり", "Advance directive"),
            Self::Infection => language.say("感染症", "Infection"),
            Self::Communication => language.say("意思疎通", "Communication"),
        }
    }

    /// The class word of a medicine of this kind; `None` for kinds that are not about medicines.
    pub(super) fn tag(self, language: Language) -> Option<&'static str> {
        match self {
            Self::AutoInjector => Some(language.say("自己注射", "auto-injector")),
            Self::Anticoagulant => Some(language.say("抗凝固", "anticoagulant")),
            Self::Antiplatelet => Some(language.say("抗血小板", "antiplatelet")),
            Self::Insulin | Self::Sulfonylurea => Some(language.say("血糖降下", "glucose-lowering")),
            Self::Opioid => Some(language.say("オピオイド", "opioid")),
            Self::Antiepileptic => Some(language.say("抗てんかん", "antiepileptic")),
            Self::Steroid => Some(language.say("ステロイド", "steroid")),
            Self::BetaBlocker => Some(language.say("β遮断", "beta blocker")),
            Self::Immunosuppressant => Some(language.say("免疫低下", "immune-lowering")),
            Self::Anaphylaxis | Self::SevereAllergy | Self::Contraindication => None,
            Self::Dialysis | Self::CardiacDevice => None,
            Self::Pregnancy | Self::Directive | Self::Infection | Self::Communication => None,
        }
    }

    /// The kind by its name in the table.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "anaphylaxis" => Self::Anaphylaxis,
            "severe_allergy" => Self::SevereAllergy,
            "auto_injector" => Self::AutoInjector,
            "anticoagulant" => Self::Anticoagulant,
            "antiplatelet" => Self::Antiplatelet,
            "insulin" => Self::Insulin,
            "sulfonylurea" => Self::Sulfonylurea,
            "opioid" => Self::Opioid,
            "dialysis" => Self::Dialysis,
            "pregnancy" => Self::Pregnancy,
            "cardiac_device" => Self::CardiacDevice,
            "antiepileptic" => Self::Antiepileptic,
            "steroid" => Self::Steroid,
            "beta_blocker" => Self::BetaBlocker,
            "immunosuppressant" => Self::Immunosuppressant,
            "infection" => Self::Infection,
            _ => return None,
        })
    }
}
