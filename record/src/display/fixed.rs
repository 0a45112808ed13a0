//! Words of ours, and of everybody's, that stand in a record as text: 「右」, 「陽性」, what the merging of documents found.
//!
//! All of a text or nothing: half of 「否定 できない」 would say the opposite.

use super::usage;
use crate::language::Language;

/// The text in the words of the glass where each of its words has one meaning only; any other stays as it was written.
pub(super) fn fixed(text: &str, language: Language) -> String {
    let english = || usage::english(text).or_else(|| all_known(text));
    match language {
        Language::Japanese => text.to_owned(),
        Language::English => english().unwrap_or_else(|| text.to_owned()),
    }
}

fn all_known(text: &str) -> Option<String> {
    let text = text.replace("重症化リスク ", "重症化リスク");
    let words: Option<Vec<String>> = text.split(' ').map(english).collect();
    words.map(|words| words.join(" "))
}

fn english(word: &str) -> Option<String> {
    let since =
        |day: &str, said: &str| Some(format!("{said} {}", day.trim_end_matches('年'))).filter(|_| !day.is_empty());
    if let Some(known) = place(word).or_else(|| person(word)).or_else(|| schedule(word)) {
        return Some(known.to_owned());
    }
    let known = match word {
        "左" => "left",
        "右" => "right",
        "両" | "両側" => "both sides",
        "陽性" => "positive",
        "陰性" => "negative",
        "判定保留" => "indeterminate",
        "軽度" => "mild",
        "中等度" => "moderate",
        "重度" => "severe",
        "重症化リスク高" => "high risk of severe reaction",
        "重症化リスク低" => "low risk of severe reaction",
        "確認済" => "confirmed",
        "未確認" => "unconfirmed",
        "過去のもの" => "in the past",
        "現在もあり" => "still present",
        "継続中" => "ongoing",
        "寛解" => "in remission",
        "現在は活動なし" => "not active now",
        "治癒" => "recovered",
        "疑い" => "suspected",
        "確定" => "definite",
        "否定" => "refuted",
        "誤記として取消" => "withdrawn as a mistake",
        "中止・終了" => "stopped",
        "休薬中" => "on hold",
        "使用中" => "in use",
        "処方・調剤あり" => "prescribed or dispensed",
        "分娩予定" => "due",
        ascii if ascii.is_ascii() => ascii,
        other => {
            let dated = other.strip_suffix("発症").and_then(|day| since(day, "onset"));
            let dated = dated.or_else(|| since(other.strip_suffix("から")?, "since"));
            return dated.filter(|words| words.is_ascii());
        }
    };
    Some(known.to_owned())
}

/// Where a device is: the arm of a shunt is the one that is not to be used.
fn place(word: &str) -> Option<&'static str> {
    Some(match word {
        "左腕" => "left arm",
        "右腕" => "right arm",
        "左前腕" => "left forearm",
        "右前腕" => "right forearm",
        "左上腕" => "left upper arm",
        "右上腕" => "right upper arm",
        "左前胸部" => "left chest",
        "右前胸部" => "right chest",
        _ => return None,
    })
}

/// Who somebody is to the patient.
fn person(word: &str) -> Option<&'static str> {
    Some(match word {
        "本人" => "the patient",
        "妻" => "wife",
        "夫" => "husband",
        "母" => "mother",
        "父" => "father",
        "長男" => "eldest son",
        "次男" => "second son",
        "息子" => "son",
        "長女" => "eldest daughter",
        "次女" => "second daughter",
        "娘" => "daughter",
        "兄" | "弟" => "brother",
        "姉" | "妹" => "sister",
        "孫" => "grandchild",
        "かかりつけ" | "かかりつけ医" => "family doctor",
        "主治医" => "attending doctor",
        "透析主治医" => "dialysis doctor",
        _ => return None,
    })
}

fn schedule(word: &str) -> Option<&'static str> {
    Some(match word {
        "月水金" => "Mon Wed Fri",
        "火木土" => "Tue Thu Sat",
        "午前" => "morning",
        "午後" => "afternoon",
        "夜間" => "night",
        _ => return None,
    })
}
