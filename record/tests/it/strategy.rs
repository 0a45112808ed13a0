//! Summaries of every kind: each field said and unsaid, each block with each of its values, several origins.

use chrono::DateTime;
use kakari_record::codes;
use kakari_record::model::*;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Words as senders write them: with characters outside the BMP, marks of XML and JSON, units, Latin letters.
const WORDS: [&str; 24] = [
    "心房細動",
    "左前腕",
    "𠮷野",
    "𩸽",
    "髙﨑",
    "神田 太郎",
    "1日1回 夕食後",
    "A&B <試験>",
    "\"引用\"",
    "疑い",
    "なし",
    "ワーファリン錠1mg",
    "Nguyễn Văn An",
    "50%",
    "3,000単位",
    "普段より傾眠",
    "透析",
    "MRSA",
    "左",
    "陽性(1+)",
    "ｶﾅ",
    "あさぎり県北町1-2-3",
    "😀",
    "がん\u{3099}",
];

fn text() -> impl Strategy<Value = String> {
    let free = "[ぁ-んァ-ヶ一-龠𠀀-𠀰a-zA-Z0-9０-９()/・%<>&'+-]{1,8}";
    prop_oneof![3 => select(&WORDS[..]).prop_map(str::to_owned), 2 => free]
}

fn maybe() -> impl Strategy<Value = Option<String>> {
    option::of(text())
}

fn day() -> impl Strategy<Value = PartialDate> {
    (1900u16..2100, 1u8..=12, 1u8..=28, 0..3).prop_map(|(year, month, day, exact)| {
        let written = match exact {
            0 => format!("{year}"),
            1 => format!("{year}-{month:02}"),
            _ => format!("{year}-{month:02}-{day:02}"),
        };
        written.parse().expect("a date")
    })
}

fn also() -> impl Strategy<Value = AlsoStated> {
    (maybe(), author(), option::of(day()), maybe()).prop_map(|(facility, author, recorded, differs)| AlsoStated {
        facility,
        author,
        recorded,
        differs,
    })
}

fn author() -> impl Strategy<Value = Option<String>> {
    option::of(prop_oneof![text(), select(vec!["本人", "長女", "妻", "鈴木 由美"]).prop_map(str::to_owned)])
}

fn facility() -> impl Strategy<Value = Option<String>> {
    option::of(prop_oneof![text(), select(vec!["北町総合病院", "さくら医院"]).prop_map(str::to_owned)])
}

fn origin() -> impl Strategy<Value = Origin> {
    let untold = prop::bool::weighted(0.06);
    (facility(), author(), option::of(day()), untold, vec(also(), 0..3))
        .prop_map(|(facility, author, recorded, untold, also)| Origin { facility, author, recorded, untold, also })
}

fn coded() -> impl Strategy<Value = Coded> {
    let systems = vec![
        codes::YJ,
        codes::HOT9,
        codes::MEDIS_DISEASE,
        codes::ICD10,
        codes::SNOMED,
        codes::ATC,
        codes::JFAGY_FOOD,
        codes::GENERAL_NAME,
        codes::JLAC10,
        "http://example.jp/院内",
        "",
    ];
    let coding =
        (select(systems), "[0-9A-Z.]{1,12}").prop_map(|(system, code)| Coding { system: system.to_owned(), code });
    (text(), vec(coding, 0..4)).prop_map(|(text, codings)| Coded { text, codings })
}

fn why() -> impl Strategy<Value = Unavailability> {
    use Unavailability::*;
    select(vec![NotOpened, NotPermitted, NotSynced, NotUnderstood, NotOnCard])
}

fn block<T: Clone + std::fmt::Debug + 'static>(item: impl Strategy<Value = T> + 'static) -> BoxedStrategy<Block<T>> {
    prop_oneof![
        4 => vec(item, 1..4).prop_map(Block::Known),
        2 => origin().prop_map(|origin| Block::NoneConfirmed(Absence { origin })),
        2 => Just(Block::NotRecorded),
        1 => why().prop_map(Block::Unavailable),
    ]
    .boxed()
}

fn other() -> impl Strategy<Value = String> {
    text().prop_map(|text| format!("new:{text}"))
}

fn category() -> impl Strategy<Value = AllergyCategory> {
    use AllergyCategory::*;
    prop_oneof![
        4 => select(vec![Food, Medication, Environment, Unknown]),
        1 => prop_oneof![Just("biologic".to_owned()), other()].prop_map(Other),
    ]
}

fn allergy() -> impl Strategy<Value = Allergy> {
    let severity = option::of(select(vec![Severity::Mild, Severity::Moderate, Severity::Severe]));
    let criticality = option::of(select(vec![Criticality::Low, Criticality::High, Criticality::UnableToAssess]));
    let verification = select(vec![Verification::Confirmed, Verification::Unconfirmed, Verification::NotSaid]);
    let grave = (severity, criticality, verification, any::<bool>());
    (coded(), category(), vec(text(), 0..3), grave, maybe(), origin()).prop_map(
        |(substance, category, reactions, (severity, criticality, verification, past), note, origin)| Allergy {
            substance,
            category,
            reactions,
            severity,
            criticality,
            verification,
            past,
            note,
            origin,
        },
    )
}

