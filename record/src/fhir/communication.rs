//! Flag and Patient.communication: what a crew must know to talk with the patient.

use super::bundle::{Document, Resource};
use super::directive::is_directive_words;
use super::{FhirError, Reason, own, value};
use crate::model::{Block, Communication, CommunicationKind};

const INTERPRETER: &str = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired";
/// The form of the United States: SNOMED "yes" or "no".
const INTERPRETER_NEEDED: &str = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed";
const WHO: [&str; 1] = ["author"];
const WHEN: [&str; 1] = ["period"];

pub(super) fn read(document: &Document<'_>) -> Result<Block<Communication>, FhirError> {
    let mut needs: Vec<Communication> = language(document)?.into_iter().collect();
    for resource in document.all("Flag") {
        needs.extend(flag(document, resource)?);
    }
    Ok(Block::from_items(needs))
}

fn flag(document: &Document<'_>, resource: &Resource<'_>) -> Result<Option<Communication>, FhirError> {
    let node = &resource.node;
    document.check_patient(resource, "subject")?;
    let status = node.text("status")?;
    if document.is_mistake(resource, status) {
        return Ok(None);
    }
    if status == Some("inactive") {
        document.remark(node.path(), Reason::NotInForce);
        return Ok(None);
    }
    document.know(node, "status", status, &["active"]);
    let text = document.named(resource, value::coded_in(node, "code")?).text;
    if is_directive_words(&text) {
        document.remark(node.path(), Reason::DirectiveContent);
        return Ok(None);
    }
    let origin = document.origin(resource, &WHO, &WHEN)?;
    own::complete(node, Communication { kind: kind(&text), text, origin }).map(Some)
}

fn kind(text: &str) -> CommunicationKind {
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    match () {
        () if has(&["認知症", "見当識", "ementia"]) => CommunicationKind::Dementia,
        () if has(&["聴", "聾", "ろう", "手話", "筆談", "耳", "eaf", "earing"]) => CommunicationKind::Hearing,
        () if has(&["視", "盲", "見えない", "lind", "ision"]) => CommunicationKind::Sight,
        () if has(&["行動", "興奮", "自閉", "パニック", "暴", "感覚過敏", "ehavio"]) => {
            CommunicationKind::Behaviour
        }
        () if has(&["言語", "日本語", "通訳", "失語", "発語", "発声", "語のみ", "anguage"]) => {
            CommunicationKind::Language
        }
        () => CommunicationKind::General,
    }
}

/// A language other than Japanese, or a need for an interpreter.
fn language(document: &Document<'_>) -> Result<Option<Communication>, FhirError> {
    let patient = &document.patient.node;
    let (mut japanese, mut others) = (false, Vec::new());
    for spoken in patient.list("communication")? {
        let Some(language) = value::coded_in(&spoken, "language")? else { continue };
        if language.codings.iter().any(|coding| coding.code == "ja" || coding.code.starts_with("ja-")) {
            japanese = true;
            continue;
        }
        let said = spoken.object("language")?.map_or(Ok(None), |concept| concept.text("text"))?.map(str::to_owned);
        let words = said.or_else(|| language.codings.iter().find_map(|coding| language_word(&coding.code)));
        others.push(words.unwrap_or(language.text));
    }
    let interpreter = value::extension(patient, INTERPRETER)?;
    let needed = value::extension(patient, INTERPRETER_NEEDED)?.and_then(|mark| mark.object_if("valueCoding"));
    let interpreter = interpreter.map_or(Ok(None), |mark| mark.boolean("valueBoolean"))? == Some(true)
        || needed.is_some_and(|coding| coding.text_if("code") == Some("373066001"));
    let mut words = others;
    if words.is_empty() && !interpreter {
        return Ok(None);
    }
    if japanese {
        words.push("日本語も可".to_owned());
    }
    if interpreter {
        words.push("通訳が必要".to_owned());
    }
    let origin = document.own_origin()?;
    Ok(Some(Communication { kind: CommunicationKind::Language, text: words.join(" "), origin }))
}

fn language_word(code: &str) -> Option<String> {
    const WORDS: [(&str, &str); 36] = [
        ("en", "英語"),
        ("zh", "中国語"),
        ("ko", "韓国語"),
        ("vi", "ベトナム語"),
        ("pt", "ポルトガル語"),
        ("es", "スペイン語"),
        ("tl", "フィリピノ語"),
        ("fil", "フィリピノ語"),
        ("ne", "ネパール語"),
        ("id", "インドネシア語"),
        ("th", "タイ語"),
        ("my", "ミャンマー語"),
        ("ru", "ロシア語"),
        ("fr", "フランス語"),
        ("de", "ドイツ語"),
        ("it", "イタリア語"),
        ("nl", "オランダ語"),
        ("sv", "スウェーデン語"),
        ("nb", "ノルウェー語"),
        ("no", "ノルウェー語"),
        ("da", "デンマーク語"),
        ("fi", "フィンランド語"),
        ("pl", "ポーランド語"),
        ("cs", "チェコ語"),
        ("uk", "ウクライナ語"),
        ("el", "ギリシャ語"),
        ("ar", "アラビア語"),
        ("fa", "ペルシア語"),
        ("tr", "トルコ語"),
        ("hi", "ヒンディー語"),
        ("bn", "ベンガル語"),
        ("ur", "ウルドゥー語"),
        ("km", "クメール語"),
        ("mn", "モンゴル語"),
        ("si", "シンハラ語"),
        ("sgn", "手話"),
    ];
    let base = code.split('-').next().unwrap_or(code);
    WORDS.into_iter().find(|(known, _)| *known == base).map(|(_, word)| word.to_owned())
}
