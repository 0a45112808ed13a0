//! What an alert may warn of.

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
    pub fn label(self) -> &'static str {
        match self {
            Self::Anaphylaxis => "アナフィラキシー",
            Self::SevereAllergy => "重度アレルギー",
            Self::Contraindication => "薬剤禁忌",
            Self::AutoInjector => "アドレナリン自己注射薬",
            Self::Anticoagulant => "抗凝固薬",
            Self::Antiplatelet => "抗血小板薬",
            Self::Insulin => "インスリン",
            Self::Sulfonylurea => "血糖降下薬(SU等)",
            Self::Opioid => "オピオイド",
            Self::Dialysis => "透析",
            Self::CardiacDevice => "ペースメーカー・ICD",
            Self::Antiepileptic => "抗てんかん薬",
            Self::Steroid => "ステロイド(全身)",
            Self::BetaBlocker => "β遮断薬",
            // Not 抗がん: the patient may read it and not have been told.
            Self::Immunosuppressant => "免疫低下の薬",
            Self::Pregnancy => "妊娠",
            Self::Directive => "事前指示あり",
            Self::Infection => "感染症",
            Self::Communication => "意思疎通",
        }
    }

    /// The class word of a medicine of this kind; `None` for kinds that are not about medicines.
    pub(super) fn tag(self) -> Option<&'static str> {
        match self {
            Self::AutoInjector => Some("自己注射"),
            Self::Anticoagulant => Some("抗凝固"),
            Self::Antiplatelet => Some("抗血小板"),
            Self::Insulin | Self::Sulfonylurea => Some("血糖降下"),
            Self::Opioid => Some("オピオイド"),
            Self::Antiepileptic => Some("抗てんかん"),
            Self::Steroid => Some("ステロイド"),
            Self::BetaBlocker => Some("β遮断"),
            Self::Immunosuppressant => Some("免疫低下"),
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