fn strength() -> impl Strategy<Value = String> {
    prop_oneof![
        text(),
        "[1-9][0-9]{0,3}(mg|μg|錠|単位|mL)",
        "0\\.[1-9](mg|g)(/mL|/錠)?",
        select(vec!["100単位/mL", "5.0mg", ".5mg", "1,000mg", "1〜2錠", "1 錠", "10mg/5mL", "1tablet", "2 %",])
            .prop_map(str::to_owned)
    ]
}

fn medicine() -> impl Strategy<Value = Medicine> {
    let status =
        select(vec![MedicineStatus::Current, MedicineStatus::Unknown, MedicineStatus::OnHold, MedicineStatus::Past]);
    let how = (option::of(strength()), maybe(), option::of(strength()), maybe(), option::of(0u16..400));
    (coded(), maybe(), how, option::of(day()), maybe(), status, origin()).prop_map(
        |(product, generic, (strength, form, dose, usage, days), date, pharmacy, status, origin)| Medicine {
            product,
            generic,
            strength,
            form,
            dose,
            usage,
            days,
            date,
            pharmacy,
            status,
            origin,
        },
    )
}

fn condition() -> impl Strategy<Value = Condition> {
    use ConditionStatus::*;
    let status = select(vec![Active, Unknown, Remission, Inactive, Resolved]);
    let name = (coded(), any::<bool>()).prop_map(|(mut name, doubt)| {
        if doubt {
            name.text.push_str("の疑い");
        }
        name
    });
    (name, maybe(), option::of(day()), status, any::<bool>(), maybe(), origin()).prop_map(
        |(name, side, onset, status, suspected, note, origin)| Condition {
            name,
            side,
            onset,
            status,
            suspected,
            note,
            origin,
        },
    )
}

fn procedure() -> impl Strategy<Value = Procedure> {
    (coded(), option::of(day()), maybe(), origin()).prop_map(|(name, date, note, origin)| Procedure {
        name,
        date,
        note,
        origin,
    })
}

fn device() -> impl Strategy<Value = Device> {
    use DeviceKind::*;
    let kind = prop_oneof![
        8 => select(vec![
            Pacemaker, Defibrillator, DialysisShunt, Stent, Ostomy, HomeOxygen, FeedingTube, InsulinPump, Device,
        ]),
        1 => other().prop_map(Other),
    ];
    (kind, coded(), maybe(), option::of(day()), maybe(), origin()).prop_map(
        |(kind, name, site, since, note, origin)| kakari_record::model::Device {
            kind,
            name,
            site,
            since,
            note,
            origin,
        },
    )
}

fn infection() -> impl Strategy<Value = Infection> {
    (text(), text(), any::<bool>(), option::of(day()), origin())
        .prop_map(|(name, result, positive, date, origin)| Infection { name, result, positive, date, origin })
}

fn lab() -> impl Strategy<Value = Lab> {
    use LabKind::*;
    let kind = prop_oneof![
        8 => select(vec![Egfr, Creatinine, Potassium, Hemoglobin, PtInr, HbA1c]),
        1 => other().prop_map(Other),
    ];
    let value = prop_oneof![
        text(),
        select(vec!["7.5 %", "2.10", "2.1", "<0.3 mg/dL", "9.8 mg/dL", "5.6 mEq/L", "1,200 /μL"])
            .prop_map(str::to_owned),
    ];
    (kind, value, option::of(day()), origin()).prop_map(|(kind, value, date, origin)| Lab { kind, value, date, origin })
}

fn pregnancy() -> impl Strategy<Value = Pregnancy> {
    (option::of(day()), maybe(), origin()).prop_map(|(due, note, origin)| Pregnancy { due, note, origin })
}

fn dialysis() -> impl Strategy<Value = Dialysis> {
    (text(), maybe(), maybe(), maybe(), option::of(phone()), origin()).prop_map(
        |(name, shunt, schedule, centre, phone, origin)| Dialysis { name, shunt, schedule, centre, phone, origin },
    )
}

fn baseline() -> impl Strategy<Value = Baseline> {
    use BaselineKind::*;
    let kind = prop_oneof![
        6 => select(vec![Consciousness, BloodPressure, OxygenSaturation, DailyLiving, General]),
        1 => other().prop_map(Other),
    ];
    (kind, text(), origin()).prop_map(|(kind, text, origin)| Baseline { kind, text, origin })
}

fn communication() -> impl Strategy<Value = Communication> {
    use CommunicationKind::*;
    let kind = prop_oneof![
        6 => select(vec![Hearing, Sight, Language, Dementia, Behaviour, General]),
        1 => other().prop_map(Other),
    ];
    (kind, text(), origin()).prop_map(|(kind, text, origin)| Communication { kind, text, origin })
}

fn directive() -> impl Strategy<Value = Directive> {
    let title = select(vec!["事前指示書", "リビング・ウィル", "私の𠮷い人生ノート"]).prop_map(str::to_owned);
    (title, option::of(day()), maybe(), maybe(), option::of(phone()), origin()).prop_map(
        |(title, date, kept_at, doctor, phone, origin)| Directive { title, date, kept_at, doctor, phone, origin },
    )
}

