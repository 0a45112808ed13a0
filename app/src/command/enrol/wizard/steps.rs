//! The list of steps: what each verified, in words. What is not done says so.

use kakari_record::language::Language;
use kakari_session::view::{Mark, StateLine};

use super::super::by::By;
use super::super::refused_words::number;
use super::super::step::{Enrolled, Verified};

/// What is done so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Steps {
    invited: Option<Option<By>>,
    enrolled: Option<Enrolled>,
    store: bool,
    staff: Option<u64>,
    records: Option<(u64, u64)>,
}

impl Steps {
    pub(super) fn take(&mut self, verified: Verified) {
        match verified {
            Verified::Invited(by) => self.invited = Some(by),
            Verified::Enrolled(enrolled) => self.enrolled = Some(enrolled),
            Verified::Configuration(_) => {}
            Verified::Store => self.store = true,
            Verified::Roster(staff) => self.staff = Some(staff),
            Verified::Records { here, of } => self.records = Some((here, of)),
        }
    }

    pub(super) fn enrolled(&self) -> Option<&Enrolled> {
        self.enrolled.as_ref()
    }

    pub(super) fn lines(&self, language: Language) -> Vec<StateLine> {
        let lines = [
            (language.say("招待", "Invitation"), self.invitation(language)),
            (language.say("地域の鍵", "Region's keys"), self.keys(language)),
            (language.say("端末の鍵", "Tablet's keys"), self.own_keys(language)),
            (language.say("証明書", "Certificate"), self.certificate(language)),
            (language.say("保存領域", "Store"), self.store(language)),
            (language.say("名簿", "Roster"), self.roster(language)),
            (language.say("登録者", "Residents"), self.residents(language)),
        ];
        let line = |(label, said): (&str, Option<(String, Mark)>)| {
            let not_yet = || (language.say("まだ", "Not yet").to_owned(), Mark::Unknown);
            let (value, mark) = said.unwrap_or_else(not_yet);
            StateLine { label: label.to_owned(), value, mark }
        };
        lines.map(line).into()
    }

    fn invitation(&self, language: Language) -> Option<(String, Mark)> {
        let words = match self.invited.as_ref()? {
            Some(By::Network { server, .. }) => {
                language.say(format!("{server} が受け付けました"), format!("Accepted by {server}"))
            }
            Some(By::Bundle) => {
                language.say("USBの登録データと合いました".to_owned(), "Fits the enrolment on the stick".to_owned())
            }
            None => language.say("受け付け済み".to_owned(), "Accepted before".to_owned()),
        };
        Some((words, Mark::Good))
    }

    /// A code proves by itself that the keys come from whoever made the invitation; only a QR code names the keys.
    fn keys(&self, language: Language) -> Option<(String, Mark)> {
        let (ja, en, mark) = match self.invited.as_ref()? {
            Some(By::Network { pinned: true, .. }) => {
                ("招待に書かれた鍵と一致", "Match those in the invitation", Mark::Good)
            }
            Some(By::Network { pinned: false, .. } | By::Bundle) => {
                ("コードだけで確認(鍵の照合なし)", "By the code alone (not compared with a QR)", Mark::Good)
            }
            None => ("照合したかの記録なし", "Not noted whether they were compared", Mark::Caution),
        };
        Some((language.say(ja, en).to_owned(), mark))
    }

    fn own_keys(&self, language: Language) -> Option<(String, Mark)> {
        self.enrolled.as_ref()?;
        Some((language.say("この端末の中で作成", "Made on this tablet").to_owned(), Mark::Good))
    }

    fn certificate(&self, language: Language) -> Option<(String, Mark)> {
        let Enrolled { tablet, vehicle, certified, .. } = self.enrolled.as_ref()?;
        let later = language.say("最初の通信で受け取ります", "comes at the first contact");
        Some(match certified {
            true => (format!("{tablet} / {vehicle}"), Mark::Good),
            false => (format!("{tablet} / {vehicle} ({later})"), Mark::Caution),
        })
    }

    fn store(&self, language: Language) -> Option<(String, Mark)> {
        let words = language.say("暗号化して作成", "Made, encrypted");
        self.store.then(|| (words.to_owned(), Mark::Good))
    }

    fn roster(&self, language: Language) -> Option<(String, Mark)> {
        let staff = self.staff?;
        let count = number(staff);
        let words = language.say(format!("署名を確認・職員 {count}人"), format!("Signature verified, {count} staff"));
        Some((words, if staff == 0 { Mark::Caution } else { Mark::Good }))
    }

    fn residents(&self, language: Language) -> Option<(String, Mark)> {
        let (here, of) = self.records?;
        let (counted, published) = (number(here), number(of));
        let words = language.say(
            format!("{counted}人(配信 {published}人)を数えました"),
            format!("{counted} counted, {published} published"),
        );
        Some((words, if here == of { Mark::Good } else { Mark::Caution }))
    }
}
