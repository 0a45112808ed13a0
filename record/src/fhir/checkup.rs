//! What a health checkup asked (問診): a "yes" about past illness or medicines is kept, a "no" is not — it was asked of one
//! illness only, and never means that there is none.

use unicode_normalization::UnicodeNormalization;

use super::observation::Finding;
use crate::model::{Coded, Condition, ConditionStatus, Medicine, MedicineStatus};

const ASKED: &str = "健診の問診";

/// 「具体的な既往歴: ヘルニア」, 「既往歴1(脳血管): はい」; `None` for a "no", and for a "yes" that says nothing by itself.
pub(super) fn illness(finding: Finding) -> Option<Condition> {
    let (text, note) = match answer(&finding.result.words) {
        Answer::No => return None,
        Answer::Yes => (past(&finding.name.text)?, format!("{ASKED}で「はい」")),
        Answer::Words(words) => (words, format!("{ASKED}の既往歴")),
    };
    Some(Condition {
        name: Coded::from_text(text),
        side: None,
        onset: None,
        status: ConditionStatus::Unknown,
        suspected: false,
        note: Some(note),
        origin: finding.origin,
    })
}

/// 「服薬2(血糖): はい」 as a medicine whose name nobody wrote down.
pub(super) fn medicine(finding: Finding) -> Option<Medicine> {
    let Answer::Yes = answer(&finding.result.words) else { return None };
    let against = about(&finding.name.text)?;
    Some(Medicine {
        product: Coded::from_text(format!("{against}の薬(薬剤名の記載なし)")),
        generic: None,
        strength: None,
        form: None,
        dose: None,
        usage: Some(format!("{ASKED}で服薬「はい」")),
        days: None,
        date: finding.date,
        pharmacy: None,
        status: MedicineStatus::Unknown,
        origin: finding.origin,
    })
}

enum Answer {
    Yes,
    No,
    Words(String),
}

fn answer(words: &str) -> Answer {
    match words {
        "はい" | "特記事項有り" | "特記事項あり" | "あり" | "有り" | "有" | "コード1" => {
            Answer::Yes
        }
        "いいえ" | "特記事項無し" | "特記事項なし" | "なし" | "無し" | "無" | "特になし" | "コード2" => {
            Answer::No
        }
        words => Answer::Words(words.to_owned()),
    }
}

/// 「既往歴1(脳血管)」 as 「既往歴(脳血管)」, 「貧血」 as it is.
fn past(question: &str) -> Option<String> {
    let about = about(question)?;
    Some(if question.starts_with("既往歴") { format!("既往歴({about})") } else { about })
}

/// What stands in the brackets of the question (「脳血管」), else the question itself (「貧血」); nothing for a bare 「既往歴」.
fn about(question: &str) -> Option<String> {
    let question: String = question.nfkc().collect();
    let inside =
        question.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(inside, _)| inside.to_owned());
    inside.or_else(|| Some(question.clone()).filter(|whole| !whole.starts_with("既往歴") && !whole.starts_with("服薬")))
}