fn doctor() -> impl Strategy<Value = PrimaryDoctor> {
    let role = select(vec!["かかりつけ", "専門医(糖尿病)", "紹介元", "訪問看護"]).prop_map(str::to_owned);
    (role, facility(), maybe(), maybe(), option::of(phone()), option::of(phone()), origin()).prop_map(
        |(role, clinic, department, doctor, phone, night_phone, origin)| PrimaryDoctor {
            role,
            clinic,
            department,
            doctor,
            phone,
            night_phone,
            origin,
        },
    )
}

/// With a name or a phone: nobody can call a relation.
fn contact() -> impl Strategy<Value = Contact> {
    let reach = prop_oneof![(text().prop_map(Some), vec(phone(), 0..3)), (Just(None), vec(phone(), 1..3)),];
    (reach, maybe(), origin()).prop_map(|((name, phones), relation, origin)| Contact { name, relation, phones, origin })
}

fn phone() -> impl Strategy<Value = String> {
    "0[1-9]0-[0-9]{4}-[0-9]{4}"
}

fn identity() -> impl Strategy<Value = Identity> {
    let sex = select(vec![Sex::Female, Sex::Male, Sex::Other, Sex::Unknown]);
    let number = option::of("[0-9]{16}".prop_map(|digits| digits.parse::<CommonNumber>().expect("16 digits")));
    let blood = option::of((text(), origin()).prop_map(|(text, origin)| BloodType { text, origin }));
    // The reader folds the width of kana; a summary holds them folded.
    let kana = option::of("[ァ-ヴー]{1,6} [ァ-ヴー]{1,6}");
    (number, text(), kana, sex, option::of(day()), maybe(), vec(phone(), 0..3), blood).prop_map(
        |(number, name, kana, sex, birth_date, address, phones, blood_type)| Identity {
            number,
            name,
            kana,
            sex,
            birth_date,
            address,
            phones,
            blood_type,
        },
    )
}

fn subject() -> impl Strategy<Value = Subject> {
    use Subject::*;
    select(vec![
        Allergies,
        Contraindications,
        Medicines,
        Conditions,
        Procedures,
        Devices,
        Infections,
        Labs,
        Pregnancy,
        Dialysis,
        Baseline,
        Communication,
        Directives,
        Doctors,
        Contacts,
    ])
}

fn disputed() -> impl Strategy<Value = Disputed> {
    (subject(), option::weighted(0.3, category()), origin()).prop_map(|(subject, category, origin)| Disputed {
        subject,
        category,
        absence: Absence { origin },
    })
}

/// In order and each once, as the reader and the merge keep them.
fn unlisted() -> impl Strategy<Value = Vec<Unlisted>> {
    let one = (subject(), why()).prop_map(|(subject, why)| Unlisted { subject, why });
    proptest::collection::btree_set(one, 0..3).prop_map(|all| all.into_iter().collect())
}

fn none_for() -> impl Strategy<Value = CategoryAbsence> {
    (category(), origin()).prop_map(|(category, origin)| CategoryAbsence { category, origin })
}

/// Never a withdrawn one.
fn consent() -> impl Strategy<Value = Consent> {
    prop_oneof![Just(Consent::NotRecorded), (option::of(day()), maybe()).prop_map(|(on, by)| Consent::Given { on, by }),]
}

/// Any summary whose consent is not withdrawn.
pub(crate) fn summary() -> BoxedStrategy<Summary> {
    let head = (
        identity(),
        0i64..4_000_000_000,
        facility(),
        consent(),
        (vec(disputed(), 0..3), unlisted()),
        vec(none_for(), 0..3),
    );
    let medical = (
        block(allergy()),
        block(allergy()),
        block(medicine()),
        block(condition()),
        block(procedure()),
        block(device()),
    );
    let found = (
        block(infection()),
        block(lab()),
        block(pregnancy()),
        block(dialysis()),
        block(baseline()),
        block(communication()),
    );
    let people = (block(directive()), block(doctor()), block(contact()));
    (head, medical, found, people)
        .prop_map(|((identity, seconds, source, consent, (disputed, unlisted), none_for), medical, found, people)| {
            let as_of = DateTime::from_timestamp(seconds, 0).expect("a time");
            let mut summary = Summary::nothing_recorded(identity, as_of);
            summary.source = source;
            summary.consent = consent;
            summary.disputed = disputed;
            summary.unlisted = unlisted;
            summary.allergies = Allergies { block: medical.0, none_for };
            summary.contraindications = medical.1;
            summary.medicines = medical.2;
            summary.conditions = medical.3;
            summary.procedures = medical.4;
            summary.devices = medical.5;
            summary.infections = found.0;
            summary.labs = found.1;
            summary.pregnancy = found.2;
            summary.dialysis = found.3;
            summary.baseline = found.4;
            summary.communication = found.5;
            summary.directives = people.0;
            summary.doctors = people.1;
            summary.contacts = people.2;
            summary
        })
        .boxed()
}
