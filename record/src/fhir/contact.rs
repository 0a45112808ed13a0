//! Whom to call: Patient.contact and RelatedPerson.

use super::bundle::{Document, Resource};
use super::{FhirError, Reason, name, node::Node, own, value};
use crate::model::{Block, Coded, Contact, Origin};

pub(super) fn read(document: &Document<'_>) -> Result<Block<Contact>, FhirError> {
    let origin = document.own_origin()?;
    let mut contacts = Vec::new();
    for node in document.patient.node.list("contact")? {
        let said = node.object("name")?;
        let name = said.map_or(Ok(None), |said| name::one_line(&said))?;
        let origin = own::origin(&node, origin.clone())?;
        contacts.extend(contact(document, &node, name, origin)?);
    }
    for resource in document.all("RelatedPerson") {
        document.check_patient(resource, "patient")?;
        if resource.node.boolean("active")? == Some(false) {
            document.remark(resource.node.path(), Reason::NotInForce);
            continue;
        }
        let name = name::person(&resource.node)?;
        contacts.extend(contact(document, &resource.node, name, person_origin(document, resource)?)?);
    }
    Ok(Block::from_items(contacts))
}

fn person_origin(document: &Document<'_>, resource: &Resource<'_>) -> Result<Origin, FhirError> {
    document.origin(resource, &[], &[])
}

fn contact(
    document: &Document<'_>,
    node: &Node<'_>,
    name: Option<String>,
    origin: Origin,
) -> Result<Option<Contact>, FhirError> {
    let phones: Vec<String> = value::telecoms(node)?.into_iter().map(|phone| phone.number).collect();
    if name.is_none() && phones.is_empty() {
        document.remark(node.path(), Reason::NoName);
        return Ok(None);
    }
    Ok(Some(Contact { name, relation: relation(node)?, phones, origin }))
}

/// 「長男」 as written, else the word for its code.
pub(super) fn relation(node: &Node<'_>) -> Result<Option<String>, FhirError> {
    let mut words = Vec::new();
    for concept in node.list("relationship")? {
        let Some(coded) = value::coded(&concept)? else { continue };
        let spoken = concept.text("text")?.map(value::plain);
        words.extend(spoken.or_else(|| by_code(&coded)).or_else(|| shown(&coded)));
    }
    Ok(words.into_iter().next())
}

/// A display, but not a bare code.
fn shown(coded: &Coded) -> Option<String> {
    let bare = coded.codings.iter().any(|coding| coding.code == coded.text);
    (!bare).then(|| coded.text.clone())
}

fn by_code(coded: &Coded) -> Option<String> {
    const WORDS: [(&str, &str); 44] = [
        ("MTH", "母"),
        ("FTH", "父"),
        ("PRN", "親"),
        ("WIFE", "妻"),
        ("HUSB", "夫"),
        ("SPS", "配偶者"),
        ("SON", "息子"),
        ("SONC", "息子"),
        ("DAU", "娘"),
        ("DAUC", "娘"),
        ("CHILD", "子"),
        ("BRO", "兄弟"),
        ("SIS", "姉妹"),
        ("SIB", "兄弟姉妹"),
        ("GRPRN", "祖父母"),
        ("GRMTH", "祖母"),
        ("GRFTH", "祖父"),
        ("GRNDCHILD", "孫"),
        ("FAMMEMB", "家族"),
        ("FRND", "友人"),
        ("NBOR", "隣人"),
        ("GUARD", "後見人"),
        ("NMTH", "母"),
        ("NFTH", "父"),
        ("NCHILD", "子"),
        ("NBRO", "兄弟"),
        ("NSIS", "姉妹"),
        ("STPMTH", "継母"),
        ("STPFTH", "継父"),
        ("MTHINLAW", "義母"),
        ("FTHINLAW", "義父"),
        ("SONINLAW", "娘の夫"),
        ("DAUINLAW", "息子の妻"),
        ("GRNDSON", "孫息子"),
        ("GRNDDAU", "孫娘"),
        ("GRPRNT", "祖父母"),
        ("AUNT", "おば"),
        ("UNCLE", "おじ"),
        ("COUSN", "いとこ"),
        ("NEPHEW", "甥"),
        ("NIECE", "姪"),
        ("DOMPART", "パートナー"),
        ("SIGOTHR", "パートナー"),
        ("ROOM", "同居人"),
    ];
    let word = |code: &str| WORDS.into_iter().find(|(known, _)| *known == code).map(|(_, word)| word.to_owned());
    let role = |coding: &&crate::model::Coding| coding.system.ends_with("v3-RoleCode");
    let kind =
        |coding: &&crate::model::Coding| coding.system.ends_with("v2-0131") || coding.system.ends_with("/v2/0131");
    let by_role = coded.codings.iter().filter(role).find_map(|coding| word(&coding.code));
    by_role.or_else(|| coded.codings.iter().filter(kind).find_map(|coding| purpose(&coding.code)))
}

/// What a contact is for (HL7 v2 table 0131), where it is not said what the person is to the patient.
fn purpose(code: &str) -> Option<String> {
    const WORDS: [(&str, &str); 9] = [
        ("C", "緊急連絡先"),
        ("EP", "緊急連絡先"),
        ("N", "近親者"),
        ("CP", "連絡先"),
        ("E", "勤務先"),
        ("I", "保険会社"),
        ("F", "国の機関"),
        ("S", "自治体"),
        ("BP", "請求先"),
    ];
    WORDS.into_iter().find(|(known, _)| *known == code).map(|(_, word)| word.to_owned())
}
