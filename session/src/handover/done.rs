//! What was done of a hand-over, worded when it is shown.

use kakari_record::audit::HandoverWay;
use kakari_record::language::Language;

use crate::SaveAs;

/// Something that was done, and when: 「02:31」.
pub(super) struct Done {
    pub(super) time: String,
    pub(super) what: Deed,
}

pub(super) enum Deed {
    CodesShown,
    Saved(SaveAs, String),
    HandedOver(HandoverWay, String),
}

impl Done {
    /// 「02:31 北町総合病院へ QRで引継ぎ済み」
    pub(super) fn words(&self, language: Language) -> String {
        let what = match &self.what {
            Deed::CodesShown => language.say("QRを表示", "QR shown").to_owned(),
            Deed::Saved(save_as, file) => {
                let thing = thing(*save_as, language);
                language.say(format!("{thing}を保存 {file}"), format!("{thing} saved: {file}"))
            }
            Deed::HandedOver(way, receiver) => {
                let by = by(*way, language);
                language.say(format!("{receiver}へ {by}引継ぎ済み"), format!("Handed over to {receiver} {by}"))
            }
        };
        format!("{} {what}", self.time)
    }
}

fn by(way: HandoverWay, language: Language) -> &'static str {
    match way {
        HandoverWay::Spoken => language.say("口頭で", "by voice"),
        HandoverWay::Qr => language.say("QRで", "by QR"),
        HandoverWay::Document => language.say("FHIR文書で", "as FHIR document"),
        HandoverWay::Paper => language.say("A4(PDF)で", "on A4 (PDF)"),
    }
}

fn thing(save_as: SaveAs, language: Language) -> &'static str {
    match save_as {
        SaveAs::Document => language.say("FHIR文書", "FHIR document"),
        SaveAs::Paper => language.say("A4(PDF)", "A4 (PDF)"),
    }
}
